//! Who a request is from: its signature against the access keys in force.

use std::sync::Arc;

use http::request;
use postroom_directory::callers::CallerKey;
use postroom_policy::permit::{Authenticated, Caller};
use postroom_sigv4::{Accept, Body, Claim, Head, Refusal};
use postroom_types::Timestamp;

use crate::api::Api;
use crate::wire::{ErrorName, Fault};

/// A caller whose signature is verified.
pub(crate) struct AuthenticatedCaller {
    pub(crate) key: Arc<CallerKey>,
    /// Which key that is: proof that its holder asks.
    pub(crate) identity: Authenticated<Caller>,
    pub(crate) region: Arc<str>,
    /// When it came.
    pub(crate) at: Timestamp,
}

/// The service name in the scope of a signature. Source: WorkMail model, `signingName`.
const SERVICE: &str = "workmail";

/// The caller of a request. `named` becomes the access key that it names, for the audit trail: only one that exists,
/// since what is no key's id may be a secret in the wrong place.
pub(crate) async fn authenticate(
    api: &Api,
    head: &request::Parts,
    body: &[u8],
    named: &mut Option<Arc<CallerKey>>,
) -> Result<AuthenticatedCaller, Fault> {
    let headers: Vec<(&str, &[u8])> =
        head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let signed = Head {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &headers,
    };
    let claim = Claim::parse(&signed, &api.signature_limits).map_err(|refusal| refused(&refusal))?;
    let now = api.store.clock().now();
    // `Accept` borrows a function that cannot move between threads, so it ends before the first `await`.
    let checked = {
        let region_accepted = |region: &str| api.regions.iter().any(|accepted| &**accepted == region);
        let accept = Accept { service: SERVICE, region: &region_accepted };
        claim.check(now, &accept, &api.signature_limits).map_err(|refusal| refused(&refusal))?
    };
    if claim.session_token().is_some() {
        return Err(refused(&Refusal::SessionToken));
    }
    let found = api.callers.find(&api.store, claim.access_key_id()).await?;
    let key = named.insert(found.ok_or_else(|| refused(&Refusal::UnknownAccessKey))?);
    let generation = u64::try_from(key.generation).unwrap_or(0);
    let signing_key =
        api.signing_keys.key_for(&checked, generation, || Ok::<_, Fault>(key.secret.as_slice()))?;
    let verified = checked.verify(&signing_key, Body::Bytes(body)).map_err(|refusal| refused(&refusal))?;
    let region = api.regions.iter().find(|accepted| &***accepted == verified.region()).cloned();
    let region = region.unwrap_or_else(|| verified.region().into());
    let identity = Authenticated::by_authenticator(key.caller.clone());
    Ok(AuthenticatedCaller { key: Arc::clone(key), identity, region, at: now })
}

/// A refusal of the signature as the wire says it.
fn refused(refusal: &Refusal) -> Fault {
    let kind = match refusal.error_name() {
        "MissingAuthenticationTokenException" => ErrorName::MissingAuthenticationTokenException,
        "IncompleteSignatureException" => ErrorName::IncompleteSignatureException,
        "UnrecognizedClientException" => ErrorName::UnrecognizedClientException,
        _ => ErrorName::InvalidSignatureException,
    };
    Fault::new(kind, refusal.to_string())
}
