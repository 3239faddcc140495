//! UpdateUser.

use postroom_directory::ops::{UserChanges, update_user};

use crate::call::Call;
use crate::convert::user_attributes;
use crate::handle::{Handle, Target};
use crate::operations::UpdateUser;
use crate::shapes::{UpdateUserRequest, UpdateUserResponse};
use crate::wire::Fault;

impl Handle for UpdateUser {
    fn target(input: &UpdateUserRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: UpdateUserRequest) -> Result<UpdateUserResponse, Fault> {
        let changes = UserChanges {
            role: input.role,
            display_name: input.display_name,
            hidden: input.hidden_from_global_address_list,
            attributes: user_attributes!(input),
            identity_provider_user_id: input.identity_provider_user_id,
        };
        let user_id = input.user_id;
        call.write(move |tx| update_user(tx, &user_id, &changes)).await?;
        Ok(UpdateUserResponse {})
    }
}
