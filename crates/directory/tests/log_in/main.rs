//! People's log-ins. WB §§2.1, 11; DESIGN §9.
#![allow(missing_docs, clippy::unwrap_used)]

mod audit;
mod credentials;
mod rules;
mod sessions;
#[allow(dead_code, reason = "each file uses a part")]
mod support;
mod throttling;
