//! ListImpersonationRoles: pages in order of id.

use crate::DirectoryError;
use crate::access::{ImpersonationRole, roles_after};
use crate::admin::AdminRead;
use crate::page::{Page, PageRequest};

/// A page of the roles.
pub fn list_impersonation_roles(
    tx: &mut AdminRead<'_>,
    page: &PageRequest,
) -> Result<Page<ImpersonationRole>, DirectoryError> {
    let organization = tx.organization;
    let after = String::from_utf8_lossy(&page.after).into_owned();
    let roles = roles_after(tx, organization, &after, page.probe())?;
    Ok(Page::cut(roles, page, |role| role.id.as_str().as_bytes().to_vec()))
}
