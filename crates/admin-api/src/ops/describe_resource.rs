//! DescribeResource.

use postroom_directory::ops::describe_resource;

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::DescribeResource;
use crate::shapes::{BookingOptions, DescribeResourceRequest, DescribeResourceResponse};
use crate::wire::Fault;

impl Handle for DescribeResource {
    fn target(input: &DescribeResourceRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DescribeResourceRequest) -> Result<DescribeResourceResponse, Fault> {
        let resource = call.read(move |tx| describe_resource(tx, &input.resource_id)).await?;
        let (entity, booking) = (resource.entity, resource.booking);
        Ok(DescribeResourceResponse {
            resource_id: Some(text(entity.id.to_string())),
            email: entity.email,
            name: Some(text(entity.name)),
            kind: Some(resource.resource_type),
            booking_options: Some(BookingOptions {
                auto_accept_requests: Some(booking.auto_accept_requests),
                auto_decline_recurring_requests: Some(booking.auto_decline_recurring_requests),
                auto_decline_conflicting_requests: Some(booking.auto_decline_conflicting_requests),
            }),
            state: Some(entity.state),
            enabled_date: entity.enabled_at,
            disabled_date: entity.disabled_at,
            description: resource.description,
            hidden_from_global_address_list: Some(entity.hidden),
        })
    }
}
