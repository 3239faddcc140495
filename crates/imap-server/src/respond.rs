//! What sessions tell, from values of the mailbox crate to the codec's.

mod folders;
mod status;

use postroom_imap_proto::command::EnableItem;
use postroom_imap_proto::encode::{self, Code, FetchWriter, Namespace, QuotaUsage, Status};
use postroom_imap_proto::{
    DateTime, Encoding, Fault, Flag, Keyword, MailboxName, ObjectId, QuotaResource, Tag,
};
use postroom_mailbox::{Flags, FolderKey, Item, Keywords, Mailbox, MailboxEpoch, Uid, UidSet};
use postroom_types::Timestamp;

pub(crate) use folders::{above, called_otherwise, changed, delimiter, gone, list, lsub, opened, status};
pub(crate) use status::*;

use crate::names::{DELIMITER, OTHERS};
use crate::selected::{Enabled, number_set};
use crate::session::Session;

/// Flags that are no keywords, with IMAP's names.
const SYSTEM: [(Flags, Flag); 5] = [
    (Flags::ANSWERED, Flag::Answered),
    (Flags::FLAGGED, Flag::Flagged),
    (Flags::DELETED, Flag::Deleted),
    (Flags::SEEN, Flag::Seen),
    (Flags::DRAFT, Flag::Draft),
];

impl Enabled {
    /// How names and texts are written on this connection.
    pub(crate) fn encoding(self) -> Encoding {
        if self.utf8 || self.rev2 { Encoding::Utf8 } else { Encoding::SevenBit }
    }
}

/// The flag, or the name of the keyword.
pub(crate) fn flag_of(flag: &Flag) -> Result<Flags, &str> {
    match flag {
        Flag::Answered => Ok(Flags::ANSWERED),
        Flag::Flagged => Ok(Flags::FLAGGED),
        Flag::Deleted => Ok(Flags::DELETED),
        Flag::Seen => Ok(Flags::SEEN),
        Flag::Draft => Ok(Flags::DRAFT),
        Flag::Keyword(keyword) => Err(keyword.as_str()),
    }
}

/// The flags among `flags`, and the names of the keywords.
pub(crate) fn flags_of(flags: &[Flag]) -> (Flags, Vec<String>) {
    flags.iter().fold((Flags::NONE, Vec::new()), |(known, mut names), flag| match flag_of(flag) {
        Ok(flag) => (known.with(flag), names),
        Err(name) => {
            names.push(name.to_owned());
            (known, names)
        }
    })
}

/// The names of `flags`.
pub(crate) fn flag_names(flags: Flags, keywords: &Keywords) -> impl Iterator<Item = &str> {
    let system = SYSTEM.iter().filter(move |(flag, _)| flags.contains(*flag)).map(|(_, name)| name.as_str());
    system.chain(flags.keywords().filter_map(|number| keywords.name(number)))
}

/// `* FLAGS`: all that there are.
pub(crate) fn flags(out: &mut Vec<u8>, keywords: &Keywords) {
    encode::flags(out, SYSTEM.iter().map(|(_, name)| name.as_str()).chain(keywords.names()));
}

/// `[PERMANENTFLAGS …]`: those of `may` that there are.
pub(crate) fn permanent_flags(out: &mut Vec<u8>, keywords: &Keywords, may: Flags) {
    let system = SYSTEM.iter().filter(|(flag, _)| may.contains(*flag)).map(|(_, flag)| flag.clone());
    let new_keywords = may.contains(Flags::KEYWORDS);
    let names = keywords.names().filter(|_| new_keywords).filter_map(Keyword::new).map(Flag::Keyword);
    let flags = system.chain(names).collect();
    untagged_ok(out, &Code::PermanentFlags { flags, new_keywords }, "Flags that are kept");
}

/// `* n EXISTS`
pub(crate) fn exists(out: &mut Vec<u8>, count: u32) {
    encode::exists(out, count);
}

/// `* 0 RECENT`: which session sees a message first is not kept (RFC 9051 has no such flag any more).
pub(crate) fn recent(out: &mut Vec<u8>) {
    encode::recent(out, 0);
}

/// `* n EXPUNGE`
pub(crate) fn expunge(out: &mut Vec<u8>, number: u32) {
    encode::expunge(out, number);
}

/// `* VANISHED`
pub(crate) fn vanished(out: &mut Vec<u8>, uids: &UidSet, earlier: bool) {
    encode::vanished(out, earlier, &number_set(uids));
}

/// `* n FETCH (FLAGS …)`
pub(crate) fn fetch_flags(
    out: &mut Vec<u8>,
    number: u32,
    uid: Option<Uid>,
    flags: Flags,
    keywords: &Keywords,
    mod_seq: Option<i64>,
) {
    let mut line = FetchWriter::new(out, number, Encoding::SevenBit);
    if let Some(uid) = uid {
        line.uid(uid);
    }
    line.flags(flag_names(flags, keywords));
    if let Some(mod_seq) = mod_seq {
        line.mod_seq(u64::try_from(mod_seq).unwrap_or(0));
    }
    line.finish();
}

/// A time as IMAP writes it, in UTC.
pub(crate) fn date_time(at: Timestamp) -> DateTime {
    DateTime::from_unix_seconds(at.seconds())
        .or_else(|| DateTime::from_unix_seconds(0))
        .expect("1970 is a year of the calendar")
}

/// A folder's MAILBOXID (RFC 8474 §4.1): its number and the mailbox's, under the epoch.
pub(crate) fn mailbox_object(mailbox: &Mailbox, folder: FolderKey) -> ObjectId {
    object(&format!("F{:x}-{:x}-{:x}", mailbox.epoch.number(), mailbox.key.0, folder.0))
}

/// A message's EMAILID (RFC 8474 §5.1): equal for what has equal content.
pub(crate) fn email_id(epoch: MailboxEpoch, item: &Item) -> ObjectId {
    object(&format!("M{:x}-{:x}", epoch.number(), item.content))
}

/// A message's THREADID (RFC 8474 §5.2).
pub(crate) fn thread_id(epoch: MailboxEpoch, item: &Item) -> ObjectId {
    object(&format!("T{:x}-{:x}", epoch.number(), item.thread))
}

fn object(text: &str) -> ObjectId {
    ObjectId::new(text).expect("letters, digits and dashes, fewer than 255")
}

/// `* ENABLED …`
pub(crate) fn enabled(out: &mut Vec<u8>, items: &[&EnableItem]) {
    let names = items.iter().filter_map(|item| match item {
        EnableItem::CondStore => Some("CONDSTORE"),
        EnableItem::QResync => Some("QRESYNC"),
        EnableItem::Utf8Accept => Some("UTF8=ACCEPT"),
        EnableItem::Imap4Rev2 => Some("IMAP4rev2"),
        EnableItem::Other(_) => None,
    });
    encode::enabled(out, names);
}

/// `* NAMESPACE …`: the user's own folders, and those of others.
pub(crate) fn namespace(out: &mut Vec<u8>) {
    let of = |prefix: &str| Namespace {
        prefix: MailboxName::new(prefix).expect("it has no control character"),
        delimiter: Some(DELIMITER),
    };
    let others = of(&format!("{OTHERS}{DELIMITER}"));
    encode::namespace(out, &[of("")], &[others], &[], Encoding::SevenBit);
}

/// `* ID …`
pub(crate) fn id(out: &mut Vec<u8>) {
    encode::id(out, [("name", Some("Postroom"))], Encoding::SevenBit);
}

/// `* QUOTAROOT …`
pub(crate) fn quota_root(out: &mut Vec<u8>, enabled: Enabled, mailbox: &MailboxName, root: Option<&str>) {
    encode::quota_root(out, mailbox, root, enabled.encoding());
}

/// `* QUOTA …`, in units of 1024 bytes (RFC 9208 §5.1).
pub(crate) fn quota(out: &mut Vec<u8>, root: &str, mailbox: &Mailbox) {
    let number = |value: i64| u64::try_from(value).unwrap_or(0);
    let usage = QuotaUsage {
        resource: QuotaResource::Storage,
        used: number(mailbox.size_bytes).div_ceil(1024),
        limit: number(mailbox.quota_mb).saturating_mul(1024),
    };
    encode::quota(out, root, &[usage], Encoding::SevenBit);
}

/// What is offered to users.
const AFTER_LOG_IN: &[&str] = &[
    "IDLE",
    "NAMESPACE",
    "UIDPLUS",
    "MULTIAPPEND",
    "REPLACE",
    "UNSELECT",
    "CHILDREN",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "LIST-MYRIGHTS",
    "SPECIAL-USE",
    "CREATE-SPECIAL-USE",
    "ESEARCH",
    "SEARCHRES",
    "WITHIN",
    "SORT",
    "SORT=DISPLAY",
    "ESORT",
    "THREAD=ORDEREDSUBJECT",
    "THREAD=REFERENCES",
    "MOVE",
    "INPROGRESS",
    "CONDSTORE",
    "QRESYNC",
    "BINARY",
    "OBJECTID",
    "PREVIEW",
    "SAVEDATE",
    "STATUS=SIZE",
    "UTF8=ACCEPT",
    "METADATA",
    "NOTIFY",
    "ACL",
    "RIGHTS=kxte",
    "QUOTA",
    "QUOTA=RES-STORAGE",
];

/// The capabilities of a session as it is now.
pub(crate) fn capabilities(session: &Session) -> Vec<Box<str>> {
    let mut names = vec!["IMAP4rev1", "IMAP4rev2", "SASL-IR", "LITERAL+", "ID", "ENABLE"];
    if session.user.is_none() {
        if session.peer.may_start_tls {
            names.push("STARTTLS");
        }
        if session.peer.secure {
            names.extend(["AUTH=PLAIN", "AUTH=LOGIN"]);
            if session.imap.log_ins.issuer().is_some() {
                names.extend(["AUTH=OAUTHBEARER", "AUTH=XOAUTH2"]);
            }
        } else {
            names.push("LOGINDISABLED");
        }
    } else {
        names.extend(AFTER_LOG_IN);
    }
    if session.user.is_some() && !session.compressed {
        names.push("COMPRESS=DEFLATE");
    }
    let mut names: Vec<Box<str>> = names.into_iter().map(Into::into).collect();
    if session.user.is_some() {
        names.push(format!("APPENDLIMIT={}", postroom_mailbox::limits::MESSAGE_BYTES_MAX).into());
    }
    names
}

/// `* CAPABILITY …`
pub(crate) fn capability(out: &mut Vec<u8>, session: &Session) {
    let names = capabilities(session);
    encode::capability(out, names.iter().map(|name| &**name));
}

/// The answer to what is no command, or too large.
pub(crate) fn refused(out: &mut Vec<u8>, tag: Option<&Tag>, fault: &Fault) {
    let (status, code) = match fault {
        Fault::Malformed { .. } | Fault::UnknownCommand => (Status::Bad, None),
        Fault::OverLimit { .. } => (Status::Bad, Some(Code::Limit)),
        Fault::TooBig { .. } => (Status::No, Some(Code::TooBig)),
        Fault::UnknownCharset => (Status::No, Some(Code::BadCharset)),
    };
    let text = fault.to_string();
    match tag {
        Some(tag) => encode::tagged(out, tag, status, code.as_ref(), &text),
        None => encode::untagged(out, Status::Bad, code.as_ref(), &text),
    }
}
