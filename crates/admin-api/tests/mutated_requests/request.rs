//! A request that owns its parts, so that each can be changed before or after it is signed.

use http::Request as HttpRequest;
use http::request::Parts;
use postroom_sigv4::{Body, DateTime, Head, Limits, Scope, SigningKey, sign};
use postroom_types::Timestamp;

use crate::support::{Key, REGION};

/// An HTTP request.
#[derive(Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
    /// Whether the listener says that the body was over its limit.
    pub too_large: bool,
}

impl Request {
    /// A request that is well-formed and not yet signed.
    pub fn new(target: &str, now: Timestamp, body: Vec<u8>) -> Self {
        let mut request = Self {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body,
            too_large: false,
        };
        request.push("content-type", "application/x-amz-json-1.1");
        request.push("host", "localhost:8080");
        request.push("x-amz-date", DateTime::of(now).as_str());
        request.push("x-amz-target", target);
        request
    }

    /// One more header.
    pub fn push(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.as_bytes().to_vec()));
    }

    /// The first value of a header.
    pub fn value(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// Adds the signature over what is there now. What cannot be signed stays without one.
    pub fn signed(mut self, key: &Key, now: Timestamp) -> Self {
        let date = DateTime::of(now);
        let scope = Scope { date: date.date(), region: REGION, service: "workmail" };
        let signing = SigningKey::derive(key.secret.as_bytes(), &scope);
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let head = Head { method: &self.method, path: &self.path, query: &self.query, headers: &headers };
        let signature = sign(&head, Body::Bytes(&self.body), &key.id, &signing, &Limits::default());
        if let Ok(signature) = signature {
            self.push("authorization", &signature);
        }
        self
    }

    /// The head as the listener hands it over; `None` for what it has refused by itself, as not HTTP.
    pub fn head(&self) -> Option<Parts> {
        let target =
            if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) };
        let mut request = HttpRequest::builder().method(self.method.as_str()).uri(target);
        for (name, value) in &self.headers {
            request = request.header(name.as_str(), value.as_slice());
        }
        Some(request.body(()).ok()?.into_parts().0)
    }

    /// What a signature covers of the headers it names: values without free spacing.
    pub fn covered(&self) -> Vec<(String, Vec<Vec<u8>>)> {
        let mut all: Vec<(String, Vec<Vec<u8>>)> = self
            .headers
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"))
            .map(|(name, value)| {
                let words = value.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
                (name.to_ascii_lowercase(), words.map(<[u8]>::to_vec).collect())
            })
            .collect();
        all.sort();
        all
    }
}
