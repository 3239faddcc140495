//! Calls of the person at the machine: the same dispatch and the same decision, without a signature.

use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::Bytes;
use postroom_directory::callers::CallerKey;
use postroom_directory::organizations::{Lookup, Organization};
use postroom_policy::iam::Policies;
use postroom_policy::permit::{Authenticated, AwsAccountId, Caller};
use zeroize::Zeroizing;

use crate::api::Api;
use crate::authenticate::AuthenticatedCaller;
use crate::dispatch::Request;
use crate::http::{runner, unknown_operation};
use crate::wire::{ErrorName, Fault};

/// Stands for the access key in audit records.
const OPERATOR: &str = "OPERATOR";

/// Carries out `target` (`PostroomService.ExplainAccessControl` …) on the organization `organization_id`, for whoever
/// may open this process's data or its control socket; the caller has made sure of that.
///
/// The call counts as one of the organization's AWS account, in its region.
pub async fn operate(
    api: &Arc<Api>,
    organization_id: &str,
    target: &str,
    body: Bytes,
) -> Result<Vec<u8>, Fault> {
    let runner = runner(target).ok_or_else(|| unknown_operation("There is no such operation."))?;
    let organization = organization(api, organization_id).await?;
    let aws_account = AwsAccountId::parse(organization.aws_account.as_str()).ok_or_else(Fault::internal)?;
    let caller = Caller::new(aws_account, OPERATOR);
    let key = CallerKey {
        access_key_id: OPERATOR.into(),
        caller: caller.clone(),
        aws_account: organization.aws_account.as_str().into(),
        secret: Zeroizing::default(),
        policies: Policies::parse(postroom_directory::policies::Policies::administrator().json())
            .map_err(|_| Fault::internal())?,
        generation: 0,
    };
    // The operating system has authenticated the operator: see the control socket of the program.
    let identity = Authenticated::by_authenticator(caller);
    let region = organization.region.as_str().into();
    let request = Request {
        caller: AuthenticatedCaller { key: Arc::new(key), identity, region, at: api.store.clock().now() },
        source_ip: Ipv4Addr::LOCALHOST.into(),
        secure: true,
        request_id: postroom_types::uuid(api.store.random().bytes()).into(),
        body,
    };
    runner(api, request).await
}

/// The organization `id` of whatever AWS account, in whatever state.
async fn organization(api: &Api, id: &str) -> Result<Arc<Organization>, Fault> {
    let found = api.organizations.find(&api.store, Lookup::Id(id)).await?;
    found.ok_or_else(|| {
        Fault::new(ErrorName::OrganizationNotFoundException, "The organization was not found.")
    })
}
