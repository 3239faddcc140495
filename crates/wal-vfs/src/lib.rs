//! A VFS of SQLite that writes what a transaction adds to the write-ahead log with one call of the kernel.
//!
//! SQLite writes a frame of its log with two calls, one for its 24 bytes of header and one for the page. Here they are
//! gathered and written when the log is synced, which a commit does before anybody may read its frames
//! (`PRAGMA synchronous=FULL`). All other files are those of SQLite's own VFS for Unix.
//!
//! Who uses it promises two things: `synchronous=FULL`, and that one connection alone writes the database while it is open.
//! What a transaction that outgrew the cache (`PRAGMA cache_spill`) had written stays here when it is rolled back, and is
//! written with what comes next, where by then another connection's frames could be.
//!
//! ```text
//! walFrames   xWrite xWrite xWrite …   xSync         ×
//! here        gathered in memory       one pwrite, fdatasync
//! ```
//!
//! This is the one crate of the project with `unsafe` of its own: SQLite asks for a table of functions with pointers. Why
//! it is worth that: `docs/decisions/0016-frames-in-one-write.md`. `cargo +nightly miri test -p postroom-wal-vfs` runs all
//! of it but SQLite itself under Miri.

mod gathered;
mod methods;
mod register;

pub use register::{NotRegistered, register};
