//! Full-text search in a mailbox.
//!
//! What is searched are words, not pieces of text: a message is found by whole words and by beginnings of words, without
//! regard to case, accents and width. Words are made and written as `[a-z0-9]` here (`terms.rs`, `words.rs`, `encode.rs`),
//! so that SQLite's FTS5 and PostgreSQL's `tsvector` answer alike and nothing that a person types is ever syntax.
//!
//! - Contents are indexed, not items: copies share theirs, a move changes nothing, and a message is indexed once. A
//!   content's row in the index is made of its mailbox's number and its own (`row_number`), so there is no table between
//!   the two that could disagree.
//! - Each term begins with the organization's and the mailbox's number: who searches a mailbox reads nothing of others.
//! - A message is found from the transaction on that stores it, and not any more once its content is deleted, whoever
//!   deletes it (a trigger of SQLite's, a foreign key of PostgreSQL's).
//! - PostgreSQL's terms are written in the same transaction. SQLite's index is a file of its own, written by [`join`] a
//!   moment later; the transaction says what waits for that, and a search looks at what waits first and at the index then.
//! - [`merge`] makes its segments fewer, most of all while nothing waits, since a search looks into each of them.
//! - Backups leave the index out; [`complete`] makes it again after a restore, and [`check`] where it has holes; [`join`] makes
//!   an index again that was lost.
//!
//! Entry points: [`TextQuery`], [`matching`], [`matching_uids`], [`join`], [`complete`].

mod check;
mod complete;
mod encode;
mod find;
mod insert;
mod join;
mod joiner;
mod merge;
mod query;
pub(crate) mod sql;
mod terms;
mod waiting;
mod words;

pub use check::check;
pub use complete::{complete, join_all};
pub use find::{items_with_contents, matching, matching_uids, matching_uids_of_each};
pub(crate) use insert::insert;
pub use join::{Joined, join};
pub(crate) use joiner::Joiner;
pub use merge::merge;
pub use query::{Ending, Field, TextQuery};
pub(crate) use terms::Terms;

use crate::{MailError, MailboxKey};

/// Bits of a content's number in its row of the index; the others are its mailbox's.
const CONTENT_BITS: u32 = 40;

/// The highest number of a content in a row of the index.
const CONTENT_MAX: i64 = (1 << CONTENT_BITS) - 1;

/// The row of `content` in the index of its organization, an `i64`: `Limit` beyond 8 million mailboxes or 10^12 contents.
fn row_number(mailbox: MailboxKey, content: i64) -> Result<i64, MailError> {
    let fits =
        (0..1 << (63 - CONTENT_BITS)).contains(&mailbox.0) && (0..1 << CONTENT_BITS).contains(&content);
    if fits {
        Ok(mailbox.0 << CONTENT_BITS | content)
    } else {
        Err(MailError::Limit("numbers of the full-text index"))
    }
}
