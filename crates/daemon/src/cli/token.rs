//! `postroom token`

use clap::{Args, Subcommand};

use super::command;
use super::global::Global;
use crate::operator::{TokenCreate, TokenRevokeImpersonation};
use crate::problem::Problem;

/// Options of `token`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Token {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
The API lists and deletes tokens (ListPersonalAccessTokens, DeletePersonalAccessToken).

Examples:
  postroom token create --organization m-0123456789abcdef0123456789abcdef --user alice --name laptop --scope IMAP
  postroom token revoke-impersonation --organization m-0123456789abcdef0123456789abcdef --role 9f0c…";

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a personal access token: a password for programs of one user.
    #[command(
        after_help = "Example:\n  postroom token create --organization demo --user alice --name laptop --scope IMAP --days 90"
    )]
    Create {
        /// The organization: its id, m-…, or its alias
        #[arg(long, value_name = "ID|ALIAS")]
        organization: String,
        /// Whose it is: id, name or address.
        #[arg(long)]
        user: String,
        /// What the user knows it by.
        #[arg(long)]
        name: String,
        /// A protocol that it is good for; may be repeated. Without it: all that tokens are good for.
        #[arg(long = "scope", value_name = "PROTOCOL")]
        scopes: Vec<String>,
        /// Days until it ends; without it as many as the organization allows.
        #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: Option<u32>,
    },
    /// End the impersonation tokens of a role now, not when their 15 minutes are over. The role stays.
    #[command(
        after_help = "Example:\n  postroom token revoke-impersonation --organization demo --role 9f0c…"
    )]
    RevokeImpersonation {
        /// The organization: its id, m-…, or its alias
        #[arg(long, value_name = "ID|ALIAS")]
        organization: String,
        /// The role's id, as ListImpersonationRoles says it.
        #[arg(long, value_name = "ID")]
        role: String,
    },
}

impl Token {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        match self.action {
            Action::Create { organization, user, name, scopes, days } => {
                command::run(global, TokenCreate { organization, user, name, scopes, days })
            }
            Action::RevokeImpersonation { organization, role } => {
                command::run(global, TokenRevokeImpersonation { organization, role })
            }
        }
    }
}
