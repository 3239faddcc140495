//! DescribeEntity.

use postroom_directory::ops::describe_entity;

use crate::call::Call;
use crate::convert::identifier;
use crate::handle::{Handle, Target};
use crate::operations::DescribeEntity;
use crate::shapes::{DescribeEntityRequest, DescribeEntityResponse};
use crate::wire::Fault;

impl Handle for DescribeEntity {
    fn target(input: &DescribeEntityRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DescribeEntityRequest) -> Result<DescribeEntityResponse, Fault> {
        let entity = call.read(move |tx| describe_entity(tx, &input.email)).await?;
        Ok(DescribeEntityResponse {
            entity_id: Some(identifier(&entity.id)),
            name: Some(entity.name),
            kind: Some(entity.kind),
        })
    }
}
