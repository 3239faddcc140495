//! A VFS of SQLite that writes what a transaction adds to the write-ahead log with one call of the kernel.
//!
//! SQLite writes a frame of its log with two calls, one for its 24 bytes of header and one for the page. Here they are
//! gathered and written when the log is synced, which a commit does before anybody may read its frames
//! (`PRAGMA synchronous=FULL`, without which nobody may use this VFS). Everything else is SQLite's own VFS for Unix.
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
