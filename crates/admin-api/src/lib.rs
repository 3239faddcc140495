//! The admin API: AWS JSON 1.1 over HTTP.
//!
//! What it is: authenticate (SigV4) → decide (IAM policies) → one capability call → encode, for the operations of
//! WorkMail (`WorkMailService.*`) and Postroom's own (`PostroomService.*`). What it is not: it holds no rule of an
//! operation (those are in the capability crates) and no socket (`daemon` has the listeners).
//!
//! Entry points: [`Api`], [`respond`]. To add an operation: its line in [`operations`], its rule in the capability,
//! its file in `ops/`.

#[macro_use]
pub mod wire;

mod api;
mod authenticate;
mod authorize;
mod call;
mod convert;
pub mod coverage;
mod dispatch;
pub mod extensions;
mod faults;
mod handle;
mod http;
pub mod limits;
pub mod operations;
pub mod operator;
mod ops;
mod request_ids;
pub mod shapes;
mod throttle;

pub use api::{Api, Parts};
pub use http::{Peer, respond};
pub use ops::IMPLEMENTED;
