//! A process over a store, which dies and starts again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use postroom_directory::dns::{Answer, DnsLookup};
use postroom_directory::fsck::{Finding, Fsck};
use postroom_store::jobs::{Jobs, Runner, RunnerOptions};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{ManualClock, Options, SchemaModule};
use postroom_types::Timestamp;
use serde_json::{Value, json};

use crate::cases::Case;
use crate::support::{Key, Service};

/// Longer than a lease, and than the pause before what two stores say of a domain is settled.
const LATER: Duration = Duration::from_secs(90);
/// Longer than any announcement of work lasts without it.
const LONG: Duration = Duration::from_secs(48 * 3600);
/// Rounds of the background work; each may make the next one due.
const ROUNDS: usize = 2;

/// The tables of every capability.
pub fn modules() -> Vec<SchemaModule> {
    let mut modules = postroom_directory::testing::modules();
    modules.push(postroom_mailbox::schema::ORGANIZATION);
    modules.push(postroom_devices::schema::ORGANIZATION);
    modules.push(postroom_governance::schema::ORGANIZATION);
    modules
}

/// The process of the moment.
pub struct Process<'s> {
    pub store: &'s mut TestStore,
    clock: Arc<ManualClock>,
    dns: Arc<Proofs>,
    service: Service,
    key: Key,
}

/// An organization for one run of one case.
pub struct Site {
    pub alias: String,
    /// Empty when the case creates it.
    pub id: String,
    /// The entity that the case is about.
    pub entity: String,
}

impl Site {
    /// `input` with the organization.
    pub fn within(&self, mut input: Value) -> Value {
        input["OrganizationId"] = json!(self.id);
        input
    }

    /// Its test domain.
    pub fn domain(&self) -> String {
        format!("{}.mail.example.net", self.alias.to_lowercase())
    }
}

impl<'s> Process<'s> {
    /// The first process on this store.
    pub fn first(store: &'s mut TestStore) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        store.reopen_with(Options { clock: clock.clone(), ..store.options() });
        let first = Service::new(store);
        let key = first.administrator();
        let dns = Arc::new(Proofs::default());
        let service = Service::over(store, dns.clone(), vec![postroom_devices::seed]);
        Self { store, clock, dns, service, key }
    }

    /// An AWS account has at most 100 organizations, so each case has one of its own.
    pub fn use_account(&mut self, number: usize) {
        self.key = self.service.administrator_of(&format!("{:012}", 500_000_000_000 + number));
    }

    /// What was running is gone; another process opens the same data, later.
    pub fn start_again(&mut self) {
        self.clock.advance(LATER);
        self.store.reopen_with(Options { clock: self.clock.clone(), ..self.store.options() });
        self.service = Service::over(self.store, self.dns.clone(), vec![postroom_devices::seed]);
    }

    /// Calls an operation of WorkMail.
    pub fn call(&self, operation: &str, input: &Value) -> Result<Value, (String, String)> {
        self.service.call(&self.key, &format!("WorkMailService.{operation}"), input)
    }

    /// Calls an operation that must be carried out.
    pub fn must(&self, operation: &str, input: &Value) -> Value {
        self.call(operation, input).unwrap_or_else(|refused| panic!("{operation} {input}: {refused:?}"))
    }

    /// Carries out everything that is due, now and later.
    pub fn carry_on(&self) {
        for _ in 0..ROUNDS {
            self.clock.advance(LATER);
            block_on(self.runner().run_due()).unwrap();
        }
    }

    /// Carries out what is due, in a process whose store may die.
    pub fn carry_on_until_cut(&self) {
        for _ in 0..ROUNDS {
            self.clock.advance(LATER);
            // What cannot be written is what the test is about.
            drop(block_on(self.runner().run_due()));
        }
    }

    fn runner(&self) -> Runner {
        let api = &self.service.api;
        let runner = Runner::new(&Jobs::new((**self.store).clone()), RunnerOptions::default());
        api.domains.register_jobs(api.lifecycle.register_jobs(runner))
    }

    /// A new organization that the case begins with, unless it creates one.
    pub fn site(&self, case: &Case, alias: &str) -> Site {
        let mut site = Site { alias: alias.to_owned(), id: String::new(), entity: String::new() };
        if case.operation != "CreateOrganization" {
            let created = self.must("CreateOrganization", &json!({"Alias": alias}));
            site.id = created["OrganizationId"].as_str().unwrap().to_owned();
            self.carry_on();
            (case.prepare)(self, &mut site);
        }
        site
    }

    /// Deletes what is left of the site, so that later ones do not carry on its background work too.
    pub fn clear(&self, site: &Site) {
        let listed = self.must("ListOrganizations", &json!({"MaxResults": 100}));
        let ours = |found: &&Value| found["Alias"] == json!(site.alias) && found["State"] == "Active";
        for found in listed["OrganizationSummaries"].as_array().unwrap().iter().filter(ours) {
            let id = found["OrganizationId"].clone();
            let input = json!({"OrganizationId": id, "DeleteDirectory": true, "ForceDelete": true});
            self.must("DeleteOrganization", &input);
        }
    }

    /// Registers a domain and proves it.
    pub fn prove(&self, site: &Site, domain: &str) {
        let input = site.within(json!({"DomainName": domain}));
        self.must("RegisterMailDomain", &input);
        let described = self.must("GetMailDomain", &input);
        let token = described["Records"][0]["Value"].as_str().unwrap().to_owned();
        self.dns.0.lock().unwrap().push(token);
        self.carry_on();
        let proved = self.must("GetMailDomain", &input);
        assert_eq!(proved["OwnershipVerificationStatus"], "VERIFIED", "{proved}");
    }

    /// What can be seen of the site: without ids and dates, and with the alias left out of names.
    pub fn shown(&self, site: &Site) -> Vec<String> {
        let mut shown = Vec::new();
        let listed = self.must("ListOrganizations", &json!({"MaxResults": 100}));
        for found in listed["OrganizationSummaries"].as_array().unwrap() {
            if found["Alias"] == json!(site.alias) {
                shown.push(line("organization", found, &["State", "DefaultMailDomain"]));
            }
        }
        if !site.id.is_empty() {
            let described = self.must("DescribeOrganization", &site.within(json!({})));
            shown.push(line("described", &described, &["State", "DefaultMailDomain"]));
            if described["State"] == "Active" {
                self.show_content(site, &mut shown);
            }
        }
        let alias = site.alias.to_lowercase();
        shown.into_iter().map(|line| line.replace(&site.alias, "ALIAS").replace(&alias, "ALIAS")).collect()
    }

    fn show_content(&self, site: &Site, shown: &mut Vec<String>) {
        for (operation, member, fields) in LISTS {
            let listed = self.must(operation, &site.within(json!({})));
            for found in listed[*member].as_array().into_iter().flatten() {
                shown.push(line(member, found, fields));
            }
        }
        if !site.entity.is_empty() {
            let input = site.within(json!({"EntityId": site.entity}));
            shown.push(match self.call("ListAliases", &input) {
                Ok(listed) => format!("aliases {}", listed["Aliases"]),
                Err((name, _)) => format!("aliases {name}"),
            });
            let input = site.within(json!({"UserId": site.entity}));
            shown.push(match self.call("GetMailboxDetails", &input) {
                Ok(details) => format!("mailbox {details}"),
                Err((name, _)) => format!("mailbox {name}"),
            });
        }
    }

    /// Everything that is wrong in the store, once what is left of deleted organizations has gone: the announcement
    /// of a check of a domain that was under way outlives the organization by a while.
    pub fn fsck(&self) -> Vec<Finding> {
        for _ in 0..ROUNDS {
            self.clock.advance(LONG);
            self.carry_on();
        }
        block_on(self.service.api.calls.flush());
        let fsck = Fsck::new((**self.store).clone(), self.service.keyring.clone(), &[], &[]);
        block_on(fsck.run(None, false, Arc::new(|_| ()))).unwrap().findings
    }
}

/// What an organization lists, and which members of it no chance has chosen.
const LISTS: &[(&str, &str, &[&str])] = &[
    ("ListUsers", "Users", &["Name", "State", "Email"]),
    ("ListGroups", "Groups", &["Name", "State", "Email"]),
    ("ListResources", "Resources", &["Name", "State", "Email"]),
    ("ListMailDomains", "MailDomains", &["DomainName", "DefaultDomain"]),
    ("ListMobileDeviceAccessRules", "Rules", &["Name", "Effect"]),
    ("ListImpersonationRoles", "Roles", &["Name", "Type"]),
    ("ListAvailabilityConfigurations", "AvailabilityConfigurations", &["DomainName", "ProviderType"]),
];

fn line(kind: &str, found: &Value, fields: &[&str]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| format!("{field}={}", found[*field])).collect();
    format!("{kind} {}", fields.join(" "))
}

/// A DNS in which every token is published everywhere.
#[derive(Default)]
struct Proofs(Mutex<Vec<String>>);

impl DnsLookup for Proofs {
    fn txt<'a>(&'a self, _: &'a str) -> Answer<'a, Vec<String>> {
        Box::pin(async { Ok(self.0.lock().unwrap().clone()) })
    }
    fn mx<'a>(&'a self, _: &'a str) -> Answer<'a, Vec<(u16, String)>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn cname<'a>(&'a self, _: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async { Ok(None) })
    }
}
