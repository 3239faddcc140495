//! A message, read once.
//!
//! [`ingest`] reads a message when it comes in and gives what lists, sorting, threading and searching need, as values
//! and as ready bytes, so that no list ever touches a body again:
//!
//! - [`Envelope::to_imap`] and [`Structure::body`] are what IMAP sends;
//! - [`Structure::to_bytes`] is stored beside the message, and [`Structure::section`] tells from it which bytes of the
//!   message any `BODY[…]` means;
//! - [`search_text`] is what the full-text index sees.
//!
//! No message is refused: what is broken is shown as close to its meaning as it can be, and what is over a limit
//! (`limits`) is left out of lists while its bytes stay reachable. Time and memory grow as the message does, whatever is
//! in it. Lines end in CRLF or LF; all offsets are bytes of the message as given.
//!
//! What is absent: no I/O, no clock, no making of messages, no signatures, no decryption, no `winmail.dat`.
//!
//! ```
//! let message = b"From: Ann <ann@a.example>\r\nSubject: Re: Tea\r\n\r\nAt four?\r\n";
//! let read = postroom_mime::ingest(message);
//! assert_eq!(read.base_subject, "Tea");
//! assert_eq!(read.preview, "At four?");
//! assert_eq!(read.envelope.from[0].address, "ann@a.example");
//! ```

mod body_text;
mod date;
mod decode;
mod envelope;
mod error;
mod headers;
mod ids;
mod imap;
mod ingest;
pub mod limits;
mod lines;
mod search_text;
mod structure;
mod text;

pub use date::SentDate;
pub use decode::decode_part;
pub use envelope::{Address, Envelope};
pub use error::{StructureError, UnknownEncoding};
pub use headers::{header_fields, header_values};
pub use ingest::{Ingested, ingest};
pub use search_text::{SearchText, search_text};
pub use structure::{Content, Disposition, Parameter, Part, SectionSpan, SectionText, Structure};
pub use text::subject::base as base_subject;
