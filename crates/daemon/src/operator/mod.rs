//! What the person at the machine may do without a signature: the commands that work on the store.
//!
//! One file per subject; each command is a struct (what is asked), a function and an answer. The same function runs in
//! the daemon, when one runs (asked over the control socket), and in the command's own process when none does.

mod access_key;
mod access_trail;
mod account;
mod acting;
mod audit;
mod backup;
mod domain;
mod explain;
mod fsck;
mod mailbox;
mod named;
mod organization;
mod pages;
mod status;
mod table;
mod time;
mod token;

use std::sync::Arc;

use postroom_admin_api::Api;
pub(crate) use postroom_directory::fsck::Progress;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::Config;
use crate::listeners::tls::Certificates;
use crate::problem::Problem;
use crate::process::Opened;

pub(crate) use access_key::{
    AccessKeyCreate, AccessKeyDelete, AccessKeyList, AccessKeyPolicies, AccessKeySwitch,
};
pub(crate) use account::{AccountCreate, AccountList};
pub(crate) use audit::{AuditTail, Log, Trail};
pub(crate) use backup::{BackupTake, RestoreOne, findings, problem, source};
pub(crate) use domain::{DomainList, DomainRotateDkim, DomainShow};
pub(crate) use explain::{ExplainAccess, ExplainDeviceAccess};
pub(crate) use fsck::Fsck;
pub(crate) use mailbox::{MailFormat, MailboxExport, MailboxImport, MailboxRecover};
pub(crate) use organization::{OrganizationSet, OrganizationShow};
pub(crate) use status::{Reload, Status};
pub(crate) use token::{TokenCreate, TokenRevokeImpersonation};

/// What commands work on.
pub(crate) struct Operator {
    /// The store.
    pub(crate) opened: Opened,
    /// The admin API.
    pub(crate) api: Arc<Api>,
    /// The configuration of the process that has the store open.
    pub(crate) config: Arc<Config>,
    /// The daemon, when this is one.
    pub(crate) daemon: Option<Daemon>,
}

/// What only a running daemon has.
pub(crate) struct Daemon {
    /// `endpoints.json`
    pub(crate) endpoints: serde_json::Value,
    /// When it began to serve.
    pub(crate) started_at: postroom_types::Timestamp,
    /// Its certificates.
    pub(crate) tls: Arc<Certificates>,
}

/// A command: what is asked, and what the answer looks like.
pub(crate) trait Command: Into<Request> {
    /// The answer; JSON is its `Serialize`, text its `Display`.
    type Answer: Serialize + DeserializeOwned + std::fmt::Display;
}

/// `commands! { { Type -> Answer = function; … } long { … } }`: the table of commands. Each becomes a variant of [`Request`];
/// the functions of the long ones tell how far they are.
macro_rules! commands {
    ({ $($name:ident -> $answer:ty = $function:path;)+ } long { $($long:ident -> $found:ty = $works:path;)+ }) => {
        /// A command as it goes over the control socket.
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        pub(crate) enum Request {
            $($name($name),)+
            $($long($long),)+
        }

        $(
            impl From<$name> for Request {
                fn from(command: $name) -> Self {
                    Self::$name(command)
                }
            }
            impl Command for $name {
                type Answer = $answer;
            }
        )+
        $(
            impl From<$long> for Request {
                fn from(command: $long) -> Self {
                    Self::$long(command)
                }
            }
            impl Command for $long {
                type Answer = $found;
            }
        )+

        impl Operator {
            /// Carries out `request`. Whoever stops waiting stops a long one between two of its steps.
            pub(crate) async fn run(
                &self,
                request: Request,
                progress: Progress,
            ) -> Result<serde_json::Value, Problem> {
                match request {
                    $(Request::$name(command) => {
                        let answer: $answer = $function(self, command).await?;
                        serde_json::to_value(answer).map_err(|error| Problem::new("cannot write the answer", error))
                    })+
                    $(Request::$long(command) => {
                        let answer: $found = $works(self, command, progress).await?;
                        serde_json::to_value(answer).map_err(|error| Problem::new("cannot write the answer", error))
                    })+
                }
            }
        }
    };
}

commands! {
    {
        AccountCreate -> account::Account = account::create;
        AccountList -> account::Accounts = account::list;
        AccessKeyCreate -> access_key::Made = access_key::create;
        AccessKeyList -> access_key::AccessKeys = access_key::list;
        AccessKeySwitch -> access_key::Done = access_key::switch;
        AccessKeyPolicies -> access_key::Done = access_key::put_policies;
        AccessKeyDelete -> access_key::Done = access_key::delete;
        TokenCreate -> token::Token = token::create;
        TokenRevokeImpersonation -> token::Revoked = token::revoke_impersonation;
        AuditTail -> audit::Trail = audit::tail;
        DomainList -> domain::Domains = domain::list;
        DomainShow -> domain::Shown = domain::show;
        DomainRotateDkim -> domain::Rotated = domain::rotate_dkim;
        ExplainAccess -> explain::Explanation = explain::access;
        ExplainDeviceAccess -> explain::Explanation = explain::device_access;
        OrganizationShow -> organization::Shown = organization::show;
        OrganizationSet -> organization::Shown = organization::set;
        Status -> status::Report = status::report;
        Reload -> status::Reloaded = status::reload;
    }
    long {
        Fsck -> fsck::Report = fsck::run;
        BackupTake -> backup::Taken = backup::take;
        RestoreOne -> backup::Restored = backup::restore_one;
        MailboxRecover -> mailbox::Recovered = mailbox::recover;
        MailboxExport -> mailbox::Exported = mailbox::export;
        MailboxImport -> mailbox::Imported = mailbox::import;
    }
}
