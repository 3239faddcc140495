//! `postroom config`

use clap::Args;

use super::global::{Format, Global, variables};
use crate::config::{self, Problems};
use crate::output;
use crate::problem::Problem;

/// Options of `config`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ShowConfig {
    /// Print the page that describes every setting.
    #[arg(long, conflicts_with = "sample")]
    reference: bool,
    /// Print a file to begin with.
    #[arg(long)]
    sample: bool,
}

const EXAMPLES: &str = "\
Passwords are printed as stars.

Examples:
  postroom config --config /etc/postroom.toml
  postroom config --sample > postroom.toml
  postroom config --output json | jq '.[\"http.listen\"].value'";

impl ShowConfig {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        if self.reference {
            return output::print(&config::reference());
        }
        if self.sample {
            return output::print(&config::sample());
        }
        let mut problems = Problems::default();
        let settings = config::settings(&global.overrides(false), &variables(), &mut problems);
        problems.or(())?;
        let shown = settings.shown();
        match global.output {
            Format::Text => {
                let line = |setting: &config::Shown| {
                    format!("{} = {}  # {}\n", setting.name, setting.value, setting.source)
                };
                output::print(&shown.iter().map(line).collect::<String>())
            }
            Format::Json => {
                let entry = |setting: &config::Shown| {
                    let value = serde_json::json!({
                        "value": setting.value,
                        "source": setting.source.to_string(),
                    });
                    (setting.name.to_owned(), value)
                };
                output::print_json(&serde_json::Value::Object(shown.iter().map(entry).collect()))
            }
        }
    }
}
