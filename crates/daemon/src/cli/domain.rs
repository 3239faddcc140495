//! `postroom domain`

use clap::{Args, Subcommand};

use super::command;
use super::global::Global;
use crate::operator::{DomainList, DomainRotateDkim, DomainShow};
use crate::problem::Problem;

/// Options of `domain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Domain {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
The API registers and deregisters domains (RegisterMailDomain, DeregisterMailDomain).
Records are looked at again and again in the background; `show` prints what the last look saw.

Examples:
  postroom domain list --organization m-0123456789abcdef0123456789abcdef
  postroom domain show --organization m-0123456789abcdef0123456789abcdef example.com --output json
  postroom domain rotate-dkim --organization m-0123456789abcdef0123456789abcdef example.com";

#[derive(Debug, Subcommand)]
enum Action {
    /// List the domains of an organization with their states.
    #[command(after_help = "Example:\n  postroom domain list --organization demo")]
    List {
        /// The organization: its id, m-…, or its alias
        #[arg(long, value_name = "ID|ALIAS")]
        organization: String,
    },
    /// Show a domain: its states, its alarms, the records to publish and its DKIM keys.
    #[command(after_help = "Example:\n  postroom domain show --organization demo example.com --output json")]
    Show {
        /// The organization: its id, m-…, or its alias
        #[arg(long, value_name = "ID|ALIAS")]
        organization: String,
        /// The domain's name.
        domain: String,
    },
    /// Sign with the next DKIM key from now on, and make a new next one.
    #[command(after_help = "Example:\n  postroom domain rotate-dkim --organization demo example.com")]
    RotateDkim {
        /// The organization: its id, m-…, or its alias
        #[arg(long, value_name = "ID|ALIAS")]
        organization: String,
        /// The domain's name.
        domain: String,
        /// Also when no look has found the next key published: until it is, receivers cannot verify signatures.
        #[arg(long)]
        force: bool,
    },
}

impl Domain {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        match self.action {
            Action::List { organization } => command::run(global, DomainList { organization }),
            Action::Show { organization, domain } => {
                command::run(global, DomainShow { organization, domain })
            }
            Action::RotateDkim { organization, domain, force } => {
                command::run(global, DomainRotateDkim { organization, domain, force })
            }
        }
    }
}
