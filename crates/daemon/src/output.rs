//! Printing of answers.

use std::io::{ErrorKind, Write};

use crate::problem::Problem;

/// Prints `text` and ends the line. A reader that has gone away is no failure.
pub(crate) fn print(text: &str) -> Result<(), Problem> {
    let mut out = std::io::stdout().lock();
    let ends = if text.ends_with('\n') { "" } else { "\n" };
    let written = write!(out, "{text}{ends}").and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Problem::new("cannot print", error)),
        _ => Ok(()),
    }
}

/// Says something beside the answer, on standard error. That nobody reads it is no failure.
pub(crate) fn say(text: impl std::fmt::Display) {
    let _nobody_reads = writeln!(std::io::stderr(), "postroom: {text}");
}

/// Prints a JSON value.
pub(crate) fn print_json(value: &serde_json::Value) -> Result<(), Problem> {
    print(&format!("{value:#}"))
}
