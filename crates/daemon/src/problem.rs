//! Why the program cannot go on, for the person who started it.

use std::fmt;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use crate::config::Problems;

/// What was being done, why it failed and what to do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Problem {
    what: String,
    cause: String,
    advice: Option<String>,
    usage: bool,
}

impl Problem {
    /// `what` failed because of `cause`.
    pub(crate) fn new(what: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self { what: what.into(), cause: cause.to_string(), advice: None, usage: false }
    }

    /// The command line or the configuration is wrong.
    pub(crate) fn usage(what: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self { usage: true, ..Self::new(what, cause) }
    }

    /// With what to do about it.
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// 1: it failed; 2: the command line or the configuration is wrong.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.usage { 2 } else { 1 })
    }
}

impl From<Problems> for Problem {
    fn from(problems: Problems) -> Self {
        Self::usage("the configuration is wrong", format!("\n{problems}"))
            .advise("`postroom config --reference` describes every setting")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.cause.starts_with('\n') { ":" } else { ": " };
        write!(f, "{}{separator}{}", self.what, self.cause)?;
        self.advice.as_ref().map_or(Ok(()), |advice| write!(f, "\n→ {advice}"))
    }
}
