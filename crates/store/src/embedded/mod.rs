//! The embedded engine: `directory.db` and one SQLite file per organization, group commit, snapshot readers.

mod batch;
mod connection;
mod create;
mod database;
mod files;
mod index;
mod long_reads;
mod pool;
mod reader;

pub(crate) use files::Files;
pub use index::Index;
mod with_index;
