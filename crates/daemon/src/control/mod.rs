//! The control socket `<data>/control.sock`: commands of the operator, carried out in the daemon that has the store.
//!
//! One command per connection: a JSON value, the end of input, then lines of JSON back: how far it is, any number of
//! times, and the answer. Who may connect is who may open the
//! socket: the directory and the socket are for their owner only, and the peer's user is checked.

mod client;
mod path;
mod server;

use serde::{Deserialize, Serialize};

use crate::problem::Problem;
pub(crate) use client::{Asked, ask};
pub(crate) use server::Server;

/// Largest request, bytes; policies are the largest thing in one.
const REQUEST_BYTES_MAX: u64 = 1 << 20;
/// Largest answer, bytes; lists are bounded by rows.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

/// A line on the socket; the last one is not `Progress`.
#[derive(Serialize, Deserialize)]
enum Answer {
    Progress(String),
    Done(serde_json::Value),
    Failed(Problem),
}
