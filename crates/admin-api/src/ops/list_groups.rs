//! ListGroups.

use postroom_directory::ops::list_groups;
use postroom_directory::{Filters, ListedEntity};

use crate::call::Call;
use crate::convert::{identifier, text};
use crate::handle::{Handle, Target};
use crate::operations::ListGroups;
use crate::shapes::{Group, Groups, ListGroupsFilters, ListGroupsRequest, ListGroupsResponse};
use crate::wire::Fault;

impl Handle for ListGroups {
    fn target(input: &ListGroupsRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ListGroupsRequest) -> Result<ListGroupsResponse, Fault> {
        let chosen = input.filters.map(filters).unwrap_or_default();
        let bound = chosen.bound();
        let filters = [bound.as_str()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let page = call.read(move |tx| list_groups(tx, &chosen, &request)).await?;
        Ok(ListGroupsResponse {
            next_token: call.next_token(&page, &filters),
            groups: Some(Groups(page.rows.into_iter().map(group).collect())),
        })
    }
}

fn filters(filters: ListGroupsFilters) -> Filters {
    Filters {
        name_prefix: filters.name_prefix,
        primary_email_prefix: filters.primary_email_prefix,
        state: filters.state,
        ..Filters::default()
    }
}

fn group(entity: ListedEntity) -> Group {
    Group {
        id: Some(identifier(&entity.id)),
        email: entity.email,
        name: Some(text(entity.name)),
        state: Some(entity.state),
        enabled_date: entity.enabled_at,
        disabled_date: entity.disabled_at,
    }
}
