//! Every statement of the crate, one module an area.

pub mod overrides;
pub mod rules;

use postroom_store::Statement;

/// Every statement of the crate, for the test that prepares each on both engines.
pub fn all() -> impl Iterator<Item = &'static (&'static str, &'static Statement)> {
    [crate::invariants::ALL, overrides::ALL, rules::ALL].into_iter().flatten()
}
