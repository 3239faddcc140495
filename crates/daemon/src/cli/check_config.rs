//! `postroom check-config`

use clap::Args;

use super::global::{Format, Global};
use crate::config::Engine;
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
        if let Engine::Postgres(url) = &config.engine {
            let checked = postroom_store::PostgresOptions::new(url.as_str()).check();
            checked.map_err(|cause| {
                Problem::usage("store.url cannot be used", cause)
                    .advise("write postgres://user:password@host/database")
            })?;
        }
        match global.output {
            Format::Text => output::print("The configuration is good."),
            Format::Json => output::print_json(&serde_json::json!({ "ok": true })),
        }
    }
}
