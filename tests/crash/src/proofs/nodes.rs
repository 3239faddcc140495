//! Two programs on one PostgreSQL database: what one of them has acknowledged is in force on the other within a second.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fsck;
use crate::client::{Answer, Client, Credentials};
use crate::fleet::Fleet;
use crate::kinds::{LOOK, Organization};
use crate::mail::{Connection, PASSWORD};
use crate::problem::{Context, Result, fail};
use crate::run::{Engine, Run};

/// What the proof promises.
const IN_FORCE_MAX: Duration = Duration::from_secs(1);
/// How long the other node is watched at all, so that a failure says how late it was.
const WATCHED_MAX: Duration = Duration::from_secs(20);

/// The slowest of each kind of change.
#[derive(Default)]
struct Slowest(Vec<(&'static str, Duration)>);

/// One change and where it shows.
struct Pair<'a> {
    here: &'a mut Client,
    there: &'a mut Client,
    organization: &'a str,
}

/// Runs the proof.
pub fn prove(run: &Run) -> Result<String> {
    let mut fleet = Fleet::start(run, "nodes", Engine::Postgres, &[])?;
    let organization = Organization::create(&mut fleet.client(0)?, "nodes")?;
    let (mut one, mut two) = (fleet.client(0)?, fleet.client(1)?);
    let user = enabled_user(&mut one, &organization)?;
    let mut slowest = Slowest::default();
    for round in 1..=run.rounds {
        // Each node is told as often as the other.
        let (here, there) = if round.is_multiple_of(2) { (&mut one, &mut two) } else { (&mut two, &mut one) };
        let mut pair = Pair { here, there, organization: &organization.id };
        pair.access_rule(&user, &mut slowest).context(|| format!("see the access rule of round {round}"))?;
        pair.device_rule(&mut slowest).context(|| format!("see the device rule of round {round}"))?;
        pair.device_override(&user, &mut slowest).context(|| format!("see the override of round {round}"))?;
        let node = usize::from(round.is_multiple_of(2));
        let session = idling(&fleet, node, &format!("user@{}", organization.domain))?;
        pair.session(&user, session, &mut slowest)
            .context(|| format!("let a session go in round {round}"))?;
    }
    access_key(&fleet, run.rounds.min(5), &mut slowest)?;
    fsck::clean(fleet.first()?)?;
    fleet.stop()?;
    let times: Vec<String> =
        slowest.0.iter().map(|(what, time)| format!("{what} {} ms", time.as_millis())).collect();
    Ok(format!("{} rounds, slowest on the other node: {}; fsck clean", run.rounds, times.join(", ")))
}

fn enabled_user(client: &mut Client, organization: &Organization) -> Result<String> {
    let created = json!({"OrganizationId": organization.id, "Name": "user", "DisplayName": "user",
        "Password": PASSWORD});
    let created = client.must("CreateUser", &created)?;
    let email = format!("user@{}", organization.domain);
    let register = json!({"OrganizationId": organization.id, "EntityId": created["UserId"], "Email": email});
    client.must("RegisterToWorkMail", &register)?;
    Ok(created["UserId"].as_str().unwrap_or_default().to_owned())
}

impl Pair<'_> {
    /// A rule that denies, and its removal: both show in the other node's decision.
    fn access_rule(&mut self, user: &str, slowest: &mut Slowest) -> Result<()> {
        let rule =
            self.within(json!({"Name": "nodes", "Effect": "DENY", "Description": "", "Actions": ["IMAP"]}));
        let ask = self.within(json!({"IpAddress": "192.0.2.1", "Action": "IMAP", "UserId": user}));
        let effect = |client: &mut Client| client.must("GetAccessControlEffect", &ask);
        self.expect(effect, "ALLOW")?;
        self.here.must("PutAccessControlRule", &rule)?;
        slowest.note("an access control rule", seen(self.there, effect, "DENY")?);
        self.here.must("DeleteAccessControlRule", &self.within(json!({"Name": "nodes"})))?;
        slowest.note("its removal", seen(self.there, effect, "ALLOW")?);
        Ok(())
    }

    /// A rule ends a session on the other node; without it there may be one again.
    fn session(&mut self, user: &str, mut session: Connection, slowest: &mut Slowest) -> Result<()> {
        let rule =
            self.within(json!({"Name": "nodes", "Effect": "DENY", "Description": "", "Actions": ["IMAP"]}));
        self.here.must("PutAccessControlRule", &rule)?;
        let began = Instant::now();
        session.hear("* BYE").map_err(|failed| failed.into_problem("the session's end"))?;
        slowest.note("a session's end", in_time(began)?);
        self.here.must("DeleteAccessControlRule", &self.within(json!({"Name": "nodes"})))?;
        let ask = self.within(json!({"IpAddress": "127.0.0.1", "Action": "IMAP", "UserId": user}));
        seen(self.there, |client| client.must("GetAccessControlEffect", &ask), "ALLOW").map(drop)
    }

    /// A rule for devices, its change and its removal.
    fn device_rule(&mut self, slowest: &mut Slowest) -> Result<()> {
        let ask = self.within(json!({"DeviceType": "nodes-device"}));
        let effect = |client: &mut Client| client.must("GetMobileDeviceAccessEffect", &ask);
        self.expect(effect, "ALLOW")?;
        let rule = self.within(json!({"Name": "nodes", "Effect": "DENY", "DeviceTypes": ["nodes-device"]}));
        let created = self.here.must("CreateMobileDeviceAccessRule", &rule)?;
        slowest.note("a mobile device rule", seen(self.there, effect, "DENY")?);
        let mut other =
            self.within(json!({"Name": "nodes", "Effect": "DENY", "DeviceTypes": ["other-device"]}));
        other["MobileDeviceAccessRuleId"] = created["MobileDeviceAccessRuleId"].clone();
        self.here.must("UpdateMobileDeviceAccessRule", &other)?;
        slowest.note("a changed one", seen(self.there, effect, "ALLOW")?);
        let id = json!({"MobileDeviceAccessRuleId": created["MobileDeviceAccessRuleId"]});
        self.here.must("DeleteMobileDeviceAccessRule", &self.within(id))?;
        Ok(())
    }

    /// An override for one device of one user.
    fn device_override(&mut self, user: &str, slowest: &mut Slowest) -> Result<()> {
        let device = json!({"UserId": user, "DeviceId": "device1"});
        let ask = self.within(device.clone());
        let effect = |client: &mut Client| client.must_own("ExplainMobileDeviceAccess", &ask);
        self.expect(effect, "ALLOW")?;
        let mut put = self.within(device.clone());
        put["Effect"] = json!("DENY");
        self.here.must("PutMobileDeviceAccessOverride", &put)?;
        slowest.note("an override", seen(self.there, effect, "DENY")?);
        self.here.must("DeleteMobileDeviceAccessOverride", &self.within(device))?;
        slowest.note("its end", seen(self.there, effect, "ALLOW")?);
        Ok(())
    }

    /// Before a change the other node must say something else, or its answer after it proves nothing.
    fn expect(&mut self, ask: impl Fn(&mut Client) -> Result<Value>, effect: &str) -> Result<()> {
        seen(self.there, ask, effect).map(drop)
    }

    fn within(&self, mut input: Value) -> Value {
        input["OrganizationId"] = json!(self.organization);
        input
    }
}

/// Who idles on the node `index`.
fn idling(fleet: &Fleet, index: usize, user: &str) -> Result<Connection> {
    let node = fleet.nodes.get(index).ok_or("it is not there").context(|| "find a node".to_owned())?;
    let begun = Connection::log_in(node.imap()?, user, PASSWORD).and_then(|mut session| {
        session.command("SELECT INBOX")?;
        session.idle()?;
        Ok(session)
    });
    begun.map_err(|failed| failed.into_problem("to idle"))
}

/// Time from now until `client` is answered `effect`.
fn seen(client: &mut Client, ask: impl Fn(&mut Client) -> Result<Value>, effect: &str) -> Result<Duration> {
    let began = Instant::now();
    loop {
        let answer = ask(client)?;
        if answer["Effect"] == json!(effect) {
            return in_time(began);
        }
        if began.elapsed() > WATCHED_MAX {
            return fail(format!("not {effect} after {WATCHED_MAX:?}: {answer}"));
        }
        std::thread::sleep(LOOK);
    }
}

fn in_time(began: Instant) -> Result<Duration> {
    let took = began.elapsed();
    if took <= IN_FORCE_MAX { Ok(took) } else { fail(format!("it took {took:?} until it was in force")) }
}

/// A key that is disabled on the first node is refused by the second, and taken again once it is enabled.
fn access_key(fleet: &Fleet, rounds: u64, slowest: &mut Slowest) -> Result<()> {
    let accounts = fleet.operator("account", &["list"])?;
    let account = accounts["accounts"][0]["id"].as_str().unwrap_or_default().to_owned();
    let key = fleet.operator("access-key", &["create", "--account", &account])?;
    let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
    let (access_key_id, secret) = (text("access_key_id"), text("secret_access_key"));
    let mut client = fleet.client_of(1, &Credentials { access_key_id: access_key_id.clone(), secret })?;
    slowest.note("a new access key", answers(&mut client, true)?);
    for round in 1..=rounds {
        for (word, taken) in [("disable", false), ("enable", true)] {
            let switched = fleet.operator("access-key", &[word, &access_key_id]);
            switched.context(|| format!("{word} the key in round {round}"))?;
            let what = if taken { "its return" } else { "a disabled access key" };
            let took = answers(&mut client, taken).context(|| format!("see {what} in round {round}"))?;
            slowest.note(what, took);
        }
    }
    Ok(())
}

/// Time from now until the key of `client` is taken or refused.
fn answers(client: &mut Client, taken: bool) -> Result<Duration> {
    let began = Instant::now();
    loop {
        let is_taken = match client.call("ListOrganizations", &json!({})) {
            Answer::Done(_) => true,
            Answer::Refused(refusal) if refusal.name == "UnrecognizedClientException" => false,
            other => return fail(format!("the key is neither taken nor refused: {other}")),
        };
        if is_taken == taken {
            return in_time(began);
        }
        if began.elapsed() > WATCHED_MAX {
            return fail(format!("the key is still the same after {WATCHED_MAX:?}"));
        }
        std::thread::sleep(LOOK);
    }
}

impl Slowest {
    fn note(&mut self, what: &'static str, took: Duration) {
        match self.0.iter_mut().find(|(other, _)| *other == what) {
            Some((_, slowest)) => *slowest = (*slowest).max(took),
            None => self.0.push((what, took)),
        }
    }
}
