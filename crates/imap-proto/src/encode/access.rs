//! Rights. RFC 4314 §3.

use super::text::{astring, line_end, mailbox_name, plain};
use crate::{Encoding, MailboxName, Rights};

/// `* ACL name identifier rights …`
pub fn acl<'a>(
    out: &mut Vec<u8>,
    mailbox: &MailboxName,
    entries: impl IntoIterator<Item = (&'a str, Rights)>,
    encoding: Encoding,
) {
    plain(out, "* ACL ");
    mailbox_name(out, mailbox, encoding);
    for (identifier, held) in entries {
        out.push(b' ');
        astring(out, identifier.as_bytes(), encoding);
        out.push(b' ');
        rights(out, held);
    }
    line_end(out);
}

/// `* LISTRIGHTS name identifier required optional …`; rights in one optional set are given together.
pub fn list_rights(
    out: &mut Vec<u8>,
    mailbox: &MailboxName,
    identifier: &str,
    required: Rights,
    optional: &[Rights],
    encoding: Encoding,
) {
    plain(out, "* LISTRIGHTS ");
    mailbox_name(out, mailbox, encoding);
    out.push(b' ');
    astring(out, identifier.as_bytes(), encoding);
    for set in std::iter::once(&required).chain(optional) {
        out.push(b' ');
        rights(out, *set);
    }
    line_end(out);
}

/// `* MYRIGHTS name rights`
pub fn my_rights(out: &mut Vec<u8>, mailbox: &MailboxName, held: Rights, encoding: Encoding) {
    plain(out, "* MYRIGHTS ");
    mailbox_name(out, mailbox, encoding);
    out.push(b' ');
    rights(out, held);
    line_end(out);
}

fn rights(out: &mut Vec<u8>, rights: Rights) {
    if rights.is_empty() {
        return plain(out, "\"\"");
    }
    out.extend(rights.letters().filter_map(|letter| u8::try_from(letter).ok()));
}
