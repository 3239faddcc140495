//! Mobile device access: which phones may synchronise. Source: WB §3.
//!
//! Rules look at what a device says about itself; an override decides alone for one person's one device. The rules
//! are compiled as a whole, the overrides are a map that changes in place: an organization may have a million.

mod compiled;
mod decide;
mod explain;
mod overrides;
mod prefixes;
mod property;
mod rule;

pub use compiled::MobileDeviceRules;
pub use decide::{MobileDeviceDecision, MobileDevicePolicy};
pub use overrides::{OverrideError, Overrides};
pub use rule::{DeviceAttempt, DeviceProperties, MobileDeviceRule};
