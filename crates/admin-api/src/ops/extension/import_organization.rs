//! ImportOrganization.

use postroom_directory::DirectoryError;
use postroom_directory::directory::DirectoryTx;
use postroom_directory::ops::{NewOrganization, import_organization};

use crate::call::Call;
use crate::extensions::ImportOrganization;
use crate::handle::{Handle, Target};
use crate::ops::create_organization::new_organization;
use crate::shapes::CreateOrganizationRequest;
use crate::shapes::extension::{ImportOrganizationRequest, ImportOrganizationResponse};
use crate::wire::Fault;

impl Handle for ImportOrganization {
    fn target(_: &ImportOrganizationRequest) -> Target<'_> {
        Target::Account
    }

    async fn handle(
        call: Call,
        input: ImportOrganizationRequest,
    ) -> Result<ImportOrganizationResponse, Fault> {
        let minted = new_organization(
            &call,
            CreateOrganizationRequest {
                directory_id: None,
                alias: input.alias,
                client_token: None,
                domains: input.domains,
                kms_key_arn: input.kms_key_arn,
                enable_interoperability: None,
            },
        )?;
        let dates = input.completed_date.map(|completed_at| (completed_at, completed_at));
        let new = NewOrganization { id: input.organization_id, dates, ..minted };
        let directory = input.directory_id;
        let import = move |tx: &mut DirectoryTx<'_, '_>| {
            let id = import_organization(tx, &new, directory.as_ref())?;
            tx.concerns(&id);
            Ok::<_, DirectoryError>(id)
        };
        let id = call.write_directory(import).await?;
        call.api.lifecycle.tell();
        Ok(ImportOrganizationResponse { organization_id: Some(id) })
    }
}
