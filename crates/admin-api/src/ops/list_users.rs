//! ListUsers.

use postroom_directory::Filters;
use postroom_directory::ops::{UserSummary, list_users};

use crate::call::Call;
use crate::convert::{identifier, text};
use crate::handle::{Handle, Target};
use crate::operations::ListUsers;
use crate::shapes::{ListUsersFilters, ListUsersRequest, ListUsersResponse, User, Users};
use crate::wire::Fault;

impl Handle for ListUsers {
    fn target(input: &ListUsersRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ListUsersRequest) -> Result<ListUsersResponse, Fault> {
        let chosen = input.filters.map(filters).unwrap_or_default();
        let bound = chosen.bound();
        let filters = [bound.as_str()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let page = call.read(move |tx| list_users(tx, &chosen, &request)).await?;
        Ok(ListUsersResponse {
            next_token: call.next_token(&page, &filters),
            users: Some(Users(page.rows.into_iter().map(user).collect())),
        })
    }
}

fn filters(filters: ListUsersFilters) -> Filters {
    Filters {
        name_prefix: filters.username_prefix,
        display_name_prefix: filters.display_name_prefix,
        primary_email_prefix: filters.primary_email_prefix,
        state: filters.state,
        identity_provider_user_id_prefix: filters.identity_provider_user_id_prefix,
    }
}

fn user(summary: UserSummary) -> User {
    let entity = summary.entity;
    User {
        id: Some(identifier(&entity.id)),
        email: entity.email,
        name: Some(text(entity.name)),
        display_name: Some(entity.display_name),
        state: Some(entity.state),
        user_role: Some(summary.role),
        enabled_date: entity.enabled_at,
        disabled_date: entity.disabled_at,
        identity_provider_user_id: summary.identity_provider_user_id,
        identity_provider_identity_store_id: summary.identity_provider_identity_store_id,
    }
}
