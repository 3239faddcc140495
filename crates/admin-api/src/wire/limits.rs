//! Limits of what is read and of what is said about it.

/// Elements of a list to which the model sets no bound.
pub const LIST_ELEMENTS_MAX: usize = 10_000;

/// Violations that a `ValidationException` spells out. The count at its head is of all of them.
pub const VIOLATIONS_SHOWN_MAX: usize = 20;

/// Characters of a peer's value that a `ValidationException` repeats; a longer one is cut and ends in `...`.
pub const VALUE_SHOWN_CHARACTERS_MAX: usize = 256;

/// Bytes of a request's members in the audit trail; what is longer is left out and said to be.
pub const REDACTED_BYTES_MAX: usize = 64 * 1024;

/// Characters of a modelled error's message. Source: WorkMail model, `String`.
pub const MODELLED_MESSAGE_CHARACTERS_MAX: usize = 256;

/// Seconds after 1970 that a timestamp may be away from it: the years 1653 to 2286.
pub const TIMESTAMP_SECONDS_MAX: f64 = 1e10;
