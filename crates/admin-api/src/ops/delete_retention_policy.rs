//! DeleteRetentionPolicy.

use postroom_governance::ops::delete_retention_policy;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteRetentionPolicy;
use crate::shapes::{DeleteRetentionPolicyRequest, DeleteRetentionPolicyResponse};
use crate::wire::Fault;

impl Handle for DeleteRetentionPolicy {
    fn target(input: &DeleteRetentionPolicyRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeleteRetentionPolicyRequest,
    ) -> Result<DeleteRetentionPolicyResponse, Fault> {
        call.write(move |tx| delete_retention_policy(tx, &input.id)).await?;
        Ok(DeleteRetentionPolicyResponse {})
    }
}
