//! Log-ins with an access token of the organization's identity provider (RFC 7628; WB §11.2).

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use postroom_oidc::{Bearer, Issuer, limits as oidc_limits};
use postroom_policy::access_control::AccessAction;
use postroom_policy::ip::canonical;
use postroom_types::{Timestamp, fold};

use super::attempt::Attempt;
use super::gate::{Admitted, LogIns, logged_in, throttled};
use super::logged_in::{LoggedIn, Method};
use super::people::{Found, Person};
use super::refusal::{Refusal, WhyNot};
use super::standing::Ended;
use crate::DirectoryError;

/// Somebody who wants in with an access token. `Debug` does not print it.
#[derive(Clone, Copy)]
pub struct BearerAttempt<'a> {
    /// The protocol, as access control rules call it.
    pub action: AccessAction,
    /// The client's address; an IPv4-mapped one counts as IPv4.
    pub from: IpAddr,
    /// An address of the user; without it the token's e-mail address says who it is.
    pub user: Option<&'a str>,
    /// The token.
    pub token: &'a str,
    /// What the client says that it is, where the protocol tells.
    pub user_agent: Option<&'a str>,
}

impl fmt::Debug for BearerAttempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BearerAttempt({} from {})", self.action, self.from)
    }
}

impl LogIns {
    /// Whose access tokens are taken; `None`: nobody's.
    pub fn issuer(&self) -> Option<&Arc<Issuer>> {
        self.issuer.as_ref()
    }

    /// Lets somebody in with an access token, or says why not.
    ///
    /// The token must be the issuer's and for us, and its user the one that the user of the address is linked to, in an
    /// organization with an identity provider configuration. Rules and throttling are those of other log-ins. Errors are
    /// the store's: nothing was decided and nothing counted.
    pub async fn log_in_with_token(
        &self,
        attempt: BearerAttempt<'_>,
    ) -> Result<Result<LoggedIn, Refusal>, DirectoryError> {
        let now = self.store.clock().now();
        let verified = self.verify(attempt.token, now).await;
        let email = verified.as_ref().ok().and_then(|bearer| bearer.email.clone());
        let attempt = Attempt {
            action: attempt.action,
            from: canonical(attempt.from),
            user: attempt.user.or(email.as_deref()).unwrap_or_default(),
            password: "",
            user_agent: attempt.user_agent,
        };
        let found = self.people.find(attempt.user).await?;
        let judged = self.judge_bearer(&attempt, &found, verified, now).await?;
        self.note_log_in(&attempt, &found, &judged, super::records::BEARER);
        Ok(judged.map(|admitted| admitted.logged_in))
    }

    async fn verify(&self, token: &str, now: Timestamp) -> Result<Bearer, Refusal> {
        let Some(issuer) = &self.issuer else { return Err(Refusal::BadCredentials(WhyNot::NoIssuer)) };
        match issuer.verify(token, now).await {
            Ok(verdict) => verdict.map_err(|refused| Refusal::BadCredentials(WhyNot::Bearer(refused))),
            Err(_) => Err(Refusal::IssuerAway),
        }
    }

    async fn judge_bearer(
        &self,
        attempt: &Attempt<'_>,
        found: &Found,
        verified: Result<Bearer, Refusal>,
        now: Timestamp,
    ) -> Result<Result<Admitted, Refusal>, DirectoryError> {
        let account = fold(found.person().map_or(attempt.user, |person| &person.email));
        let denied_by = self.is_denied(attempt, found).await?.then_some(attempt.action);
        let source = self.throttle.source(&account, attempt.from, denied_by);
        // A token cannot be guessed by many machines either.
        let charge = match self.throttle.admit(source, false, now) {
            Ok(charge) => charge,
            Err(wait) => return Ok(Err(throttled(wait))),
        };
        let judged = match verified {
            Ok(bearer) => self.decide(attempt, found, &bearer, now).await,
            Err(refusal) => Ok(Err(refusal)),
        };
        match &judged {
            Ok(Ok(_)) => self.throttle.succeeded(&charge, now),
            Ok(Err(Refusal::IssuerAway)) | Err(_) => self.throttle.take_back(&charge),
            Ok(Err(_)) => {}
        }
        judged
    }

    async fn decide(
        &self,
        attempt: &Attempt<'_>,
        found: &Found,
        bearer: &Bearer,
        now: Timestamp,
    ) -> Result<Result<Admitted, Refusal>, DirectoryError> {
        let refused = |why| Ok(Err(Refusal::BadCredentials(why)));
        let Some(person) = found.person() else { return refused(WhyNot::UnknownUser) };
        if let Some(barred) = person.barred {
            return refused(barred);
        }
        if !is_linked(person, &bearer.user) {
            return refused(WhyNot::NotLinked);
        }
        // The issuer's clock may be behind ours.
        let expires_at = bearer.expires_at.plus(oidc_limits::SKEW);
        let method = Method::Bearer { user: bearer.user.as_str().into(), expires_at };
        let logged_in = logged_in(attempt, person, method, now);
        Ok(match self.look(&logged_in).await? {
            Ok(rule) => Ok(Admitted { logged_in, rule }),
            Err(Ended::AccessDenied { rules }) => Err(Refusal::AccessDenied { rules }),
            Err(_) => Err(Refusal::BadCredentials(WhyNot::Changed)),
        })
    }
}

/// Whether `person` is the one whom the identity provider knows by this name.
pub(super) fn is_linked(person: &Person, name: &str) -> bool {
    person.provider_user.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name))
}
