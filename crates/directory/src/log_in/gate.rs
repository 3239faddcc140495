//! The log-in itself.

use std::sync::Arc;

use postroom_oidc::Issuer;
use postroom_policy::Effect;
use postroom_policy::access_control::{AccessAttempt, Principal};
use postroom_policy::ip::canonical;
use postroom_store::Store;
use postroom_store::seal::Secret;
use postroom_types::{AccessControlRuleName, EntityId, Timestamp, fold};

use super::attempt::{Attempt, LogInParts, composed};
use super::logged_in::{LoggedIn, Method};
use super::passwords::{Mark, RightPasswords};
use super::people::{Found, People, Person};
use super::records::cut;
use super::refusal::{Refusal, WhyNot};
use super::standing::Ended;
use super::throttle::{Source, Throttle, Wait};
use crate::access::Access;
use crate::access_audit::AccessAudit;
use crate::in_force::AdminChanges;
use crate::password::{Busy, Hasher};
use crate::tokens::{TokenRefusal, Tokens};
use crate::{DirectoryError, limits};

/// The log-ins of one process, for all its protocols.
pub struct LogIns {
    pub(super) store: Store,
    pub(super) people: Arc<People>,
    pub(super) tokens: Arc<Tokens>,
    pub(super) access: Arc<Access>,
    pub(super) changes: Arc<AdminChanges>,
    pub(super) audit: Arc<AccessAudit>,
    pub(super) issuer: Option<Arc<Issuer>>,
    hasher: Hasher,
    right: RightPasswords,
    pub(super) throttle: Throttle,
    /// The id of nobody.
    nobody: EntityId,
}

/// Somebody who comes in, and the first rule that lets them.
pub(super) struct Admitted {
    pub(super) logged_in: LoggedIn,
    pub(super) rule: Option<AccessControlRuleName>,
}

/// What a check of the credentials found.
enum Proof {
    Good(Method, Option<Mark>),
    Wrong(WhyNot),
    Busy,
}

impl LogIns {
    /// What tells that something of an organization has changed.
    pub fn changes(&self) -> &Arc<AdminChanges> {
        &self.changes
    }

    /// Log-ins over `parts`.
    pub fn new(parts: LogInParts) -> Self {
        let random = parts.store.random();
        Self {
            right: RightPasswords::new(Secret::new(random.bytes())),
            throttle: Throttle::new(Secret::new(random.bytes())),
            people: People::watching(&parts.store, parts.organizations, Arc::clone(&parts.changes)),
            store: parts.store,
            tokens: parts.tokens,
            access: parts.access,
            changes: parts.changes,
            hasher: parts.passwords,
            audit: parts.audit,
            issuer: parts.issuer,
            nobody: EntityId::mint([0; 16]),
        }
    }

    /// Lets somebody in, or says why not.
    ///
    /// An attempt that gets as far as its password costs the time of one Argon2 hash when it fails, whatever was
    /// wrong. Errors are the store's: nothing was decided and nothing counted.
    pub async fn log_in(&self, attempt: Attempt<'_>) -> Result<Result<LoggedIn, Refusal>, DirectoryError> {
        let password = composed(attempt.password);
        let attempt = Attempt { from: canonical(attempt.from), password: &password, ..attempt };
        let found = self.people.find(attempt.user).await?;
        let judged = self.judge(&attempt, &found).await?;
        self.note_log_in(&attempt, &found, &judged, super::records::BASIC);
        Ok(judged.map(|admitted| admitted.logged_in))
    }

    async fn judge(
        &self,
        attempt: &Attempt<'_>,
        found: &Found,
    ) -> Result<Result<Admitted, Refusal>, DirectoryError> {
        let person = found.person();
        let now = self.store.clock().now();
        // An alias and the primary address are one account, and every text that is nobody's is one of its own.
        let account = fold(person.map_or(attempt.user, |person| &person.email));
        let denied_by = self.is_denied(attempt, found).await?.then_some(attempt.action);
        let source = self.throttle.source(&account, attempt.from, denied_by);
        let guessable = !Tokens::has_form(attempt.password);
        if let Some(wait) = self.throttle.wait(&source, guessable, now) {
            return Ok(Err(throttled(wait)));
        }
        if let Some(admitted) = self.remembered(attempt, person, &source, now).await? {
            return Ok(Ok(admitted));
        }
        let _turn = self.right.turn(account.as_bytes(), attempt.password).await;
        if let Some(admitted) = self.remembered(attempt, person, &source, now).await? {
            return Ok(Ok(admitted));
        }
        let charge = match self.throttle.admit(source, guessable, self.store.clock().now()) {
            Ok(charge) => charge,
            Err(wait) => return Ok(Err(throttled(wait))),
        };
        let judged = self.prove_and_decide(attempt, person, now).await;
        match &judged {
            Ok(Ok(_)) => self.throttle.succeeded(&charge, now),
            Ok(Err(Refusal::Busy | Refusal::IssuerAway)) | Err(_) => self.throttle.take_back(&charge),
            // A denied one counts like a wrong one where the rules deny, or else counting would tell them apart.
            Ok(Err(_)) => {}
        }
        judged
    }

    /// Whether the rules let nobody in by this protocol from there who names this account, whatever is proved. For an
    /// address that nobody has they are asked as for somebody whom no rule names, so that neither counts otherwise.
    pub(super) async fn is_denied(
        &self,
        attempt: &Attempt<'_>,
        found: &Found,
    ) -> Result<bool, DirectoryError> {
        let Some(organization) = found.organization() else { return Ok(false) };
        let in_force = self.access.current(organization.key).await?;
        let user = found.person().map_or(&self.nobody, |person| &person.id);
        let asked = AccessAttempt {
            action: attempt.action,
            ip_address: attempt.from,
            principal: Principal::User(user),
        };
        Ok(in_force.rules.decide(&asked).effect == Effect::Deny)
    }

    /// Who has shown the same password lately and may come in now.
    async fn remembered(
        &self,
        attempt: &Attempt<'_>,
        person: Option<&Arc<Person>>,
        source: &Source,
        now: Timestamp,
    ) -> Result<Option<Admitted>, DirectoryError> {
        let Some(person) = person else { return Ok(None) };
        let Some(mark) = self.right.mark(person, attempt.password) else { return Ok(None) };
        if !self.right.knows(&mark, now) {
            return Ok(None);
        }
        let logged_in = logged_in(attempt, person, Method::Password, now);
        // Whoever may not come in goes the long way: a quick refusal would tell that the password is right.
        let Ok(rule) = self.look(&logged_in).await? else { return Ok(None) };
        self.throttle.opened(source, now);
        Ok(Some(Admitted { logged_in, rule }))
    }

    async fn prove_and_decide(
        &self,
        attempt: &Attempt<'_>,
        person: Option<&Arc<Person>>,
        now: Timestamp,
    ) -> Result<Result<Admitted, Refusal>, DirectoryError> {
        let (person, method, mark) = match (person, self.prove(attempt, person.map(Arc::as_ref)).await?) {
            (Some(person), Proof::Good(method, mark)) => (person, method, mark),
            (None, Proof::Good(..)) => return Ok(Err(Refusal::BadCredentials(WhyNot::UnknownUser))),
            (_, Proof::Wrong(why)) => return Ok(Err(Refusal::BadCredentials(why))),
            (_, Proof::Busy) => return Ok(Err(Refusal::Busy)),
        };
        if let Some(mark) = mark {
            self.right.remember(mark, now);
        }
        let logged_in = logged_in(attempt, person, method, now);
        // Hashing takes a while, and the user may have been disabled meanwhile.
        Ok(match self.look(&logged_in).await? {
            Ok(rule) => Ok(Admitted { logged_in, rule }),
            Err(Ended::AccessDenied { rules }) => Err(Refusal::AccessDenied { rules }),
            Err(_) => Err(Refusal::BadCredentials(WhyNot::Changed)),
        })
    }

    /// Looks at token and password. Unless the token is good, one hash is computed whatever is wrong.
    async fn prove(&self, attempt: &Attempt<'_>, person: Option<&Person>) -> Result<Proof, DirectoryError> {
        let token = match person.filter(|person| person.barred.is_none()) {
            Some(person) => {
                let (key, scope) = (person.organization.key, attempt.action.as_str());
                self.tokens.verify_personal(key, &person.id, scope, attempt.password).await?
            }
            None => Err(TokenRefusal::NotAToken),
        };
        let refused = match token {
            Ok(token) => {
                let method = Method::Token { id: token.id, expires_at: token.expires_at };
                return Ok(Proof::Good(method, None));
            }
            Err(refused) => refused,
        };
        let too_long = attempt.password.len() > limits::PASSWORD_BYTES_MAX;
        let (password, hash) = match person.and_then(Person::accepted_hash) {
            Some(hash) if !too_long => (attempt.password, Some(hash)),
            _ => ("", None),
        };
        match self.hasher.verify(password, hash).await {
            Ok(true) => {
                let mark = person.and_then(|person| self.right.mark(person, attempt.password));
                Ok(Proof::Good(Method::Password, mark))
            }
            Ok(false) => Ok(Proof::Wrong(why_not(person, refused))),
            Err(Busy) => Ok(Proof::Busy),
        }
    }
}

/// Which part was wrong, where something was.
fn why_not(person: Option<&Person>, token: TokenRefusal) -> WhyNot {
    let Some(person) = person else { return WhyNot::UnknownUser };
    if let Some(barred) = person.barred {
        return barred;
    }
    if token != TokenRefusal::NotAToken {
        return WhyNot::Token(token);
    }
    if !person.passwords_accepted {
        return WhyNot::PasswordsSwitchedOff;
    }
    match person.password_hash {
        Some(_) => WhyNot::WrongPassword,
        None => WhyNot::NoPassword,
    }
}

pub(super) fn throttled(wait: Wait) -> Refusal {
    Refusal::Throttled { retry_after: wait.retry_after, by: wait.by }
}

pub(super) fn logged_in(
    attempt: &Attempt<'_>,
    person: &Arc<Person>,
    method: Method,
    now: Timestamp,
) -> LoggedIn {
    LoggedIn {
        person: Arc::clone(person),
        method,
        action: attempt.action,
        from: attempt.from,
        user_agent: attempt.user_agent.map(|text| cut(text).into()),
        at: now,
    }
}
