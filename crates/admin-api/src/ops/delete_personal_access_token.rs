//! DeletePersonalAccessToken.

use postroom_directory::ops::delete_personal_access_token;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeletePersonalAccessToken;
use crate::shapes::{DeletePersonalAccessTokenRequest, DeletePersonalAccessTokenResponse};
use crate::wire::Fault;

impl Handle for DeletePersonalAccessToken {
    fn target(input: &DeletePersonalAccessTokenRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeletePersonalAccessTokenRequest,
    ) -> Result<DeletePersonalAccessTokenResponse, Fault> {
        call.write(move |tx| delete_personal_access_token(tx, &input.personal_access_token_id)).await?;
        Ok(DeletePersonalAccessTokenResponse {})
    }
}
