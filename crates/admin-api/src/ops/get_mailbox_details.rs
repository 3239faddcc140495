//! GetMailboxDetails.

use postroom_mailbox::ops::get_mailbox_details;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::GetMailboxDetails;
use crate::shapes::{GetMailboxDetailsRequest, GetMailboxDetailsResponse, MailboxQuota, MailboxSize};
use crate::wire::Fault;

impl Handle for GetMailboxDetails {
    fn target(input: &GetMailboxDetailsRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: GetMailboxDetailsRequest) -> Result<GetMailboxDetailsResponse, Fault> {
        let mailbox = call.read(move |tx| get_mailbox_details(tx, &input.user_id)).await?;
        Ok(GetMailboxDetailsResponse {
            mailbox_quota: i32::try_from(mailbox.quota_mb).ok().map(MailboxQuota),
            mailbox_size: Some(MailboxSize(mailbox.size_mb())),
        })
    }
}
