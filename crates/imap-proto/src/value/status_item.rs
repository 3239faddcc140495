//! What STATUS can be asked for.

/// An attribute of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusItem {
    /// `MESSAGES`
    Messages,
    /// `RECENT`, of IMAP4rev1 only.
    Recent,
    /// `UIDNEXT`
    UidNext,
    /// `UIDVALIDITY`
    UidValidity,
    /// `UNSEEN`: how many.
    Unseen,
    /// `DELETED`: how many. RFC 9051 §6.3.11.
    Deleted,
    /// `DELETED-STORAGE`: bytes. RFC 9208 §4.1.4.
    DeletedStorage,
    /// `SIZE`: bytes. RFC 8438.
    Size,
    /// `HIGHESTMODSEQ`. RFC 7162 §3.1.7.
    HighestModSeq,
    /// `MAILBOXID`. RFC 8474 §4.3.
    MailboxId,
    /// `APPENDLIMIT`: bytes. RFC 7889 §3.
    AppendLimit,
}

impl StatusItem {
    /// Every item.
    pub const ALL: [Self; 11] = [
        Self::Messages,
        Self::Recent,
        Self::UidNext,
        Self::UidValidity,
        Self::Unseen,
        Self::Deleted,
        Self::DeletedStorage,
        Self::Size,
        Self::HighestModSeq,
        Self::MailboxId,
        Self::AppendLimit,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "MESSAGES",
            Self::Recent => "RECENT",
            Self::UidNext => "UIDNEXT",
            Self::UidValidity => "UIDVALIDITY",
            Self::Unseen => "UNSEEN",
            Self::Deleted => "DELETED",
            Self::DeletedStorage => "DELETED-STORAGE",
            Self::Size => "SIZE",
            Self::HighestModSeq => "HIGHESTMODSEQ",
            Self::MailboxId => "MAILBOXID",
            Self::AppendLimit => "APPENDLIMIT",
        }
    }
}
