//! GetDefaultRetentionPolicy.

use postroom_governance::ops::get_default_retention_policy;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::GetDefaultRetentionPolicy;
use crate::shapes::{
    FolderConfiguration, GetDefaultRetentionPolicyRequest, GetDefaultRetentionPolicyResponse, RetentionPeriod,
};
use crate::wire::Fault;

impl Handle for GetDefaultRetentionPolicy {
    fn target(input: &GetDefaultRetentionPolicyRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        _input: GetDefaultRetentionPolicyRequest,
    ) -> Result<GetDefaultRetentionPolicyResponse, Fault> {
        let policy = call.read(get_default_retention_policy).await?;
        let folders = policy.folders.into_iter().map(|folder| FolderConfiguration {
            name: folder.folder,
            action: folder.action,
            period: folder.period_days.map(RetentionPeriod),
        });
        Ok(GetDefaultRetentionPolicyResponse {
            id: Some(policy.id),
            name: Some(policy.name),
            description: policy.description.map(|text| text.as_str().to_owned()),
            folder_configurations: Some(folders.collect()),
        })
    }
}
