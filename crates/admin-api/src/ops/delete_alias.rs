//! DeleteAlias.

use postroom_directory::ops::delete_alias;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteAlias;
use crate::shapes::{DeleteAliasRequest, DeleteAliasResponse};
use crate::wire::Fault;

impl Handle for DeleteAlias {
    fn target(input: &DeleteAliasRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DeleteAliasRequest) -> Result<DeleteAliasResponse, Fault> {
        call.write(move |tx| delete_alias(tx, &input.entity_id, &input.alias)).await?;
        Ok(DeleteAliasResponse {})
    }
}
