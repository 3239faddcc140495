//! Every statement of the crate, one module an area.

pub mod access_control;
pub mod accounts;
pub mod audit;
pub mod change_marks;
pub mod domains;
pub mod entities;
pub mod impersonation;
pub mod organization;
pub mod organizations;
pub mod users;

use postroom_store::Statement;

/// Every statement of the crate, for the test that prepares each on both engines.
pub fn all() -> impl Iterator<Item = &'static (&'static str, &'static Statement)> {
    [
        access_control::ALL,
        accounts::ALL,
        audit::ALL,
        change_marks::ALL,
        domains::ALL,
        entities::ALL,
        impersonation::ALL,
        organization::ALL,
        organizations::ALL,
        users::ALL,
    ]
    .into_iter()
    .flatten()
}
