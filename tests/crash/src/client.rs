//! A caller of the API: signs, sends, and says how it ended without claiming more than it knows.

use std::fmt;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use postroom_sigv4::{Body, DateTime, Head, Limits, Scope, SigningKey, sign};
use postroom_types::Timestamp;
use serde_json::Value;

use crate::http::Connection;
use crate::problem::{Problem, Result, fail};

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
/// The region of all proofs.
pub const REGION: &str = "us-east-1";

/// An access key.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// `AKIA…`
    pub access_key_id: String,
    /// The secret.
    pub secret: String,
}

/// A connection of a caller to one node.
pub struct Client {
    address: SocketAddr,
    credentials: Credentials,
    signing: Option<(String, SigningKey)>,
    connection: Option<Connection>,
}

/// How a call ended.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It was carried out: for a write, it is on disk.
    Done(Value),
    /// It was refused: nothing was changed.
    Refused(Refusal),
    /// The server could not: what was changed depends on what it says.
    Unavailable(Refusal),
    /// No answer came: the request was carried out or not.
    Lost(String),
    /// The request never left.
    NotSent(String),
}

/// An error of the API.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// `EntityNotFoundException` …
    pub name: String,
    /// What a person reads.
    pub message: String,
}

impl Refusal {
    /// Whether the server promises that nothing was changed.
    pub fn says_unchanged(&self) -> bool {
        self.message.contains("nothing was changed") || self.message.contains("Too many changes at once")
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(value) => write!(f, "done: {value}"),
            Self::Refused(refusal) => write!(f, "refused: {}: {}", refusal.name, refusal.message),
            Self::Unavailable(refusal) => write!(f, "failed: {}: {}", refusal.name, refusal.message),
            Self::Lost(cause) => write!(f, "no answer: {cause}"),
            Self::NotSent(cause) => write!(f, "not sent: {cause}"),
        }
    }
}

impl Answer {
    /// What was answered; anything else fails the proof.
    pub fn done(self, operation: &str) -> Result<Value> {
        match self {
            Self::Done(value) => Ok(value),
            other => fail(format!("{operation} was not carried out: {other}")),
        }
    }

    /// Whether the request may have been carried out without us knowing.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Lost(_) => true,
            Self::Unavailable(refusal) => !refusal.says_unchanged(),
            Self::Done(_) | Self::Refused(_) | Self::NotSent(_) => false,
        }
    }
}

impl Client {
    /// A caller that connects when it calls.
    pub fn new(address: SocketAddr, credentials: &Credentials) -> Self {
        Self { address, credentials: credentials.clone(), signing: None, connection: None }
    }

    /// Calls a WorkMail operation.
    pub fn call(&mut self, operation: &str, input: &Value) -> Answer {
        self.call_target(&format!("WorkMailService.{operation}"), input)
    }

    /// Calls one of Postroom's own operations that must succeed.
    pub fn must_own(&mut self, operation: &str, input: &Value) -> Result<Value> {
        self.call_target(&format!("PostroomService.{operation}"), input).done(operation)
    }

    fn call_target(&mut self, target: &str, input: &Value) -> Answer {
        let body = input.to_string().into_bytes();
        match self.signed(target, &body) {
            Ok(headers) => self.send(&headers, &body),
            Err(problem) => Answer::NotSent(problem.to_string()),
        }
    }

    /// Calls a WorkMail operation that must succeed.
    pub fn must(&mut self, operation: &str, input: &Value) -> Result<Value> {
        self.call(operation, input).done(operation)
    }

    /// All items of a paged list.
    pub fn all(&mut self, operation: &str, input: &Value, member: &str) -> Result<Vec<Value>> {
        let (mut input, mut items) = (input.clone(), Vec::new());
        loop {
            let mut page = self.must(operation, &input)?;
            if let Value::Array(more) = page[member].take() {
                items.extend(more);
            }
            match page.get("NextToken") {
                Some(token) => input["NextToken"] = token.clone(),
                None => return Ok(items),
            }
        }
    }

    fn send(&mut self, headers: &[(&'static str, String)], body: &[u8]) -> Answer {
        if self.connection.is_none() {
            match Connection::open(self.address) {
                Ok(connection) => self.connection = Some(connection),
                Err(error) => return Answer::NotSent(error.to_string()),
            }
        }
        let Some(connection) = &mut self.connection else { return Answer::NotSent(String::new()) };
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let response = match connection.post(&headers, body) {
            Ok(response) => response,
            Err(error) => {
                self.connection = None;
                return Answer::Lost(error.to_string());
            }
        };
        let parsed = match response.body.as_slice() {
            b"" => Ok(Value::Object(serde_json::Map::new())),
            body => serde_json::from_slice::<Value>(body),
        };
        let Ok(answer) = parsed else {
            return Answer::Lost(format!("status {} without JSON", response.status));
        };
        let text = |name: &str| answer[name].as_str().unwrap_or_default();
        let refusal = || Refusal {
            name: text("__type").to_owned(),
            message: [text("Message"), text("message")].concat(),
        };
        match response.status {
            200 => Answer::Done(answer),
            400..=499 => Answer::Refused(refusal()),
            _ => Answer::Unavailable(refusal()),
        }
    }

    fn signed(&mut self, target: &str, body: &[u8]) -> Result<Vec<(&'static str, String)>> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = DateTime::of(Timestamp::from_seconds(since.as_secs().cast_signed()));
        let key = match self.signing.take() {
            Some((date, key)) if date == now.date() => key,
            _ => {
                let scope = Scope { date: now.date(), region: REGION, service: "workmail" };
                SigningKey::derive(self.credentials.secret.as_bytes(), &scope)
            }
        };
        let mut headers = vec![
            ("content-type", CONTENT_TYPE.to_owned()),
            ("host", self.address.to_string()),
            ("x-amz-date", now.as_str().to_owned()),
            ("x-amz-target", target.to_owned()),
        ];
        let bytes: Vec<(&str, &[u8])> =
            headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let head = Head { method: "POST", path: "/", query: "", headers: &bytes };
        let id = &self.credentials.access_key_id;
        let authorization = sign(&head, Body::Bytes(body), id, &key, &Limits::default())
            .map_err(|refusal| Problem(format!("cannot sign: {refusal}")))?;
        self.signing = Some((now.date().to_owned(), key));
        headers.push(("authorization", authorization));
        Ok(headers)
    }
}
