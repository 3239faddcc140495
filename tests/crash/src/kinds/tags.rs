//! Tags of an organization.

use serde_json::json;

use super::{Action, Kind, Organization, Plan, Site, text};
use crate::client::Client;
use crate::facts::{Change, Fact, Observed};
use crate::problem::Result;

pub const KIND: Kind = Kind {
    list: "ListTagsForResource",
    actions: &[
        Action { operation: "TagResource", plan: tag },
        Action { operation: "UntagResource", plan: untag },
    ],
    observe,
};

/// Two at once with the same value: both are there or none. An organization has at most 50.
fn tag(site: &mut Site<'_>) -> Option<Plan> {
    let text = site.text();
    let keys = [format!("{}one", site.prefix), format!("{}two", site.prefix)];
    let tags: Vec<_> = keys.iter().map(|key| json!({"Key": key, "Value": text})).collect();
    let fact = Fact::of(&[("value", &text)]);
    let changes = keys.iter().map(|key| Change::Put(format!("tag/{key}"), fact.clone())).collect();
    let mut plan =
        site.done("TagResource", json!({"ResourceARN": site.organization.arn, "Tags": tags}), changes);
    without_organization(&mut plan);
    Some(plan)
}

fn untag(site: &mut Site<'_>) -> Option<Plan> {
    let keys: Vec<String> = site.found("tag", |_| true).into_iter().map(|(key, _)| key).collect();
    if keys.is_empty() {
        return None;
    }
    let changes = keys.iter().map(|key| Change::Remove(format!("tag/{key}"))).collect();
    let input = json!({"ResourceARN": site.organization.arn, "TagKeys": keys});
    let mut plan = site.done("UntagResource", input, changes);
    without_organization(&mut plan);
    Some(plan)
}

/// These operations name their organization by its ARN.
fn without_organization(plan: &mut Plan) {
    if let Some(input) = plan.input.as_object_mut() {
        input.remove("OrganizationId");
    }
}

fn observe(client: &mut Client, organization: &Organization, observed: &mut Observed) -> Result<()> {
    let input = json!({"ResourceARN": organization.arn});
    for tag in client.all(KIND.list, &input, "Tags")? {
        let fact = Fact::of(&[("value", text(&tag, "Value"))]);
        observed.facts.insert(format!("tag/{}", text(&tag, "Key")), fact);
    }
    Ok(())
}
