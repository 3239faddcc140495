//! A token: `header "." claims "." signature`, each in base 64 for URLs (RFC 7515 §3.1, RFC 7519 §3).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use postroom_types::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Refused;
use crate::issuer::Trust;
use crate::keys::Algorithm;
use crate::limits;

/// What a good token says of its bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// What the issuer knows the user by: the claim that the operator chose.
    pub user: String,
    /// The e-mail address, if the token names one.
    pub email: Option<String>,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// A token that has the form of one. Nothing of it is believed until its signature is verified.
pub(crate) struct Token<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
    pub(crate) signed: &'a [u8],
    pub(crate) signature: Vec<u8>,
    claims: Map<String, Value>,
}

/// RFC 7515 §4.1.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood: there is none that is. RFC 7515 §4.1.11.
    crit: Option<Value>,
}

impl<'a> Token<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, Refused> {
        if text.len() > limits::TOKEN_BYTES_MAX {
            return Err(Refused::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Refused::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Refused::Malformed)?;
        let decoded = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed);
        let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| Refused::Malformed)?;
        if header.crit.is_some() {
            return Err(Refused::Malformed);
        }
        Ok(Self {
            algorithm: Algorithm::parse(&header.alg).ok_or(Refused::Algorithm)?,
            key_id: header.kid,
            signed: signed.as_bytes(),
            signature: decoded(signature)?,
            claims: serde_json::from_slice(&decoded(claims)?).map_err(|_| Refused::Malformed)?,
        })
    }

    /// Judges the claims of a token whose signature is verified. RFC 7519 §4.1, RFC 9068 §4.
    pub(crate) fn judge(&self, trust: &Trust, now: Timestamp) -> Result<Bearer, Refused> {
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str);
        if text("iss") != Some(&trust.issuer) {
            return Err(Refused::Issuer);
        }
        let is_ours = match self.claims.get("aud") {
            Some(Value::String(audience)) => *audience == trust.audience,
            Some(Value::Array(all)) => all.iter().any(|each| each.as_str() == Some(&trust.audience)),
            _ => false,
        };
        if !is_ours {
            return Err(Refused::Audience);
        }
        let expires_at = self.time("exp")?.ok_or(Refused::Malformed)?;
        if expires_at.plus(limits::SKEW) <= now {
            return Err(Refused::Expired);
        }
        if self.time("nbf")?.is_some_and(|begins| begins > now.plus(limits::SKEW)) {
            return Err(Refused::NotYet);
        }
        let user = text(&trust.user_claim).filter(|user| !user.is_empty()).ok_or(Refused::Malformed)?;
        Ok(Bearer { user: user.to_owned(), email: text("email").map(str::to_owned), expires_at })
    }

    /// A claim that is a time: seconds since 1970, which may have a fraction (RFC 7519 §2).
    fn time(&self, name: &str) -> Result<Option<Timestamp>, Refused> {
        // Up to the year 9999: beyond, it is no time.
        const SECONDS_MAX: f64 = 253_402_300_799.0;
        let Some(value) = self.claims.get(name) else { return Ok(None) };
        let seconds = value.as_f64().filter(|seconds| (0.0..=SECONDS_MAX).contains(seconds));
        let seconds = seconds.ok_or(Refused::Malformed)?;
        Ok(Some(Timestamp::from_seconds(seconds as i64)))
    }
}
