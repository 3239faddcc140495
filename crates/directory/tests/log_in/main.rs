//! People's log-ins. WB §§2.1, 11; DESIGN §9.
#![allow(missing_docs, clippy::unwrap_used)]

mod credentials;
#[allow(dead_code, reason = "each file uses a part")]
mod support;
