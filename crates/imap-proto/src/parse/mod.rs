//! Commands out of their text.

mod access;
mod append;
mod cursor;
mod date;
mod fetch;
mod flags;
mod list;
mod log_in;
mod metadata;
mod notify;
mod quota;
mod search;
mod search_key;
mod section;
mod select;
mod set;
mod sort;
mod store;

use crate::decoder::frame::Frame;
use crate::{
    Command, Encoding, Fault, MailboxName, Numbers, SeqNumber, StageLimits, StatusItem, Tag, Tagged,
};
use cursor::{Cursor, Parsed, Stop};

/// What a literal is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiteralUse {
    /// A string.
    Text,
    /// A message, or a piece of one.
    Message(Box<Destination>),
}

/// Where a message is to go that APPEND or REPLACE brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Into which mailbox.
    pub mailbox: MailboxName,
    /// In the place of which message. RFC 8508.
    pub replaces: Option<(Numbers, SeqNumber)>,
}

/// `ATOM-CHAR`: RFC 9051 §9.
pub const fn is_atom_char(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}

/// `ASTRING-CHAR`: an atom's, or `]`.
pub const fn is_astring_char(byte: u8) -> bool {
    is_atom_char(byte) || byte == b']'
}

/// The tag at the begin of a command that may be anything else behind it.
pub fn tag_of(text: &[u8]) -> Option<Tag> {
    Tag::new(text.split(|byte| *byte == b' ').next()?)
}

/// The command of a complete frame. Its messages are taken out of the frame.
pub fn command(frame: &mut Frame, limits: &StageLimits, encoding: Encoding) -> Result<Tagged, Fault> {
    tagged(&mut Cursor::new(frame, limits, encoding)).map_err(|stop| match stop {
        Stop::Fault(fault) => fault,
        // A complete frame has no announced literal; this is for the compiler.
        Stop::Announced(_) => Fault::Malformed { expected: "the end of the line", at_byte: 0 },
    })
}

/// What the literal that was just announced would be used for, or why it would be refused.
pub fn literal_use(
    frame: &mut Frame,
    limits: &StageLimits,
    encoding: Encoding,
) -> Result<(Tag, LiteralUse), Fault> {
    let (tag, at_byte) = (tag_of(&frame.text), frame.text.len());
    match (tagged(&mut Cursor::new(frame, limits, encoding)), tag) {
        (Err(Stop::Announced(used)), Some(tag)) => Ok((tag, used)),
        (Err(Stop::Fault(fault)), _) => Err(fault),
        (Ok(_), _) | (_, None) => Err(Fault::Malformed { expected: "the end of the line", at_byte }),
    }
}

/// `tag SP command`
fn tagged(cursor: &mut Cursor<'_>) -> Parsed<Tagged> {
    let tag = cursor.take_while(is_astring_char);
    let tag = cursor.require(Tag::new(tag), "a tag")?;
    cursor.space()?;
    let word = cursor.word("a command")?;
    let command = match word.as_str() {
        "UID" => {
            cursor.space()?;
            let word = cursor.word("a command")?;
            with_numbers(cursor, word.as_str(), Numbers::Uid)?
        }
        word => match with_numbers(cursor, word, Numbers::Sequence)? {
            Some(command) => Some(command),
            None => plain(cursor, word)?,
        },
    };
    let Some(command) = command else { return Err(Stop::Fault(Fault::UnknownCommand)) };
    cursor.end()?;
    Ok(Tagged { tag, command })
}

/// Commands that have a form with UID.
fn with_numbers(cursor: &mut Cursor<'_>, word: &str, numbers: Numbers) -> Parsed<Option<Command>> {
    Ok(Some(match word {
        "FETCH" => fetch::fetch(cursor, numbers)?,
        "STORE" => store::store(cursor, numbers)?,
        "COPY" => {
            let (set, mailbox) = store::set_and_mailbox(cursor)?;
            Command::Copy { numbers, set, mailbox }
        }
        "MOVE" => {
            let (set, mailbox) = store::set_and_mailbox(cursor)?;
            Command::Move { numbers, set, mailbox }
        }
        "SEARCH" => search::search(cursor, numbers)?,
        "SORT" => sort::sort(cursor, numbers)?,
        "THREAD" => sort::thread(cursor, numbers)?,
        "REPLACE" => append::replace(cursor, numbers)?,
        "EXPUNGE" if numbers == Numbers::Uid => {
            cursor.space()?;
            Command::UidExpunge(set::sequence_set(cursor)?)
        }
        _ => return Ok(None),
    }))
}

/// All other commands.
fn plain(cursor: &mut Cursor<'_>, word: &str) -> Parsed<Option<Command>> {
    Ok(Some(match word {
        "CAPABILITY" => Command::Capability,
        "NOOP" => Command::Noop,
        "LOGOUT" => Command::Logout,
        "STARTTLS" => Command::StartTls,
        "NAMESPACE" => Command::Namespace,
        "IDLE" => Command::Idle,
        "CHECK" => Command::Check,
        "CLOSE" => Command::Close,
        "UNSELECT" => Command::Unselect,
        "EXPUNGE" => Command::Expunge,
        "UNAUTHENTICATE" => Command::Unauthenticate,
        "AUTHENTICATE" => log_in::authenticate(cursor)?,
        "LOGIN" => log_in::login(cursor)?,
        "ENABLE" => log_in::enable(cursor)?,
        "ID" => log_in::id(cursor)?,
        "COMPRESS" => log_in::compress(cursor)?,
        "SELECT" => Command::Select(select::select(cursor)?),
        "EXAMINE" => Command::Examine(select::select(cursor)?),
        "CREATE" => list::create(cursor)?,
        "DELETE" => Command::Delete(space_mailbox(cursor)?),
        "RENAME" => Command::Rename { from: space_mailbox(cursor)?, to: space_mailbox(cursor)? },
        "SUBSCRIBE" => Command::Subscribe(space_mailbox(cursor)?),
        "UNSUBSCRIBE" => Command::Unsubscribe(space_mailbox(cursor)?),
        "LIST" => list::list(cursor)?,
        "LSUB" => list::lsub(cursor)?,
        "STATUS" => {
            let mailbox = space_mailbox(cursor)?;
            cursor.space()?;
            Command::Status { mailbox, items: status_items(cursor)? }
        }
        "APPEND" => append::append(cursor)?,
        "GETQUOTA" => quota::get_quota(cursor)?,
        "GETQUOTAROOT" => Command::GetQuotaRoot(space_mailbox(cursor)?),
        "SETQUOTA" => quota::set_quota(cursor)?,
        "GETMETADATA" => metadata::get_metadata(cursor)?,
        "SETMETADATA" => metadata::set_metadata(cursor)?,
        "GETACL" => Command::GetAcl(space_mailbox(cursor)?),
        "SETACL" => access::set_acl(cursor)?,
        "DELETEACL" => {
            let (mailbox, identifier) = access::mailbox_and_identifier(cursor)?;
            Command::DeleteAcl { mailbox, identifier }
        }
        "LISTRIGHTS" => {
            let (mailbox, identifier) = access::mailbox_and_identifier(cursor)?;
            Command::ListRights { mailbox, identifier }
        }
        "MYRIGHTS" => Command::MyRights(space_mailbox(cursor)?),
        "NOTIFY" => notify::notify(cursor)?,
        _ => return Ok(None),
    }))
}

/// `mailbox`
fn mailbox(cursor: &mut Cursor<'_>) -> Parsed<MailboxName> {
    let bytes = cursor.astring("a mailbox name")?;
    let name = MailboxName::decode(&bytes, cursor.encoding);
    let expected = match cursor.encoding {
        Encoding::SevenBit => "a mailbox name in modified UTF-7",
        Encoding::Utf8 => "a mailbox name in UTF-8 without control characters",
    };
    cursor.require(name, expected)
}

/// `SP mailbox`
fn space_mailbox(cursor: &mut Cursor<'_>) -> Parsed<MailboxName> {
    cursor.space()?;
    mailbox(cursor)
}

/// `"(" status-att *(SP status-att) ")"`; what is asked for twice is told once.
fn status_items(cursor: &mut Cursor<'_>) -> Parsed<Vec<StatusItem>> {
    let mut items = Vec::new();
    cursor.list(false, |cursor| {
        let word = cursor.word("a status item")?;
        let item = StatusItem::ALL.into_iter().find(|item| item.as_str() == word.as_str());
        let item = cursor.require(item, "a status item")?;
        if !items.contains(&item) {
            items.push(item);
        }
        Ok(())
    })?;
    Ok(items)
}
