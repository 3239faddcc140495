//! PutRetentionPolicy.

use postroom_governance::ops::{PutRetentionPolicy as Put, put_retention_policy};
use postroom_governance::{FolderConfiguration, RetentionPolicy};
use postroom_types::{Constrained, ShortString};

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::PutRetentionPolicy;
use crate::shapes::{self, PutRetentionPolicyRequest, PutRetentionPolicyResponse};
use crate::wire::Fault;

impl Handle for PutRetentionPolicy {
    fn target(input: &PutRetentionPolicyRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: PutRetentionPolicyRequest,
    ) -> Result<PutRetentionPolicyResponse, Fault> {
        let policy = RetentionPolicy {
            id: ShortString::from_store(postroom_types::uuid(call.random_id())),
            name: input.name,
            description: input.description,
            folders: folders(&input.folder_configurations),
        };
        let put = Put { policy, named: input.id };
        call.write(move |tx| put_retention_policy(tx, &put)).await?;
        Ok(PutRetentionPolicyResponse {})
    }
}

/// The folders of a request.
pub(crate) fn folders(list: &[shapes::FolderConfiguration]) -> Vec<FolderConfiguration> {
    let folders = list.iter().map(|folder| FolderConfiguration {
        folder: folder.name,
        action: folder.action,
        period_days: folder.period.map(|days| days.get()),
    });
    folders.collect()
}
