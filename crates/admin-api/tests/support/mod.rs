//! A caller of the API in this process: it signs requests and reads the answers.
#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses a part of this; fixtures may fail")]

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use postroom_admin_api::{Api, Parts, Peer, respond};
use postroom_directory::aws_account::AwsAccountId;
use postroom_directory::directory::DirectoryTx;
use postroom_directory::dns::DnsLookup;
use postroom_directory::domains::Domains;
use postroom_directory::ops::{NewAccessKey, create_access_key, create_aws_account};
use postroom_directory::organizations::{Lifecycle, Seed};
use postroom_directory::policies::Policies;
use postroom_directory::testing::{AWS_ACCOUNT, EmptyDns, hosts, keyring};
use postroom_policy::permit::Permitted;
use postroom_sigv4::{Body, DateTime, Head, Limits, Scope, SigningKey, sign};
use postroom_store::jobs::Jobs;
use postroom_store::seal::Keyring;
use postroom_store::testing::block_on;
use postroom_store::{Place, Store};
use serde_json::Value;

/// The region of every request here.
pub const REGION: &str = "us-east-1";

/// An access key with the policies it was made with.
pub struct Key {
    pub id: String,
    pub secret: String,
}

/// The API over a store.
pub struct Service {
    pub api: Arc<Api>,
    pub keyring: Keyring,
    store: Store,
}

impl Service {
    pub fn new(store: &Store) -> Self {
        directory(store, |tx| {
            let account = AwsAccountId::parse(AWS_ACCOUNT).unwrap();
            create_aws_account(tx, &account, "test")
        });
        Self::over(store, Arc::new(EmptyDns), Vec::new())
    }

    /// The API over a store that has the account already.
    pub fn over(store: &Store, dns: Arc<dyn DnsLookup>, seeds: Vec<Seed>) -> Self {
        let keyring = keyring(store);
        let jobs = Jobs::new(store.clone());
        let api = Api::new(Parts {
            store: store.clone(),
            regions: vec![REGION.to_owned()],
            calls_per_second: NonZeroU32::MAX,
            calls_burst: NonZeroU32::MAX,
            keyring: keyring.clone(),
            lifecycle: Lifecycle::new(jobs.clone(), keyring.clone(), seeds),
            domains: Domains::new(jobs, keyring.clone(), hosts(), dns),
            issuer: None,
            calls_kept: std::time::Duration::from_secs(90 * 24 * 60 * 60),
        });
        Self { api, keyring, store: store.clone() }
    }

    /// A new key of the fixtures' account whose policies are `policies`.
    pub fn key(&self, policies: &str) -> Key {
        self.key_of(AWS_ACCOUNT, policies)
    }

    /// The administrator's key of a new account.
    pub fn administrator_of(&self, account: &str) -> Key {
        let id = AwsAccountId::parse(account).unwrap();
        directory(&self.store, move |tx| create_aws_account(tx, &id, "test"));
        self.key_of(account, postroom_policy::iam::managed::ADMINISTRATOR_ACCESS)
    }

    fn key_of(&self, account: &str, policies: &str) -> Key {
        let account = AwsAccountId::parse(account).unwrap();
        let policies = Policies::parse(policies).unwrap();
        let random = self.store.random().as_ref();
        let seal = self.keyring.directory();
        let (new, secret) = NewAccessKey::mint(random, seal, account, policies, "test".to_owned());
        let id = new.id.as_str().to_owned();
        directory(&self.store, move |tx| create_access_key(tx, &new));
        Key { id, secret: secret.expose().to_owned() }
    }

    /// The key of an administrator.
    pub fn administrator(&self) -> Key {
        self.key(postroom_policy::iam::managed::ADMINISTRATOR_ACCESS)
    }

    /// Calls `target` (`WorkMailService.CreateUser`) from a loopback address in clear.
    pub fn call(&self, key: &Key, target: &str, body: &Value) -> Result<Value, (String, String)> {
        let peer = Peer { address: IpAddr::V4(Ipv4Addr::LOCALHOST), secure: false };
        self.call_from(peer, key, target, body)
    }

    /// Calls `target` from `peer`; a refusal is the error's name and message.
    pub fn call_from(
        &self,
        peer: Peer,
        key: &Key,
        target: &str,
        body: &Value,
    ) -> Result<Value, (String, String)> {
        let body = body.to_string().into_bytes();
        let time = DateTime::of(self.store.clock().now());
        let headers: [(&str, &[u8]); 4] = [
            ("content-type", b"application/x-amz-json-1.1"),
            ("host", b"localhost"),
            ("x-amz-date", time.as_str().as_bytes()),
            ("x-amz-target", target.as_bytes()),
        ];
        let head = Head { method: "POST", path: "/", query: "", headers: &headers };
        let scope = Scope { date: time.date(), region: REGION, service: "workmail" };
        let signing = SigningKey::derive(key.secret.as_bytes(), &scope);
        let signed = sign(&head, Body::Bytes(&body), &key.id, &signing, &Limits::default()).unwrap();
        let mut request = Request::post("/").header("authorization", signed);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let response = block_on(respond(&self.api, peer, &head, Some(Bytes::from(body))));
        let answer = response.body();
        let value: Value =
            if answer.is_empty() { Value::Null } else { serde_json::from_slice(answer).unwrap() };
        if response.status() == 200 {
            return Ok(value);
        }
        let message = value.get("Message").or_else(|| value.get("message"));
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        Err((text(value.get("__type")), text(message)))
    }
}

fn directory<F>(store: &Store, work: F)
where
    F: Fn(&mut DirectoryTx<'_, '_>) -> Result<(), postroom_directory::DirectoryError> + Send + 'static,
{
    let done = store.write_blocking(Place::Directory, move |tx| {
        work(&mut DirectoryTx::begin(tx, &Permitted::operator("test")))
    });
    done.unwrap();
}
