//! CreateGroup.

use postroom_directory::ops::{EntityDates, NewGroup, create_group};
use postroom_types::EntityId;

use crate::call::Call;
use crate::convert::identifier;
use crate::handle::{Handle, Target};
use crate::operations::CreateGroup;
use crate::shapes::{CreateGroupRequest, CreateGroupResponse};
use crate::wire::Fault;

impl Handle for CreateGroup {
    fn target(input: &CreateGroupRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: CreateGroupRequest) -> Result<CreateGroupResponse, Fault> {
        let new = NewGroup {
            id: EntityId::mint(call.random_id()),
            name: input.name,
            hidden: input.hidden_from_global_address_list.unwrap_or(false),
            dates: EntityDates::default(),
        };
        let id = new.id.clone();
        call.write(move |tx| create_group(tx, &new)).await?;
        Ok(CreateGroupResponse { group_id: Some(identifier(&id)) })
    }
}
