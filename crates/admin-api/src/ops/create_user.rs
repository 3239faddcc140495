//! CreateUser.

use postroom_directory::ops::{EntityDates, NewUser, create_user};
use postroom_directory::user::UserAttributes;
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
        let password_hash = match &input.password {
            Some(password) => Some(call.hash_password(password).await?),
            None => None,
        };
        let new = NewUser {
            id: EntityId::mint(call.random_id()),
            name: input.name,
            display_name: input.display_name,
            password_hash,
            role: input.role.unwrap_or(UserRole::User),
            attributes: UserAttributes {
                first_name: input.first_name,
                last_name: input.last_name,
                ..UserAttributes::default()
            },
            hidden: input.hidden_from_global_address_list.unwrap_or(false),
            identity_provider_user_id: input.identity_provider_user_id,
            identity_provider_identity_store_id: None,
            dates: EntityDates::default(),
        };
        let id = new.id.clone();
        call.write(move |tx| create_user(tx, &new)).await?;
        Ok(CreateUserResponse { user_id: Some(crate::convert::identifier(&id)) })
    }
}
