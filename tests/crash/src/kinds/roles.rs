//! Impersonation roles; their creation takes a client token.

use serde_json::{Value, json};

use super::{Action, Kind, Organization, Plan, Site, text, within};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListImpersonationRoles",
    actions: &[
        Action { operation: "CreateImpersonationRole", plan: create },
        Action { operation: "CreateImpersonationRole", plan: create },
        Action { operation: "UpdateImpersonationRole", plan: update },
        Action { operation: "DeleteImpersonationRole", plan: delete },
    ],
    observe,
};

/// An organization has at most 20; eight writers share them.
const ROLES_MAX: usize = 2;

fn create(site: &mut Site<'_>) -> Option<Plan> {
    if site.found("role", |_| true).len() >= ROLES_MAX {
        return None;
    }
    let (name, token) = (site.fresh('i'), site.token());
    let (mut input, fact) = role(site, &name);
    input["ClientToken"] = json!(token);
    let key = format!("role/{name}");
    let changes = vec![Change::Put(key.clone(), fact)];
    Some(site.done("CreateImpersonationRole", input, changes).minting(key, "ImpersonationRoleId"))
}

fn update(site: &mut Site<'_>) -> Option<Plan> {
    let (name, before) = site.one("role", |fact| fact.id.is_some())?;
    let (mut input, mut fact) = role(site, &name);
    input["ImpersonationRoleId"] = json!(before.id);
    fact.id = before.id;
    Some(site.done("UpdateImpersonationRole", input, vec![Change::Put(format!("role/{name}"), fact)]))
}

fn delete(site: &mut Site<'_>) -> Option<Plan> {
    let (name, fact) = site.one("role", |fact| fact.id.is_some())?;
    let changes = vec![Change::Remove(format!("role/{name}"))];
    Some(site.done("DeleteImpersonationRole", json!({"ImpersonationRoleId": fact.id}), changes))
}

/// The same text in the role and in its rule.
fn role(site: &mut Site<'_>, name: &str) -> (Value, Fact) {
    let text = site.text();
    let kind = if site.random.once_in(2) { "FULL_ACCESS" } else { "READ_ONLY" };
    let rule = json!({"ImpersonationRuleId": "all", "Effect": "ALLOW", "Description": text});
    let input = json!({"Name": name, "Type": kind, "Description": text, "Rules": [rule]});
    (input, Fact::of(&[("type", kind), ("description", &text), ("rule", &text)]))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    for found in client.all(KIND.list, &within(organization), "Roles")? {
        let id = text(&found, "ImpersonationRoleId");
        let input = json!({"OrganizationId": organization.id, "ImpersonationRoleId": id});
        let role = client.must("GetImpersonationRole", &input)?;
        let name = text(&found, "Name");
        let fact = Fact::of(&[
            ("type", text(&role, "Type")),
            ("description", text(&role, "Description")),
            ("rule", text(&role["Rules"][0], "Description")),
        ]);
        if observed.facts.insert(format!("role/{name}"), fact.identified(id)).is_some() {
            observed.facts.insert(format!("role/{name}/twice"), Fact::default());
        }
    }
    Ok(())
}
