//! DeleteIdentityCenterApplication.

use postroom_directory::ops::delete_identity_center_application;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteIdentityCenterApplication;
use crate::shapes::{DeleteIdentityCenterApplicationRequest, DeleteIdentityCenterApplicationResponse};
use crate::wire::Fault;

impl Handle for DeleteIdentityCenterApplication {
    fn target(_: &DeleteIdentityCenterApplicationRequest) -> Target<'_> {
        Target::Account
    }

    async fn handle(
        call: Call,
        input: DeleteIdentityCenterApplicationRequest,
    ) -> Result<DeleteIdentityCenterApplicationResponse, Fault> {
        let (account, arn) = (call.account(), input.application_arn);
        call.write_directory(move |tx| delete_identity_center_application(tx, &account, &arn)).await?;
        Ok(DeleteIdentityCenterApplicationResponse {})
    }
}
