//! AWS Signature Version 4: reads, checks and makes the signatures of HTTP requests.
//!
//! A codec: no clock, no socket, no store. The caller brings the time, the secret and the rules.
//!
//! The way of a request, in the order in which AWS's JSON services look at it:
//!
//! 1. [`Claim::parse`] reads what the request says about itself, from the `Authorization` header or, for a
//!    presigned URL, from the query. Nothing is believed yet, but the access key id can already be logged.
//! 2. [`Claim::check`] holds the claim against the clock and against the accepted service and regions, and makes
//!    sure that everything that must be signed is. This needs no secret and no body, so a hopeless request is
//!    refused before either is fetched.
//! 3. The caller looks up the access key ([`Refusal::UnknownAccessKey`] if there is none in force) and gets its
//!    [`SigningKey`], as a rule from a [`SigningKeyCache`].
//! 4. [`CheckedClaim::verify`] compares the signature with our own of the same request. Only this makes a
//!    [`Verified`].
//! 5. A caller that issues no temporary credentials refuses a [`Claim::session_token`] with
//!    [`Refusal::SessionToken`].
//!
//! ```
//! use postroom_sigv4::{Accept, Body, Claim, Head, Limits, Refusal, Scope, SigningKey};
//! use postroom_types::Timestamp;
//!
//! fn caller(head: &Head<'_>, body: &[u8], now: Timestamp) -> Result<String, Refusal> {
//!     let limits = Limits::default();
//!     let accept = Accept { service: "workmail", region: &|region| region == "us-east-1" };
//!     let claim = Claim::parse(head, &limits)?;
//!     let checked = claim.check(now, &accept, &limits)?;
//!     let secret = match claim.access_key_id() {
//!         "AKIDEXAMPLE" => "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
//!         _ => return Err(Refusal::UnknownAccessKey),
//!     };
//!     let key = SigningKey::derive(secret.as_bytes(), &claim.scope());
//!     let verified = checked.verify(&key, Body::Bytes(body))?;
//!     Ok(verified.access_key_id().to_owned())
//! }
//! ```
//!
//! What is absent: SigV4A (asymmetric), chunked ("streaming") payloads, unsigned payloads, S3's own canonical path.
//! Requests in these forms are refused with a message that says so.
//!
//! Sources: *AWS IAM User Guide*, "AWS Signature Version 4 for API requests" (called "SigV4" in the code), and the
//! answers of AWS's JSON services as users have recorded them (see [`Refusal`]).

mod cache;
mod canonical;
mod date_time;
mod key;
mod limits;
mod parse;
mod refusal;
mod request;
mod sign;
mod verify;

pub use cache::SigningKeyCache;
pub use date_time::DateTime;
pub use key::{Scope, SigningKey};
pub use limits::Limits;
pub use parse::Claim;
pub use refusal::{Protocol, Refusal, ScopeFaults};
pub use request::{Body, Form, Head};
pub use sign::sign;
pub use verify::{Accept, CheckedClaim, Verified};
