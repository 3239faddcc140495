//! A command while it arrives: its text, and its literals beside it.

use zeroize::Zeroize;

/// A command without its line ends.
///
/// ```text
/// a1 LOGIN {5}␍␊alice {3}␍␊foo␍␊   →   text "a1 LOGIN  ", literals at 9 "alice" and at 10 "foo"
/// ```
#[derive(Default)]
pub(crate) struct Frame {
    /// Lines one behind the other, without CRLF and without the announcements of literals.
    pub(crate) text: Vec<u8>,
    /// In the order of their places.
    pub(crate) literals: Vec<Literal>,
    /// The octets of those literals that are messages.
    pub(crate) messages: Vec<Vec<u8>>,
    /// Bytes of lines so far, everything counted.
    pub(crate) line_bytes: usize,
    /// Bytes of literals so far.
    pub(crate) literal_bytes: u64,
}

/// A literal of a command.
pub(crate) struct Literal {
    /// Its place in the text.
    pub(crate) at: usize,
    /// `~{…}`
    pub(crate) is_literal8: bool,
    pub(crate) content: Content,
}

/// What is in a literal.
pub(crate) enum Content {
    /// Announced; what follows has not been asked for.
    Announced,
    /// A string.
    Text(Vec<u8>),
    /// The message of this index.
    Message(usize),
}

impl Frame {
    /// Overwrites text and strings; messages are no secrets.
    pub(crate) fn wipe(&mut self) {
        self.text.zeroize();
        for literal in &mut self.literals {
            if let Content::Text(text) = &mut literal.content {
                text.zeroize();
            }
        }
    }

    /// Where the octets of the last literal go.
    pub(crate) fn last_octets(&mut self) -> Option<&mut Vec<u8>> {
        match &mut self.literals.last_mut()?.content {
            Content::Announced => None,
            Content::Text(text) => Some(text),
            Content::Message(index) => self.messages.get_mut(*index),
        }
    }

    /// Memory that is held.
    pub(crate) fn capacity(&self) -> usize {
        let texts = self.literals.iter().map(|literal| match &literal.content {
            Content::Text(text) => text.capacity(),
            Content::Announced | Content::Message(_) => 0,
        });
        let literals = self.literals.capacity() * size_of::<Literal>();
        let messages: usize = self.messages.iter().map(Vec::capacity).sum();
        self.text.capacity() + literals + texts.sum::<usize>() + messages
    }
}
