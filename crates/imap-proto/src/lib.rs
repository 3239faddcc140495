//! IMAP4rev1 and IMAP4rev2: a server's half of the codec.
//!
//! Bytes of a client become [`Command`]s in a [`Decoder`]; responses are written into a `Vec<u8>` by [`encode`].
//! Sans-I/O: no socket, no clock, no store. TLS and COMPRESS happen outside.
//!
//! Sources: RFC 9051 and RFC 3501, and the extensions named at each value. Values are checked here, once: whoever holds
//! a [`SequenceSet`] holds no zero, whoever holds a [`MailboxName`] holds Unicode, whatever form it came in.

pub mod command;
mod decoder;
pub mod encode;
mod error;
mod limits;
mod parse;
mod utf7;
pub mod value;

pub use command::Command;
pub use decoder::{Announced, Decoder, Stage, Step, Tagged};
pub use error::{Fault, Limit};
pub use limits::{DecoderLimits, StageLimits};
pub use parse::{Destination, LiteralUse};
pub use value::*;
