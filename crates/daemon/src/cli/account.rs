//! `postroom account`

use clap::{Args, Subcommand};

use super::command;
use super::global::Global;
use crate::operator::{AccountCreate, AccountList};
use crate::problem::Problem;

/// Options of `account`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Account {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
An account owns organizations and access keys; the first start makes one.

Examples:
  postroom account create --name \"Example Ltd\"
  postroom account list --output json";

#[derive(Debug, Subcommand)]
enum Action {
    /// Make an AWS account.
    #[command(after_help = "Example:\n  postroom account create --name \"Example Ltd\" --output json")]
    Create {
        /// Its number, twelve digits; without it one is made up.
        #[arg(long, value_name = "NUMBER")]
        id: Option<String>,
        /// What you call it.
        #[arg(long)]
        name: String,
    },
    /// List the AWS accounts.
    #[command(after_help = "Example:\n  postroom account list --output json")]
    List,
}

impl Account {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        match self.action {
            Action::Create { id, name } => command::run(global, AccountCreate { id, name }),
            Action::List => command::run(global, AccountList {}),
        }
    }
}
