//! Access control rules.

use serde_json::json;

use super::{Action, Kind, Organization, Plan, Site, text, within};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListAccessControlRules",
    actions: &[
        Action { operation: "PutAccessControlRule", plan: put },
        Action { operation: "PutAccessControlRule", plan: put },
        Action { operation: "DeleteAccessControlRule", plan: delete },
    ],
    observe,
};

/// Each writer has one name of its own: an organization has at most 10 rules.
fn put(site: &mut Site<'_>) -> Option<Plan> {
    let name = format!("{}rule", site.prefix);
    let (text, address) = (site.text(), format!("10.{}.0.0/16", site.random.below(256)));
    let effect = if site.random.once_in(2) { "ALLOW" } else { "DENY" };
    let fact = Fact::of(&[("effect", effect), ("description", &text), ("ranges", &address)]);
    let input = json!({"Name": name, "Effect": effect, "Description": text, "IpRanges": [address]});
    let changes = vec![Change::Put(format!("access-rule/{name}"), fact)];
    Some(site.done("PutAccessControlRule", input, changes))
}

fn delete(site: &mut Site<'_>) -> Option<Plan> {
    let (name, _) = site.one("access-rule", |_| true)?;
    let changes = vec![Change::Remove(format!("access-rule/{name}"))];
    Some(site.done("DeleteAccessControlRule", json!({"Name": name}), changes))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    for found in client.all(KIND.list, &within(organization), "Rules")? {
        let fact = Fact::of(&[
            ("effect", text(&found, "Effect")),
            ("description", text(&found, "Description")),
            ("ranges", found["IpRanges"][0].as_str().unwrap_or_default()),
        ]);
        observed.facts.insert(format!("access-rule/{}", text(&found, "Name")), fact);
    }
    Ok(())
}
