//! A domain is registered by one organization of an account; of the accounts that prove it, the first owns it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Arena, all_at_once, one_wins};
use crate::client::{Answer, Client};
use crate::kinds::{LOOK, Organization};
use crate::problem::{Result, fail};

/// Organizations that want the same domain.
const WANTING: usize = 8;
/// Domains that are raced for within an account.
const DOMAINS: usize = 4;
/// Time until a look has found the proofs; looks are 5 s apart in the beginning.
const PROOF_TIME_MAX: Duration = Duration::from_secs(60);

/// Races within an account and between accounts; answers how many of each.
pub fn race(arena: &mut Arena) -> Result<(u64, u64)> {
    let mut organizations = Vec::new();
    let mut racers: Vec<Client> = Vec::new();
    for index in 0..WANTING {
        racers.push(arena.fleet.client(index)?);
        organizations.push(Organization::create(&mut arena.fleet.client(0)?, &format!("same{index}"))?);
    }
    for number in 0..DOMAINS {
        registered_once(&mut racers, &organizations, &format!("same{number}.example.test"))?;
    }
    let mut owners = Vec::new();
    for index in 0..WANTING {
        let account = arena.account()?;
        let mut client = arena.fleet.client_of(index, &account.credentials)?;
        let organization = Organization::create(&mut client, &format!("other{index}"))?;
        owners.push((client, organization));
    }
    proved_once(arena, &mut owners, "proved.example.test")?;
    Ok((DOMAINS as u64, 1))
}

/// Within an account a registration is enough.
fn registered_once(racers: &mut [Client], organizations: &[Organization], domain: &str) -> Result<()> {
    let call = |organization: &Organization| {
        ("RegisterMailDomain", json!({"OrganizationId": organization.id, "DomainName": domain}))
    };
    let calls: Vec<(&str, Value)> = organizations.iter().map(call).collect();
    let answers = all_at_once(racers, &calls)?;
    let (winner, _) = one_wins(&calls, &answers, "MailDomainInUseException")?;
    for (index, organization) in organizations.iter().enumerate() {
        let within = json!({"OrganizationId": organization.id});
        let listed = racers[0].all("ListMailDomains", &within, "MailDomains")?;
        let there = listed.iter().any(|found| found["DomainName"] == json!(domain));
        if there != (index == winner) {
            return fail(format!("{domain} was won by {winner}; {index} lists {listed:?}"));
        }
    }
    Ok(())
}

/// Between accounts everybody may register; all proofs are published at once, and one of them is first.
fn proved_once(arena: &Arena, owners: &mut [(Client, Organization)], domain: &str) -> Result<()> {
    let mut tokens = Vec::new();
    for (client, organization) in owners.iter_mut() {
        let input = json!({"OrganizationId": organization.id, "DomainName": domain});
        client.must("RegisterMailDomain", &input)?;
        let described = client.must("GetMailDomain", &input)?;
        let records = described["Records"].as_array().cloned().unwrap_or_default();
        let proof = records
            .iter()
            .find(|record| record["Hostname"].as_str().is_some_and(|host| host.starts_with("_amazonses.")));
        let Some(token) = proof.and_then(|record| record["Value"].as_str()) else {
            return fail(format!("no token among the records: {described}"));
        };
        tokens.push(token.trim_matches('"').to_owned());
    }
    arena.names.publish(&format!("_amazonses.{domain}"), &tokens);
    let began = Instant::now();
    let statuses = loop {
        let mut statuses = Vec::new();
        for (client, organization) in owners.iter_mut() {
            let input = json!({"OrganizationId": organization.id, "DomainName": domain});
            let described = client.must("GetMailDomain", &input)?;
            statuses.push(described["OwnershipVerificationStatus"].as_str().unwrap_or_default().to_owned());
        }
        if !statuses.iter().any(|status| status == "PENDING") {
            break statuses;
        }
        if began.elapsed() > PROOF_TIME_MAX {
            return fail(format!("still not decided after {PROOF_TIME_MAX:?}: {statuses:?}"));
        }
        std::thread::sleep(LOOK);
    };
    if statuses.iter().filter(|status| *status == "VERIFIED").count() != 1 {
        return fail(format!("{domain} has not one owner: {statuses:?}"));
    }
    for ((client, organization), status) in owners.iter_mut().zip(&statuses) {
        let within = |mut input: Value| {
            input["OrganizationId"] = json!(organization.id);
            input
        };
        let made = client.must("CreateUser", &within(json!({"Name": "user", "DisplayName": "user"})))?;
        let register = within(json!({"EntityId": made["UserId"], "Email": format!("user@{domain}")}));
        let may = matches!(client.call("RegisterToWorkMail", &register), Answer::Done(_));
        if may != (status == "VERIFIED") {
            return fail(format!("an organization whose proof is {status} may use {domain}: {may}"));
        }
    }
    Ok(())
}
