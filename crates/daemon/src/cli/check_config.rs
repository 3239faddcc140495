//! `postroom check-config`

use clap::Args;

use super::global::{Format, Global};
use crate::output;
use crate::problem::Problem;

/// Options of `check-config`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  postroom check-config --config /etc/postroom.toml")]
pub(crate) struct CheckConfig {}

impl CheckConfig {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let config = global.load(false)?;
        crate::listeners::tls::check(&config)?;
        match global.output {
            Format::Text => output::print("The configuration is good."),
            Format::Json => output::print_json(&serde_json::json!({ "ok": true })),
        }
    }
}
