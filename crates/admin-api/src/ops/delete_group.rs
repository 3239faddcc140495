//! DeleteGroup.

use postroom_directory::admin::AdminTx;
use postroom_directory::ops::delete_group;
use postroom_mailbox::ops::forget_grantee;
use postroom_types::EntityType;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteGroup;
use crate::shapes::{DeleteGroupRequest, DeleteGroupResponse};
use crate::wire::Fault;

impl Handle for DeleteGroup {
    fn target(input: &DeleteGroupRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DeleteGroupRequest) -> Result<DeleteGroupResponse, Fault> {
        let delete = move |tx: &mut AdminTx<'_, '_>| {
            forget_grantee(tx, &input.group_id, EntityType::Group)?;
            delete_group(tx, &input.group_id)
        };
        call.write(delete).await?;
        Ok(DeleteGroupResponse {})
    }
}
