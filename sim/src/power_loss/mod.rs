//! Power losses: a workload on recorded files, and every disk that it may leave.
//!
//! ```text
//! workload process (preloaded: shim/)  ──writes, syncs, names, marks──▶  log
//! log, up to any point  ──what is durable, and a random part of what is not──▶  image (a data directory)
//! image  ──Store::open──▶  audit: nothing acknowledged is missing, nothing is half there
//! ```
//!
//! What a disk may do is in [`disk`]: unsynced writes are lost whole or by sectors in any combination, names are
//! durable when their folder was synced, a failed sync loses what it was for. A workload is killed and started
//! again on the same files, so that what one process left unsynced is met by the next.
//!
//! A round is about one [`Subject`]: the store, or mailboxes with bodies as files.
//!
//! Entry points: [`run`], [`replay()`], [`Subject::work`].

mod check;
pub mod disk;
mod expected;
mod image;
mod log;
mod losses;
mod mail;
mod mark;
mod replay;
mod report;
mod round;
mod subject;
pub mod workload;

pub use image::{Survival, Tree};
pub use replay::replay;
pub use report::{Failure, Options, Report};
pub use round::run;
pub use subject::Subject;
