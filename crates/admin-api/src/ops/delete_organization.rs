//! DeleteOrganization.

use std::sync::Arc;

use postroom_directory::ops::{Deletion, delete_organization};
use postroom_directory::organizations::Progress;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteOrganization;
use crate::shapes::{DeleteOrganizationRequest, DeleteOrganizationResponse};
use crate::wire::{ErrorName, Fault};

impl Handle for DeleteOrganization {
    fn target(input: &DeleteOrganizationRequest) -> Target<'_> {
        Target::AnyState(&input.organization_id)
    }

    async fn handle(
        call: Call,
        mut input: DeleteOrganizationRequest,
    ) -> Result<DeleteOrganizationResponse, Fault> {
        let token = input.client_token.take();
        let deletion = Deletion {
            token: call.client_token(token.as_ref(), &input),
            delete_directory: input.delete_directory,
            force: input.force_delete.unwrap_or(false),
            delete_application: input.delete_identity_center_application.unwrap_or(false),
            request_id: Some(Arc::clone(&call.record.request_id)),
        };
        let (account, id) = (call.account(), input.organization_id.clone());
        let key = call.write_directory(move |tx| delete_organization(tx, &account, &id, &deletion)).await?;
        if call.api.lifecycle.run_until_closed(key).await? == Progress::DeletionRefused {
            let message = "The organization has enabled users, or its data cannot be opened. Disable them, or set ForceDelete.";
            return Err(Fault::new(ErrorName::OrganizationStateException, message));
        }
        Ok(DeleteOrganizationResponse {
            organization_id: Some(input.organization_id),
            state: Some("Deleting".to_owned()),
        })
    }
}
