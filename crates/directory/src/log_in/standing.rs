//! Whether somebody who has logged in may go on.

use postroom_policy::Effect;
use postroom_store::Store;
use postroom_types::AccessControlRuleName;
use tokio::sync::watch;

use super::bearer::is_linked;
use super::gate::LogIns;
use super::logged_in::{LoggedIn, Method};
use super::refusal::WhyNot;
use crate::tokens::TokenRefusal;
use crate::{DirectoryError, limits};

/// Why a session has to end. For logs; a peer is told that it may not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The organization or the user is not in use any more.
    User(WhyNot),
    /// The password was changed, or does not count any more.
    PasswordChanged,
    /// The token was revoked, has ended, or does not count any more.
    Token(TokenRefusal),
    /// The rules let this user not in by this protocol from there any more.
    AccessDenied {
        /// The rules that deny; none when no rule allows.
        rules: Vec<AccessControlRuleName>,
    },
}

impl LogIns {
    /// Whether `logged_in` may go on: its user is enabled, its credential counts, the rules let it in.
    ///
    /// Memory answers unless something of the organization has changed.
    pub async fn standing(&self, logged_in: &LoggedIn) -> Result<Result<(), Ended>, DirectoryError> {
        Ok(self.look(logged_in).await?.map(drop))
    }

    /// As [`LogIns::standing`], with the first rule that lets it in.
    pub(super) async fn look(
        &self,
        logged_in: &LoggedIn,
    ) -> Result<Result<Option<AccessControlRuleName>, Ended>, DirectoryError> {
        if let Some(ended) = self.credential_ended(logged_in).await? {
            return Ok(Err(ended));
        }
        // The state that GetAccessControlEffect asks, so that the two cannot disagree.
        let in_force = self.access.current(logged_in.organization()).await?;
        let decision = in_force.rules.decide(&logged_in.access_attempt());
        Ok(match decision.effect {
            Effect::Allow => Ok(decision.matched_rules().next().cloned()),
            Effect::Deny => Err(Ended::AccessDenied { rules: decision.matched_rules().cloned().collect() }),
        })
    }

    async fn credential_ended(&self, logged_in: &LoggedIn) -> Result<Option<Ended>, DirectoryError> {
        let person = &logged_in.person;
        let Some(now) = self.people.again(person).await? else {
            return Ok(Some(Ended::User(WhyNot::UnknownUser)));
        };
        if let Some(barred) = now.barred {
            return Ok(Some(Ended::User(barred)));
        }
        let clock = self.store.clock();
        let (id, expires_at) = match &logged_in.method {
            // Each hash has its own salt, so another password is another hash, and so is the same one set anew.
            Method::Password => {
                let same = now.accepted_hash().is_some() && now.accepted_hash() == person.accepted_hash();
                return Ok((!same).then_some(Ended::PasswordChanged));
            }
            Method::Bearer { expires_at, .. } if *expires_at <= clock.now() => {
                return Ok(Some(Ended::Token(TokenRefusal::Expired)));
            }
            Method::Bearer { user, .. } => {
                return Ok((!is_linked(&now, user)).then_some(Ended::Token(TokenRefusal::SwitchedOff)));
            }
            Method::Token { id, expires_at } => (id, expires_at),
        };
        if expires_at.is_some_and(|at| at <= clock.now()) {
            return Ok(Some(Ended::Token(TokenRefusal::Expired)));
        }
        if now.is_as_fresh_as(person) {
            return Ok(None);
        }
        let (key, scope) = (person.organization.key, logged_in.action.as_str());
        let good = self.tokens.still_good(key, &person.id, scope, id).await?;
        Ok(good.err().map(Ended::Token))
    }

    /// As [`LogIns::standing`], for those who do not ask why.
    pub async fn still_allowed(&self, logged_in: &LoggedIn) -> Result<bool, DirectoryError> {
        Ok(self.standing(logged_in).await?.is_ok())
    }

    /// Wakes after every change of the organization: [`LogIns::standing`] is to be asked then. Something that changed
    /// since the log-in began wakes at once.
    pub fn watch(&self, logged_in: &LoggedIn) -> watch::Receiver<u64> {
        let mut changes = self.changes.subscribe(logged_in.organization());
        if !logged_in.person.is_fresh() {
            changes.mark_changed();
        }
        changes
    }

    /// Waits until `logged_in` may not go on, and says why. A session waits for this beside its work; dropping it is
    /// free. While the store cannot tell, it waits and asks again.
    pub async fn until_ended(&self, logged_in: &LoggedIn) -> Ended {
        let mut changes = self.watch(logged_in);
        loop {
            changes.mark_unchanged();
            // Boxed: thousands of sessions wait below, and few look at the same time.
            match Box::pin(self.standing(logged_in)).await {
                Ok(Ok(())) => {}
                Ok(Err(ended)) => {
                    if let Ended::AccessDenied { rules } = &ended {
                        self.note_decision(logged_in, rules.first(), false);
                    }
                    return ended;
                }
                Err(error) => {
                    let organization = logged_in.organization_id().as_str();
                    tracing::warn!(%error, organization.id = organization, "the right of a session was not looked at");
                    tokio::time::sleep(limits::STANDING_RETRY).await;
                    continue;
                }
            }
            tokio::select! {
                _ = changes.changed() => {}
                () = expiry(&self.store, &logged_in.method) => {}
            }
        }
    }
}

/// Waits until the credential ends, or for a good while.
async fn expiry(store: &Store, method: &Method) {
    let (Method::Token { expires_at: Some(at), .. } | Method::Bearer { expires_at: at, .. }) = method else {
        return std::future::pending().await;
    };
    let left = u64::try_from(at.micros() - store.clock().now().micros()).unwrap_or(0);
    tokio::time::sleep(std::time::Duration::from_micros(left).min(limits::EXPIRY_LOOK_MAX)).await;
}
