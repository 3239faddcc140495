//! The other side: signing, for our own clients (benchmarks, tests of the whole system, calls to AWS).

use crate::canonical::{append_request, hex, string_to_sign};
use crate::verify::{capacity, payload_digest};
use crate::{Body, Claim, DateTime, Head, Limits, Refusal, SigningKey};

/// Signs a request with all its headers and returns the value of its `Authorization` header.
///
/// The headers must contain `host` and `x-amz-date` (see [`DateTime`]), and no header that may change on the way.
/// What comes out is read back once, so a request that could not be read by [`Claim::parse`] is refused here.
pub fn sign(
    head: &Head<'_>,
    body: Body<'_>,
    access_key_id: &str,
    key: &SigningKey,
    limits: &Limits,
) -> Result<String, Refusal> {
    let date = head.text("x-amz-date")?.unwrap_or_default();
    let signed_at = DateTime::parse(date).ok_or_else(|| Refusal::DateMalformed { date: date.into() })?;
    let mut names: Vec<String> = head.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    let signed_headers = names.join(";");
    let mut canonical_request = Vec::with_capacity(capacity(head));
    append_request(&mut canonical_request, head, &signed_headers, &hex(&payload_digest(body)))?;
    let signature = key.sign(&string_to_sign(&signed_at, key.scope_text(), &canonical_request));
    let signature = hex(signature.as_ref());
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={access_key_id}/{}, SignedHeaders={signed_headers}, Signature={}",
        key.scope_text(),
        String::from_utf8_lossy(&signature),
    );
    let mut headers = head.headers.to_vec();
    headers.push(("authorization", authorization.as_bytes()));
    Claim::parse(&Head { headers: &headers, ..*head }, limits)?;
    Ok(authorization)
}
