//! DeregisterMailDomain.

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeregisterMailDomain;
use crate::shapes::{DeregisterMailDomainRequest, DeregisterMailDomainResponse};
use crate::wire::Fault;

impl Handle for DeregisterMailDomain {
    fn target(input: &DeregisterMailDomainRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeregisterMailDomainRequest,
    ) -> Result<DeregisterMailDomainResponse, Fault> {
        let (domains, acting) = (&call.api.domains, call.acting().await?);
        domains.deregister(&acting, call.organization(), &input.domain_name).await?;
        Ok(DeregisterMailDomainResponse {})
    }
}
