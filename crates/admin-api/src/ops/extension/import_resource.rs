//! ImportResource.

use postroom_directory::ops::NewResource;
use postroom_directory::resource::BookingOptions;
use postroom_mailbox::ops::import_resource;
use postroom_types::EntityId;

use super::imported::{ImportedState, dates, identifiers};
use crate::call::Call;
use crate::extensions::ImportResource;
use crate::handle::{Handle, Target};
use crate::ops::update_resource::booking;
use crate::shapes::extension::{ImportResourceRequest, ImportResourceResponse};
use crate::wire::Fault;

impl Handle for ImportResource {
    fn target(input: &ImportResourceRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ImportResourceRequest) -> Result<ImportResourceResponse, Fault> {
        let dates = dates(input.enabled_date, input.disabled_date);
        let enabled = ImportedState {
            email: input.email,
            aliases: input.aliases,
            dates,
            provisioned_at: input.mailbox_provisioned_date,
            quota: input.mailbox_quota,
        };
        let enabled = enabled.registration(&call, input.state)?;
        let new = NewResource {
            id: EntityId::from_store(input.resource_id.as_str().to_owned()),
            name: input.name,
            resource_type: input.kind,
            description: input.description,
            booking: input.booking_options.map_or_else(BookingOptions::default, booking),
            hidden: input.hidden_from_global_address_list.unwrap_or(false),
            dates,
        };
        let delegates = identifiers(input.delegates);
        call.write(move |tx| import_resource(tx, &new, enabled.as_ref(), &delegates)).await?;
        Ok(ImportResourceResponse {})
    }
}
