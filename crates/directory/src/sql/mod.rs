//! Every statement of the crate, one module an area.

pub mod access_audit;
pub mod access_control;
pub mod accounts;
pub mod addresses;
pub mod audit;
pub mod availability;
pub mod call_audit;
pub mod change_marks;
pub mod domains;
pub mod entities;
pub mod groups;
pub mod identity_center;
pub mod impersonation;
pub mod listing;
pub mod organization;
pub mod organizations;
pub mod permissions;
pub mod resources;
pub mod restores;
pub mod tags;
pub mod tokens;
pub mod unlink;
pub mod users;

use postroom_store::Statement;

/// Every statement of the crate, for the test that prepares each on both engines.
pub fn all() -> impl Iterator<Item = &'static (&'static str, &'static Statement)> {
    [
        access_audit::ALL,
        access_control::ALL,
        availability::ALL,
        identity_center::ALL,
        tags::ALL,
        accounts::ALL,
        addresses::ALL,
        audit::ALL,
        call_audit::ALL,
        change_marks::ALL,
        domains::ALL,
        entities::ALL,
        groups::ALL,
        impersonation::ALL,
        listing::ALL,
        organization::ALL,
        organizations::ALL,
        permissions::ALL,
        resources::ALL,
        restores::ALL,
        unlink::ALL,
        tokens::ALL,
        users::ALL,
    ]
    .into_iter()
    .flatten()
    .chain(crate::invariants::statements())
}
