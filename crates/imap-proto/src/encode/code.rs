//! What stands in the brackets of a status response.

use super::text::{list_of, number, number_set, plain, quoted};
use crate::{Flag, NumberSet, ObjectId, Tag};

/// A response code. RFC 9051 §7.1; others are named at their variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// `ALERT`: the text must be shown.
    Alert,
    /// `ALREADYEXISTS`
    AlreadyExists,
    /// `APPENDUID`
    AppendUid {
        /// Of the mailbox.
        uid_validity: u32,
        /// Of the new messages, in their order.
        uids: NumberSet,
    },
    /// `AUTHENTICATIONFAILED`
    AuthenticationFailed,
    /// `AUTHORIZATIONFAILED`
    AuthorizationFailed,
    /// `BADCHARSET`, with the charsets that are read.
    BadCharset,
    /// `BADEVENT`, with the events that are known. RFC 5465 §3.1.
    BadEvent,
    /// `BADURL`. RFC 4469 §4.
    BadUrl(Box<str>),
    /// `CANNOT`
    Cannot,
    /// `CAPABILITY`
    Capability(Vec<Box<str>>),
    /// `CLIENTBUG`
    ClientBug,
    /// `CLOSED`. RFC 7162 §3.2.11.
    Closed,
    /// `COMPRESSIONACTIVE`. RFC 4978 §3.
    CompressionActive,
    /// `CONTACTADMIN`
    ContactAdmin,
    /// `COPYUID`: the n-th of `from` became the n-th of `to`, both ascending.
    CopyUid {
        /// Of the mailbox copied to.
        uid_validity: u32,
        /// Source.
        from: NumberSet,
        /// Destination; as many.
        to: NumberSet,
    },
    /// `CORRUPTION`
    Corruption,
    /// `EXPIRED`
    Expired,
    /// `EXPUNGEISSUED`
    ExpungeIssued,
    /// `HASCHILDREN`
    HasChildren,
    /// `HIGHESTMODSEQ`. RFC 7162 §3.1.2.1.
    HighestModSeq(u64),
    /// `INPROGRESS`. RFC 9585 §4.
    InProgress {
        /// The command's.
        tag: Option<Tag>,
        /// How much is done, with `goal` in one unit.
        done: Option<u32>,
        /// How much there is to do.
        goal: Option<u32>,
    },
    /// `INUSE`
    InUse,
    /// `LIMIT`
    Limit,
    /// `MAILBOXID`. RFC 8474 §4.1.
    MailboxId(ObjectId),
    /// `METADATA LONGENTRIES`: the size of the longest value left out. RFC 5464 §4.2.1.
    MetadataLongEntries(u32),
    /// `METADATA MAXSIZE`: values may have so many bytes. RFC 5464 §4.3.
    MetadataMaxSize(u32),
    /// `METADATA NOPRIVATE`
    MetadataNoPrivate,
    /// `METADATA TOOMANY`
    MetadataTooMany,
    /// `MODIFIED`: these were changed by others. RFC 7162 §3.1.3.
    Modified(NumberSet),
    /// `NOMODSEQ`. RFC 7162 §3.1.2.2.
    NoModSeq,
    /// `NONEXISTENT`
    NonExistent,
    /// `NOPERM`
    NoPerm,
    /// `NOTIFICATIONOVERFLOW`. RFC 5465 §5.8.
    NotificationOverflow,
    /// `NOTSAVED`
    NotSaved,
    /// `OVERQUOTA`
    OverQuota,
    /// `PARSE`
    Parse,
    /// `PERMANENTFLAGS`
    PermanentFlags {
        /// Which can be changed for good.
        flags: Vec<Flag>,
        /// `\*`: new keywords can be made.
        new_keywords: bool,
    },
    /// `PRIVACYREQUIRED`
    PrivacyRequired,
    /// `READ-ONLY`
    ReadOnly,
    /// `READ-WRITE`
    ReadWrite,
    /// `SERVERBUG`
    ServerBug,
    /// `TOOBIG`. RFC 4469 §4.2, RFC 7889 §4.
    TooBig,
    /// `TRYCREATE`
    TryCreate,
    /// `UIDNEXT`
    UidNext(u32),
    /// `UIDNOTSTICKY`
    UidNotSticky,
    /// `UIDVALIDITY`
    UidValidity(u32),
    /// `UNAVAILABLE`
    Unavailable,
    /// `UNKNOWN-CTE`
    UnknownCte,
    /// `UNSEEN`: the first, of IMAP4rev1.
    Unseen(u32),
    /// `USEATTR`. RFC 6154 §3.
    UseAttr,
}

/// The events that NOTIFY takes. RFC 5465 §5.
const EVENTS: &str = " (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange \
     MailboxMetadataChange ServerMetadataChange)";

impl Code {
    /// Its word, without arguments.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Alert => "ALERT",
            Self::AlreadyExists => "ALREADYEXISTS",
            Self::AppendUid { .. } => "APPENDUID",
            Self::AuthenticationFailed => "AUTHENTICATIONFAILED",
            Self::AuthorizationFailed => "AUTHORIZATIONFAILED",
            Self::BadCharset => "BADCHARSET",
            Self::BadEvent => "BADEVENT",
            Self::BadUrl(_) => "BADURL",
            Self::Cannot => "CANNOT",
            Self::Capability(_) => "CAPABILITY",
            Self::ClientBug => "CLIENTBUG",
            Self::Closed => "CLOSED",
            Self::CompressionActive => "COMPRESSIONACTIVE",
            Self::ContactAdmin => "CONTACTADMIN",
            Self::CopyUid { .. } => "COPYUID",
            Self::Corruption => "CORRUPTION",
            Self::Expired => "EXPIRED",
            Self::ExpungeIssued => "EXPUNGEISSUED",
            Self::HasChildren => "HASCHILDREN",
            Self::HighestModSeq(_) => "HIGHESTMODSEQ",
            Self::InProgress { .. } => "INPROGRESS",
            Self::InUse => "INUSE",
            Self::Limit => "LIMIT",
            Self::MailboxId(_) => "MAILBOXID",
            Self::MetadataLongEntries(_) => "METADATA LONGENTRIES",
            Self::MetadataMaxSize(_) => "METADATA MAXSIZE",
            Self::MetadataNoPrivate => "METADATA NOPRIVATE",
            Self::MetadataTooMany => "METADATA TOOMANY",
            Self::Modified(_) => "MODIFIED",
            Self::NoModSeq => "NOMODSEQ",
            Self::NonExistent => "NONEXISTENT",
            Self::NoPerm => "NOPERM",
            Self::NotificationOverflow => "NOTIFICATIONOVERFLOW",
            Self::NotSaved => "NOTSAVED",
            Self::OverQuota => "OVERQUOTA",
            Self::Parse => "PARSE",
            Self::PermanentFlags { .. } => "PERMANENTFLAGS",
            Self::PrivacyRequired => "PRIVACYREQUIRED",
            Self::ReadOnly => "READ-ONLY",
            Self::ReadWrite => "READ-WRITE",
            Self::ServerBug => "SERVERBUG",
            Self::TooBig => "TOOBIG",
            Self::TryCreate => "TRYCREATE",
            Self::UidNext(_) => "UIDNEXT",
            Self::UidNotSticky => "UIDNOTSTICKY",
            Self::UidValidity(_) => "UIDVALIDITY",
            Self::Unavailable => "UNAVAILABLE",
            Self::UnknownCte => "UNKNOWN-CTE",
            Self::Unseen(_) => "UNSEEN",
            Self::UseAttr => "USEATTR",
        }
    }

    /// Writes it without the brackets.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        plain(out, self.as_str());
        match self {
            Self::AppendUid { uid_validity, uids } => {
                space_number(out, (*uid_validity).into());
                space_set(out, uids);
            }
            Self::CopyUid { uid_validity, from, to } => {
                debug_assert_eq!(from.count(), to.count());
                space_number(out, (*uid_validity).into());
                space_set(out, from);
                space_set(out, to);
            }
            Self::BadCharset => plain(out, " (US-ASCII UTF-8)"),
            Self::BadEvent => plain(out, EVENTS),
            Self::BadUrl(url) => {
                out.push(b' ');
                // A bracket would end the code.
                quoted(out, &url.replace(']', "%5D"));
            }
            Self::Capability(all) => all.iter().for_each(|one| {
                out.push(b' ');
                plain(out, one);
            }),
            Self::HighestModSeq(value) => space_number(out, *value),
            Self::MetadataLongEntries(value)
            | Self::MetadataMaxSize(value)
            | Self::UidNext(value)
            | Self::UidValidity(value)
            | Self::Unseen(value) => space_number(out, (*value).into()),
            Self::InProgress { tag, done, goal } => in_progress(out, tag.as_ref(), *done, *goal),
            Self::MailboxId(id) => {
                out.push(b' ');
                list_of(out, [id.as_str()], plain);
            }
            Self::Modified(set) => space_set(out, set),
            Self::PermanentFlags { flags, new_keywords } => {
                out.push(b' ');
                let names = flags.iter().map(Flag::as_str).chain(new_keywords.then_some("\\*"));
                list_of(out, names, plain);
            }
            Self::Alert
            | Self::AlreadyExists
            | Self::AuthenticationFailed
            | Self::AuthorizationFailed
            | Self::Cannot
            | Self::ClientBug
            | Self::Closed
            | Self::CompressionActive
            | Self::ContactAdmin
            | Self::Corruption
            | Self::Expired
            | Self::ExpungeIssued
            | Self::HasChildren
            | Self::InUse
            | Self::Limit
            | Self::MetadataNoPrivate
            | Self::MetadataTooMany
            | Self::NoModSeq
            | Self::NonExistent
            | Self::NoPerm
            | Self::NotificationOverflow
            | Self::NotSaved
            | Self::OverQuota
            | Self::Parse
            | Self::PrivacyRequired
            | Self::ReadOnly
            | Self::ReadWrite
            | Self::ServerBug
            | Self::TooBig
            | Self::TryCreate
            | Self::UidNotSticky
            | Self::Unavailable
            | Self::UnknownCte
            | Self::UseAttr => {}
        }
    }
}

fn space_number(out: &mut Vec<u8>, value: u64) {
    out.push(b' ');
    number(out, value);
}

fn space_set(out: &mut Vec<u8>, set: &NumberSet) {
    debug_assert!(!set.is_empty(), "an empty set has no form");
    out.push(b' ');
    number_set(out, set);
}

fn in_progress(out: &mut Vec<u8>, tag: Option<&Tag>, done: Option<u32>, goal: Option<u32>) {
    if tag.is_none() && done.is_none() && goal.is_none() {
        return;
    }
    plain(out, " (");
    match tag {
        Some(tag) => quoted(out, tag.as_str()),
        None => plain(out, "NIL"),
    }
    for count in [done, goal] {
        match count {
            Some(count) => space_number(out, count.into()),
            None => plain(out, " NIL"),
        }
    }
    out.push(b')');
}
