//! `postroom audit`

use std::collections::HashSet;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::command;
use super::global::{Format, Global};
use crate::operator::{AuditTail, Log, Trail};
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
read or refused: written a moment later, so a crash may lose the last second. With --log what people do: log-ins, decisions
of access rules, and what was done in mailboxes; what repeats within an hour is one line with a count. JSON: one object a line.

Examples:
  postroom audit tail
  postroom audit tail --calls --follow
  postroom audit tail --organization m-0123456789abcdef0123456789abcdef
  postroom audit tail --organization m-0123456789abcdef0123456789abcdef --log authentication --follow
  postroom audit tail --organization m-0123456789abcdef0123456789abcdef --calls --follow --output json";

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the last changes: of one organization, or of organizations, tags, AWS accounts and access keys.
    #[command(after_help = EXAMPLES)]
    Tail {
        /// The organization: its id, m-…, or its alias; without it: what was changed in the directory, for all organizations.
        #[arg(long, value_name = "ID|ALIAS")]
        organization: Option<String>,
        /// Which log; all but that of administrators are an organization's.
        #[arg(long, value_enum, default_value_t = Which::Admin)]
        log: Which,
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

/// A log of the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// What administrators changed, and with --calls what they read or were refused
    Admin,
    /// Log-ins of people
    Authentication,
    /// Decisions of access rules
    AccessControl,
    /// What was done in mailboxes
    MailboxAccess,
}

impl Audit {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let Action::Tail { organization, log, calls, last, follow } = self.action;
        let log = match log {
            Which::Admin => Log::Admin,
            Which::Authentication => Log::Authentication,
            Which::AccessControl => Log::AccessControl,
            Which::MailboxAccess => Log::MailboxAccess,
        };
        if calls && log != Log::Admin {
            return Err(Problem::usage("--calls goes with --log admin only", "the other logs have no calls")
                .advise("leave --calls or --log out"));
        }
        let tail = |after, entries_max| {
            let organization = organization.clone();
            AuditTail { organization, log, calls, after, entries_max }
        };
        if !follow {
            return print(global, &command::ask(global, tail(None, last))?);
        }
        // What is older than the last ones counts as shown, too.
        let mut trail = command::ask(global, tail(None, PAGE_ENTRIES))?;
        let mut shown = Shown::default();
        shown.keep_new(&mut trail);
        let older = trail.entries.len().saturating_sub(usize::try_from(last).unwrap_or(0));
        trail.entries.drain(..older);
        print(global, &trail)?;
        let mut waits = false;
        loop {
            std::thread::sleep(LOOK_EVERY);
            let found = command::ask_who_serves(global, tail(Some(trail.next.clone()), PAGE_ENTRIES))?;
            let Some(found) = found else {
                if !std::mem::replace(&mut waits, true) {
                    output::say("no daemon runs now: what happens is shown once one does");
                }
                continue;
            };
            (trail, waits) = (found, false);
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
            if self.newer.contains(entry.request_id()) || self.older.contains(entry.request_id()) {
                return false;
            }
            if self.newer.len() >= SHOWN_MAX {
                self.older = std::mem::take(&mut self.newer);
            }
            self.newer.insert(entry.request_id().to_owned());
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
