//! CreateOrganization.

use postroom_directory::DirectoryError;
use postroom_directory::directory::DirectoryTx;
use postroom_directory::domains::NewDomain;
use postroom_directory::ops::{DirectoryChoice, NewOrganization, create_organization};

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::CreateOrganization;
use crate::shapes::{CreateOrganizationRequest, CreateOrganizationResponse};
use crate::wire::Fault;

impl Handle for CreateOrganization {
    fn target(_: &CreateOrganizationRequest) -> Target<'_> {
        Target::Account
    }

    async fn handle(
        call: Call,
        mut input: CreateOrganizationRequest,
    ) -> Result<CreateOrganizationResponse, Fault> {
        let token = input.client_token.take();
        let token = call.client_token(token.as_ref(), &input);
        let new = NewOrganization { token, ..new_organization(&call, input)? };
        let create = move |tx: &mut DirectoryTx<'_, '_>| {
            let (_, id) = create_organization(tx, &new)?;
            tx.concerns(&id);
            Ok::<_, DirectoryError>(id)
        };
        let id = call.write_directory(create).await?;
        call.api.lifecycle.tell();
        Ok(CreateOrganizationResponse { organization_id: Some(id) })
    }
}

/// What a request asks for, with minted ids.
pub(crate) fn new_organization(
    call: &Call,
    input: CreateOrganizationRequest,
) -> Result<NewOrganization, DirectoryError> {
    let (random, hosts) = (call.api.store.random().as_ref(), call.api.domains.hosts());
    let domains = input.domains.map_or_else(Vec::new, |domains| domains.0);
    // HostedZoneId is taken and not used: there is no DNS service behind this API (docs/compatibility.md).
    let domains = domains.iter().map(|domain| NewDomain::mint(random, hosts, &domain.domain_name));
    let minted =
        NewOrganization::mint(random, call.account(), &call.region, input.alias, &hosts.test_domain_suffix);
    Ok(NewOrganization {
        domains: domains.collect::<Result<_, _>>()?,
        directory: input.directory_id.map_or(minted.directory, DirectoryChoice::Kept),
        kms_key_arn: input.kms_key_arn.map(|arn| arn.as_str().to_owned()),
        enable_interoperability: input.enable_interoperability.unwrap_or(false),
        ..minted
    })
}
