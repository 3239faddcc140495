//! The shapes of the WorkMail model, one table a subject; `tests/model.rs` compares them with botocore's.
//!
//! Members keep the model's order and names: `UserId` is `user_id`, and `Type` is `kind` because Rust keeps the word.

mod access_control;
mod aliases;
mod availability;
mod devices;
mod domains;
mod export;
pub mod extension;
mod groups;
mod identity;
mod impersonation;
mod monitoring;
mod organizations;
mod permissions;
mod resources;
mod retention;
mod tags;
mod users;
mod values;

pub use access_control::*;
pub use aliases::*;
pub use availability::*;
pub use devices::*;
pub use domains::*;
pub use export::*;
pub use groups::*;
pub use identity::*;
pub use impersonation::*;
pub use monitoring::*;
pub use organizations::*;
pub use permissions::*;
pub use resources::*;
pub use retention::*;
pub use tags::*;
pub use users::*;
pub use values::*;
