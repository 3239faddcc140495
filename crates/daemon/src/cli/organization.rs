//! `postroom organization`

use clap::{Args, Subcommand, ValueEnum};

use super::command;
use super::global::Global;
use crate::operator::{OrganizationSet, OrganizationShow};
use crate::problem::Problem;

/// Options of `organization`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Organization {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
The API has no operation for these settings. What is there already stays as it is when one changes.

Examples:
  postroom organization show example
  postroom organization set m-0123456789abcdef0123456789abcdef --test-domain-alias on
  postroom organization set example --full-access-for-groups off --output json";

#[derive(Debug, Subcommand)]
enum Action {
    /// Show an organization and its settings.
    #[command(after_help = "Example:\n  postroom organization show demo --output json")]
    Show {
        /// Its id (m-…) or its alias.
        organization: String,
    },
    /// Change settings of an organization.
    #[command(group = clap::ArgGroup::new("settings").required(true).multiple(true))]
    #[command(after_help = "Example:\n  postroom organization set demo --test-domain-alias on")]
    Set {
        /// Its id (m-…) or its alias.
        organization: String,
        /// Whether users who are enabled with an address of another domain get the same address of the test domain.
        #[arg(long, value_name = "SWITCH", group = "settings")]
        test_domain_alias: Option<Switch>,
        /// Whether a group may be given FULL_ACCESS to a mailbox.
        #[arg(long, value_name = "SWITCH", group = "settings")]
        full_access_for_groups: Option<Switch>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Organization {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let is_on = |switch: Option<Switch>| switch.map(|switch| switch == Switch::On);
        match self.action {
            Action::Show { organization } => command::run(global, OrganizationShow { organization }),
            Action::Set { organization, test_domain_alias, full_access_for_groups } => {
                let set = OrganizationSet {
                    organization,
                    test_domain_alias: is_on(test_domain_alias),
                    full_access_for_groups: is_on(full_access_for_groups),
                };
                command::run(global, set)
            }
        }
    }
}
