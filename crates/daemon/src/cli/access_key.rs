//! `postroom access-key`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::command;
use super::global::Global;
use crate::operator::{AccessKeyCreate, AccessKeyDelete, AccessKeyList, AccessKeyPolicies, AccessKeySwitch};
use crate::problem::Problem;

/// Largest file of policies, bytes.
const POLICY_FILE_BYTES_MAX: u64 = 64 * 1024;

/// Options of `access-key`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AccessKey {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
A change is in force within a second, without a restart. The secret is shown once.

Examples:
  postroom access-key create --account 123456789012 --description \"user sync\"
  postroom access-key create --account 123456789012 --policy read-only.json --output json
  postroom access-key disable AKIAIOSFODNN7EXAMPLE";

#[derive(Debug, Subcommand)]
enum Action {
    /// Make an access key and print its secret.
    #[command(
        after_help = "Example:\n  postroom access-key create --account 123456789012 --policy read-only.json --description \"user sync\""
    )]
    Create {
        /// The AWS account that it is for.
        #[arg(long, value_name = "NUMBER")]
        account: String,
        /// A file with one IAM policy or a JSON array of them; without it the key may do everything in its account.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
        /// What it is for.
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
    },
    /// List the access keys of an account.
    #[command(after_help = "Example:\n  postroom access-key list --account 123456789012 --output json")]
    List {
        /// The AWS account.
        #[arg(long, value_name = "NUMBER")]
        account: String,
    },
    /// Refuse an access key until it is enabled again.
    #[command(after_help = "Example:\n  postroom access-key disable AKIAIOSFODNN7EXAMPLE")]
    Disable {
        /// Its id.
        id: String,
    },
    /// Accept a disabled access key again.
    #[command(after_help = "Example:\n  postroom access-key enable AKIAIOSFODNN7EXAMPLE")]
    Enable {
        /// Its id.
        id: String,
    },
    /// Replace what an access key may do.
    #[command(
        after_help = "Example:\n  postroom access-key put-policy AKIAIOSFODNN7EXAMPLE --policy read-only.json"
    )]
    PutPolicy {
        /// Its id.
        id: String,
        /// A file with one IAM policy or a JSON array of them.
        #[arg(long, value_name = "FILE")]
        policy: PathBuf,
    },
    /// Delete an access key for good.
    #[command(after_help = "Example:\n  postroom access-key delete AKIAIOSFODNN7EXAMPLE")]
    Delete {
        /// Its id.
        id: String,
    },
}

impl AccessKey {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        match self.action {
            Action::Create { account, policy, description } => {
                let policies = policy.as_deref().map(read).transpose()?;
                command::run(global, AccessKeyCreate { account, policies, description })
            }
            Action::List { account } => command::run(global, AccessKeyList { account }),
            Action::Disable { id } => command::run(global, AccessKeySwitch { id, active: false }),
            Action::Enable { id } => command::run(global, AccessKeySwitch { id, active: true }),
            Action::PutPolicy { id, policy } => {
                command::run(global, AccessKeyPolicies { id, policies: read(&policy)? })
            }
            Action::Delete { id } => command::run(global, AccessKeyDelete { id }),
        }
    }
}

fn read(file: &Path) -> Result<String, Problem> {
    let problem = |cause: &dyn std::fmt::Display| {
        Problem::usage(format!("the policy file {} cannot be used", file.display()), cause)
            .advise("name a file with one IAM policy as JSON, or with a JSON array of them")
    };
    let size_bytes = std::fs::metadata(file).map_err(|error| problem(&error))?.len();
    if size_bytes > POLICY_FILE_BYTES_MAX {
        return Err(problem(&format!(
            "it has {size_bytes} bytes; at most {POLICY_FILE_BYTES_MAX} are taken"
        )));
    }
    std::fs::read_to_string(file).map_err(|error| problem(&error))
}
