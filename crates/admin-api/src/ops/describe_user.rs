//! DescribeUser.

use postroom_directory::ops::describe_user;

use crate::call::Call;
use crate::convert::{identifier, text};
use crate::handle::{Handle, Target};
use crate::operations::DescribeUser;
use crate::shapes::{DescribeUserRequest, DescribeUserResponse};
use crate::wire::Fault;

impl Handle for DescribeUser {
    fn target(input: &DescribeUserRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DescribeUserRequest) -> Result<DescribeUserResponse, Fault> {
        let user = call.read(move |tx| describe_user(tx, &input.user_id)).await?;
        let entity = user.entity;
        Ok(DescribeUserResponse {
            user_id: Some(identifier(&entity.id)),
            name: Some(text(entity.name)),
            email: entity.email.map(text),
            display_name: Some(text(entity.display_name)),
            state: Some(entity.state),
            user_role: Some(user.role),
            enabled_date: entity.enabled_at,
            disabled_date: entity.disabled_at,
            hidden_from_global_address_list: Some(entity.hidden),
            ..DescribeUserResponse::default()
        })
    }
}
