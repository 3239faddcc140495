//! ListMailboxPermissions.

use postroom_directory::ops::{MailboxGrant, list_mailbox_permissions};

use crate::call::Call;
use crate::convert::{identifier, member_type};
use crate::handle::{Handle, Target};
use crate::operations::ListMailboxPermissions;
use crate::shapes::{
    ListMailboxPermissionsRequest, ListMailboxPermissionsResponse, Permission, PermissionValues, Permissions,
};
use crate::wire::Fault;

impl Handle for ListMailboxPermissions {
    fn target(input: &ListMailboxPermissionsRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ListMailboxPermissionsRequest,
    ) -> Result<ListMailboxPermissionsResponse, Fault> {
        let entity_id = input.entity_id.clone();
        let filters = [input.entity_id.as_str()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let page = call.read(move |tx| list_mailbox_permissions(tx, &entity_id, &request)).await?;
        Ok(ListMailboxPermissionsResponse {
            next_token: call.next_token(&page, &filters),
            permissions: Some(Permissions(page.rows.into_iter().map(permission).collect())),
        })
    }
}

fn permission(grant: MailboxGrant) -> Permission {
    Permission {
        grantee_id: identifier(&grant.grantee),
        grantee_type: member_type(grant.kind),
        permission_values: PermissionValues(grant.permissions.into_iter().collect()),
    }
}
