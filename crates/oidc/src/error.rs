//! Why a token does not count.

use std::fmt;

/// The token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is no JSON Web Token, or lacks what it must have.
    Malformed,
    /// It is signed by an algorithm other than RS256 and ES256, or by none.
    Algorithm,
    /// The issuer has no such key.
    UnknownKey,
    /// The signature is not the key's.
    Signature,
    /// Somebody else issued it.
    Issuer,
    /// It is for somebody else.
    Audience,
    /// It has ended.
    Expired,
    /// It is not good yet.
    NotYet,
}

impl Refused {
    /// The word for it in an authentication log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "BearerMalformed",
            Self::Algorithm => "BearerAlgorithm",
            Self::UnknownKey => "BearerUnknownKey",
            Self::Signature => "BearerSignature",
            Self::Issuer => "BearerIssuer",
            Self::Audience => "BearerAudience",
            Self::Expired => "BearerExpired",
            Self::NotYet => "BearerNotYet",
        }
    }
}

/// The issuer's keys cannot be had: nothing was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away(pub String);

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the issuer's keys cannot be had: {}", self.0)
    }
}

impl std::error::Error for Away {}
