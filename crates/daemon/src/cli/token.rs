//! `postroom token`

use clap::{Args, Subcommand};

use super::command;
use super::global::Global;
use crate::operator::TokenCreate;
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

Example:
  postroom token create --organization m-0123456789abcdef0123456789abcdef --user alice --name laptop --scope IMAP";

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a personal access token: a password for programs of one user.
    Create {
        /// The organization's id, m-…
        #[arg(long, value_name = "ID")]
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
}

impl Token {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let Action::Create { organization, user, name, scopes, days } = self.action;
        command::run(global, TokenCreate { organization, user, name, scopes, days })
    }
}
