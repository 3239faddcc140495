//! ResetPassword.

use postroom_directory::ops::reset_password;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::ResetPassword;
use crate::shapes::{ResetPasswordRequest, ResetPasswordResponse};
use crate::wire::Fault;

impl Handle for ResetPassword {
    fn target(input: &ResetPasswordRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ResetPasswordRequest) -> Result<ResetPasswordResponse, Fault> {
        let hash = call.hash_password(&input.password).await?;
        call.write(move |tx| reset_password(tx, &input.user_id, &hash)).await?;
        Ok(ResetPasswordResponse {})
    }
}
