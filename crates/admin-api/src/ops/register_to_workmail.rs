//! RegisterToWorkMail.

use postroom_mailbox::MailboxEpoch;
use postroom_mailbox::ops::{Registration, register_to_workmail};

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::RegisterToWorkMail;
use crate::shapes::{RegisterToWorkMailRequest, RegisterToWorkMailResponse};
use crate::wire::Fault;

impl Handle for RegisterToWorkMail {
    fn target(input: &RegisterToWorkMailRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: RegisterToWorkMailRequest,
    ) -> Result<RegisterToWorkMailResponse, Fault> {
        let epoch = MailboxEpoch::mint(call.api.store.random().bytes());
        let registration = Registration { email: input.email, epoch, at: None, provisioned_at: None };
        call.write(move |tx| register_to_workmail(tx, &input.entity_id, &registration)).await?;
        Ok(RegisterToWorkMailResponse {})
    }
}
