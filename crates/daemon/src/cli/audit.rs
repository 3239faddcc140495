//! `postroom audit`

use std::collections::HashSet;
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

/// Entries that are remembered as shown, twice over: more than a look reads again.
const SHOWN_MAX: usize = 10_000;

/// Options of `audit`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Audit {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Who changed what, from where, and how it ended; written in the transaction of the change. With --calls also what was
read or refused: written a moment later, so a crash may lose the last second. JSON: one object a line.

Examples:
  postroom audit tail
  postroom audit tail --calls --follow
  postroom audit tail --organization m-0123456789abcdef0123456789abcdef
  postroom audit tail --organization m-0123456789abcdef0123456789abcdef --calls --follow --output json";

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the last changes: of one organization, or of organizations, tags, AWS accounts and access keys.
    Tail {
        /// The organization: its id, m-…, or its alias; without it: what was changed in the directory, for all organizations.
        #[arg(long, value_name = "ID|ALIAS")]
        organization: Option<String>,
        /// Reads and refusals, too.
        #[arg(long)]
        calls: bool,
        /// How many.
        #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=PAGE_ENTRIES))]
        last: i64,
        /// Go on with what happens from now on.
        #[arg(long)]
        follow: bool,
    },
}

impl Audit {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let Action::Tail { organization, calls, last, follow } = self.action;
        let ask = |after, entries_max| {
            let organization = organization.clone();
            command::ask(global, AuditTail { organization, calls, after, entries_max })
        };
        if !follow {
            return print(global, &ask(None, last)?);
        }
        // What is older than the last ones counts as shown, too.
        let mut trail = ask(None, PAGE_ENTRIES)?;
        let mut shown = Shown::default();
        shown.keep_new(&mut trail);
        let older = trail.entries.len().saturating_sub(usize::try_from(last).unwrap_or(0));
        trail.entries.drain(..older);
        print(global, &trail)?;
        loop {
            std::thread::sleep(LOOK_EVERY);
            trail = ask(Some(trail.next), PAGE_ENTRIES)?;
            shown.keep_new(&mut trail);
            print(global, &trail)?;
        }
    }
}

/// The entries that were shown lately: a followed trail reads its end again.
#[derive(Default)]
struct Shown {
    newer: HashSet<String>,
    older: HashSet<String>,
}

impl Shown {
    /// Takes out of `trail` what was shown already.
    fn keep_new(&mut self, trail: &mut Trail) {
        trail.entries.retain(|entry| {
            if self.newer.contains(&entry.request_id) || self.older.contains(&entry.request_id) {
                return false;
            }
            if self.newer.len() >= SHOWN_MAX {
                self.older = std::mem::take(&mut self.newer);
            }
            self.newer.insert(entry.request_id.clone());
            true
        });
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
