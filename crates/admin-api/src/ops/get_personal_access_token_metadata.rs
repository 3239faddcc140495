//! GetPersonalAccessTokenMetadata.

use postroom_directory::ops::get_personal_access_token;

use crate::call::Call;
use crate::convert::identifier;
use crate::handle::{Handle, Target};
use crate::operations::GetPersonalAccessTokenMetadata;
use crate::shapes::{GetPersonalAccessTokenMetadataRequest, GetPersonalAccessTokenMetadataResponse};
use crate::wire::Fault;

impl Handle for GetPersonalAccessTokenMetadata {
    fn target(input: &GetPersonalAccessTokenMetadataRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: GetPersonalAccessTokenMetadataRequest,
    ) -> Result<GetPersonalAccessTokenMetadataResponse, Fault> {
        let token =
            call.read(move |tx| get_personal_access_token(tx, &input.personal_access_token_id)).await?;
        Ok(GetPersonalAccessTokenMetadataResponse {
            personal_access_token_id: Some(token.id),
            user_id: Some(identifier(&token.user_id)),
            name: Some(token.name),
            date_created: Some(token.created_at),
            date_last_used: token.last_used_at,
            expires_time: token.expires_at,
            scopes: Some(token.scopes.into_iter().collect()),
        })
    }
}
