//! The admin API: AWS JSON 1.1 over HTTP. See ARCHITECTURE.md.

#[macro_use]
pub mod wire;

pub mod operations;
pub mod shapes;
