//! AssociateMemberToGroup.

use postroom_directory::ops::associate_member_to_group;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::AssociateMemberToGroup;
use crate::shapes::{AssociateMemberToGroupRequest, AssociateMemberToGroupResponse};
use crate::wire::Fault;

impl Handle for AssociateMemberToGroup {
    fn target(input: &AssociateMemberToGroupRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: AssociateMemberToGroupRequest,
    ) -> Result<AssociateMemberToGroupResponse, Fault> {
        call.write(move |tx| associate_member_to_group(tx, &input.group_id, &input.member_id)).await?;
        Ok(AssociateMemberToGroupResponse {})
    }
}
