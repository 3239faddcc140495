//! Whether an answer is one that SDKs understand.

use bytes::Bytes;
use http::Response;
use postroom_admin_api::wire::{ErrorName, OperationShape};
use serde_json::Value;

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// With a value of the operation's output; null when the output has no members.
    Done(Value),
    /// With this error.
    Refused(ErrorName),
}

/// What `response` says; an error tells what is wrong with it. `operation`: the one that was called, if it is known.
pub fn outcome(operation: Option<&OperationShape>, response: &Response<Bytes>) -> Result<Outcome, String> {
    let status = response.status().as_u16();
    let text = String::from_utf8_lossy(response.body()).into_owned();
    let wrong = |what: &str| Err(format!("{what}: {status} {text}"));
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    if header("content-type") != Some("application/x-amz-json-1.1") {
        return wrong("the content type is not AWS JSON");
    }
    if header("x-amzn-requestid").is_none_or(|id| id.len() != 36) {
        return wrong("no request id");
    }
    match status {
        200 => done(operation, response.body()),
        400..500 => refused(operation, status, response.body()),
        _ => wrong("the status"),
    }
}

fn done(operation: Option<&OperationShape>, body: &[u8]) -> Result<Outcome, String> {
    let Some(operation) = operation else {
        return Err("an operation that is not known was carried out".to_owned());
    };
    if body.is_empty() {
        return match (operation.echo_output)(body) {
            Ok(_) => Ok(Outcome::Done(Value::Null)),
            Err(fault) => Err(format!("the answer is empty: {fault}")),
        };
    }
    let mut value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    shorten_keys(&mut value);
    let read = (operation.echo_output)(value.to_string().as_bytes())
        .map_err(|fault| format!("the answer is not of its shape: {fault}: {value}"))?;
    let same: Value = serde_json::from_slice(&read).map_err(|error| error.to_string())?;
    if value == same {
        Ok(Outcome::Done(value))
    } else {
        Err(format!("the answer has strange members: {value}"))
    }
}

/// The record of an RSA-2048 key is longer than the model's `String`, and there is no other way to give it: SDKs do not
/// check the lengths of answers.
fn shorten_keys(value: &mut Value) {
    for record in value.get_mut("Records").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(Value::String(text)) = record.get_mut("Value")
            && text.starts_with("v=DKIM1")
        {
            text.truncate(256);
        }
    }
}

fn refused(operation: Option<&OperationShape>, status: u16, body: &[u8]) -> Result<Outcome, String> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| format!("{error}: {status} {}", String::from_utf8_lossy(body)))?;
    let named = value["__type"].as_str().unwrap_or_default();
    let own = [ErrorName::ImportConflictException];
    let mut names = ErrorName::MODELLED.iter().chain(ErrorName::COMMON).chain(&own);
    let Some(name) = names.find(|name| name.as_str() == named) else {
        return Err(format!("an error that SDKs do not know: {value}"));
    };
    if name.status() != status {
        return Err(format!("{named} has the status {status}"));
    }
    let message = value[if name.is_modelled() { "Message" } else { "message" }].as_str().unwrap_or_default();
    if message.is_empty() || message.len() > 20_000 {
        return Err(format!("a message of {} bytes: {value}", message.len()));
    }
    let not_yet = *name == ErrorName::UnsupportedOperationException;
    // `OrganizationNotFoundException` and the like come before the operation.
    if operation.is_some_and(|operation| !operation.admits(*name)) && !not_yet {
        return Err(format!("an error that the operation does not declare: {value}"));
    }
    Ok(Outcome::Refused(*name))
}
