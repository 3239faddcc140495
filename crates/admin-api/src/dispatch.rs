//! From an authenticated request to its operation and back.

use std::net::IpAddr;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use postroom_directory::audit::{AdminRecord, Committed};
use postroom_directory::call_audit::CallNote;
use postroom_directory::organizations::{Lookup, Organization};
use postroom_types::{Constrained as _, OrganizationId};
use serde_json_borrow::Value;

use crate::api::Api;
use crate::authenticate::AuthenticatedCaller;
use crate::call::Call;
use crate::faults::{NOTHING_CHANGED, TOO_MANY_CHANGES};
use crate::handle::{Handle, Target};
use crate::wire::{ErrorName, Fault, OperationShape, encode, from_value, member, parse, redacted};

/// A request whose signature is verified.
pub(crate) struct Request {
    pub(crate) caller: AuthenticatedCaller,
    pub(crate) source_ip: IpAddr,
    pub(crate) secure: bool,
    pub(crate) request_id: Arc<str>,
    pub(crate) body: bytes::Bytes,
}

/// Runs one operation; a line of the dispatch table in `ops/mod.rs`.
pub(crate) type Runner = for<'a> fn(&'a Arc<Api>, Request) -> BoxFuture<'a, Result<Vec<u8>, Fault>>;

/// Which of the two services an operation belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// WorkMail's own operations.
    WorkMail,
    /// Postroom's extensions.
    Postroom,
}

/// The table's entry for WorkMail's operation `O`.
pub(crate) fn runner<O: Handle>(api: &Arc<Api>, request: Request) -> BoxFuture<'_, Result<Vec<u8>, Fault>>
where
    O::Input: Send + 'static,
    O::Output: Send + 'static,
{
    Box::pin(run::<O>(api, request, Protocol::WorkMail))
}

/// The table's entry for the extension operation `O`.
pub(crate) fn extension_runner<O: Handle>(
    api: &Arc<Api>,
    request: Request,
) -> BoxFuture<'_, Result<Vec<u8>, Fault>>
where
    O::Input: Send + 'static,
    O::Output: Send + 'static,
{
    Box::pin(run::<O>(api, request, Protocol::Postroom))
}

/// What a request asks for.
struct Asked<'a> {
    body: Value<'a>,
    /// The same for the audit trail.
    parameters: Arc<str>,
}

/// Carries the operation out, and has it written down unless the transaction of a change has its record already.
async fn run<O: Handle>(api: &Arc<Api>, request: Request, protocol: Protocol) -> Result<Vec<u8>, Fault>
where
    O::Input: Send + 'static,
    O::Output: Send + 'static,
{
    let asked = parse(&request.body).map(|body| {
        let parameters = redacted(O::SHAPE.input, &body).into();
        Asked { body, parameters }
    });
    let mut record = None;
    let result = match &asked {
        Ok(asked) => carry_out::<O>(api, &request, protocol, asked, &mut record).await,
        Err(fault) => Err(fault.clone()),
    };
    let organization_id = match (&record, &asked) {
        (Some(record), _) => &*record.organization_id,
        // The organization's trail has what could not be read of it, too.
        (None, Ok(asked)) => named_in(&asked.body),
        (None, Err(_)) => "",
    };
    // A change that was refused after its first transaction (DeleteOrganization) is written down as a refusal, too.
    let is_written = record.as_ref().is_some_and(|record| record.committed.is_set());
    if result.is_err() || !is_written {
        api.calls.note(&CallNote {
            at: api.store.clock().now(),
            request_id: &request.request_id,
            aws_account: &request.caller.key.aws_account,
            organization_id,
            actor: request.caller.identity.caller().name(),
            source_ip: Some(request.source_ip),
            operation: O::NAME,
            result: result.as_ref().map_or_else(|fault| fault.kind.as_str(), |_| "success"),
            parameters: asked.as_ref().map_or("{}", |asked| &*asked.parameters),
        });
    }
    result
}

/// The organization that a body names which may have another shape than its operation's; empty for none.
fn named_in<'a>(body: &'a Value<'a>) -> &'a str {
    let named = body.as_object().and_then(|object| member(object, "OrganizationId")?.as_str());
    named.filter(|id| OrganizationId::parse(id).is_ok()).unwrap_or_default()
}

/// Build, look up the organization, decide, carry out, encode. No step is skipped and none is visited twice.
///
/// `record` becomes what the audit trail says of the call, once it is known which organization the request names.
async fn carry_out<O: Handle>(
    api: &Arc<Api>,
    request: &Request,
    protocol: Protocol,
    asked: &Asked<'_>,
    record: &mut Option<Arc<AdminRecord>>,
) -> Result<Vec<u8>, Fault>
where
    O::Input: Send + 'static,
    O::Output: Send + 'static,
{
    let input: O::Input = from_value(&asked.body)?;
    refuse_nul(O::SHAPE, &request.body, &asked.body)?;
    let target = O::target(&input);
    let record = record.insert(Arc::new(AdminRecord {
        operation: O::NAME,
        request_id: Arc::clone(&request.request_id),
        aws_account: Arc::clone(&request.caller.key.aws_account),
        organization_id: target.organization_id().into(),
        source_ip: request.source_ip,
        parameters: Arc::clone(&asked.parameters),
        committed: Committed::default(),
    }));
    let (organization, resource) = resolve(api, request, target).await?;
    let permit = crate::authorize::permit(
        request,
        crate::authorize::action(protocol, O::SHAPE),
        &resource,
        organization.as_deref(),
        O::conditions(&input),
    )?;
    let organization = admit(O::SHAPE, target, organization)?;
    let call = Call {
        api: Arc::clone(api),
        permit: Arc::new(permit),
        region: Arc::clone(&request.caller.region),
        organization,
        record: Arc::clone(record),
    };
    let output = O::handle(call, input).await;
    let output = output.map_err(|fault| O::SHAPE.conform(truthful(fault, record.committed.is_set())))?;
    Ok(encode(&output))
}

/// A store that went away after the operation's first transaction was committed has not left everything as it was.
fn truthful(fault: Fault, has_begun: bool) -> Fault {
    if has_begun && [NOTHING_CHANGED, TOO_MANY_CHANGES].contains(&&*fault.message) {
        let message =
            "The store went away when the change was begun but not done. Look before you try again.";
        return Fault::new(fault.kind, message);
    }
    fault
}

/// Refuses a text with a NUL character: shapes without a pattern allow it, and PostgreSQL has no place for it.
///
/// JSON can only write it as an escape, so nearly every body is known not to have one: it has no backslash.
fn refuse_nul(shape: &OperationShape, body: &[u8], value: &Value<'_>) -> Result<(), Fault> {
    fn holds_nul(value: &Value<'_>) -> bool {
        match value {
            Value::Str(text) => text.contains('\0'),
            Value::Array(elements) => elements.iter().any(holds_nul),
            Value::Object(members) => members.iter().any(|(_, value)| holds_nul(value)),
            _ => false,
        }
    }
    if !body.contains(&b'\\') || !holds_nul(value) {
        return Ok(());
    }
    let declared = shape.admits(ErrorName::InvalidParameterException);
    let name = if declared { ErrorName::InvalidParameterException } else { ErrorName::ValidationException };
    Err(Fault::new(name, "A text must not have a NUL character."))
}

/// The organization that the target names, if it is the caller's, and the ARN to decide about.
async fn resolve(
    api: &Api,
    request: &Request,
    target: Target<'_>,
) -> Result<(Option<Arc<Organization>>, Arc<str>), Fault> {
    let (account, region) = (&request.caller.key.aws_account, &request.caller.region);
    let lookup = match target {
        Target::Account => return Ok((None, "*".into())),
        Target::Active(id) | Target::AnyState(id) => Lookup::Id(id.as_str()),
        Target::Arn(arn) => Lookup::Arn(arn),
    };
    let found = api.organizations.find(&api.store, lookup).await?;
    let found = found.filter(|found| found.aws_account == **account && found.region == **region);
    Ok(match (target, found) {
        // The ARN that policies decide about is the organization's own, letter for letter.
        (Target::Arn(arn), found) => (found.filter(|found| **found.arn() == *arn), arn.into()),
        (_, Some(found)) => {
            let arn = Arc::clone(found.arn());
            (Some(found), arn)
        }
        (_, None) => (None, Organization::arn_of(region, account, lookup.id()).into()),
    })
}

/// Refuses what is not there or not active, after the decision: who may not ask does not learn what exists.
fn admit(
    shape: &OperationShape,
    target: Target<'_>,
    organization: Option<Arc<Organization>>,
) -> Result<Option<Arc<Organization>>, Fault> {
    match (target, organization) {
        (Target::Account, _) => Ok(None),
        (Target::Arn(_), None) => {
            Err(shape
                .conform(Fault::new(ErrorName::ResourceNotFoundException, "The resource was not found.")))
        }
        (_, None) => {
            Err(Fault::new(ErrorName::OrganizationNotFoundException, "The organization was not found."))
        }
        (Target::Active(_), Some(organization)) if !organization.state.is_active() => Err(Fault::new(
            ErrorName::OrganizationStateException,
            format!("The organization is in state {}.", organization.state.as_str()),
        )),
        (_, found) => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use postroom_store::{Outcome, StoreError};

    use super::*;

    #[test]
    fn a_refusal_is_noted_under_the_last_organization_that_is_named() {
        let [first, last] = ["1", "2"].map(|digit| format!("m-{}", digit.repeat(32)));
        let body =
            format!(r#"{{"OrganizationId": "{first}", "OrganizationId": "{last}", "MaxResults": "x"}}"#);
        assert_eq!(named_in(&parse(body.as_bytes()).unwrap()), last);
        assert_eq!(named_in(&parse(b"[]").unwrap()), "");
    }

    #[test]
    fn nothing_is_called_unchanged_once_a_transaction_was_committed() {
        let away = StoreError::Unavailable { outcome: Outcome::NotWritten, cause: "gone".to_owned() };
        for promised in [away, StoreError::Conflict("busy".to_owned())] {
            let fault = Fault::from(promised);
            assert_eq!(truthful(fault.clone(), false), fault);
            let told = truthful(fault.clone(), true);
            assert_eq!(told.kind, fault.kind);
            assert!(told.message.contains("Look before you try again"), "{}", told.message);
        }
        // Who cannot open the data is told so in either case.
        let impaired = Fault::from(StoreError::Impaired("damaged".to_owned()));
        assert_eq!(truthful(impaired.clone(), true), impaired);
    }
}
