//! ListGroupsForEntity.

use postroom_directory::admin::AdminRead;
use postroom_directory::entity::Entity;
use postroom_directory::ops::list_groups_for_entity;

use crate::call::Call;
use crate::convert::{identifier, text};
use crate::handle::{Handle, Target};
use crate::operations::ListGroupsForEntity;
use crate::shapes::{
    GroupIdentifier, GroupIdentifiers, ListGroupsForEntityRequest, ListGroupsForEntityResponse,
};
use crate::wire::Fault;

impl Handle for ListGroupsForEntity {
    fn target(input: &ListGroupsForEntityRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ListGroupsForEntityRequest,
    ) -> Result<ListGroupsForEntityResponse, Fault> {
        let prefix = input.filters.and_then(|filters| filters.group_name_prefix);
        let (entity_id, wanted) = (input.entity_id.clone(), prefix.clone());
        let filters = [input.entity_id.as_str(), prefix.as_deref().unwrap_or_default()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let list =
            move |tx: &mut AdminRead<'_>| list_groups_for_entity(tx, &entity_id, wanted.as_deref(), &request);
        let page = call.read(list).await?;
        Ok(ListGroupsForEntityResponse {
            next_token: call.next_token(&page, &filters),
            groups: Some(GroupIdentifiers(page.rows.into_iter().map(group).collect())),
        })
    }
}

fn group(entity: Entity) -> GroupIdentifier {
    GroupIdentifier { group_id: Some(identifier(&entity.id)), group_name: Some(text(entity.name)) }
}
