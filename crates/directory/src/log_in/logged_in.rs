//! The proof that somebody has logged in.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use postroom_policy::access_control::{AccessAction, AccessAttempt, Principal};
use postroom_types::{EntityId, OrganizationId, OrganizationKey, PersonalAccessTokenId, Timestamp};

use super::people::Person;
use super::records::cut;

/// Somebody who has logged in. Only [`LogIns::log_in`](super::LogIns::log_in) makes one.
///
/// It says what was true then: [`LogIns::until_ended`](super::LogIns::until_ended) and
/// [`LogIns::still_allowed`](super::LogIns::still_allowed) say whether it is so still.
#[derive(Clone)]
pub struct LoggedIn {
    pub(super) person: Arc<Person>,
    pub(super) method: Method,
    pub(super) action: AccessAction,
    pub(super) from: IpAddr,
    pub(super) user_agent: Option<Arc<str>>,
    pub(super) at: Timestamp,
}

/// What somebody has proved who they are with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// The password of the directory.
    Password,
    /// A personal access token.
    Token {
        /// Its public id.
        id: PersonalAccessTokenId,
        /// When it ends.
        expires_at: Option<Timestamp>,
    },
    /// An access token of the organization's identity provider.
    Bearer {
        /// What the provider knows the user by.
        user: Arc<str>,
        /// When the token has ended by any clock.
        expires_at: Timestamp,
    },
}

impl LoggedIn {
    /// The organization's short key.
    pub fn organization(&self) -> OrganizationKey {
        self.person.organization.key
    }

    /// The organization's id.
    pub fn organization_id(&self) -> &OrganizationId {
        &self.person.organization.id
    }

    /// The organization's ARN.
    pub fn organization_arn(&self) -> String {
        self.person.organization.arn().to_string()
    }

    /// The user.
    pub fn entity(&self) -> &EntityId {
        &self.person.id
    }

    /// The user's primary address, whichever was used.
    pub fn address(&self) -> &str {
        &self.person.email
    }

    /// What the user is called.
    pub fn display_name(&self) -> &str {
        &self.person.display_name
    }

    /// What was proved with.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The token's public id, when it was a token.
    pub fn token_id(&self) -> Option<&PersonalAccessTokenId> {
        match &self.method {
            Method::Password | Method::Bearer { .. } => None,
            Method::Token { id, .. } => Some(id),
        }
    }

    /// Generation of the user's credentials at the log-in.
    pub fn credential_generation(&self) -> i64 {
        self.person.generation
    }

    /// The protocol.
    pub fn action(&self) -> AccessAction {
        self.action
    }

    /// The client's address.
    pub fn from(&self) -> IpAddr {
        self.from
    }

    /// What the client says that it is.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// Takes what the client says that it is, where it says so after the log-in (IMAP's ID).
    pub fn name_client(&mut self, user_agent: &str) {
        self.user_agent = Some(cut(user_agent).into());
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What access control rules decide about.
    pub(super) fn access_attempt(&self) -> AccessAttempt<'_> {
        AccessAttempt {
            action: self.action,
            ip_address: self.from,
            principal: Principal::User(&self.person.id),
        }
    }
}

impl fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, organization) = (&self.person.id, self.organization_id().as_str());
        write!(f, "LoggedIn({user} of {organization} by {} from {})", self.action, self.from)
    }
}
