//! DisassociateMemberFromGroup.

use postroom_directory::ops::disassociate_member_from_group;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DisassociateMemberFromGroup;
use crate::shapes::{DisassociateMemberFromGroupRequest, DisassociateMemberFromGroupResponse};
use crate::wire::Fault;

impl Handle for DisassociateMemberFromGroup {
    fn target(input: &DisassociateMemberFromGroupRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DisassociateMemberFromGroupRequest,
    ) -> Result<DisassociateMemberFromGroupResponse, Fault> {
        call.write(move |tx| disassociate_member_from_group(tx, &input.group_id, &input.member_id)).await?;
        Ok(DisassociateMemberFromGroupResponse {})
    }
}
