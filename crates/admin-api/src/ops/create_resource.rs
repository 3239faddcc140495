//! CreateResource.

use postroom_directory::ops::{EntityDates, NewResource, create_resource};
use postroom_directory::resource::BookingOptions;
use postroom_types::EntityId;

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::CreateResource;
use crate::shapes::{CreateResourceRequest, CreateResourceResponse};
use crate::wire::Fault;

impl Handle for CreateResource {
    fn target(input: &CreateResourceRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: CreateResourceRequest) -> Result<CreateResourceResponse, Fault> {
        let new = NewResource {
            id: EntityId::mint_resource(call.random_id()),
            name: input.name,
            resource_type: input.kind,
            description: input.description,
            booking: BookingOptions::default(),
            hidden: input.hidden_from_global_address_list.unwrap_or(false),
            dates: EntityDates::default(),
        };
        let id = new.id.to_string();
        call.write(move |tx| create_resource(tx, &new)).await?;
        Ok(CreateResourceResponse { resource_id: Some(text(id)) })
    }
}
