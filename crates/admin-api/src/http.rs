//! The HTTP face: `POST /` with `X-Amz-Target`.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header, request};

use postroom_directory::call_audit::CallNote;
use postroom_directory::callers::CallerKey;

use crate::api::Api;
use crate::dispatch::{Request, Runner};
use crate::limits;
use crate::ops;
use crate::wire::{ErrorName, Fault};

/// Where a request came from, as the listener and its trusted proxies say.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// The client's address; IPv4-mapped IPv6 is already IPv4.
    pub address: IpAddr,
    /// Whether the client's connection was encrypted.
    pub secure: bool,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const TARGET_PREFIX: &str = "WorkMailService.";
const EXTENSION_PREFIX: &str = "PostroomService.";

/// Answers one request. `body` is whole and within [`limits::BODY_BYTES_MAX`]; `None` stands for a larger one.
pub async fn respond(
    api: &Arc<Api>,
    peer: Peer,
    head: &request::Parts,
    body: Option<Bytes>,
) -> Response<Bytes> {
    let request_id = api.request_ids.next(&**api.store.random());
    // The clock is asked for the log alone.
    let began = tracing::enabled!(tracing::Level::DEBUG).then(std::time::Instant::now);
    let mut door = Door::default();
    let result = answer(api, peer, head, body, Arc::clone(&request_id), &mut door).await;
    if let (Err(fault), false) = (&result, door.passed) {
        let operation = target(&head.headers).unwrap_or("none");
        door.note(api, peer, operation, &request_id, fault);
    }
    if let Some(began) = began {
        let operation = target(&head.headers).unwrap_or("none");
        let error = result.as_ref().err().map(|fault| fault.kind.as_str());
        tracing::debug!(
            request_id = &*request_id,
            operation,
            error,
            client = %peer.address,
            secure = peer.secure,
            micros = began.elapsed().as_micros(),
            "admin call"
        );
    }
    let (status, body) = match result {
        Ok(body) => (StatusCode::OK, body),
        Err(fault) => {
            let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, fault.body())
        }
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(REQUEST_ID, value);
    }
    response
}

/// The order of AWS's JSON services: the form of the request, then who it is from, then what it asks.
async fn answer(
    api: &Arc<Api>,
    peer: Peer,
    head: &request::Parts,
    body: Option<Bytes>,
    request_id: Arc<str>,
    door: &mut Door,
) -> Result<Vec<u8>, Fault> {
    if head.method != Method::POST || head.uri.path() != "/" {
        return Err(nobody_is_there(&head.method, head.uri.path()));
    }
    let content_type = head.headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let media_type = content_type.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    if !media_type.eq_ignore_ascii_case(CONTENT_TYPE.as_bytes()) {
        return Err(Fault::new(
            ErrorName::UnsupportedMediaTypeException,
            "The Content-Type must be application/x-amz-json-1.1.",
        ));
    }
    let Some(body) = body else {
        return Err(Fault::new(
            ErrorName::RequestEntityTooLargeException,
            format!("The body must not exceed {} bytes.", limits::BODY_BYTES_MAX),
        ));
    };
    let caller = crate::authenticate::authenticate(api, head, &body, &mut door.named).await?;
    door.verified = true;
    api.throttle.admit(&caller.key.access_key_id)?;
    let target =
        target(&head.headers).ok_or_else(|| unknown_operation("The header X-Amz-Target is missing."))?;
    let runner = runner(target).ok_or_else(|| nobody_carries_out(target))?;
    let request = Request { caller, source_ip: peer.address, secure: peer.secure, request_id, body };
    door.passed = true;
    runner(api, request).await
}

/// How far a request came before its operation; the operation itself has written down what is behind the door.
#[derive(Default)]
struct Door {
    /// The access key that it names, if there is such a key.
    named: Option<Arc<CallerKey>>,
    /// Whether its signature is that key's.
    verified: bool,
    /// Whether it reached an operation.
    passed: bool,
}

impl Door {
    /// Has a refusal written down. Nothing that the peer has sent stands in it but the name of an operation that exists.
    fn note(&self, api: &Api, peer: Peer, target: &str, request_id: &str, fault: &Fault) {
        let (aws_account, actor) = match &self.named {
            Some(key) => {
                let sign = if self.verified { "" } else { "unverified: " };
                (&*key.aws_account, format!("{sign}{}", key.caller))
            }
            None => ("", "unknown".to_owned()),
        };
        api.calls.note_refusal(&CallNote {
            at: api.store.clock().now(),
            request_id,
            aws_account,
            organization_id: "",
            actor: &actor,
            source_ip: Some(peer.address),
            operation: known_operation(target).unwrap_or("UnknownOperation"),
            result: fault.kind.as_str(),
            parameters: "{}",
        });
    }
}

/// The name of the operation that `target` asks for, if there is one.
fn known_operation(target: &str) -> Option<&str> {
    let listed = |name: &&str| crate::operations::OPERATIONS.iter().any(|known| known.name == *name);
    match target.strip_prefix(TARGET_PREFIX) {
        Some(name) => Some(name).filter(listed),
        None => target.strip_prefix(EXTENSION_PREFIX).filter(|name| ops::postroom(name).is_some()),
    }
}

fn target(headers: &HeaderMap) -> Option<&str> {
    headers.get(TARGET)?.to_str().ok()
}

/// What carries out the operation that an `X-Amz-Target` names.
pub(crate) fn runner(target: &str) -> Option<Runner> {
    match target.strip_prefix(TARGET_PREFIX) {
        Some(name) => ops::workmail(name),
        None => target.strip_prefix(EXTENSION_PREFIX).and_then(ops::postroom),
    }
}

/// The answer for a target that has no runner: an operation of WorkMail that Postroom does not have yet says so.
fn nobody_carries_out(target: &str) -> Fault {
    let name = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
    if crate::operations::OPERATIONS.iter().any(|operation| operation.name == name) {
        return missing(name);
    }
    unknown_operation("There is no such operation.")
}

/// The answer to what is not `POST /`: the message flow API, which Postroom does not have yet, is asked by paths.
fn nobody_is_there(method: &Method, path: &str) -> Fault {
    let asked = |(_, by, at): &&(&str, &str, &str)| {
        let (before, _) = at.split_once('{').unwrap_or((at, ""));
        *by == method.as_str() && path.starts_with(before)
    };
    match crate::operations::MESSAGE_FLOW_OPERATIONS.iter().find(asked) {
        Some((name, ..)) => missing(name),
        None => unknown_operation("This endpoint takes AWS JSON 1.1: POST / with X-Amz-Target."),
    }
}

fn missing(name: &str) -> Fault {
    let message = format!("Postroom does not carry out {name} yet; docs/coverage.md says what is missing.");
    Fault::new(ErrorName::UnsupportedOperationException, message)
}

pub(crate) fn unknown_operation(message: &'static str) -> Fault {
    Fault::new(ErrorName::UnknownOperationException, message)
}
