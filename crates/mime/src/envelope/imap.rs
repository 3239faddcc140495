//! IMAP's ENVELOPE. Spec: RFC 9051 §7.5.2 and §9 (`envelope`).

use super::Raw;
use super::address::Entry;
use crate::imap::{push_nstring, push_string};

/// `"(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc SP
/// env-in-reply-to SP env-message-id ")"`.
pub fn envelope(raw: &Raw) -> Vec<u8> {
    let mut out = vec![b'('];
    push_nstring(&mut out, raw.date.as_deref());
    out.push(b' ');
    push_nstring(&mut out, raw.subject.as_deref());
    // RFC 9051 §7.5.2: a sender or reply-to that is not there or empty is the from.
    let or_from = |list| if has_mailbox(list) { list } else { &raw.from };
    for list in [&raw.from, or_from(&raw.sender), or_from(&raw.reply_to), &raw.to, &raw.cc, &raw.bcc] {
        out.push(b' ');
        push_list(&mut out, list);
    }
    for text in [&raw.in_reply_to, &raw.message_id] {
        out.push(b' ');
        push_nstring(&mut out, text.as_deref());
    }
    out.push(b')');
    out
}

fn has_mailbox(list: &[Entry]) -> bool {
    list.iter().any(|entry| matches!(entry, Entry::Mailbox(_)))
}

/// `"(" 1*address ")" / nil`.
fn push_list(out: &mut Vec<u8>, list: &[Entry]) {
    if list.is_empty() {
        out.extend_from_slice(b"NIL");
        return;
    }
    out.push(b'(');
    for entry in list {
        out.push(b'(');
        match entry {
            Entry::Mailbox(address) => {
                let present = |text: &'_ [u8]| (!text.is_empty()).then(|| text.to_vec());
                push_nstring(out, present(&address.name).as_deref());
                out.push(b' ');
                push_nstring(out, present(&address.route).as_deref());
                out.push(b' ');
                push_string(out, &address.local);
                out.push(b' ');
                push_string(out, &address.host);
            }
            Entry::GroupStart(name) => {
                out.extend_from_slice(b"NIL NIL ");
                push_string(out, name);
                out.extend_from_slice(b" NIL");
            }
            Entry::GroupEnd => out.extend_from_slice(b"NIL NIL NIL NIL"),
        }
        out.push(b')');
    }
    out.push(b')');
}
