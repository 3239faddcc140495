//! Limits of devices: what, and what happens at the edge.

/// Mobile device access rules of one organization (WB §14); one more is `LimitExceeded`.
pub const RULES_MAX: i64 = 10;
/// Overrides of one organization; one more is `Invalid`, since the operation declares no limit.
pub const OVERRIDES_MAX: i64 = 10_000_000;
/// Admin sequences for which changes of overrides are kept; who is further behind reads all overrides again.
pub const CHANGES_KEPT: i64 = 10_000;
/// Changes of overrides that are applied at once; with more to apply all overrides are read again.
pub const CHANGES_APPLIED_MAX: i64 = 100_000;
/// Overrides read in one snapshot while they are taken into memory.
pub const LOAD_ROWS: i64 = 5_000;
/// Times the overrides are read from the beginning because too much changed meanwhile.
pub const LOAD_TRIES_MAX: u32 = 5;
/// Bytes of rules and overrides held for all organizations; beyond, those not asked for lately are dropped.
/// A million overrides take about 60 MB.
pub const HELD_BYTES_MAX: usize = 512 << 20;
