//! ListMailboxPermissions: who may do what with an entity's mailbox (WB §4.1).

use std::collections::BTreeSet;

use postroom_store::{Read, Row, parameters};
use postroom_types::{EntityId, EntityType, PermissionType};

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, find_any, stored};
use crate::page::{Page, PageRequest, after_id};
use crate::sql::permissions as sql;

/// What one grantee may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxGrant {
    /// Who.
    pub grantee: EntityId,
    /// User or group.
    pub kind: EntityType,
    /// What; never empty.
    pub permissions: BTreeSet<PermissionType>,
}

/// A page of the grantees on the mailbox of `owner` (id, name or e-mail), in any state. `EntityNotFound`.
pub fn list_mailbox_permissions(
    tx: &mut AdminRead<'_>,
    owner: &str,
    request: &PageRequest,
) -> Result<Page<MailboxGrant>, DirectoryError> {
    let organization = tx.organization;
    let owner = find_any(tx, organization, owner, Accepts::Any)?;
    let after = after_id(request)?;
    let rows = tx.query(&sql::LIST, parameters![organization.0, &owner.id, after, request.probe()])?;
    let grants = rows.into_iter().map(grant).collect();
    Ok(Page::cut(grants, request, |grant: &MailboxGrant| grant.grantee.as_str().as_bytes().to_vec()))
}

fn grant(mut row: Row) -> MailboxGrant {
    let permissions: String = row.take(2);
    MailboxGrant {
        grantee: row.take(0),
        kind: stored(&row.take::<String>(1)),
        permissions: permissions.split(' ').map(stored).collect(),
    }
}
