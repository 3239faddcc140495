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

/// How a part went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// From its beginning to its end.
    pub time: Duration,
    /// What its programs took of the processors, without servers that do not end with them, as PostgreSQL's.
    pub cpu: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

impl Row {
    /// Of a part that did not run.
    pub fn without_run(outcome: Outcome) -> Row {
        Row { time: Duration::ZERO, cpu: Duration::ZERO, outcome }
    }
}

/// What happened, part by part.
#[derive(Default)]
pub struct Report {
    rows: Vec<(&'static str, Row)>,
    total: Duration,
}

impl Report {
    /// Notes the end of a part.
    pub fn add(&mut self, name: &'static str, row: Row) {
        self.rows.push((name, row));
    }

    /// Notes the end of the run, which took `total`.
    pub fn end(&mut self, total: Duration) {
        self.total = total;
    }

    fn count(&self, wanted: Outcome) -> usize {
        self.rows.iter().filter(|(_, row)| row.outcome == wanted).count()
    }

    /// Nothing failed and something ran.
    pub fn is_green(&self) -> bool {
        self.count(Outcome::Failed) == 0 && self.count(Outcome::Passed) > 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\npart      seconds  cpu seconds  result")?;
        for (name, row) in &self.rows {
            let flag =
                if let Outcome::LeftOut(flag) = row.outcome { format!(" ({flag})") } else { String::new() };
            let (time, cpu) = (row.time.as_secs_f64(), row.cpu.as_secs_f64());
            writeln!(out, "{name:8} {time:8.1}  {cpu:11.1}  {}{flag}", row.outcome.word())?;
        }
        // Parts run beside each other, so this is less than their sum.
        let cpu: Duration = self.rows.iter().map(|(_, row)| row.cpu).sum();
        writeln!(out, "{:8} {:8.1}  {:11.1}", "total", self.total.as_secs_f64(), cpu.as_secs_f64())?;
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
        let row = |time, cpu, outcome| Row {
            time: Duration::from_secs(time),
            cpu: Duration::from_secs(cpu),
            outcome,
        };
        report.add("fmt", row(3, 1, Outcome::Passed));
        report.add("unit", row(4, 2, Outcome::Failed));
        report.add("node", Row::without_run(Outcome::NotReached));
        report.end(Duration::from_secs(5));
        let text = report.to_string();
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(text.contains("total         5.0          3.0"), "{text}");
        assert!(!report.is_green());
    }

    #[test]
    fn a_run_of_nothing_is_not_green() {
        assert!(!Report::default().is_green());
    }
}
