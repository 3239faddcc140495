//! ListMailDomains.

use postroom_directory::domains::MailDomain;
use postroom_directory::ops::list_mail_domains;

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::ListMailDomains;
use crate::shapes::{ListMailDomainsRequest, ListMailDomainsResponse, MailDomainSummary, MailDomains};
use crate::wire::Fault;

impl Handle for ListMailDomains {
    fn target(input: &ListMailDomainsRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: ListMailDomainsRequest) -> Result<ListMailDomainsResponse, Fault> {
        let request = call.page(input.next_token.as_ref(), input.max_results, &[])?;
        let page = call.read(move |tx| list_mail_domains(tx, &request)).await?;
        let next_token = call.next_token(&page, &[]);
        let summary = |domain: MailDomain| MailDomainSummary {
            domain_name: Some(text(domain.name)),
            default_domain: Some(domain.is_default),
        };
        let domains = page.rows.into_iter().map(summary).collect();
        Ok(ListMailDomainsResponse { mail_domains: Some(MailDomains(domains)), next_token })
    }
}
