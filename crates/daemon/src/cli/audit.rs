//! `postroom audit`

use std::time::Duration;

use clap::{Args, Subcommand};

use super::command;
use super::global::{Format, Global};
use crate::operator::{AuditTail, Trail};
use crate::output;
use crate::problem::Problem;

/// How often a followed trail is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Entries that are asked for at once.
const PAGE_ENTRIES: i64 = 100;

/// Options of `audit`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Audit {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Who changed what, from where, and how it ended; written in the transaction of the change. JSON: one object a line.

Examples:
  postroom audit tail --organization m-0123456789abcdef0123456789abcdef
  postroom audit tail --organization m-0123456789abcdef0123456789abcdef --follow --output json";

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the last changes of an organization.
    Tail {
        /// The organization's id, m-…
        #[arg(long, value_name = "ID")]
        organization: String,
        /// How many.
        #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=PAGE_ENTRIES))]
        last: i64,
        /// Go on with what is changed from now on.
        #[arg(long)]
        follow: bool,
    },
}

impl Audit {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let Action::Tail { organization, last, follow } = self.action;
        let ask = |after, entries_max| {
            let organization = organization.clone();
            command::ask(global, AuditTail { organization, after, entries_max })
        };
        let mut trail = ask(None, last)?;
        print(global, &trail)?;
        if !follow {
            return Ok(());
        }
        let mut after = 0;
        loop {
            after = trail.entries.last().map_or(after, |entry| entry.sequence);
            std::thread::sleep(LOOK_EVERY);
            trail = ask(Some(after), PAGE_ENTRIES)?;
            print(global, &trail)?;
        }
    }
}

fn print(global: &Global, trail: &Trail) -> Result<(), Problem> {
    let lines = match global.output {
        Format::Text => trail.to_string(),
        Format::Json => {
            let line = |entry| serde_json::to_string(entry).map(|line| line + "\n");
            let lines: Result<String, _> = trail.entries.iter().map(line).collect();
            lines.map_err(|error| Problem::new("cannot print", error))?
        }
    };
    if lines.is_empty() { Ok(()) } else { output::print(&lines) }
}
