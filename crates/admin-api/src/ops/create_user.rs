//! CreateUser.

use postroom_directory::ops::{NewUser, create_user};
use postroom_types::{EntityId, UserRole};

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::CreateUser;
use crate::shapes::{CreateUserRequest, CreateUserResponse};
use crate::wire::Fault;

impl Handle for CreateUser {
    fn target(input: &CreateUserRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: CreateUserRequest) -> Result<CreateUserResponse, Fault> {
        let new = NewUser {
            id: EntityId::mint(call.random_id()),
            name: input.name.as_str().to_owned(),
            display_name: input.display_name.as_str().to_owned(),
            password_hash: None,
            role: input.role.unwrap_or(UserRole::User),
            first_name: input.first_name.map(|name| name.as_str().to_owned()),
            last_name: input.last_name.map(|name| name.as_str().to_owned()),
            hidden: input.hidden_from_global_address_list.unwrap_or(false),
            identity_provider_user_id: input.identity_provider_user_id.map(|id| id.as_str().to_owned()),
            created_at: None,
        };
        let id = new.id.clone();
        call.write(move |tx| create_user(tx, &new)).await?;
        Ok(CreateUserResponse { user_id: Some(crate::convert::identifier(&id)) })
    }
}
