//! DescribeInboundDmarcSettings.

use postroom_directory::ops::describe_inbound_dmarc_settings;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DescribeInboundDmarcSettings;
use crate::shapes::{DescribeInboundDmarcSettingsRequest, DescribeInboundDmarcSettingsResponse};
use crate::wire::Fault;

impl Handle for DescribeInboundDmarcSettings {
    fn target(input: &DescribeInboundDmarcSettingsRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        _: DescribeInboundDmarcSettingsRequest,
    ) -> Result<DescribeInboundDmarcSettingsResponse, Fault> {
        let enforced = call.read(describe_inbound_dmarc_settings).await?;
        Ok(DescribeInboundDmarcSettingsResponse { enforced: Some(enforced) })
    }
}
