//! Every statement of the crate, one module an area.

pub mod access_keys;
pub mod audit;
pub mod entities;
pub mod organization;
pub mod organizations;
pub mod users;

use postroom_store::Statement;

/// Every statement of the crate, for the test that prepares each on both engines.
pub fn all() -> impl Iterator<Item = &'static (&'static str, &'static Statement)> {
    [access_keys::ALL, audit::ALL, organization::ALL, organizations::ALL, entities::ALL, users::ALL]
        .into_iter()
        .flatten()
}
