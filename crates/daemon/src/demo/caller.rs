//! A caller of the API in the same process: signs like every SDK, and is decided about like everybody.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use postroom_admin_api::{Api, Peer, respond};
use postroom_sigv4::{Body, DateTime, Head, Limits, Scope, SigningKey, sign};
use serde_json::Value;

use crate::config::Config;
use crate::problem::Problem;
use crate::process::aws_files;

const HOST: &str = "postroom.internal";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Calls with the administrator's key of `aws/credentials`.
pub(super) struct Caller {
    api: Arc<Api>,
    access_key_id: String,
    secret: String,
    region: String,
}

/// An error of the API.
#[derive(Debug)]
pub(super) struct Refusal {
    /// `EntityNotFoundException` …
    pub(super) name: String,
    message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl Caller {
    /// With the key that the first start has written.
    pub(super) fn administrator(api: &Arc<Api>, config: &Config) -> Result<Self, Problem> {
        let (access_key_id, secret) = aws_files::read_credentials(&config.data)?;
        let region = config.regions.first().cloned().unwrap_or_default();
        Ok(Self { api: Arc::clone(api), access_key_id, secret, region })
    }

    /// Calls a WorkMail operation.
    pub(super) async fn call(&self, operation: &str, input: &Value) -> Result<Value, Refusal> {
        let bug = |what: &str| Refusal { name: "InternalFailure".to_owned(), message: what.to_owned() };
        let body = Bytes::from(input.to_string());
        let head = self.signed(&format!("WorkMailService.{operation}"), &body).map_err(|what| bug(&what))?;
        let peer = Peer { address: Ipv4Addr::LOCALHOST.into(), secure: true };
        let response = respond(&self.api, peer, &head, Some(body)).await;
        // An answer without members has no body.
        let text = if response.body().is_empty() { b"{}" } else { &response.body()[..] };
        let answer: Value = serde_json::from_slice(text).map_err(|_| bug("an answer that is no JSON"))?;
        if response.status().is_success() {
            return Ok(answer);
        }
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Err(Refusal { name: text("__type"), message: [text("message"), text("Message")].concat() })
    }

    fn signed(&self, target: &str, body: &Bytes) -> Result<http::request::Parts, String> {
        let signed_at = DateTime::of(self.api.store.clock().now());
        let headers = [
            ("content-type", CONTENT_TYPE),
            ("host", HOST),
            ("x-amz-date", signed_at.as_str()),
            ("x-amz-target", target),
        ];
        let bytes = headers.map(|(name, value)| (name, value.as_bytes()));
        let head = Head { method: "POST", path: "/", query: "", headers: &bytes };
        let scope = Scope { date: signed_at.date(), region: &self.region, service: "workmail" };
        let key = SigningKey::derive(self.secret.as_bytes(), &scope);
        let limits = Limits::default();
        let authorization = sign(&head, Body::Bytes(body), &self.access_key_id, &key, &limits)
            .map_err(|refusal| refusal.to_string())?;
        let mut request =
            Request::builder().method(Method::POST).uri("/").header("authorization", authorization);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(()).map(|request| request.into_parts().0).map_err(|error| error.to_string())
    }
}
