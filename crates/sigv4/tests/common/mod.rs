//! A request that owns its parts, and one way to have it verified.
#![allow(dead_code, reason = "each test program uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use postroom_sigv4::{Accept, Body, Claim, DateTime, Head, Limits, Refusal, SigningKey};
use postroom_types::Timestamp;

/// The access key of AWS's published examples.
pub const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
/// Its secret.
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The region of the examples.
pub const REGION: &str = "us-east-1";
/// The service of the examples.
pub const SERVICE: &str = "service";
/// The time of the examples: 2015-08-30 12:36:00.
pub const NOW_SECONDS: i64 = 1_440_938_160;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

/// What is known of a request that was found to be genuine.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    pub access_key_id: String,
    pub session_token: Option<String>,
}

impl Request {
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method: method.into(), path: path.into(), query: query.into(), ..Self::default() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    pub fn set_header(&mut self, name: &str, value: &str) {
        let known = self.headers.iter_mut().find(|(other, _)| other.eq_ignore_ascii_case(name));
        known.expect("the header is there").1 = value.into();
    }

    /// The value of a header that is there.
    pub fn value(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        std::str::from_utf8(&found.expect("the header is there").1).unwrap()
    }

    /// Signs with our own signer; adds the time and the signature.
    pub fn signed(self, now_seconds: i64) -> Self {
        self.signed_by(now_seconds, SECRET, REGION, SERVICE)
    }

    pub fn signed_by(self, now_seconds: i64, secret: &str, region: &str, service: &str) -> Self {
        let time = DateTime::of(Timestamp::from_seconds(now_seconds));
        let scope = postroom_sigv4::Scope { date: time.date(), region, service };
        let key = SigningKey::derive(secret.as_bytes(), &scope);
        let request = self.header("X-Amz-Date", time.as_str());
        let authorization = request.with_head(|head| {
            postroom_sigv4::sign(head, Body::Bytes(&request.body), ACCESS_KEY_ID, &key, &Limits::default())
                .unwrap()
        });
        request.header("Authorization", &authorization)
    }

    pub fn with_head<R>(&self, then: impl FnOnce(&Head<'_>) -> R) -> R {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        then(&Head { method: &self.method, path: &self.path, query: &self.query, headers: &headers })
    }

    /// Verifies at `now_seconds`, with the examples' access key as the only one.
    pub fn verify(&self, now_seconds: i64) -> Result<Caller, Refusal> {
        self.verify_for(now_seconds, SERVICE, &Limits::default())
    }

    pub fn verify_for(&self, now_seconds: i64, service: &str, limits: &Limits) -> Result<Caller, Refusal> {
        self.with_head(|head| {
            let claim = Claim::parse(head, limits)?;
            let accept = Accept { service, region: &|region| region == REGION };
            let checked = claim.check(Timestamp::from_seconds(now_seconds), &accept, limits)?;
            if claim.access_key_id() != ACCESS_KEY_ID {
                return Err(Refusal::UnknownAccessKey);
            }
            let key = SigningKey::derive(SECRET.as_bytes(), &claim.scope());
            let verified = checked.verify(&key, Body::Bytes(&self.body))?;
            Ok(Caller {
                access_key_id: verified.access_key_id().to_owned(),
                session_token: claim.session_token().map(str::to_owned),
            })
        })
    }
}
