//! What a client wants to hear of without asking. RFC 5465.

use super::FetchItem;
use crate::value::MailboxName;

/// `NOTIFY SET`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifySet {
    /// `STATUS`: tell the state of the mailboxes now.
    pub status: bool,
    /// At least one; for a mailbox in several, the first decides.
    pub groups: Vec<EventGroup>,
}

/// Mailboxes, and what is told about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventGroup {
    /// Which mailboxes.
    pub mailboxes: MailboxFilter,
    /// What; empty for `NONE`.
    ///
    /// Checked: new and gone messages come together, changes of flags only with them, `fetch` only for the selected
    /// mailbox. RFC 5465 §5.
    pub events: Vec<NotifyEvent>,
}

/// Which mailboxes are watched. RFC 5465 §6.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxFilter {
    /// `SELECTED`
    Selected,
    /// `SELECTED-DELAYED`: the selected one, gone messages only when the client can take it.
    SelectedDelayed,
    /// `INBOXES`: where mail is delivered to.
    Inboxes,
    /// `PERSONAL`: the user's own.
    Personal,
    /// `SUBSCRIBED`
    Subscribed,
    /// `SUBTREE`: these and what is below them.
    Subtree(Vec<MailboxName>),
    /// `MAILBOXES`: these.
    Mailboxes(Vec<MailboxName>),
}

/// What happens. RFC 5465 §5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotifyEvent {
    /// `MessageNew`, with what is fetched of a new message at once.
    MessageNew {
        /// Empty: nothing.
        fetch: Vec<FetchItem>,
    },
    /// `MessageExpunge`
    MessageExpunge,
    /// `FlagChange`
    FlagChange,
    /// `MailboxName`: made, renamed, deleted.
    MailboxName,
    /// `SubscriptionChange`
    SubscriptionChange,
    /// `MailboxMetadataChange`
    MailboxMetadataChange,
    /// `ServerMetadataChange`
    ServerMetadataChange,
    /// An event that is not known here, to be answered with `BADEVENT`: `event-ext`, and `AnnotationChange`, as there
    /// are no annotations (RFC 5257). RFC 5465 §5.
    Other,
}
