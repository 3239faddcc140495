//! What simulated mail clients do: transactions in mailboxes, each entered in a log, and a plain model of them.
//!
//! An [`Op`] is known before it is handed to the store. Its transaction enters itself in a log, with the sequence in
//! which the mailbox committed it and what it answered. So the log says what every folder must hold, and the
//! [`Model`], which knows nothing of the store, replays it: what is half there, twice there or out of order is seen.
//!
//! Entry points: [`carry_out`], [`log::Entry`], [`Model::replay`], [`Found::read`].

mod carry_out;
mod found;
pub mod log;
mod message;
mod model;
mod op;

pub use carry_out::carry_out;
pub use found::Found;
pub use message::Message;
pub use model::{Base, Model};
pub use op::{Answer, Change, Op};

use postroom_store::SchemaModule;

/// The schema of a store of mailboxes.
pub fn modules() -> Vec<SchemaModule> {
    vec![
        postroom_directory::schema::DIRECTORY,
        postroom_directory::schema::ORGANIZATION,
        postroom_mailbox::schema::ORGANIZATION,
        log::IN_ORGANIZATION,
    ]
}
