//! PutMailboxPermissions.

use postroom_directory::ops::put_mailbox_permissions;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::PutMailboxPermissions;
use crate::shapes::{PutMailboxPermissionsRequest, PutMailboxPermissionsResponse};
use crate::wire::Fault;

impl Handle for PutMailboxPermissions {
    fn target(input: &PutMailboxPermissionsRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: PutMailboxPermissionsRequest,
    ) -> Result<PutMailboxPermissionsResponse, Fault> {
        let permissions = input.permission_values.0.iter().copied().collect();
        call.write(move |tx| put_mailbox_permissions(tx, &input.entity_id, &input.grantee_id, &permissions))
            .await?;
        Ok(PutMailboxPermissionsResponse {})
    }
}
