//! DeleteMailboxPermissions.

use postroom_directory::ops::delete_mailbox_permissions;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteMailboxPermissions;
use crate::shapes::{DeleteMailboxPermissionsRequest, DeleteMailboxPermissionsResponse};
use crate::wire::Fault;

impl Handle for DeleteMailboxPermissions {
    fn target(input: &DeleteMailboxPermissionsRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeleteMailboxPermissionsRequest,
    ) -> Result<DeleteMailboxPermissionsResponse, Fault> {
        call.write(move |tx| delete_mailbox_permissions(tx, &input.entity_id, &input.grantee_id)).await?;
        Ok(DeleteMailboxPermissionsResponse {})
    }
}
