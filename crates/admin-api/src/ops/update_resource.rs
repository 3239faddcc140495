//! UpdateResource.

use postroom_directory::ops::{ResourceChanges, update_resource};
use postroom_directory::resource::BookingOptions;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::UpdateResource;
use crate::shapes::{self, UpdateResourceRequest, UpdateResourceResponse};
use crate::wire::Fault;

impl Handle for UpdateResource {
    fn target(input: &UpdateResourceRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: UpdateResourceRequest) -> Result<UpdateResourceResponse, Fault> {
        let booking = input.booking_options.map(booking);
        let changes = ResourceChanges {
            name: input.name,
            description: input.description,
            resource_type: input.kind,
            booking,
            hidden: input.hidden_from_global_address_list,
        };
        let resource_id = input.resource_id;
        call.write(move |tx| update_resource(tx, &resource_id, &changes)).await?;
        Ok(UpdateResourceResponse {})
    }
}

/// Booking options are taken as a whole: an absent member is false.
pub(crate) fn booking(options: shapes::BookingOptions) -> BookingOptions {
    BookingOptions {
        auto_accept_requests: options.auto_accept_requests.unwrap_or(false),
        auto_decline_recurring_requests: options.auto_decline_recurring_requests.unwrap_or(false),
        auto_decline_conflicting_requests: options.auto_decline_conflicting_requests.unwrap_or(false),
    }
}
