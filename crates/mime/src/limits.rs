//! How much of a message is looked at. A message over a limit is never refused: what is over it is left out of the
//! lists, and its bytes stay reachable through the part around it.

/// Most parts of a message that are told apart; what follows stays inside the last one, which becomes opaque
/// (`application/octet-stream`). Real messages have below 100.
pub const PARTS_MAX: usize = 1_000;

/// Deepest nesting of multiparts and messages; a deeper container is opaque (`application/octet-stream`).
pub const DEPTH_MAX: usize = 32;

/// Bytes of one header block that are read for its fields; fields behind it are not seen by lists, but
/// [`crate::header_fields`] gives them.
pub const HEADER_BYTES_MAX: usize = 256 * 1024;

/// Most parameters of one `Content-Type` or `Content-Disposition`; more are left out.
pub const PARAMETERS_MAX: usize = 64;

/// Longest value of a parameter, in bytes; a longer parameter is left out.
pub const PARAMETER_BYTES_MAX: usize = 8 * 1024;

/// Longest type, subtype, encoding, parameter name or language, in bytes; a longer one counts as not there.
pub const TOKEN_BYTES_MAX: usize = 256;

/// Most languages of a part; more are left out.
pub const LANGUAGES_MAX: usize = 32;

/// Most addresses of one of `From`, `To` … that are kept; more are left out.
pub const ADDRESSES_MAX: usize = 1_000;

/// Bytes that the envelopes of all embedded messages may take together; from the first one that goes beyond, they are
/// those of an empty header. A digest can hold a million addresses, each of which takes eight times its bytes in an envelope.
pub const ENVELOPES_BYTES_MAX: usize = 1024 * 1024;

/// Longest other text of a header (subject, description, id, location, a display name), in bytes; the rest is cut.
pub const FIELD_BYTES_MAX: usize = 8 * 1024;

/// Most ids of `References` that are kept: the first one, which names the thread, and the last ones.
pub const REFERENCES_MAX: usize = 32;

/// Longest message id, in bytes; a longer one counts as not there. RFC 5322 §2.1.1 allows lines of 998.
pub const ID_BYTES_MAX: usize = 998;

/// Longest preview, in characters. RFC 8970 §3.1: at most 200.
pub const PREVIEW_CHARACTERS_MAX: usize = 200;

/// Raw bytes of the text part that are read for the preview.
pub const PREVIEW_BYTES_READ_MAX: usize = 32 * 1024;

/// Most decoded text of a message for the full-text index, in bytes, over all its parts.
pub const SEARCH_TEXT_BYTES_MAX: usize = 256 * 1024;

/// Raw bytes of all text parts together that are read for the full-text index: HTML is mostly mark-up.
pub const SEARCH_BYTES_READ_MAX: usize = 2 * 1024 * 1024;

/// Longest text that goes into IMAP's quoted form, in bytes; a longer one is a literal.
pub const QUOTED_BYTES_MAX: usize = 1_000;
