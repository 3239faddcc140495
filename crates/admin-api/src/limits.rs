//! Limits of the admin API's HTTP face.

/// Largest request body, bytes; more is 413.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Calls per second of one access key, in the long run; more is `ThrottlingException`.
pub const CALLS_PER_SECOND: u32 = 2_000;
/// Calls that one access key may make at once on top.
pub const CALLS_BURST: u32 = 4_000;
