//! Limits of the admin API's HTTP face.

/// Largest request body, bytes; more is 413.
pub const BODY_BYTES_MAX: usize = 1 << 20;
