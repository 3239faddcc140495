//! The values that commands and responses are made of. Each is checked where it is made.

mod date;
mod encoding;
mod flag;
mod mailbox_name;
mod metadata;
mod number_set;
mod rights;
mod search_key;
mod secret;
mod section;
mod sequence_set;
mod special_use;
mod status_item;
mod tag;
mod text;

pub use date::{Date, DateTime};
pub use encoding::Encoding;
pub use flag::{Flag, Keyword};
pub use mailbox_name::MailboxName;
pub use metadata::{EntryName, MetadataTarget};
pub use number_set::NumberSet;
pub use rights::{Rights, RightsChange};
pub use search_key::{ModSeqEntry, ModSeqEntryKind, SearchKey};
pub use secret::Secret;
pub use section::{HeaderName, PartPath, Partial, Section, SectionText};
pub use sequence_set::{SeqNumber, SeqRange, SequenceSet};
pub use special_use::SpecialUse;
pub use status_item::StatusItem;
pub use tag::Tag;
pub use text::{Charset, Numbers, ObjectId, QuotaResource};
