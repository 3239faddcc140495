//! Mail domains: steps over two stores, the directory and the organization's own.

use serde_json::json;

use super::{Action, Kind, Organization, Plan, Site, text, within};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListMailDomains",
    actions: &[
        Action { operation: "RegisterMailDomain", plan: register },
        Action { operation: "DeregisterMailDomain", plan: deregister },
    ],
    observe,
};

/// Domains of one writer.
const DOMAINS_MAX: usize = 3;

fn register(site: &mut Site<'_>) -> Option<Plan> {
    if site.found("domain", |_| true).len() >= DOMAINS_MAX {
        return None;
    }
    let (name, token) = (format!("{}.example.test", site.fresh('d')), site.token());
    let fact = Fact::of(&[("ownership", "PENDING")]);
    let input = json!({"DomainName": name, "ClientToken": token});
    Some(site.done("RegisterMailDomain", input, vec![Change::Put(format!("domain/{name}"), fact)]))
}

fn deregister(site: &mut Site<'_>) -> Option<Plan> {
    let (name, _) = site.one("domain", |_| true)?;
    let changes = vec![Change::Remove(format!("domain/{name}"))];
    Some(site.done("DeregisterMailDomain", json!({"DomainName": name}), changes))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    for domain in client.all(KIND.list, &within(organization), "MailDomains")? {
        let name = text(&domain, "DomainName");
        let input = json!({"OrganizationId": organization.id, "DomainName": name});
        let described = client.must("GetMailDomain", &input)?;
        let ownership = text(&described, "OwnershipVerificationStatus");
        observed.facts.insert(format!("domain/{name}"), Fact::of(&[("ownership", ownership)]));
    }
    Ok(())
}
