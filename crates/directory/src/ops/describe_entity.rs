//! DescribeEntity: who has an address (WB §1.6).

use postroom_types::EmailAddress;

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Entity, by_address, not_found};

/// The entity that has `email` as its primary address or as an alias. `EntityNotFound`.
pub fn describe_entity(tx: &mut AdminRead<'_>, email: &EmailAddress) -> Result<Entity, DirectoryError> {
    let organization = tx.organization;
    by_address(tx, organization, email)?.ok_or_else(|| not_found(email))
}
