//! Organizations: created and deleted in steps over two stores, which go on after the answer.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Action, Kind, Plan, Site, text};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed};
use crate::problem::{Result, fail};

pub const KIND: Kind = Kind {
    list: "ListOrganizations",
    actions: &[
        Action { operation: "CreateOrganization", plan: create },
        Action { operation: "CreateOrganization", plan: create },
        Action { operation: "CreateOrganization", plan: create_again },
        Action { operation: "DeleteOrganization", plan: delete },
    ],
    observe,
};

/// Organizations that the writer has at once; an account may have 100.
const ORGANIZATIONS_MAX: usize = 4;
/// Time for what is under way to settle, also after a crash.
pub const SETTLE_TIME_MAX: Duration = Duration::from_secs(60);
/// Between two looks at what goes on in the background.
pub const LOOK: Duration = Duration::from_millis(5);

/// An organization in use.
#[derive(Debug, Clone)]
pub struct Organization {
    /// `m-…`
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Its test domain.
    pub domain: String,
}

impl Organization {
    /// Creates one and waits until it is in use.
    pub fn create(client: &mut Client, alias: &str) -> Result<Self> {
        let created = client.must("CreateOrganization", &json!({"Alias": alias}))?;
        let id = text(&created, "OrganizationId").to_owned();
        let described = settled(client, &id)?;
        if text(&described, "State") != "Active" {
            return fail(format!("the organization {alias} did not become active: {described}"));
        }
        let (arn, domain) = (text(&described, "ARN"), text(&described, "DefaultMailDomain"));
        Ok(Self { arn: arn.to_owned(), domain: domain.to_owned(), id })
    }
}

/// Whether the state in an organization's description is one that passes by itself.
pub fn is_under_way(described: &Value) -> bool {
    matches!(text(described, "State"), "Requested" | "Creating" | "Deleting")
}

/// The description of an organization once nothing is under way for it.
pub fn settled(client: &mut Client, id: &str) -> Result<Value> {
    let began = Instant::now();
    loop {
        let described = client.must("DescribeOrganization", &json!({"OrganizationId": id}))?;
        if !is_under_way(&described) {
            return Ok(described);
        }
        if began.elapsed() > SETTLE_TIME_MAX {
            return fail(format!(
                "nothing goes on for {SETTLE_TIME_MAX:?} with an organization: {described}"
            ));
        }
    }
}

fn create(site: &mut Site<'_>) -> Option<Plan> {
    if site.found("organization", |_| true).len() >= ORGANIZATIONS_MAX {
        return None;
    }
    let (alias, token) = (site.fresh('o'), site.token());
    let key = format!("organization/{alias}");
    let changes = vec![Change::Put(key.clone(), Fact::of(&[("state", "Active")]))];
    let mut plan = site.done("CreateOrganization", json!({}), changes).minting(key, "OrganizationId");
    plan.input = json!({"Alias": alias, "ClientToken": token});
    Some(plan)
}

fn create_again(site: &mut Site<'_>) -> Option<Plan> {
    let (alias, _) = site.one("organization", |_| true)?;
    let mut plan = site.refused("CreateOrganization", json!({}), "NameAvailabilityException");
    plan.input = json!({"Alias": alias, "ClientToken": site.token()});
    Some(plan)
}

fn delete(site: &mut Site<'_>) -> Option<Plan> {
    let (alias, fact) = site.one("organization", |fact| fact.id.is_some())?;
    let changes = vec![Change::Remove(format!("organization/{alias}"))];
    let mut plan = site.done("DeleteOrganization", json!({}), changes);
    let token = site.token();
    plan.input = json!({"OrganizationId": fact.id?, "DeleteDirectory": true, "ClientToken": token});
    Some(plan)
}

/// All organizations of the account, each after it has settled.
fn observe(client: &mut Client, _: &Organization, observed: &mut Observed) -> Result<()> {
    for found in client.all(KIND.list, &json!({}), "OrganizationSummaries")? {
        let (id, alias) = (text(&found, "OrganizationId"), text(&found, "Alias"));
        let described = settled(client, id)?;
        let state = text(&described, "State");
        if state != "Deleted" {
            let fact = Fact::of(&[("state", state)]).identified(id);
            if observed.facts.insert(format!("organization/{alias}"), fact).is_some() {
                observed.facts.insert(format!("organization/{alias}/twice"), Fact::default());
            }
        }
    }
    Ok(())
}
