//! DescribeGroup.

use postroom_directory::ops::describe_group;

use crate::call::Call;
use crate::convert::{identifier, text};
use crate::handle::{Handle, Target};
use crate::operations::DescribeGroup;
use crate::shapes::{DescribeGroupRequest, DescribeGroupResponse};
use crate::wire::Fault;

impl Handle for DescribeGroup {
    fn target(input: &DescribeGroupRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DescribeGroupRequest) -> Result<DescribeGroupResponse, Fault> {
        let group = call.read(move |tx| describe_group(tx, &input.group_id)).await?;
        Ok(DescribeGroupResponse {
            group_id: Some(identifier(&group.id)),
            name: Some(text(group.name)),
            email: group.email,
            state: Some(group.state),
            enabled_date: group.enabled_at,
            disabled_date: group.disabled_at,
            hidden_from_global_address_list: Some(group.hidden),
        })
    }
}
