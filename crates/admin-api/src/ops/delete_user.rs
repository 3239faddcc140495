//! DeleteUser.

use postroom_directory::ops::delete_user;

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
        call.write(move |tx| delete_user(tx, &input.user_id)).await?;
        Ok(DeleteUserResponse {})
    }
}
