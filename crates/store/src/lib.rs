//! The store: one relational schema on two engines (SQLite files, PostgreSQL), one SQL text for both.
//!
//! What it is: transactions with group commit, snapshot readers, migrations, the change bus, clock and randomness.
//! What it is not: it knows no table of a capability. Capabilities bring their migrations ([`SchemaModule`]) and
//! their statements ([`statements!`]) and are the only callers.
//!
//! Entry points: [`Store::open`], [`Store::write`], [`Store::read`], [`Tx`].

mod alarm;
pub mod backup;
pub mod blobs;
mod change;
pub mod client_tokens;
mod clock;
mod durable;
mod embedded;
mod error;
pub mod fsck;
mod job;
pub mod jobs;
pub mod limits;
mod lock;
mod migrate;
mod own;
pub mod page;
mod place;
mod postgres;
mod random;
mod row;
pub mod seal;
mod sql;
mod store;
#[doc(hidden)]
pub mod testing;
mod tx;

pub use alarm::Alarm;
pub use change::{Change, Listener};
pub use clock::{Clock, ManualClock, SystemClock};
pub use embedded::Index;
pub use error::{OpenError, Outcome, StoreError};
pub use migrate::{IndexFile, Migration, SchemaModule};
pub use own::{STATEMENTS, StatementList};
pub use place::Place;
pub use postgres::PostgresOptions;
pub use random::{Random, SeededRandom, SystemRandom};
pub use row::{Column, Row};
pub use sql::{Parameter, Sql, Statement, Value};
pub use store::{Engine, Options, Store};
pub use tx::{Read, Tx};
