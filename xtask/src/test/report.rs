//! The table at the end of a run.

use std::fmt;
use std::time::Duration;

/// How a part ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All its commands succeeded.
    Passed,
    /// A command failed, or it could not run.
    Failed,
    /// The named flag left it out.
    LeftOut(&'static str),
    /// An earlier part failed.
    NotReached,
}

impl Outcome {
    /// One word or two for the table.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::LeftOut(_) => "left out",
            Outcome::NotReached => "not reached",
        }
    }
}

/// What happened, part by part.
#[derive(Default)]
pub struct Report {
    rows: Vec<(&'static str, Duration, Outcome)>,
}

impl Report {
    /// Notes the end of a part.
    pub fn add(&mut self, name: &'static str, time: Duration, outcome: Outcome) {
        self.rows.push((name, time, outcome));
    }

    fn count(&self, wanted: Outcome) -> usize {
        self.rows.iter().filter(|row| row.2 == wanted).count()
    }

    /// Nothing failed and something ran.
    pub fn is_green(&self) -> bool {
        self.count(Outcome::Failed) == 0 && self.count(Outcome::Passed) > 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\npart      seconds  result")?;
        for (name, time, outcome) in &self.rows {
            let flag =
                if let Outcome::LeftOut(flag) = outcome { format!(" ({flag})") } else { String::new() };
            writeln!(out, "{name:8} {:8.1}  {}{flag}", time.as_secs_f64(), outcome.word())?;
        }
        let total: Duration = self.rows.iter().map(|row| row.1).sum();
        writeln!(out, "{:8} {:8.1}", "total", total.as_secs_f64())?;
        // Continuous integration reads this line: alone, plain, the last one.
        writeln!(out, "{} passed, {} failed", self.count(Outcome::Passed), self.count(Outcome::Failed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_parts() {
        let mut report = Report::default();
        report.add("fmt", Duration::from_secs(1), Outcome::Passed);
        report.add("unit", Duration::from_secs(2), Outcome::Failed);
        report.add("node", Duration::ZERO, Outcome::NotReached);
        let text = report.to_string();
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(text.contains("total         3.0"));
        assert!(!report.is_green());
    }

    #[test]
    fn a_run_of_nothing_is_not_green() {
        assert!(!Report::default().is_green());
    }
}
