//! Mobile device access overrides.

use serde_json::json;

use super::{Action, Kind, Organization, Plan, Site, text, within};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListMobileDeviceAccessOverrides",
    actions: &[
        Action { operation: "PutMobileDeviceAccessOverride", plan: put },
        Action { operation: "PutMobileDeviceAccessOverride", plan: put },
        Action { operation: "DeleteMobileDeviceAccessOverride", plan: delete },
    ],
    observe,
};

fn put(site: &mut Site<'_>) -> Option<Plan> {
    let (user, _) = site.one("user", |fact| fact.field("state") == "ENABLED")?;
    let device = format!("device{}", site.random.below(4));
    let effect = if site.random.once_in(2) { "ALLOW" } else { "DENY" };
    let description = site.text();
    let fact = Fact::of(&[("effect", effect), ("description", &description)]);
    let changes = vec![Change::Put(format!("override/{user}/{device}"), fact)];
    let input = json!({"UserId": user, "DeviceId": device, "Effect": effect, "Description": description});
    Some(site.done("PutMobileDeviceAccessOverride", input, changes))
}

fn delete(site: &mut Site<'_>) -> Option<Plan> {
    let (key, _) = site.one("override", |_| true)?;
    let (user, device) = key.split_once('/')?;
    let changes = vec![Change::Remove(format!("override/{key}"))];
    let input = json!({"UserId": user, "DeviceId": device});
    Some(site.done("DeleteMobileDeviceAccessOverride", input, changes))
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    for found in client.all(KIND.list, &within(organization), "Overrides")? {
        let user = observed.name_of(text(&found, "UserId"));
        let fact =
            Fact::of(&[("effect", text(&found, "Effect")), ("description", text(&found, "Description"))]);
        observed.facts.insert(format!("override/{user}/{}", text(&found, "DeviceId")), fact);
    }
    Ok(())
}
