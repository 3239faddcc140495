//! `postroom explain`

use clap::{ArgGroup, Args, Subcommand};

use super::command;
use super::global::Global;
use crate::operator::{ExplainAccess, ExplainDeviceAccess};
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
API has the same as PostroomService.ExplainAccessControl and ExplainMobileDeviceAccess.

Examples:
  postroom explain access --organization m-0123456789abcdef0123456789abcdef --user alice --address 192.0.2.7 \\
    --action ActiveSync
  postroom explain device-access --organization m-0123456789abcdef0123456789abcdef --user alice \\
    --device-id ABC123 --os \"iOS 12.5.7\"";

#[derive(Debug, Subcommand)]
enum What {
    /// Why the access control rules let an attempt to open a mailbox in or refuse it.
    #[command(group = ArgGroup::new("who").required(true).args(["user", "impersonation_role"]))]
    #[command(
        after_help = "Example:\n  postroom explain access --organization demo --user alice --address 192.0.2.7 --action IMAP"
    )]
    Access {
        /// The organization: its id, m-…, or its alias
        #[arg(long, value_name = "ID|ALIAS")]
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
        /// Or the impersonation role that opens it.
        #[arg(long, value_name = "ID")]
        impersonation_role: Option<String>,
    },
    /// Why the mobile device rules and overrides let a device synchronize or refuse it.
    #[command(
        after_help = "Example:\n  postroom explain device-access --organization demo --user alice --device-id ABC123 --os \"iOS 12.5.7\""
    )]
    DeviceAccess {
        /// The organization: its id, m-…, or its alias
        #[arg(long, value_name = "ID|ALIAS")]
        organization: String,
        /// The user: id, name or address; together with --device-id.
        #[arg(long, requires = "device_id")]
        user: Option<String>,
        /// The device's id.
        #[arg(long, value_name = "ID", requires = "user")]
        device_id: Option<String>,
        /// Its type, as the device reports it, such as iPhone.
        #[arg(long = "type", value_name = "TEXT")]
        device_type: Option<String>,
        /// Its model, as the device reports it, such as iPhone10C1.
        #[arg(long, value_name = "TEXT")]
        model: Option<String>,
        /// Its operating system, as the device reports it, such as "iOS 14.3".
        #[arg(long = "os", value_name = "TEXT")]
        operating_system: Option<String>,
        /// Its user agent, as the device reports it.
        #[arg(long, value_name = "TEXT")]
        user_agent: Option<String>,
    },
}

impl Explain {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        match self.what {
            What::Access { organization, address, action, user, impersonation_role } => {
                let asked = ExplainAccess { organization, address, action, user, impersonation_role };
                command::run(global, asked)
            }
            What::DeviceAccess {
                organization,
                user,
                device_id,
                device_type,
                model,
                operating_system,
                user_agent,
            } => {
                let asked = ExplainDeviceAccess {
                    organization,
                    user,
                    device_id,
                    device_type,
                    model,
                    operating_system,
                    user_agent,
                };
                command::run(global, asked)
            }
        }
    }
}
