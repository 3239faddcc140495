//! Operations on items, one file each, in a [`MailTx`](crate::mail_tx::MailTx).

mod append;
mod copy;
mod expunge;
mod import;
mod purge;
mod recover;
mod relocate;
mod store_flags;
mod withdraw;

pub use crate::keywords::flags_of as keyword_flags;
pub use append::append;
pub use copy::copy;
pub use expunge::expunge;
pub use import::{ImportKey, import, is_imported};
pub use purge::purge;
pub use recover::{Recovered, recover};
pub use relocate::relocate;
pub use store_flags::{FlagChange, Stored, store_flags};
pub use withdraw::withdraw;
