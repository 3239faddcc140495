//! UpdateMailboxQuota.

use postroom_mailbox::ops::update_mailbox_quota;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::UpdateMailboxQuota;
use crate::shapes::{UpdateMailboxQuotaRequest, UpdateMailboxQuotaResponse};
use crate::wire::Fault;

impl Handle for UpdateMailboxQuota {
    fn target(input: &UpdateMailboxQuotaRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: UpdateMailboxQuotaRequest,
    ) -> Result<UpdateMailboxQuotaResponse, Fault> {
        let quota_mb = i64::from(input.mailbox_quota.get());
        call.write(move |tx| update_mailbox_quota(tx, &input.user_id, quota_mb)).await?;
        Ok(UpdateMailboxQuotaResponse {})
    }
}
