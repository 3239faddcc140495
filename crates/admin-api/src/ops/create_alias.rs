//! CreateAlias.

use postroom_directory::ops::create_alias;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::CreateAlias;
use crate::shapes::{CreateAliasRequest, CreateAliasResponse};
use crate::wire::Fault;

impl Handle for CreateAlias {
    fn target(input: &CreateAliasRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: CreateAliasRequest) -> Result<CreateAliasResponse, Fault> {
        call.write(move |tx| create_alias(tx, &input.entity_id, &input.alias)).await?;
        Ok(CreateAliasResponse {})
    }
}
