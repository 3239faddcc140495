//! DescribeOrganization: an organization of the account in whatever state, Deleted too (WB §1.5).

use postroom_store::Read;
use postroom_types::OrganizationId;

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::organizations::Organization;

/// The organization `id` of `aws_account`. `OrganizationNotFound` when it is another account's.
pub fn describe_organization(
    tx: &mut dyn Read,
    aws_account: &AwsAccountId,
    id: &OrganizationId,
) -> Result<Organization, DirectoryError> {
    let found = crate::organizations::by_id(tx, id)?;
    let found = found.filter(|organization| organization.aws_account == *aws_account);
    found.ok_or(DirectoryError::OrganizationNotFound)
}
