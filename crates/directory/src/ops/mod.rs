//! One operation per file. Input is checked values; ids and random bytes are drawn by the caller, before the
//! transaction. Every create takes an id, so that an importer keeps what scripts have stored.

mod create_user;
mod describe_user;
mod shared;

pub use create_user::{NewUser, create_user};
pub use describe_user::{User, describe_user};
