//! PutInboundDmarcSettings.

use postroom_directory::ops::put_inbound_dmarc_settings;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::PutInboundDmarcSettings;
use crate::shapes::{PutInboundDmarcSettingsRequest, PutInboundDmarcSettingsResponse};
use crate::wire::Fault;

impl Handle for PutInboundDmarcSettings {
    fn target(input: &PutInboundDmarcSettingsRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: PutInboundDmarcSettingsRequest,
    ) -> Result<PutInboundDmarcSettingsResponse, Fault> {
        call.write(move |tx| put_inbound_dmarc_settings(tx, input.enforced)).await?;
        Ok(PutInboundDmarcSettingsResponse {})
    }
}
