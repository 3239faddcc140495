//! The gate: parts in order, each with its time, and a line that says how many passed.

mod parts;
mod report;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use parts::{PARTS, Part, Quick};
use report::{Outcome, Report};

use crate::needs::Prepared;
use crate::problem::{Result, fail};
use crate::process::{self, End};

/// Which parts to run and how.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Leave out what needs another program.
    pub quick: bool,
    /// Go on after a failed part.
    pub keep_going: bool,
    /// Only say what there is.
    pub list: bool,
    /// If not empty: only these parts.
    pub only: Vec<String>,
    /// Not these parts.
    pub skip: Vec<String>,
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
    let mut prepared = Prepared::new(root);
    let mut report = Report::default();
    let mut stopped = false;
    for part in PARTS {
        if let Some(flag) = choice.leaves_out(part) {
            // Whoever names one part does not want to read about all others.
            if flag != "--only" {
                report.add(part.name, Duration::ZERO, Outcome::LeftOut(flag));
            }
            continue;
        }
        if stopped {
            report.add(part.name, Duration::ZERO, Outcome::NotReached);
            continue;
        }
        println!("\n== {}: {} ==", part.name, part.about);
        let start = Instant::now();
        let outcome = match run_part(root, part, choice.quick, &mut prepared) {
            Ok(()) => Outcome::Passed,
            Err(problem) => {
                println!("{} failed: {problem}", part.name);
                Outcome::Failed
            }
        };
        let time = start.elapsed();
        println!("-- {} {} after {:.1} s", part.name, outcome.word(), time.as_secs_f64());
        stopped = outcome == Outcome::Failed && !choice.keep_going;
        report.add(part.name, time, outcome);
    }
    drop(prepared);
    print!("{report}");
    Ok(if report.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_part(root: &Path, part: &Part, quick: bool, prepared: &mut Prepared) -> Result<()> {
    let mut without = Vec::new();
    for &need in part.needs {
        if quick && part.quick == Quick::WithoutNeeds {
            without.extend(need.left_out());
            continue;
        }
        if let Err(problem) = prepared.provide(need) {
            return fail(format!("cannot run: {problem}\nTo go without: --skip {}", part.name));
        }
    }
    let mut environment = prepared.environment();
    let given = part.environment.iter().copied().chain(without);
    environment.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
    for words in part.commands {
        println!("$ {}", words.join(" "));
        match process::run_watched(root, words, &environment, part.limit())? {
            End::Exited(status) if status.success() => {}
            End::Exited(status) => return fail(format!("`{}` ended with {status}", words.join(" "))),
            End::OutOfTime => {
                let minutes = part.minutes_max;
                return fail(format!("`{}` was stopped after {minutes} minutes", words.join(" ")));
            }
        }
    }
    Ok(())
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
