//! ListOrganizations: those of an account and region that are not deleted, oldest first (WB §1.5).

use postroom_store::{Read, parameters};

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::organizations::Organization;
use crate::page::{Page, PageRequest, number_after, number_key};
use crate::sql::organizations as sql;

/// A page of the organizations (without their tags).
pub fn list_organizations(
    tx: &mut dyn Read,
    aws_account: &AwsAccountId,
    region: &str,
    page: &PageRequest,
) -> Result<Page<Organization>, DirectoryError> {
    let after = number_after(page);
    let rows = tx.query(&sql::LIST, parameters![aws_account.as_str(), region, after, page.probe()])?;
    let organizations = rows.into_iter().map(Organization::from_row).collect();
    Ok(Page::cut(organizations, page, |organization: &Organization| number_key(organization.key.0)))
}
