//! The gate: its parts, a few at a time, each with what it took, and a line that says how many passed.

mod lanes;
mod parts;
mod report;
mod scratch;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use parts::{PARTS, Part, Quick};
use report::{Outcome, Report};

use crate::problem::{Result, fail};

/// Parts at once. Most of them wait for disks, for each other's programs and for clocks in turn, so that two leave the
/// processors of a small machine idle.
const LANES: usize = 3;

/// Which parts to run and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    /// Leave out what needs another program.
    pub quick: bool,
    /// Go on after a failed part.
    pub keep_going: bool,
    /// Only say what there is.
    pub list: bool,
    /// So many parts at once.
    pub lanes: usize,
    /// If not empty: only these parts.
    pub only: Vec<String>,
    /// Not these parts.
    pub skip: Vec<String>,
}

impl Default for Choice {
    fn default() -> Self {
        let (only, skip) = (Vec::new(), Vec::new());
        Self { quick: false, keep_going: false, list: false, lanes: LANES, only, skip }
    }
}

impl Choice {
    /// The reason to leave `part` out, if the person has given one.
    fn leaves_out(&self, part: &Part) -> Option<&'static str> {
        let named = |list: &[String]| list.iter().any(|name| name == part.name);
        if !self.only.is_empty() && !named(&self.only) {
            Some("--only")
        } else if named(&self.skip) {
            Some("--skip")
        } else if self.quick && part.quick == Quick::LeftOut && !named(&self.only) {
            Some("--quick")
        } else {
            None
        }
    }

    fn check_names(&self) -> Result<()> {
        for name in self.only.iter().chain(&self.skip) {
            if !PARTS.iter().any(|part| part.name == name) {
                let names: Vec<_> = PARTS.iter().map(|part| part.name).collect();
                return fail(format!("no part is called {name}: {}", names.join(", ")));
            }
        }
        Ok(())
    }
}

/// Runs the chosen parts and prints the report.
pub fn run(root: &Path, choice: &Choice) -> Result<ExitCode> {
    choice.check_names()?;
    if choice.list {
        for part in PARTS {
            let quick = if part.quick == Quick::LeftOut { "  (not with --quick)" } else { "" };
            println!("{:8} {}{quick}", part.name, part.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let start = Instant::now();
    let rows = lanes::run(root, choice)?;
    let mut report = Report::default();
    for (part, row) in PARTS.iter().zip(rows) {
        // Whoever names one part does not want to read about all others.
        if row.outcome != Outcome::LeftOut("--only") {
            report.add(part.name, row);
        }
    }
    report.end(start.elapsed());
    print!("{report}");
    Ok(if report.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(choice: &Choice) -> Vec<&'static str> {
        PARTS.iter().filter(|part| choice.leaves_out(part).is_none()).map(|part| part.name).collect()
    }

    #[test]
    fn everything_runs_unless_a_flag_leaves_it_out() {
        assert_eq!(chosen(&Choice::default()).len(), PARTS.len());
        assert_eq!(chosen(&Choice { only: vec!["tidy".into()], ..Choice::default() }), ["tidy"]);
        let skip = Choice { skip: vec!["tidy".into()], ..Choice::default() };
        assert_eq!(chosen(&skip).len(), PARTS.len() - 1);
    }

    #[test]
    fn quick_leaves_out_what_needs_another_program() {
        let names = chosen(&Choice { quick: true, ..Choice::default() });
        assert!(names.contains(&"unit") && !names.contains(&"python"));
        let only = Choice { quick: true, only: vec!["python".into()], ..Choice::default() };
        assert_eq!(chosen(&only), ["python"]);
    }

    #[test]
    fn a_wrong_name_is_refused() {
        assert!(Choice { skip: vec!["clipy".into()], ..Choice::default() }.check_names().is_err());
    }
}
