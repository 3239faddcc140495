//! ListPersonalAccessTokens.

use postroom_directory::ops::list_personal_access_tokens;

use crate::call::Call;
use crate::convert::identifier;
use crate::handle::{Handle, Target};
use crate::operations::ListPersonalAccessTokens;
use crate::shapes::{
    ListPersonalAccessTokensRequest, ListPersonalAccessTokensResponse, PersonalAccessTokenSummary,
};
use crate::wire::Fault;

impl Handle for ListPersonalAccessTokens {
    fn target(input: &ListPersonalAccessTokensRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ListPersonalAccessTokensRequest,
    ) -> Result<ListPersonalAccessTokensResponse, Fault> {
        let user = input.user_id.map(|user| user.as_str().to_owned());
        let filters: Vec<&str> = user.as_deref().into_iter().collect();
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let wanted = user.clone();
        let page = call.read(move |tx| list_personal_access_tokens(tx, wanted.as_deref(), &request)).await?;
        let next_token = call.next_token(&page, &filters);
        let summaries = page.rows.into_iter().map(|token| PersonalAccessTokenSummary {
            personal_access_token_id: Some(token.id),
            user_id: Some(identifier(&token.user_id)),
            name: Some(token.name),
            date_created: Some(token.created_at),
            date_last_used: token.last_used_at,
            expires_time: token.expires_at,
            scopes: Some(token.scopes.into_iter().collect()),
        });
        let personal_access_token_summaries = Some(summaries.collect());
        Ok(ListPersonalAccessTokensResponse { next_token, personal_access_token_summaries })
    }
}
