//! What the demo has: made through the API where it is not there.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use postroom_types::hex;
use serde_json::{Value, json};

use super::caller::{Caller, Refusal};
use crate::config::Config;
use crate::problem::Problem;
use crate::process::files;

/// The first one that is free: an organization that was deleted with its directory kept keeps its alias.
const ALIASES: [&str; 4] = ["demo", "demo-2", "demo-3", "demo-4"];
const USERS: [(&str, &str, &str); 2] = [("alice", "Alice", "Example"), ("bob", "Bob", "Example")];
const GROUP: &str = "staff";
const ROOM: &str = "library";
const RULE: &str = "No old phones";
/// The device that may sync although the rule says no.
pub(super) const DEVICE_ID: &str = "ALICESOLDPHONE";
/// Systems of phones that get no security updates; each is a prefix (WB §3.1).
const OLD_SYSTEMS: [&str; 8] =
    ["iOS 9", "iOS 10", "iOS 11", "iOS 12", "Android 4", "Android 5", "Android 6", "Android 7"];

/// How often the organization's state is asked for while it is made.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long it may take.
const CREATION_TIME_MAX: Duration = Duration::from_secs(60);

/// What is there.
pub(super) struct Content {
    /// The organization's.
    pub(super) alias: String,
    /// `m-…`
    pub(super) organization_id: String,
    /// The test domain.
    pub(super) domain: String,
    /// Names and passwords of the users that are there.
    pub(super) passwords: BTreeMap<String, String>,
    /// What could not be made, and why: somebody has changed things since an earlier start.
    pub(super) not_made: Vec<String>,
}

/// Makes what is not there. Without the organization there is no demo; anything else may be missing.
pub(super) async fn make(caller: &Caller, config: &Config) -> Result<Content, Problem> {
    let problem = |refusal: Refusal| Problem::told("the demo cannot be made", refusal).advise(super::ANEW);
    let organization_id = organization(caller).await?;
    let maker = Maker { caller, organization_id: &organization_id };
    let described = maker.call("DescribeOrganization", json!({})).await.map_err(problem)?;
    let domain = described["DefaultMailDomain"].as_str().unwrap_or_default().to_owned();
    let (mut passwords, new) = passwords(&config.data)?;
    let (mut ids, mut not_made) = (BTreeMap::new(), Vec::new());
    for (name, first, last) in USERS {
        let password = passwords.get(name).map(String::as_str).unwrap_or_default();
        match maker.user(&domain, (name, first, last), password, new).await {
            Ok(id) => drop(ids.insert(name, id)),
            Err(refusal) => not_made.push(format!("the user {name}: {refusal}")),
        }
    }
    passwords.retain(|name, _| ids.contains_key(name.as_str()));
    for (what, made) in [
        (format!("the group {GROUP}"), maker.group(&domain, ids.values()).await),
        (format!("the room {ROOM}"), maker.room(&domain).await),
        (format!("the rule \"{RULE}\""), maker.rule().await),
        (format!("the override for {DEVICE_ID}"), maker.device_override().await),
    ] {
        not_made.extend(made.err().map(|refusal| format!("{what}: {refusal}")));
    }
    let alias = described["Alias"].as_str().unwrap_or_default().to_owned();
    Ok(Content { alias, organization_id, domain, passwords, not_made })
}

/// The organization's id, when it is active.
async fn organization(caller: &Caller) -> Result<String, Problem> {
    let problem = |cause: &dyn std::fmt::Display| {
        Problem::told("the demo's organization cannot be made", cause).advise(super::ANEW)
    };
    let mut id = find_organization(caller).await.map_err(|refusal| problem(&refusal))?;
    if id.is_none() {
        id = create_organization(caller).await.map_err(|refusal| problem(&refusal))?;
    }
    let id = id.ok_or_else(|| problem(&"the API names no id"))?;
    let active = async {
        loop {
            let described = caller.call("DescribeOrganization", &json!({ "OrganizationId": id })).await?;
            match described["State"].as_str() {
                Some("Requested" | "Creating") => tokio::time::sleep(LOOK_EVERY).await,
                state => return Ok::<_, Refusal>(state.unwrap_or_default().to_owned()),
            }
        }
    };
    let state =
        tokio::time::timeout(CREATION_TIME_MAX, active).await.map_err(|_| problem(&"it takes too long"))?;
    match state.map_err(|refusal| problem(&refusal))?.as_str() {
        "Active" => Ok(id),
        state => Err(problem(&format!("it is in state {state}"))),
    }
}

async fn create_organization(caller: &Caller) -> Result<Option<String>, Refusal> {
    let [first, others @ ..] = ALIASES;
    let mut made = caller.call("CreateOrganization", &json!({ "Alias": first })).await;
    for alias in others {
        if !made.as_ref().is_err_and(|refusal| refusal.name == "NameAvailabilityException") {
            break;
        }
        made = caller.call("CreateOrganization", &json!({ "Alias": alias })).await;
    }
    Ok(made?["OrganizationId"].as_str().map(str::to_owned))
}

async fn find_organization(caller: &Caller) -> Result<Option<String>, Refusal> {
    let mut token = Value::Null;
    loop {
        let input = if token.is_null() { json!({}) } else { json!({ "NextToken": token }) };
        let page = caller.call("ListOrganizations", &input).await?;
        let summaries = page["OrganizationSummaries"].as_array().cloned().unwrap_or_default();
        let is_ours = |summary: &&Value| {
            let alias = summary["Alias"].as_str().unwrap_or_default();
            ALIASES.iter().any(|ours| alias.eq_ignore_ascii_case(ours)) && summary["State"] != "Deleted"
        };
        if let Some(found) = summaries.iter().find(is_ours) {
            return Ok(found["OrganizationId"].as_str().map(str::to_owned));
        }
        token = page["NextToken"].clone();
        if token.is_null() {
            return Ok(None);
        }
    }
}

/// The passwords of earlier starts, or new ones and that they are new; kept before they are set, so that none is ever
/// lost.
fn passwords(data: &Path) -> Result<(BTreeMap<String, String>, bool), Problem> {
    let file = data.join("demo.json");
    let known: BTreeMap<String, String> = match std::fs::read(&file) {
        Ok(text) => serde_json::from_slice(&text).map_err(|error| {
            Problem::new(format!("{} cannot be read", file.display()), error)
                .advise("remove it: the demo's users get new passwords")
        })?,
        Err(_) => BTreeMap::new(),
    };
    if USERS.iter().all(|(name, ..)| known.contains_key(*name)) {
        return Ok((known, false));
    }
    let random = |_| {
        let mut bytes = [0; 8];
        postroom_store::Random::fill(&postroom_store::SystemRandom, &mut bytes);
        // One of each kind that WorkMail's policy asks for.
        format!("Demo-{}", hex(&bytes))
    };
    let made: BTreeMap<String, String> = USERS.map(|(name, ..)| (name.to_owned(), random(name))).into();
    files::write_private(&file, json!(made).to_string().as_bytes())?;
    Ok((made, true))
}

/// Makes things in the organization.
struct Maker<'a> {
    caller: &'a Caller,
    organization_id: &'a str,
}

impl Maker<'_> {
    async fn call(&self, operation: &str, mut input: Value) -> Result<Value, Refusal> {
        input["OrganizationId"] = json!(self.organization_id);
        self.caller.call(operation, &input).await
    }

    /// Creates something; answers its id, new or old.
    async fn create(&self, kind: &str, name: &str, input: Value) -> Result<(String, bool), Refusal> {
        let member = format!("{kind}Id");
        let (answer, new) = match self.call(&format!("Create{kind}"), input).await {
            Err(refusal) if refusal.name == "NameAvailabilityException" => {
                let mut named = json!({});
                named[&member] = json!(name);
                (self.call(&format!("Describe{kind}"), named).await?, false)
            }
            created => (created?, true),
        };
        Ok((answer[&member].as_str().unwrap_or_default().to_owned(), new))
    }

    /// A user with a mailbox; one that is there from before `password` was made gets it, too.
    async fn user(
        &self,
        domain: &str,
        (name, first, last): (&str, &str, &str),
        password: &str,
        reset: bool,
    ) -> Result<String, Refusal> {
        let input = json!({
            "Name": name, "DisplayName": format!("{first} {last}"), "Password": password,
            "FirstName": first, "LastName": last,
        });
        let (id, new) = self.create("User", name, input).await?;
        if reset && !new {
            self.call("ResetPassword", json!({ "UserId": id, "Password": password })).await?;
        }
        self.enable(&id, &format!("{name}@{domain}")).await?;
        Ok(id)
    }

    /// Gives a mailbox and an address. Nothing happens to what has one.
    async fn enable(&self, id: &str, email: &str) -> Result<(), Refusal> {
        let input = json!({ "EntityId": id, "Email": email });
        match self.call("RegisterToWorkMail", input).await {
            Err(refusal) if refusal.name == "EntityAlreadyRegisteredException" => Ok(()),
            registered => registered.map(drop),
        }
    }

    async fn group(&self, domain: &str, members: impl Iterator<Item = &String>) -> Result<(), Refusal> {
        let (id, new) = self.create("Group", GROUP, json!({ "Name": GROUP })).await?;
        self.enable(&id, &format!("{GROUP}@{domain}")).await?;
        if new {
            for member in members {
                let input = json!({ "GroupId": id, "MemberId": member });
                self.call("AssociateMemberToGroup", input).await?;
            }
        }
        Ok(())
    }

    async fn room(&self, domain: &str) -> Result<(), Refusal> {
        let (id, _) = self.create("Resource", ROOM, json!({ "Name": ROOM, "Type": "ROOM" })).await?;
        self.enable(&id, &format!("{ROOM}@{domain}")).await
    }

    async fn rule(&self) -> Result<(), Refusal> {
        let listed = self.call("ListMobileDeviceAccessRules", json!({})).await?;
        let rules = listed["Rules"].as_array().cloned().unwrap_or_default();
        if !rules.iter().any(|rule| rule["Name"] == RULE) {
            let input = json!({
                "Name": RULE, "Effect": "DENY", "DeviceOperatingSystems": OLD_SYSTEMS,
                "Description": "Phones that get no security updates",
            });
            self.call("CreateMobileDeviceAccessRule", input).await?;
        }
        Ok(())
    }

    async fn device_override(&self) -> Result<(), Refusal> {
        let device = json!({ "UserId": USERS[0].0, "DeviceId": DEVICE_ID });
        match self.call("GetMobileDeviceAccessOverride", device.clone()).await {
            Err(refusal) if refusal.name == "ResourceNotFoundException" => {}
            found => return found.map(drop),
        }
        let mut input = device;
        input["Effect"] = json!("ALLOW");
        input["Description"] = json!("Until the new one arrives");
        self.call("PutMobileDeviceAccessOverride", input).await.map(drop)
    }
}
