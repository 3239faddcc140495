//! UpdateDefaultMailDomain.

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::UpdateDefaultMailDomain;
use crate::shapes::{UpdateDefaultMailDomainRequest, UpdateDefaultMailDomainResponse};
use crate::wire::Fault;

impl Handle for UpdateDefaultMailDomain {
    fn target(input: &UpdateDefaultMailDomainRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: UpdateDefaultMailDomainRequest,
    ) -> Result<UpdateDefaultMailDomainResponse, Fault> {
        let (domains, acting) = (&call.api.domains, call.acting().await?);
        domains.update_default(&acting, call.organization(), &input.domain_name).await?;
        Ok(UpdateDefaultMailDomainResponse {})
    }
}
