//! Opening a mailbox.

use super::cursor::{Cursor, Parsed};
use super::set::known_set;
use super::space_mailbox;
use crate::command::{KnownMessages, QResync, Select};

/// `SP mailbox [SP "(" select-param *(SP select-param) ")"]`: RFC 9051 §9, RFC 7162 §7.
pub(super) fn select(cursor: &mut Cursor<'_>) -> Parsed<Select> {
    let mut select = Select { mailbox: space_mailbox(cursor)?, condstore: false, qresync: None };
    if cursor.eat(b' ') {
        cursor.list(false, |cursor| {
            match cursor.word("CONDSTORE or QRESYNC")?.as_str() {
                "CONDSTORE" => select.condstore = true,
                "QRESYNC" if select.qresync.is_none() => {
                    cursor.space()?;
                    select.qresync = Some(qresync(cursor)?);
                }
                _ => return cursor.expected("CONDSTORE or QRESYNC"),
            }
            Ok(())
        })?;
    }
    Ok(select)
}

/// ```text
/// "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP "(" known-sequence-set SP known-uid-set ")"] ")"
/// ```
fn qresync(cursor: &mut Cursor<'_>) -> Parsed<QResync> {
    cursor.open()?;
    let uid_validity = cursor.nz_number()?;
    cursor.space()?;
    let mod_seq = cursor.nz_number64()?;
    let mut qresync = QResync { uid_validity, mod_seq, known_uids: None, known_messages: None };
    if cursor.eat(b' ') {
        if cursor.peek() == Some(b'(') {
            qresync.known_messages = Some(known_messages(cursor)?);
        } else {
            qresync.known_uids = Some(known_set(cursor)?);
            if cursor.eat(b' ') {
                qresync.known_messages = Some(known_messages(cursor)?);
            }
        }
    }
    cursor.close()?;
    Ok(qresync)
}

fn known_messages(cursor: &mut Cursor<'_>) -> Parsed<KnownMessages> {
    cursor.open()?;
    let sequence = known_set(cursor)?;
    cursor.space()?;
    let uids = known_set(cursor)?;
    cursor.close()?;
    Ok(KnownMessages { sequence, uids })
}
