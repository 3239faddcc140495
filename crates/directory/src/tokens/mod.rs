//! Generated secrets: personal access tokens and impersonation tokens.
//!
//! A token carries the organization's id, its own public id and 32 random bytes. The store has a keyed hash of it, so
//! neither a copy of the table nor a writable table makes a token; the key is derived from the organization's data
//! key. Which token it is, is looked up by the public id.
//!
//! [`Tokens`] mints and verifies. The rows are changed by the operations in [`crate::ops`].

mod impersonation;
mod personal;
mod text;
mod verify;

pub use impersonation::AssumedRole;
pub use personal::{PersonalAccessToken, TokenRefusal, VerifiedToken};
pub(crate) use personal::{personal_page, scopes_text, select_personal};
pub use text::MintedToken;
pub use verify::Tokens;
