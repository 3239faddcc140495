//! DeregisterFromWorkMail.

use postroom_mailbox::ops::deregister_from_workmail;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeregisterFromWorkMail;
use crate::shapes::{DeregisterFromWorkMailRequest, DeregisterFromWorkMailResponse};
use crate::wire::Fault;

impl Handle for DeregisterFromWorkMail {
    fn target(input: &DeregisterFromWorkMailRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeregisterFromWorkMailRequest,
    ) -> Result<DeregisterFromWorkMailResponse, Fault> {
        call.write(move |tx| deregister_from_workmail(tx, &input.entity_id)).await?;
        Ok(DeregisterFromWorkMailResponse {})
    }
}
