//! Limits of tokens and of what an issuer tells: what, unit, and what happens at the edge.

use std::time::Duration;

/// Bytes of a token; a longer one is refused unread.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a document of the issuer: a longer one counts as an issuer that is away.
pub const DOCUMENT_BYTES_MAX: usize = 256 * 1024;
/// Keys of an issuer that are looked at; the rest is left out.
pub const KEYS_MAX: usize = 100;
/// How far the issuer's clock may be from ours (RFC 7519 §4.1.4).
pub const SKEW: Duration = Duration::from_secs(60);
/// How long keys are used before they are fetched again.
pub const KEYS_FRESH: Duration = Duration::from_secs(60 * 60);
/// How long keys are used when they cannot be fetched again: then log-ins with tokens end.
pub const KEYS_KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// Keys are not fetched more often, whatever tokens name: a made-up key costs the issuer nothing.
pub const FETCH_PAUSE: Duration = Duration::from_secs(10);
