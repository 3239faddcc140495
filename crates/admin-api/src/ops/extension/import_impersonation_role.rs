//! ImportImpersonationRole.

use postroom_directory::ops::{NewImpersonationRole, import_impersonation_role};

use crate::call::Call;
use crate::convert::{imported_dates, role_rules};
use crate::extensions::ImportImpersonationRole;
use crate::handle::{Handle, Target};
use crate::shapes::extension::{ImportImpersonationRoleRequest, ImportImpersonationRoleResponse};
use crate::wire::Fault;

impl Handle for ImportImpersonationRole {
    fn target(input: &ImportImpersonationRoleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ImportImpersonationRoleRequest,
    ) -> Result<ImportImpersonationRoleResponse, Fault> {
        let new = NewImpersonationRole {
            id: input.impersonation_role_id,
            name: input.name,
            role_type: input.kind,
            description: input.description,
            rules: role_rules(input.rules),
            dates: imported_dates(input.date_created, input.date_modified)?,
        };
        call.write(move |tx| import_impersonation_role(tx, &new)).await?;
        Ok(ImportImpersonationRoleResponse {})
    }
}
