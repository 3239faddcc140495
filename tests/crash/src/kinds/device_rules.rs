//! Mobile device access rules; their creation takes a client token.

use serde_json::{Value, json};

use super::{Action, Kind, Organization, Plan, Site, text, within};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListMobileDeviceAccessRules",
    actions: &[
        Action { operation: "CreateMobileDeviceAccessRule", plan: create },
        Action { operation: "CreateMobileDeviceAccessRule", plan: create },
        Action { operation: "UpdateMobileDeviceAccessRule", plan: update },
        Action { operation: "DeleteMobileDeviceAccessRule", plan: delete },
    ],
    observe,
};

/// An organization has at most 10, of which one is there from the start; eight writers share the rest.
fn create(site: &mut Site<'_>) -> Option<Plan> {
    if !site.found("device-rule", |_| true).is_empty() {
        return None;
    }
    let (name, token) = (site.fresh('m'), site.token());
    let (mut input, fact) = rule(site, &name);
    input["ClientToken"] = json!(token);
    let key = format!("device-rule/{name}");
    let changes = vec![Change::Put(key.clone(), fact)];
    let plan = site.done("CreateMobileDeviceAccessRule", input, changes);
    Some(plan.minting(key, "MobileDeviceAccessRuleId"))
}

fn update(site: &mut Site<'_>) -> Option<Plan> {
    let (name, before) = site.one("device-rule", |fact| fact.id.is_some())?;
    let (mut input, mut fact) = rule(site, &name);
    input["MobileDeviceAccessRuleId"] = json!(before.id);
    fact.id = before.id;
    let changes = vec![Change::Put(format!("device-rule/{name}"), fact)];
    Some(site.done("UpdateMobileDeviceAccessRule", input, changes))
}

fn delete(site: &mut Site<'_>) -> Option<Plan> {
    let (name, fact) = site.one("device-rule", |fact| fact.id.is_some())?;
    let changes = vec![Change::Remove(format!("device-rule/{name}"))];
    let input = json!({"MobileDeviceAccessRuleId": fact.id});
    Some(site.done("DeleteMobileDeviceAccessRule", input, changes))
}

/// The same text in two members: a rule that is half written differs from itself.
fn rule(site: &mut Site<'_>, name: &str) -> (Value, Fact) {
    let text = site.text();
    let effect = if site.random.once_in(2) { "ALLOW" } else { "DENY" };
    let input = json!({"Name": name, "Effect": effect, "Description": text, "DeviceModels": [text]});
    (input, Fact::of(&[("effect", effect), ("description", &text), ("models", &text)]))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    for found in client.all(KIND.list, &within(organization), "Rules")? {
        let name = text(&found, "Name");
        let models = found["DeviceModels"][0].as_str().unwrap_or_default();
        let fact = Fact::of(&[
            ("effect", text(&found, "Effect")),
            ("description", text(&found, "Description")),
            ("models", models),
        ]);
        let fact = fact.identified(text(&found, "MobileDeviceAccessRuleId"));
        // Names need not be unique, so a rule that was created twice would hide behind itself.
        if observed.facts.insert(format!("device-rule/{name}"), fact).is_some() {
            observed.facts.insert(format!("device-rule/{name}/twice"), Fact::default());
        }
    }
    Ok(())
}
