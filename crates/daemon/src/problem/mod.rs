//! Why the program cannot go on, for the person who started it.

mod cause;

use std::fmt;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use crate::config::Problems;

pub(crate) use cause::Cause;

/// What was being done, why it failed and what to do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Problem {
    what: String,
    cause: String,
    advice: String,
    usage: bool,
}

/// A problem of which nobody has said yet what to do about it.
#[must_use]
pub(crate) struct Unadvised(Problem);

impl Problem {
    /// `what` failed because of `cause`, which knows what is to be done in general.
    pub(crate) fn new(what: impl Into<String>, cause: impl Cause) -> Self {
        let advice = cause.advice().into_owned();
        Self::told(what, cause).advise(advice)
    }

    /// `what` failed because of `cause`.
    pub(crate) fn told(what: impl Into<String>, cause: impl fmt::Display) -> Unadvised {
        let (what, cause, advice) = (what.into(), cause.to_string(), String::new());
        Unadvised(Self { what, cause, advice, usage: false })
    }

    /// The command line or the configuration is wrong.
    pub(crate) fn usage(what: impl Into<String>, cause: impl fmt::Display) -> Unadvised {
        let Unadvised(problem) = Self::told(what, cause);
        Unadvised(Self { usage: true, ..problem })
    }

    /// With what to do about it here.
    pub(crate) fn advise(self, advice: impl Into<String>) -> Self {
        Unadvised(self).advise(advice)
    }

    /// 1: it failed; 2: the command line or the configuration is wrong.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.usage { 2 } else { 1 })
    }
}

impl Unadvised {
    /// With what to do about it.
    pub(crate) fn advise(self, advice: impl Into<String>) -> Problem {
        Problem { advice: advice.into(), ..self.0 }
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
        write!(f, "{}{separator}{}\n→ {}", self.what, self.cause, self.advice)
    }
}
