//! A store with an organization in use, and what is known of it: so that random calls meet things that exist.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use postroom_admin_api::wire::random::Generator;
use postroom_admin_api::wire::{Kind, Shape};
use postroom_admin_api::{Peer, respond};
use postroom_directory::fsck::{Finding, Fsck};
use postroom_directory::testing::{DOMAIN, TestOrganization};
use postroom_store::jobs::{Jobs, Runner, RunnerOptions};
use postroom_store::testing::TestStore;
use postroom_store::{
    ManualClock, Options, Place, Read, SchemaModule, SeededRandom, Store, StoreError, parameters, statements,
};
use postroom_types::{OrganizationKey, Timestamp};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::request::Request;
use crate::support::{Key, Service};

statements! {
    SELECT_ID = "SELECT organization_id FROM organizations WHERE organization = $1";
}

/// Which shapes may hold what was seen as a value of a shape.
const TEACHES: &[(&str, &[&str])] = &[
    ("AccessControlRuleName", &["AccessControlRuleName"]),
    ("DeviceId", &["DeviceId"]),
    ("EmailAddress", &["EmailAddress", "EntityIdentifier"]),
    ("EntityIdentifier", &["EntityIdentifier"]),
    ("ApplicationArn", &["ApplicationArn"]),
    ("IdempotencyClientToken", &["IdempotencyClientToken"]),
    ("ImpersonationRoleId", &["ImpersonationRoleId"]),
    ("MobileDeviceAccessRuleId", &["MobileDeviceAccessRuleId"]),
    ("NextToken", &["NextToken"]),
    ("ResourceId", &["ResourceId", "EntityIdentifier", "WorkMailIdentifier"]),
    ("ShortString", &["ShortString"]),
    ("TagKey", &["TagKey"]),
    ("UserName", &["EntityIdentifier"]),
    ("WorkMailDomainName", &["WorkMailDomainName", "DomainName"]),
    ("WorkMailIdentifier", &["WorkMailIdentifier", "EntityIdentifier"]),
];

/// The store, a caller and what it knows.
pub struct World {
    pub generator: Generator,
    pub key: Key,
    store: Store,
    service: Service,
    clock: Arc<ManualClock>,
    runtime: Runtime,
    organization: String,
    /// Organizations that calls have created, and that may be deleted.
    others: Vec<String>,
}

/// The tables of every capability.
pub fn modules() -> Vec<SchemaModule> {
    let mut modules = postroom_directory::testing::modules();
    modules.push(postroom_mailbox::schema::ORGANIZATION);
    modules.push(postroom_devices::schema::ORGANIZATION);
    modules.push(postroom_governance::schema::ORGANIZATION);
    modules
}

impl World {
    /// Everything in it follows from `seed`.
    pub fn new(store: &mut TestStore, seed: u64) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        let random = Arc::new(SeededRandom::new(seed));
        store.reopen_with(Options { clock: clock.clone(), random, ..store.options() });
        let service = Service::new(store);
        let organization = TestOrganization::in_store(store);
        organization.register_domains();
        let id = id_of(store, organization.key);
        let mut generator = Generator::new(seed);
        for name in ["alice", "bert", "carla"] {
            let user = organization.enabled_user(name);
            generator.learn("EntityIdentifier", user.as_str().into());
            generator.learn("WorkMailIdentifier", user.as_str().into());
            generator.learn("EntityIdentifier", name.into());
        }
        generator.know("Password", ["Correct-Horse-1".into(), "short".into()]);
        let arn = format!("arn:aws:workmail:us-east-1:111122223333:organization/{id}");
        generator.know("AmazonResourceName", [arn.into()]);
        generator.know("DomainName", [DOMAIN.into()]);
        generator.know("WorkMailDomainName", [DOMAIN.into()]);
        generator.know("IpAddress", ["192.0.2.1".into()]);
        generator.know("IpRange", ["192.0.2.0/24".into(), "2001:db8::/32".into()]);
        generator.know("AccessControlRuleAction", ["EWS".into(), "IMAP".into(), "WebMail".into()]);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self {
            generator,
            key: service.administrator(),
            store: Store::clone(store),
            service,
            clock,
            runtime: runtime.unwrap(),
            organization: id,
            others: Vec::new(),
        }
    }

    /// The time of the store.
    pub fn now(&self) -> Timestamp {
        self.service.api.store.clock().now()
    }

    /// What the next call of `operation` may name: mostly our organization, and one that may be deleted when that is
    /// what it asks for.
    pub fn prepare(&mut self, operation: &str) {
        self.clock.advance(Duration::from_millis(137));
        let organization = match operation {
            "DeleteOrganization" => {
                if !self.others.is_empty() {
                    self.others.rotate_left(1);
                }
                self.others.last().cloned().unwrap_or_else(|| format!("m-{}", "0".repeat(32)))
            }
            _ => self.organization.clone(),
        };
        self.generator.know_only("OrganizationId", vec![organization.into()]);
        let address = format!("a{}@{DOMAIN}", self.generator.below(100_000));
        self.generator.learn("EmailAddress", address.into());
    }

    /// Remembers the values in `value`, so that later calls name them.
    pub fn learn(&mut self, shape: &'static Shape, value: &Value) {
        match (&shape.kind, value) {
            (Kind::Structure(members), Value::Object(values)) => {
                for member in *members {
                    if let Some(value) = values.get(member.name) {
                        self.learn(member.shape, value);
                    }
                }
            }
            (Kind::List { of, .. }, Value::Array(elements)) => {
                elements.iter().for_each(|element| self.learn(of, element));
            }
            (Kind::Text { .. }, Value::String(id)) if shape.name == "OrganizationId" => {
                self.learn_organization(id);
            }
            (Kind::Text { .. }, Value::String(_)) => {
                let taught =
                    TEACHES.iter().find(|(name, _)| *name == shape.name).map_or(&[][..], |(_, to)| to);
                taught.iter().for_each(|name| self.generator.learn(name, value.clone()));
            }
            _ => {}
        }
    }

    fn learn_organization(&mut self, id: &str) {
        if id != self.organization && !self.others.iter().any(|other| other == id) {
            self.others.push(id.to_owned());
        }
    }

    /// Sends `request`; `None` for what an HTTP listener refuses by itself.
    pub fn send(&self, request: &Request) -> Option<Response<Bytes>> {
        let head = request.head()?;
        let body = (!request.too_large).then(|| Bytes::from(request.body.clone()));
        let peer = Peer { address: IpAddr::V4(Ipv4Addr::LOCALHOST), secure: false };
        Some(self.runtime.block_on(respond(&self.service.api, peer, &head, body)))
    }

    /// Carries out what is due in the background.
    pub fn background(&self) {
        let api = &self.service.api;
        let runner = Runner::new(&Jobs::new(self.store.clone()), RunnerOptions::default());
        let runner = api.domains.register_jobs(api.lifecycle.register_jobs(runner));
        self.runtime.block_on(runner.run_due()).unwrap();
    }

    /// Everything that is wrong in the store.
    pub fn fsck(&self) -> Vec<Finding> {
        self.runtime.block_on(self.service.api.calls.flush());
        let fsck = Fsck::new(self.store.clone(), self.service.keyring.clone(), &[], &[]);
        self.runtime.block_on(fsck.run(None, false, Arc::new(|_| ()))).unwrap().findings
    }
}

fn id_of(store: &TestStore, key: OrganizationKey) -> String {
    let id: Result<String, StoreError> = store.read_blocking(Place::Directory, |read: &mut dyn Read| {
        Ok(read.query_first(&SELECT_ID, parameters![key.0])?.map(|mut row| row.take(0)).unwrap())
    });
    id.unwrap()
}
