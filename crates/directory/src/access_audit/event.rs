//! The records, with WorkMail's names (WB §13.2). What all have in common is added where a record is shown:
//! `event_timestamp`, `request_id`, `organization_arn`, `user_id`.

use std::net::IpAddr;

use postroom_types::EntityId;
use serde::{Serialize, Serializer};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in records.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

words! {
    /// Which log a record belongs to.
    AccessLog {
        /// Log-ins.
        Authentication = "AUTHENTICATION_LOGS",
        /// Decisions of access rules.
        AccessControl = "ACCESS_CONTROL_LOGS",
        /// What was done in mailboxes.
        MailboxAccess = "WORKMAIL_MAILBOX_ACCESS_LOGS",
    }
}

words! {
    /// Which kind of rules decided.
    Scope {
        /// Access control rules.
        AccessControl = "AccessControl",
        /// Mobile device access rules.
        Device = "DeviceAccessControl",
        /// Rules of an impersonation role.
        Impersonation = "ImpersonationAccessControl",
    }
}

words! {
    /// What was done in a mailbox.
    #[expect(missing_docs, reason = "each is WorkMail's word with the same name")]
    MailboxAction {
        Read = "read",
        ReadHierarchy = "read_hierarchy",
        ReadSummary = "read_summary",
        ReadAttachment = "read_attachment",
        ReadPermissions = "read_permissions",
        Create = "create",
        Update = "update",
        UpdatePermissions = "update_permissions",
        UpdateReadState = "update_read_state",
        Delete = "delete",
        SubmitEmailForSending = "submit_email_for_sending",
        AbortSendingEmail = "abort_sending_email",
        Move = "move",
        MoveTo = "move_to",
        Copy = "copy",
        CopyTo = "copy_to",
    }
}

words! {
    /// What it was done to.
    #[expect(missing_docs, reason = "each is WorkMail's word with the same name")]
    MailboxObject {
        Folder = "Folder",
        Message = "Message",
        Attachment = "Attachment",
    }
}

/// A log-in. It never holds what was presented.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Authentication<'a> {
    /// The address that was given.
    pub user: &'a str,
    /// The protocol.
    pub protocol: &'a str,
    /// Where it came from.
    pub source_ip: IpAddr,
    /// What the client says that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<&'a str>,
    /// `basic`: user and password, or a token in its place.
    pub method: &'a str,
    /// Whether user and credential are right.
    pub auth_successful: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_failed_reason: Option<&'a str>,
    /// Which token it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_access_token_id: Option<&'a str>,
}

/// A decision of access rules.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Decision<'a> {
    /// The impersonation role that acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impersonator_id: Option<&'a str>,
    /// The protocol.
    pub protocol: &'a str,
    /// Where it came from.
    pub source_ip: IpAddr,
    /// Which kind of rules decided.
    pub scope: Scope,
    /// The first rule that produced the decision; none when no rule matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<&'a str>,
    /// The decision.
    pub access_granted: bool,
}

/// Something that a session does in a mailbox.
#[derive(Debug, Clone, Copy)]
pub struct MailboxAccess<'a> {
    /// What.
    pub action: MailboxAction,
    /// Whose mailbox.
    pub owner: &'a EntityId,
    /// To what kind of thing.
    pub object: MailboxObject,
    /// To which item; of several, the first.
    pub item_id: Option<&'a str>,
    /// The folder, as its owner sees it.
    pub folder_path: Option<&'a str>,
    /// The folder's id.
    pub folder_id: Option<&'a str>,
    /// The attachment.
    pub attachment_path: Option<&'a str>,
    /// Whether it was allowed.
    pub allowed: bool,
    /// To how many things at once.
    pub count: u32,
}

/// A record of [`MailboxAccess`].
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MailboxLog<'a> {
    /// The impersonation role that acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impersonator_id: Option<&'a str>,
    /// The protocol.
    pub protocol: &'a str,
    /// Where it came from.
    pub source_ip: IpAddr,
    /// What the client says that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<&'a str>,
    /// What.
    pub action: MailboxAction,
    /// Whose mailbox.
    pub owner_id: &'a str,
    /// To what kind of thing.
    pub object_type: MailboxObject,
    /// To which item; of several, the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_id: Option<&'a str>,
    /// The folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder_path: Option<&'a str>,
    /// The folder's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder_id: Option<&'a str>,
    /// The attachment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_path: Option<&'a str>,
    /// Whether it was allowed.
    pub action_allowed: bool,
}

impl MailboxLog<'_> {
    /// What repetitions have in common: all but the single item.
    pub(crate) fn input(&self) -> MailboxLog<'_> {
        MailboxLog { item_id: None, attachment_path: None, ..*self }
    }
}
