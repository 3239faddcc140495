//! Status responses (RFC 9051 §7.1).

use postroom_imap_proto::Tag;
use postroom_imap_proto::encode::{self, Code, Status};
use postroom_mailbox::{FolderKey, Mailbox};

use super::{capabilities, mailbox_object};
use crate::session::Session;

/// The first line of a connection.
pub(crate) fn greeting(out: &mut Vec<u8>, session: &Session) {
    let code = Code::Capability(capabilities(session));
    encode::untagged(out, Status::Ok, Some(&code), "Postroom is ready");
}

/// `tag OK`
pub(crate) fn ok(out: &mut Vec<u8>, tag: &Tag, code: Option<&Code>, text: &str) {
    encode::tagged(out, tag, Status::Ok, code, text);
}

/// `tag NO`
pub(crate) fn no(out: &mut Vec<u8>, tag: &Tag, code: Option<&Code>, text: &str) {
    encode::tagged(out, tag, Status::No, code, text);
}

/// `tag BAD`
pub(crate) fn bad(out: &mut Vec<u8>, tag: Option<&Tag>, text: &str) {
    match tag {
        Some(tag) => encode::tagged(out, tag, Status::Bad, None, text),
        None => encode::untagged(out, Status::Bad, None, text),
    }
}

/// `* BYE`
pub(crate) fn bye(out: &mut Vec<u8>, text: &str) {
    encode::untagged(out, Status::Bye, None, text);
}

/// `* OK [code]`
pub(crate) fn untagged_ok(out: &mut Vec<u8>, code: &Code, text: &str) {
    encode::untagged(out, Status::Ok, Some(code), text);
}

/// `[INPROGRESS ("tag" NIL NIL)]`
pub(crate) fn in_progress(out: &mut Vec<u8>, tag: &Tag) {
    let code = Code::InProgress { tag: Some(tag.clone()), done: None, goal: None };
    untagged_ok(out, &code, "Still at work");
}

/// `+`: the literal may come.
pub(crate) fn go_on(out: &mut Vec<u8>) {
    encode::continuation(out, "Go on");
}

/// `+`: IDLE has begun.
pub(crate) fn idling(out: &mut Vec<u8>) {
    encode::continuation(out, "idling");
}

/// `+` with a challenge of SASL.
pub(crate) fn challenge(out: &mut Vec<u8>, prompt: &str) {
    encode::continuation(out, prompt);
}

/// What was selected is not any more: RFC 7162 §3.2.11.
pub(crate) fn closed(out: &mut Vec<u8>) {
    untagged_ok(out, &Code::Closed, "The previous mailbox is closed");
}

/// `[UIDVALIDITY n]`
pub(crate) fn uid_validity(out: &mut Vec<u8>, uid_validity: u32) {
    untagged_ok(out, &Code::UidValidity(uid_validity), "UIDs are valid");
}

/// `[UIDNEXT n]`
pub(crate) fn uid_next(out: &mut Vec<u8>, uid_next: u32) {
    untagged_ok(out, &Code::UidNext(uid_next), "The next UID");
}

/// `[UNSEEN n]`, of IMAP4rev1.
pub(crate) fn unseen(out: &mut Vec<u8>, number: u32) {
    untagged_ok(out, &Code::Unseen(number), "The first message that is not read");
}

/// `[HIGHESTMODSEQ n]`
pub(crate) fn highest_mod_seq(out: &mut Vec<u8>, mod_seq: i64) {
    let mod_seq = u64::try_from(mod_seq).unwrap_or(1).max(1);
    untagged_ok(out, &Code::HighestModSeq(mod_seq), "The newest change");
}

/// `[MAILBOXID (…)]`
pub(crate) fn mailbox_id(out: &mut Vec<u8>, mailbox: &Mailbox, folder: FolderKey) {
    untagged_ok(out, &mailbox_id_code(mailbox, folder), "Its id");
}

/// The code of a folder's id: RFC 8474 §4.
pub(crate) fn mailbox_id_code(mailbox: &Mailbox, folder: FolderKey) -> Code {
    Code::MailboxId(mailbox_object(mailbox, folder))
}
