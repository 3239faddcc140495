//! Reading messages.

use crate::value::{Numbers, PartPath, Partial, Section, SequenceSet};

/// `FETCH`. RFC 9051 §6.4.5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// What the numbers are. With UIDs, the caller adds `UID` to what is told.
    pub numbers: Numbers,
    /// Which messages.
    pub set: SequenceSet,
    /// What of them, in the order asked, macros written out, nothing twice. Never empty.
    pub items: Vec<FetchItem>,
    /// `CHANGEDSINCE`: only those changed after this. RFC 7162 §3.1.4.1.
    pub changed_since: Option<u64>,
    /// `VANISHED`: also which are gone; only with UIDs and `changed_since`. RFC 7162 §3.2.6.
    pub vanished: bool,
}

/// A data item of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FetchItem {
    /// `ENVELOPE`
    Envelope,
    /// `FLAGS`
    Flags,
    /// `INTERNALDATE`
    InternalDate,
    /// `BODY[]` under its oldest name, of IMAP4rev1. Sets `\Seen`.
    Rfc822,
    /// `BODY.PEEK[HEADER]` under its oldest name, of IMAP4rev1.
    Rfc822Header,
    /// The size in bytes.
    Rfc822Size,
    /// `BODY[TEXT]` under its oldest name, of IMAP4rev1. Sets `\Seen`.
    Rfc822Text,
    /// `BODY`: the structure without extension data.
    Body,
    /// `BODYSTRUCTURE`
    BodyStructure,
    /// `BODY[…]` and `BODY.PEEK[…]`
    BodySection {
        /// Which part.
        section: Section,
        /// Which octets of it.
        partial: Option<Partial>,
        /// Without setting `\Seen`.
        peek: bool,
    },
    /// `BINARY[…]` and `BINARY.PEEK[…]`: the part without its transfer encoding. RFC 3516.
    Binary {
        /// Which part.
        part: PartPath,
        /// Which octets of it.
        partial: Option<Partial>,
        /// Without setting `\Seen`.
        peek: bool,
    },
    /// `BINARY.SIZE[…]`
    BinarySize(PartPath),
    /// `UID`
    Uid,
    /// `MODSEQ`. RFC 7162 §3.1.4.2.
    ModSeq,
    /// `EMAILID`. RFC 8474 §5.1.
    EmailId,
    /// `THREADID`. RFC 8474 §5.2.
    ThreadId,
    /// `SAVEDATE`. RFC 8514 §4.2.
    SaveDate,
    /// `PREVIEW`. RFC 8970 §3.
    Preview {
        /// `LAZY`: only if it is at hand.
        lazy: bool,
    },
}

impl FetchItem {
    /// Whether fetching it sets `\Seen`.
    pub const fn sets_seen(&self) -> bool {
        match self {
            Self::Rfc822 | Self::Rfc822Text => true,
            Self::BodySection { peek, .. } | Self::Binary { peek, .. } => !*peek,
            Self::Envelope
            | Self::Flags
            | Self::InternalDate
            | Self::Rfc822Header
            | Self::Rfc822Size
            | Self::Body
            | Self::BodyStructure
            | Self::BinarySize(_)
            | Self::Uid
            | Self::ModSeq
            | Self::EmailId
            | Self::ThreadId
            | Self::SaveDate
            | Self::Preview { .. } => false,
        }
    }
}
