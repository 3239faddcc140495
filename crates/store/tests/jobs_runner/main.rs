//! The runner: finds what is due anywhere, survives handlers, never lets two holders write. On both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod finding;
mod running;
mod support;
