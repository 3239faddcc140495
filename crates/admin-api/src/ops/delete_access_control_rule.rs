//! DeleteAccessControlRule.

use postroom_directory::ops::delete_access_control_rule;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteAccessControlRule;
use crate::shapes::{DeleteAccessControlRuleRequest, DeleteAccessControlRuleResponse};
use crate::wire::Fault;

impl Handle for DeleteAccessControlRule {
    fn target(input: &DeleteAccessControlRuleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeleteAccessControlRuleRequest,
    ) -> Result<DeleteAccessControlRuleResponse, Fault> {
        call.write(move |tx| delete_access_control_rule(tx, &input.name)).await?;
        Ok(DeleteAccessControlRuleResponse {})
    }
}
