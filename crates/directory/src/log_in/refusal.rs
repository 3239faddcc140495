//! Why somebody does not come in.

use std::time::Duration;

use postroom_types::AccessControlRuleName;

use super::throttle::ThrottledBy;
use crate::tokens::TokenRefusal;

/// Why an attempt was refused. For the audit: a peer is told [`Refusal::shown`] and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// User and password are not ones that get in.
    BadCredentials(WhyNot),
    /// There were too many wrong ones lately. The password was not looked at.
    Throttled {
        /// When it will be looked at again.
        retry_after: Duration,
        /// Whose failures those were.
        by: ThrottledBy,
    },
    /// The credential is right, and the organization's rules let this user not in by this protocol from there.
    AccessDenied {
        /// The rules that deny; none when no rule allows.
        rules: Vec<AccessControlRuleName>,
    },
    /// Too many passwords are being checked. The password was not looked at.
    Busy,
    /// The identity provider's keys cannot be had. The token was not looked at.
    IssuerAway,
}

/// What a peer may learn: nothing tells a wrong password from a denied or missing user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The credentials do not get in.
    Refused,
    /// Nothing was looked at; not to be tried again before.
    TryLater(Duration),
}

/// Which part was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// No active organization owns the domain, or nobody has the address.
    UnknownUser,
    /// The organization is being deleted.
    OrganizationClosed,
    /// The address is one of a group or a resource, or of a user without a mailbox.
    NotAPerson,
    /// The user is not enabled (any more).
    NotEnabled,
    /// The organization's identity provider is the only way in: passwords do not count (WB §11.2).
    PasswordsSwitchedOff,
    /// The user has no password.
    NoPassword,
    /// It is another password.
    WrongPassword,
    /// It is a token, and not good for this.
    Token(TokenRefusal),
    /// It was right when the check began and was changed or revoked since.
    Changed,
    /// It is an access token, and not good.
    Bearer(postroom_oidc::Refused),
    /// Access tokens are not taken.
    NoIssuer,
    /// The organization has no identity provider, or the user is linked to nobody of it or somebody else.
    NotLinked,
}

impl WhyNot {
    /// The word for it in an authentication log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownUser => "UnknownUser",
            Self::OrganizationClosed => "OrganizationClosed",
            Self::NotAPerson => "NotAPerson",
            Self::NotEnabled => "UserNotEnabled",
            Self::PasswordsSwitchedOff => "PasswordsSwitchedOff",
            Self::NoPassword => "NoPassword",
            Self::WrongPassword => "WrongPassword",
            Self::Token(refusal) => refusal.as_str(),
            Self::Changed => "CredentialChanged",
            Self::Bearer(refused) => refused.as_str(),
            Self::NoIssuer => "NoIssuer",
            Self::NotLinked => "NotLinked",
        }
    }
}

impl Refusal {
    /// What the peer may learn.
    pub fn shown(&self) -> Shown {
        match self {
            Self::BadCredentials(_) | Self::AccessDenied { .. } => Shown::Refused,
            Self::Throttled { retry_after, .. } => Shown::TryLater(*retry_after),
            Self::Busy | Self::IssuerAway => Shown::TryLater(crate::limits::BUSY_RETRY_AFTER),
        }
    }

    /// The word for it in an authentication log.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::BadCredentials(why) => why.as_str(),
            Self::Throttled { by, .. } => by.as_str(),
            Self::AccessDenied { .. } => "AccessDenied",
            Self::Busy => "Busy",
            Self::IssuerAway => "IssuerAway",
        }
    }
}
