//! `postroom explain`

use clap::{Args, Subcommand};

use super::command;
use super::global::Global;
use crate::operator::ExplainAccess;
use crate::problem::Problem;

/// Options of `explain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    #[command(subcommand)]
    what: What,
}

const EXAMPLES: &str = "\
Each rule is shown with why it matches or does not; the decision is made by the same code as for a real attempt. The
API has the same as PostroomService.ExplainAccessControl.

Example:
  postroom explain access --organization m-0123456789abcdef0123456789abcdef --user alice --address 192.0.2.7 \\
    --action ActiveSync";

#[derive(Debug, Subcommand)]
enum What {
    /// Why the access control rules let an attempt to open a mailbox in or refuse it.
    Access {
        /// The organization's id, m-…
        #[arg(long, value_name = "ID")]
        organization: String,
        /// The address that the attempt comes from.
        #[arg(long, value_name = "IP")]
        address: String,
        /// The protocol: ActiveSync, AutoDiscover, EWS, IMAP, SMTP, WindowsOutlook or WebMail.
        #[arg(long, value_name = "PROTOCOL")]
        action: String,
        /// The user whose mailbox it is: id, name or address.
        #[arg(long)]
        user: Option<String>,
        /// The impersonation role in which somebody acts for the user.
        #[arg(long, value_name = "ID")]
        impersonation_role: Option<String>,
    },
}

impl Explain {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        match self.what {
            What::Access { organization, address, action, user, impersonation_role } => command::run(
                global,
                ExplainAccess { organization, address, action, user, impersonation_role },
            ),
        }
    }
}
