//! Damage to commands.

use proptest::prelude::*;

/// Pieces that mean something to the grammar.
pub const WORDS: &[&str] = &[
    "{",
    "}",
    "{0}\r\n",
    "{1+}\r\n",
    "{99+}\r\n",
    "~{1+}\r\n",
    "{4294967296+}\r\n",
    "{18446744073709551616}\r\n",
    "\r\n",
    "\n",
    "\r",
    "\"",
    "\\",
    "(",
    ")",
    "((((((((",
    "))))",
    "*",
    "%",
    "$",
    ",",
    ":",
    " ",
    "&",
    "&-",
    "&AOk-",
    "é",
    "\0",
    "\u{80}",
    "NIL",
    "UID ",
    "NOT ",
    "OR ",
    "0",
    "4294967296",
    "9223372036854775808",
    "99999999999999999999",
    "[",
    "]",
    "<0.1>",
    "BODY[",
    "CHARSET x ",
    "UTF8 (",
    "CATENATE (",
    "RETURN (",
    "+",
    "-",
];

/// How bytes are damaged.
#[derive(Debug, Clone)]
pub enum Mutation {
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, &'static str),
    Delete(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize, usize),
}

/// One damage.
pub fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Flip(at, byte)),
        (any::<prop::sample::Index>(), prop::sample::select(WORDS))
            .prop_map(|(at, word)| Mutation::Insert(at, word)),
        (any::<prop::sample::Index>(), 1usize..12).prop_map(|(at, count)| Mutation::Delete(at, count)),
        (any::<prop::sample::Index>(), 1usize..20, 1usize..30)
            .prop_map(|(at, length, times)| Mutation::Repeat(at, length, times)),
    ]
}

/// Does the damage.
pub fn mutate(bytes: &mut Vec<u8>, mutation: &Mutation) {
    if bytes.is_empty() {
        return;
    }
    match mutation {
        Mutation::Flip(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Mutation::Insert(at, word) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, word.bytes());
        }
        Mutation::Delete(at, count) => {
            let at = at.index(bytes.len());
            bytes.drain(at..bytes.len().min(at + count));
        }
        Mutation::Repeat(at, length, times) => {
            let at = at.index(bytes.len());
            let piece = bytes[at..bytes.len().min(at + length)].repeat(*times);
            bytes.splice(at..at, piece);
        }
    }
}
