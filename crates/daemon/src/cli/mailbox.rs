//! `postroom mailbox`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::backup::absolute;
use super::command;
use super::global::Global;
use crate::operator::{MailFormat, MailboxExport, MailboxImport, MailboxRecover};
use crate::problem::Problem;

/// Options of `mailbox`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Mailbox {
    #[command(subcommand)]
    action: Action,
}

/// Whose mailbox.
#[derive(Debug, Args)]
struct Of {
    /// The organization: its id, m-…, or its alias.
    #[arg(long, value_name = "ID|ALIAS")]
    organization: String,
    /// Whose mailbox: id, name or address.
    #[arg(long)]
    user: String,
}

const EXAMPLES: &str = "\
Examples:
  postroom mailbox recover --organization demo --user alice --dry-run
  postroom mailbox export --organization demo --user alice --format maildir /backup/alice
  postroom mailbox import --organization demo --user alice /srv/mail/alice/Maildir";

const RECOVER: &str = "\
What was expunged is kept for 30 days. It goes back into the folder that it was expunged from, or into the Inbox when that
is gone, and counts for the quota again.

Examples:
  postroom mailbox recover --organization demo --user alice --dry-run
  postroom mailbox recover --organization demo --user alice@example.com --since 2026-11-20";

const EXPORT: &str = "\
With --format maildir DIR becomes a Maildir++: the Inbox itself, other folders as .Name.Inner. With --format mbox it gets
a file for each folder; with --folder as well it is one file. A running server writes as its own user.

Examples:
  postroom mailbox export --organization demo --user alice --format maildir /backup/alice
  postroom mailbox export --organization demo --user alice --format mbox --folder Work/2026 /backup/work.mbox";

const IMPORT: &str = "\
Reads an mbox file, a Maildir with its subfolders, a folder of .mbox files as `mailbox export` writes it, a folder of .eml
files or one of them, and folders in which there are such. Messages come in the order of the files, with their flags and
dates. It can be run again: what the same import (its --name, or else its path) brought into a folder before is left out,
also when it was deleted since.

Examples:
  postroom mailbox import --organization demo --user alice /srv/mail/alice/Maildir
  postroom mailbox import --organization demo --user alice --folder Old/2019 2019.mbox --output json";

#[derive(Debug, Subcommand)]
enum Action {
    /// Put back what was expunged.
    #[command(after_help = RECOVER)]
    Recover {
        #[command(flatten)]
        of: Of,
        /// Only what was expunged then or later: 2026-11-20, or 2026-11-20T09:30:00Z.
        #[arg(long, value_name = "TIME", value_parser = time)]
        since: Option<i64>,
        /// Only say what would be recovered.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write a mailbox into files that other programs read.
    #[command(after_help = EXPORT)]
    Export {
        #[command(flatten)]
        of: Of,
        /// How it is written.
        #[arg(long, value_name = "FORMAT")]
        format: MailFormat,
        /// Only this folder, with "/" between folders.
        #[arg(long, value_name = "PATH")]
        folder: Option<String>,
        /// What is written; it must be new or empty.
        #[arg(value_name = "DIR|FILE")]
        to: PathBuf,
    },
    /// Bring mail of other programs in.
    #[command(after_help = IMPORT)]
    Import {
        #[command(flatten)]
        of: Of,
        /// Into this folder, with "/" between folders; it is made when it is not there. Without it: the Inbox, and
        /// folders of the source at the top.
        #[arg(long, value_name = "PATH")]
        folder: Option<String>,
        /// What the import is called, instead of by its path: another name brings everything again.
        #[arg(long)]
        name: Option<String>,
        /// What is read.
        #[arg(value_name = "FILE|DIR")]
        from: PathBuf,
    },
}

impl Mailbox {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        match self.action {
            Action::Recover { of: Of { organization, user }, since, dry_run } => {
                command::run(global, MailboxRecover { organization, user, since, dry_run })
            }
            Action::Export { of: Of { organization, user }, format, folder, to } => {
                let to = absolute(&to)?;
                command::run(global, MailboxExport { organization, user, format, folder, to })
            }
            Action::Import { of: Of { organization, user }, folder, name, from } => {
                let from = absolute(&from)?;
                // However the path is spelled, it is the same import when it is run again.
                let is_at = || std::fs::canonicalize(&from).ok().map(|path| path.display().to_string());
                let name = name.or_else(is_at);
                let import = MailboxImport { organization, user, folder, name, from };
                match command::run_and_answer(global, import)?.left_out() {
                    0 => Ok(()),
                    count => Err(Problem::told("not everything was imported", format!("{count} left out"))
                        .advise("the rest is there; what was left out, and why, is named in the answer")),
                }
            }
        }
    }
}

/// Seconds since 1970 of a date in UTC, or of a time with its offset.
fn time(text: &str) -> Result<i64, String> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(time.as_second());
    }
    let date: jiff::civil::Date = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    // The parser takes a time behind the date, and drops it.
    if date.to_string() != text {
        return Err("a time needs its offset, as in 2026-11-20T09:30:00Z or 2026-11-20T09:30:00+01:00".into());
    }
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).map_err(|error| error.to_string())?;
    Ok(midnight.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn a_time_says_where_it_is_meant() {
        assert_eq!(time("2026-11-20"), Ok(1_795_132_800));
        assert_eq!(time("2026-11-20T09:30:00Z"), Ok(1_795_167_000));
        assert_eq!(time("2026-11-20T10:30:00+01:00"), Ok(1_795_167_000));
        for text in ["2026-11-20T09:30:00", "2026-11-20 09:30", "2026-13-01", "yesterday", ""] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
