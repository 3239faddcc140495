//! ListGroupMembers.

use postroom_directory::entity::Entity;
use postroom_directory::ops::list_group_members;

use crate::call::Call;
use crate::convert::member_type;
use crate::handle::{Handle, Target};
use crate::operations::ListGroupMembers;
use crate::shapes::{ListGroupMembersRequest, ListGroupMembersResponse, Member, Members};
use crate::wire::Fault;

impl Handle for ListGroupMembers {
    fn target(input: &ListGroupMembersRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ListGroupMembersRequest) -> Result<ListGroupMembersResponse, Fault> {
        let group_id = input.group_id.clone();
        let filters = [input.group_id.as_str()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let page = call.read(move |tx| list_group_members(tx, &group_id, &request)).await?;
        Ok(ListGroupMembersResponse {
            next_token: call.next_token(&page, &filters),
            members: Some(Members(page.rows.into_iter().map(member).collect())),
        })
    }
}

fn member(entity: Entity) -> Member {
    Member {
        id: Some(entity.id.to_string()),
        name: Some(entity.name),
        kind: Some(member_type(entity.kind)),
        state: Some(entity.state),
        enabled_date: entity.enabled_at,
        disabled_date: entity.disabled_at,
    }
}
