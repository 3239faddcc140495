//! Mailbox permissions.

use serde_json::json;

use super::{Action, Kind, Organization, Plan, Site, text};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListMailboxPermissions",
    actions: &[
        Action { operation: "PutMailboxPermissions", plan: put },
        Action { operation: "DeleteMailboxPermissions", plan: delete },
    ],
    observe,
};

const SETS: [&[&str]; 3] = [&["FULL_ACCESS"], &["SEND_AS"], &["SEND_AS", "SEND_ON_BEHALF"]];

fn put(site: &mut Site<'_>) -> Option<Plan> {
    let (owner, _) = site.one("user", |fact| fact.field("state") == "ENABLED")?;
    let (grantee, _) = site.one("user", |fact| fact.field("state") == "ENABLED")?;
    if owner == grantee {
        return None;
    }
    let values = SETS[site.random.below(SETS.len())];
    let fact = Fact::of(&[("values", &values.join(" "))]);
    let changes = vec![Change::Put(format!("permission/{owner}/{grantee}"), fact)];
    let input = json!({"EntityId": owner, "GranteeId": grantee, "PermissionValues": values});
    Some(site.done("PutMailboxPermissions", input, changes))
}

fn delete(site: &mut Site<'_>) -> Option<Plan> {
    let (edge, _) = site.one("permission", |_| true)?;
    let (owner, grantee) = edge.split_once('/')?;
    let enabled = |name: &str| {
        site.facts.get(&format!("user/{name}")).is_some_and(|fact| fact.field("state") == "ENABLED")
    };
    if !enabled(owner) || !enabled(grantee) {
        return None;
    }
    let changes = vec![Change::Remove(format!("permission/{edge}"))];
    Some(site.done("DeleteMailboxPermissions", json!({"EntityId": owner, "GranteeId": grantee}), changes))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    let users = observed.facts.iter().filter(|(key, _)| key.starts_with("user/"));
    let ids: Vec<String> = users.filter_map(|(_, fact)| fact.id.clone()).collect();
    for id in ids {
        let owner = observed.name_of(&id);
        let input = json!({"OrganizationId": organization.id, "EntityId": id});
        for permission in client.all(KIND.list, &input, "Permissions")? {
            let grantee = observed.name_of(text(&permission, "GranteeId"));
            let values = permission["PermissionValues"].as_array().cloned().unwrap_or_default();
            let mut values: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
            values.sort_unstable();
            let fact = Fact::of(&[("values", &values.join(" "))]);
            observed.facts.insert(format!("permission/{owner}/{grantee}"), fact);
        }
    }
    Ok(())
}
