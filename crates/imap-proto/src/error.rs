//! Why a command is refused.

use std::fmt;

/// Why a command is refused. [`fmt::Display`] is text for the answer; it repeats nothing that the peer sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not what the grammar asks for: BAD.
    Malformed {
        /// What would have been right.
        expected: &'static str,
        /// Where: bytes of the command's text, literals and their lengths left out.
        at_byte: usize,
    },
    /// The first word is no command: BAD.
    UnknownCommand,
    /// It is larger than the decoder allows: BAD with LIMIT, or BYE when fatal.
    OverLimit {
        /// What is too large.
        what: Limit,
        /// The most that is accepted.
        max: u64,
    },
    /// The message of an APPEND or REPLACE is larger than the decoder allows: NO with TOOBIG.
    TooBig {
        /// The most that is accepted, in bytes.
        max_bytes: u64,
    },
    /// SEARCH, SORT or THREAD name a charset that is not read here: NO with BADCHARSET.
    UnknownCharset,
}

/// Which limit was met; the limits stand in [`crate::DecoderLimits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Bytes of the text of a command.
    LineBytes,
    /// Bytes of a literal that is no message.
    LiteralBytes,
    /// Bytes of a literal that is sent without waiting.
    NonSynchronizingBytes,
    /// Literals in a command.
    Literals,
    /// Bytes of a command with all its literals.
    CommandBytes,
    /// Brackets within brackets.
    Depth,
    /// Elements of lists, in a command.
    Elements,
    /// Ranges of sequence sets, in a command.
    Ranges,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { expected, at_byte } => write!(f, "Expected {expected} at byte {at_byte}"),
            Self::UnknownCommand => f.write_str("Unknown command"),
            Self::OverLimit { what, max } => write!(f, "Too large: at most {max} {}", what.unit()),
            Self::TooBig { max_bytes } => write!(f, "A message may have {max_bytes} bytes at most"),
            Self::UnknownCharset => f.write_str("Charsets are US-ASCII and UTF-8"),
        }
    }
}

impl std::error::Error for Fault {}

impl Limit {
    const fn unit(self) -> &'static str {
        match self {
            Self::LineBytes => "bytes in a line",
            Self::LiteralBytes => "bytes in a literal",
            Self::NonSynchronizingBytes => "bytes in a non-synchronizing literal",
            Self::Literals => "literals in a command",
            Self::CommandBytes => "bytes in a command",
            Self::Depth => "levels of nesting",
            Self::Elements => "elements in the lists of a command",
            Self::Ranges => "ranges in the sets of a command",
        }
    }
}
