//! See ARCHITECTURE.md.

pub mod permit;
