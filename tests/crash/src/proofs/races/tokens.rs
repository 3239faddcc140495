//! A request that is sent many times at once with one client token has one effect and one answer.

use serde_json::{Value, json};

use super::{Arena, RACERS, all_alike, all_at_once};
use crate::kinds::settled;
use crate::problem::{Result, fail};

/// An operation that takes a client token, and how its effect is seen and undone.
struct Race {
    operation: &'static str,
    input: fn(&str) -> Value,
    list: &'static str,
    members: &'static str,
    name: &'static str,
    delete: &'static str,
    id: &'static str,
}

const RACES: &[Race] = &[
    Race {
        operation: "CreateMobileDeviceAccessRule",
        input: |name| json!({"Name": name, "Effect": "DENY"}),
        list: "ListMobileDeviceAccessRules",
        members: "Rules",
        name: "Name",
        delete: "DeleteMobileDeviceAccessRule",
        id: "MobileDeviceAccessRuleId",
    },
    Race {
        operation: "CreateImpersonationRole",
        input: |name| {
            let rule = json!({"ImpersonationRuleId": "all", "Effect": "ALLOW"});
            json!({"Name": name, "Type": "READ_ONLY", "Rules": [rule]})
        },
        list: "ListImpersonationRoles",
        members: "Roles",
        name: "Name",
        delete: "DeleteImpersonationRole",
        id: "ImpersonationRoleId",
    },
    Race {
        operation: "RegisterMailDomain",
        input: |name| json!({"DomainName": name}),
        list: "ListMailDomains",
        members: "MailDomains",
        name: "DomainName",
        delete: "DeregisterMailDomain",
        id: "DomainName",
    },
];

/// One race for each operation of the organization.
pub fn race(arena: &mut Arena, round: u64) -> Result<u64> {
    for race in RACES {
        let name = format!("t{round}.example.test");
        let mut input = arena.within((race.input)(&name));
        input["ClientToken"] = json!(format!("token-{round}"));
        let calls: Vec<(&str, Value)> = vec![(race.operation, input.clone()); RACERS];
        let answers = all_at_once(&mut arena.racers, &calls)?;
        let answer = all_alike(&calls, answers)?;
        let listed = arena.fleet.client(1)?.all(race.list, &arena.within(json!({})), race.members)?;
        let there: Vec<&Value> = listed.iter().filter(|found| found[race.name] == json!(name)).collect();
        let [one] = there.as_slice() else {
            return fail(format!("{} had {} effects: {there:?}", race.operation, there.len()));
        };
        if answer.get(race.id).is_some_and(|id| *id != one[race.id]) {
            return fail(format!("{} answered {answer} and listed is {one}", race.operation));
        }
        let delete = arena.within(json!({race.id: one[race.id]}));
        arena.racers[0].must(race.delete, &delete)?;
    }
    Ok(RACES.len() as u64)
}

/// A creation and a deletion of an organization, each sent many times at once with its token.
pub fn race_for_organization(arena: &mut Arena, round: u64) -> Result<u64> {
    let alias = format!("token{round}");
    let input = json!({"Alias": alias, "ClientToken": format!("create-{round}")});
    let calls: Vec<(&str, Value)> = vec![("CreateOrganization", input); RACERS];
    let answers = all_at_once(&mut arena.racers, &calls)?;
    let created = all_alike(&calls, answers)?;
    let id = created["OrganizationId"].as_str().unwrap_or_default();
    let mut client = arena.fleet.client(1)?;
    let active = settled(&mut client, id)?;
    let listed = client.all("ListOrganizations", &json!({}), "OrganizationSummaries")?;
    let there = listed.iter().filter(|found| found["Alias"] == json!(alias)).count();
    if there != 1 || active["State"] != json!("Active") {
        return fail(format!("{alias} is there {there} times, as {active}"));
    }
    let input =
        json!({"OrganizationId": id, "DeleteDirectory": true, "ClientToken": format!("delete-{round}")});
    let calls: Vec<(&str, Value)> = vec![("DeleteOrganization", input); RACERS];
    let answers = all_at_once(&mut arena.racers, &calls)?;
    all_alike(&calls, answers)?;
    let deleted = settled(&mut client, id)?;
    if deleted["State"] == json!("Deleted") { Ok(2) } else { fail(format!("{alias} is {deleted}")) }
}
