//! Which phones may synchronise: mobile device access rules, and overrides for one person's one device. WB §3.
//!
//! What it is: the rules of those operations, one per file in [`ops`], and [`Devices`], which holds what is in force and
//! decides. What it is not: no protocol; a session asks [`Devices::decide`] and acts on the answer.

mod device_override;
mod in_force;
pub mod invariants;
pub mod limits;
pub mod ops;
mod overrides_held;
mod rule;
pub mod schema;
mod seed;
pub mod sql;

pub use device_override::{DeviceOverride, OverrideFilter};
pub use in_force::{DeviceAccess, DeviceVerdict, Devices};
pub use rule::StoredRule;
pub use seed::seed;
