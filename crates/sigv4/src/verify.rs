//! From a claim to a proof.

use aws_lc_rs::{constant_time, digest};
use postroom_types::Timestamp;

use crate::canonical::{append_request, hex, string_to_sign};
use crate::refusal::quoted;
use crate::{Body, Claim, DateTime, Form, Head, Limits, Refusal, ScopeFaults, SigningKey};

/// For what a request must be signed to be accepted here.
#[derive(Clone, Copy)]
pub struct Accept<'a> {
    /// The service's signing name.
    pub service: &'a str,
    /// Says whether a region is one of ours.
    pub region: &'a dyn Fn(&str) -> bool,
}

/// A claim that is timely, for the right service and region, and covers all that it must. The signature itself has
/// not been looked at.
#[derive(Debug, Clone, Copy)]
pub struct CheckedClaim<'c> {
    claim: &'c Claim<'c>,
}

/// Proof that the holder of the access key's secret signed this request, body included.
#[derive(Debug, Clone, Copy)]
pub struct Verified<'c> {
    claim: &'c Claim<'c>,
    payload_digest: [u8; 32],
}

impl<'c> Claim<'c> {
    /// Checks everything that needs neither secret nor body: the time, that the necessary headers are signed, the
    /// scope, and that the payload is meant to be signed.
    ///
    /// Order as AWS's JSON services have it: time, signed headers, scope with all its faults at once.
    pub fn check(
        &'c self,
        now: Timestamp,
        accept: &Accept<'_>,
        limits: &Limits,
    ) -> Result<CheckedClaim<'c>, Refusal> {
        self.check_time(now, limits)?;
        self.check_signed_headers()?;
        self.check_scope(accept)?;
        if let Some(claim) = self.payload_claim.as_deref()
            && (claim == "UNSIGNED-PAYLOAD" || claim.starts_with("STREAMING-"))
        {
            return Err(Refusal::PayloadNotSigned { form: quoted(claim) });
        }
        Ok(CheckedClaim { claim: self })
    }

    /// A signature is good from `clock_skew` before its time until `clock_skew` after it, or until
    /// `X-Amz-Expires` after it when presigned; both ends included.
    fn check_time(&self, now: Timestamp, limits: &Limits) -> Result<(), Refusal> {
        let skew_seconds = limits.clock_skew.as_secs();
        let window_seconds = self.expires_seconds.unwrap_or(skew_seconds);
        let signed_at = self.signed_at();
        let age = now.seconds().saturating_sub(signed_at.seconds());
        if age >= 0 && age.unsigned_abs() > window_seconds {
            return Err(Refusal::Expired { signed_at, now: DateTime::of(now), window_seconds });
        }
        if age < 0 && age.unsigned_abs() > skew_seconds {
            let now = DateTime::of(now);
            return Err(Refusal::NotYetCurrent { signed_at, now, window_seconds: skew_seconds });
        }
        Ok(())
    }

    /// `host`, every `x-amz-*` header that was sent, and `Date` where it is the time of the signature.
    ///
    /// What is not signed can be changed on the way; of the rest of the headers no operation makes use.
    fn check_signed_headers(&self) -> Result<(), Refusal> {
        let must_be_signed = |name: &str| {
            let is_amz = name.get(..6).is_some_and(|prefix| prefix.eq_ignore_ascii_case("x-amz-"));
            is_amz || (name.eq_ignore_ascii_case("date") && self.date_is_signed_time())
        };
        let signed = self.signed_headers.as_bytes();
        let is_signed = |name: &str| {
            signed.split(|&byte| byte == b';').any(|signed| signed.eq_ignore_ascii_case(name.as_bytes()))
        };
        let required = self.head.headers.iter().map(|(name, _)| *name).filter(|name| must_be_signed(name));
        match std::iter::once("host").chain(required).find(|name| !is_signed(name)) {
            None => Ok(()),
            Some(name) => Err(Refusal::HeaderNotSigned { name: quoted(&name.to_ascii_lowercase()) }),
        }
    }

    fn date_is_signed_time(&self) -> bool {
        self.form == Form::Header && self.head.values(b"x-amz-date").next().is_none()
    }

    fn check_scope(&self, accept: &Accept<'_>) -> Result<(), Refusal> {
        let scope = self.scope();
        let signed_at = self.signed_at();
        let faults = ScopeFaults {
            region: (!(accept.region)(scope.region)).then(|| quoted(scope.region)),
            service_expected: (scope.service != accept.service).then(|| accept.service.into()),
            terminator: (self.terminator() != "aws4_request").then(|| quoted(self.terminator())),
            date: (scope.date != signed_at.date()).then(|| (quoted(scope.date), signed_at)),
        };
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Scope(Box::new(faults))) }
    }
}

impl<'c> CheckedClaim<'c> {
    /// The claim that was checked.
    pub const fn claim(&self) -> &'c Claim<'c> {
        self.claim
    }

    /// Compares the signature with that which `key` gives for the same request.
    ///
    /// `key` must be made from the secret of [`Claim::access_key_id`] for [`Claim::scope`]; any other key ends as
    /// [`Refusal::SignatureMismatch`].
    pub fn verify(&self, key: &SigningKey, body: Body<'_>) -> Result<Verified<'c>, Refusal> {
        let claim = self.claim;
        let payload_digest = payload_digest(body);
        let payload_hex = hex(&payload_digest);
        if let Some(payload_claim) = &claim.payload_claim {
            constant_time::verify_slices_are_equal(payload_claim.as_bytes(), &payload_hex)
                .map_err(|_| Refusal::PayloadMismatch)?;
        }
        let mut canonical_request = Vec::with_capacity(capacity(&claim.head));
        append_request(&mut canonical_request, &claim.head, &claim.signed_headers, &payload_hex)?;
        let string_to_sign = string_to_sign(&claim.signed_at(), claim.scope_text(), &canonical_request);
        if key.is_signature(&string_to_sign, &claim.signature) {
            Ok(Verified { claim, payload_digest })
        } else {
            Err(Refusal::SignatureMismatch)
        }
    }
}

impl<'c> Verified<'c> {
    /// The claim, which now is known to be true.
    pub const fn claim(&self) -> &'c Claim<'c> {
        self.claim
    }

    /// The access key that signed.
    pub fn access_key_id(&self) -> &'c str {
        self.claim.access_key_id()
    }

    /// The region for which the request was signed.
    pub fn region(&self) -> &'c str {
        self.claim.scope().region
    }

    /// SHA-256 of the body.
    pub const fn payload_digest(&self) -> &[u8; 32] {
        &self.payload_digest
    }
}

/// SHA-256 of the body.
pub(crate) fn payload_digest(body: Body<'_>) -> [u8; 32] {
    match body {
        Body::Sha256(digest) => digest,
        Body::Bytes(bytes) => {
            let mut copy = [0; 32];
            copy.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
            copy
        }
    }
}

/// Room for the canonical request of most requests, so that it is allocated once.
pub(crate) fn capacity(head: &Head<'_>) -> usize {
    let headers: usize = head.headers.iter().map(|(name, value)| 2 * name.len() + value.len() + 3).sum();
    head.path.len() + head.query.len() + headers + 128
}
