//! Options that every command has.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::config::{self, Config, Overrides};
use crate::problem::Problem;

/// Options that every command has.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Configuration file (TOML). Without one the defaults hold.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Data directory; it is made when it is not there. [default: postroom-data]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// Set one setting, whatever the file says; may be repeated.
    #[arg(long, value_name = "KEY=VALUE", global = true)]
    set: Vec<String>,
    /// How answers are printed.
    #[arg(long, value_name = "FORMAT", global = true, default_value = "text")]
    pub(crate) output: Format,
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs: one JSON value.
    Json,
}

impl Global {
    /// What the options say about the configuration.
    pub(crate) fn overrides(&self, any_port: bool) -> Overrides {
        Overrides { file: self.config.clone(), data: self.data.clone(), set: self.set.clone(), any_port }
    }

    /// The configuration, or everything that is wrong with it.
    pub(crate) fn load(&self, any_port: bool) -> Result<Config, Problem> {
        Ok(config::load(&self.overrides(any_port), &variables())?)
    }
}

/// The environment; what is not UTF-8 counts as its nearest text, which no setting allows.
pub(crate) fn variables() -> Vec<(String, String)> {
    let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect()
}
