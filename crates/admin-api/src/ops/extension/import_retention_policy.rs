//! ImportRetentionPolicy.

use postroom_governance::RetentionPolicy;
use postroom_governance::ops::import_retention_policy;

use crate::call::Call;
use crate::extensions::ImportRetentionPolicy;
use crate::handle::{Handle, Target};
use crate::ops::put_retention_policy::folders;
use crate::shapes::extension::{ImportRetentionPolicyRequest, ImportRetentionPolicyResponse};
use crate::wire::Fault;

impl Handle for ImportRetentionPolicy {
    fn target(input: &ImportRetentionPolicyRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ImportRetentionPolicyRequest,
    ) -> Result<ImportRetentionPolicyResponse, Fault> {
        let policy = RetentionPolicy {
            id: input.id,
            name: input.name,
            description: input.description,
            folders: folders(&input.folder_configurations),
        };
        call.write(move |tx| import_retention_policy(tx, &policy)).await?;
        Ok(ImportRetentionPolicyResponse {})
    }
}
