//! ENABLE (RFC 9051 §6.3.1).

use postroom_imap_proto::command::EnableItem;

use super::Done;
use crate::failure::Failure;
use crate::out::Out;
use crate::respond;
use crate::session::Session;

/// Enables what is known and answers what was.
pub(crate) fn enable(
    session: &mut Session,
    out: &mut Out<'_>,
    items: &[EnableItem],
) -> Result<Done, Failure> {
    session.user()?;
    let mut enabled = Vec::new();
    for item in items {
        match item {
            EnableItem::CondStore => session.enabled.condstore = true,
            EnableItem::QResync => {
                // QRESYNC implies CONDSTORE (RFC 7162 §3.2.3).
                session.enabled.qresync = true;
                session.enabled.condstore = true;
            }
            EnableItem::Utf8Accept => session.enabled.utf8 = true,
            EnableItem::Imap4Rev2 => session.enabled.rev2 = true,
            EnableItem::Other(_) => continue,
        }
        enabled.push(item);
    }
    respond::enabled(&mut out.bytes, &enabled);
    Ok(Done::plain("ENABLE is done"))
}
