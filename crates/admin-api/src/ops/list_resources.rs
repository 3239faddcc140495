//! ListResources.

use postroom_directory::Filters;
use postroom_directory::ops::{ResourceSummary, list_resources};

use crate::call::Call;
use crate::convert::{identifier, text};
use crate::handle::{Handle, Target};
use crate::operations::ListResources;
use crate::shapes::{ListResourcesFilters, ListResourcesRequest, ListResourcesResponse, Resource, Resources};
use crate::wire::Fault;

impl Handle for ListResources {
    fn target(input: &ListResourcesRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ListResourcesRequest) -> Result<ListResourcesResponse, Fault> {
        let chosen = input.filters.map(filters).unwrap_or_default();
        let bound = chosen.bound();
        let filters = [bound.as_str()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let page = call.read(move |tx| list_resources(tx, &chosen, &request)).await?;
        Ok(ListResourcesResponse {
            next_token: call.next_token(&page, &filters),
            resources: Some(Resources(page.rows.into_iter().map(resource).collect())),
        })
    }
}

fn filters(filters: ListResourcesFilters) -> Filters {
    Filters {
        name_prefix: filters.name_prefix,
        primary_email_prefix: filters.primary_email_prefix,
        state: filters.state,
        ..Filters::default()
    }
}

fn resource(summary: ResourceSummary) -> Resource {
    let entity = summary.entity;
    Resource {
        id: Some(identifier(&entity.id)),
        email: entity.email,
        name: Some(text(entity.name)),
        kind: Some(summary.resource_type),
        state: Some(entity.state),
        enabled_date: entity.enabled_at,
        disabled_date: entity.disabled_at,
        description: summary.description,
    }
}
