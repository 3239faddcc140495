//! GetMailDomain.

use postroom_directory::admin::AdminRead;
use postroom_directory::domains::{DnsRecord as Record, records};
use postroom_directory::ops::get_mail_domain;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::GetMailDomain;
use crate::shapes::{DnsRecord, DnsRecords, GetMailDomainRequest, GetMailDomainResponse};
use crate::wire::Fault;

impl Handle for GetMailDomain {
    fn target(input: &GetMailDomainRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: GetMailDomainRequest) -> Result<GetMailDomainResponse, Fault> {
        let name = input.domain_name.as_str().to_owned();
        let get = move |tx: &mut AdminRead<'_>| get_mail_domain(tx, &name);
        let (mut domain, mut keys) = call.read(get.clone()).await?;
        if keys.is_empty() && !domain.is_test {
            // Registered with its organization a moment ago.
            call.api.domains.ensure_keys(call.key(), &domain.name).await?;
            (domain, keys) = call.read(get).await?;
        }
        let listed = records(&domain, &keys, call.api.domains.hosts());
        Ok(GetMailDomainResponse {
            records: Some(DnsRecords(listed.into_iter().map(record).collect())),
            is_test_domain: Some(domain.is_test),
            is_default: Some(domain.is_default),
            ownership_verification_status: Some(domain.status.ownership),
            dkim_verification_status: Some(domain.status.dkim),
        })
    }
}

fn record(record: Record) -> DnsRecord {
    DnsRecord { kind: Some(record.kind.to_owned()), hostname: Some(record.host), value: Some(record.value) }
}
