//! Who is there and what is spoken.

use std::borrow::Cow;

use super::cursor::{Cursor, Parsed};
use crate::command::{Authenticate, EnableItem, Login};
use crate::{Command, Secret};

/// `login = "LOGIN" SP userid SP password`
pub(super) fn login(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    let user = cursor.text("a user name")?;
    cursor.space()?;
    let password = Secret::new(match cursor.astring("a password")? {
        Cow::Borrowed(bytes) => bytes.to_vec(),
        Cow::Owned(bytes) => bytes,
    });
    Ok(Command::Login(Login { user, password }))
}

/// `authenticate = "AUTHENTICATE" SP auth-type [SP (base64 / "=")]`: RFC 9051 §9, RFC 4959 §3.
pub(super) fn authenticate(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    let mechanism = cursor.atom("a SASL mechanism")?.to_ascii_uppercase().into();
    let mut initial_response = None;
    if cursor.eat(b' ') {
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        let text = cursor.characters(is_base64, "base64")?;
        let encoded = Secret::new(if text == "=" { Vec::new() } else { text.into() });
        initial_response = Some(cursor.require(encoded.decode_base64(), "base64")?);
    }
    Ok(Command::Authenticate(Authenticate { mechanism, initial_response }))
}

/// `enable = "ENABLE" 1*(SP capability)`
pub(super) fn enable(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut items = Vec::new();
    cursor.space()?;
    loop {
        let name = cursor.element(|cursor| cursor.atom("a capability"))?;
        items.push(match name.to_ascii_uppercase().as_str() {
            "CONDSTORE" => EnableItem::CondStore,
            "QRESYNC" => EnableItem::QResync,
            "UTF8=ACCEPT" => EnableItem::Utf8Accept,
            "IMAP4REV2" => EnableItem::Imap4Rev2,
            _ => EnableItem::Other(name.into()),
        });
        if !cursor.eat(b' ') {
            return Ok(Command::Enable(items));
        }
    }
}

/// `id = "ID" SP ("(" [string SP nstring *(SP string SP nstring)] ")" / nil)`: RFC 2971 §4.
pub(super) fn id(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    if cursor.eat_word("NIL") {
        return Ok(Command::Id(Vec::new()));
    }
    let pairs = cursor.list(true, |cursor| {
        let name = cursor.string("the name of a field")?;
        let name = String::from_utf8_lossy(&name).into();
        cursor.space()?;
        if cursor.eat_word("NIL") {
            return Ok((name, None));
        }
        let value = cursor.string("the value of a field, or NIL")?;
        Ok((name, Some(String::from_utf8_lossy(&value).into())))
    })?;
    Ok(Command::Id(pairs))
}

/// `compress = "COMPRESS" SP algorithm`: RFC 4978 §5.
pub(super) fn compress(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    match cursor.atom("DEFLATE")? {
        name if name.eq_ignore_ascii_case("DEFLATE") => Ok(Command::CompressDeflate),
        _ => cursor.expected("DEFLATE"),
    }
}
