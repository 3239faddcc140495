//! RegisterMailDomain.

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::RegisterMailDomain;
use crate::shapes::{RegisterMailDomainRequest, RegisterMailDomainResponse};
use crate::wire::Fault;

impl Handle for RegisterMailDomain {
    fn target(input: &RegisterMailDomainRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        mut input: RegisterMailDomainRequest,
    ) -> Result<RegisterMailDomainResponse, Fault> {
        let token = input.client_token.take();
        let token = call.client_token(token.as_ref(), &input);
        let (domains, acting) = (&call.api.domains, call.acting().await?);
        domains.register(&acting, call.organization(), &input.domain_name, token).await?;
        Ok(RegisterMailDomainResponse {})
    }
}
