//! DeleteUser.

use postroom_devices::ops::forget_user;
use postroom_directory::admin::AdminTx;
use postroom_directory::ops::delete_user;
use postroom_mailbox::ops::forget_grantee;
use postroom_types::EntityType;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteUser;
use crate::shapes::{DeleteUserRequest, DeleteUserResponse};
use crate::wire::Fault;

impl Handle for DeleteUser {
    fn target(input: &DeleteUserRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DeleteUserRequest) -> Result<DeleteUserResponse, Fault> {
        let delete = move |tx: &mut AdminTx<'_, '_>| {
            forget_user(tx, &input.user_id)?;
            forget_grantee(tx, &input.user_id, EntityType::User)?;
            delete_user(tx, &input.user_id)
        };
        call.write(delete).await?;
        Ok(DeleteUserResponse {})
    }
}
