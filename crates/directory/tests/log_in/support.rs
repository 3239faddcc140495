//! An organization with log-ins, and one call for each thing that tests do with them.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use postroom_directory::DirectoryError;
use postroom_directory::log_in::{Attempt, LogIns, LoggedIn, Refusal, WhyNot};
use postroom_directory::ops::*;
use postroom_directory::password::{Hasher, PasswordHash};
use postroom_directory::testing::{carry_on, log_ins, new_organization, request_organization};
use postroom_directory::tokens::Tokens;
use postroom_policy::Effect;
use postroom_policy::access_control::{AccessAction, AccessControlRule};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{ManualClock, Options, Place, SeededRandom, Store, parameters, statements};
use postroom_types::{
    AccessControlRuleName, Constrained, EmailAddress, EntityId, OrganizationId, OrganizationKey,
    PersonalAccessTokenId, PersonalAccessTokenName, PersonalAccessTokenScope, Timestamp,
};

statements! {
    SET_SETTINGS = "UPDATE organization_state SET settings = $2, admin_sequence = admin_sequence + 1
        WHERE organization = $1";
}

/// Everybody's password.
pub const PASSWORD: &str = "Abcdefg1";
/// Where attempts come from.
pub const HOME: &str = "192.0.2.1";
/// Another place.
pub const ELSEWHERE: &str = "198.51.100.7";

/// The hash of [`PASSWORD`], made once: hashing is the slow part of these tests.
static HASH: LazyLock<PasswordHash> = LazyLock::new(|| {
    let hasher = Hasher::new(Arc::new(SeededRandom::new(1)), 1);
    block_on(hasher.hash(PASSWORD)).unwrap()
});

/// Log-ins of a store with one organization.
pub struct Fixture {
    pub store: Store,
    pub key: OrganizationKey,
    pub id: OrganizationId,
    pub log_ins: LogIns,
    tokens: Arc<Tokens>,
}

/// The organization `demo` in `store`.
pub fn fixture(store: &TestStore) -> Fixture {
    fixture_of(store, "demo")
}

/// The organization `alias` in `store`.
pub fn fixture_of(store: &TestStore, alias: &str) -> Fixture {
    let new = new_organization(store, alias);
    let key = request_organization(store, &new).unwrap();
    carry_on(store, Vec::new());
    let (tokens, log_ins) = log_ins(store);
    Fixture { store: (**store).clone(), key, id: new.id, log_ins, tokens }
}

/// Lets a test move the time of `store`.
pub fn with_manual_clock(store: &mut TestStore) -> Arc<ManualClock> {
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
    store.reopen_with(Options { clock: Arc::clone(&clock) as _, ..store.options() });
    clock
}

/// An attempt by IMAP.
pub fn by_imap<'a>(user: &'a str, password: &'a str, from: &str) -> Attempt<'a> {
    let from: IpAddr = from.parse().unwrap();
    Attempt { action: AccessAction::Imap, from, user, password, user_agent: Some("Tester/1") }
}

impl Fixture {
    /// The address of `name` in the test domain.
    pub fn address(&self, name: &str) -> String {
        format!("{name}@demo.mail.example.net")
    }

    /// Changes the organization.
    pub fn write<T, F>(&self, work: F) -> Result<T, DirectoryError>
    where
        T: Send + 'static,
        F: Fn(&mut postroom_directory::admin::AdminTx<'_, '_>) -> Result<T, DirectoryError> + Send + 'static,
    {
        self.store.write_blocking(Place::Organization(self.key), move |tx| {
            let permit = postroom_policy::permit::Permitted::operator("test");
            work(&mut postroom_directory::admin::AdminTx::begin(tx, &permit)?)
        })
    }

    /// An enabled user with [`PASSWORD`].
    pub fn user(&self, name: &str, digit: u8) -> EntityId {
        let id = EntityId::mint([digit; 16]);
        let mut new = postroom_directory::testing::new_user(id.clone(), name);
        new.password_hash = Some(HASH.clone());
        let (user, address) = (id.clone(), EmailAddress::parse(&self.address(name)).unwrap());
        self.write(move |tx| {
            create_user(tx, &new)?;
            enable_entity(tx, user.as_str(), &address, None).map(drop)
        })
        .unwrap();
        id
    }

    /// An attempt by IMAP from [`HOME`].
    pub fn log_in(&self, user: &str, password: &str) -> Result<LoggedIn, Refusal> {
        self.attempt(by_imap(user, password, HOME))
    }

    /// Any attempt.
    pub fn attempt(&self, attempt: Attempt<'_>) -> Result<LoggedIn, Refusal> {
        block_on(self.log_ins.log_in(attempt)).unwrap()
    }

    /// An attempt from [`HOME`] that is refused for its credentials.
    #[track_caller]
    pub fn refused(&self, user: &str, password: &str) -> WhyNot {
        match self.log_in(user, password).unwrap_err() {
            Refusal::BadCredentials(why) => why,
            other => unreachable!("{other:?}"),
        }
    }

    /// Whether `logged_in` may go on.
    pub fn still_allowed(&self, logged_in: &LoggedIn) -> bool {
        block_on(self.log_ins.still_allowed(logged_in)).unwrap()
    }

    /// Gives the user another password.
    pub fn set_password(&self, user: &EntityId, password: &str) {
        let hasher = Hasher::new(Arc::clone(self.store.random()), 1);
        let (user, hash) = (user.clone(), block_on(hasher.hash(password)).unwrap());
        self.write(move |tx| reset_password(tx, user.as_str(), &hash)).unwrap();
    }

    /// Disables the user.
    pub fn disable(&self, user: &EntityId) {
        let user = user.clone();
        self.write(move |tx| disable_entity(tx, user.as_str()).map(drop)).unwrap();
    }

    /// Enables the user again with the address of `name`.
    pub fn enable(&self, user: &EntityId, name: &str) {
        let (user, address) = (user.clone(), EmailAddress::parse(&self.address(name)).unwrap());
        self.write(move |tx| enable_entity(tx, user.as_str(), &address, None).map(drop)).unwrap();
    }

    /// Adds a rule, or replaces it.
    pub fn rule(&self, name: &str, effect: Effect, change: impl FnOnce(&mut AccessControlRule)) {
        let mut rule = AccessControlRule::new(AccessControlRuleName::parse(name).unwrap(), effect);
        change(&mut rule);
        let put = PutRule { rule, dates: None };
        self.write(move |tx| put_access_control_rule(tx, &put)).unwrap();
    }

    /// Removes a rule.
    pub fn remove_rule(&self, name: &str) {
        let name = AccessControlRuleName::parse(name).unwrap();
        self.write(move |tx| delete_access_control_rule(tx, &name)).unwrap();
    }

    /// Makes a token of `user`.
    pub fn token(
        &self,
        user: &str,
        scopes: &[&str],
        expires_at: Option<Timestamp>,
    ) -> (PersonalAccessTokenId, String) {
        let (minted, text) = block_on(self.tokens.mint_personal(self.key, &self.id)).unwrap();
        let new = NewPersonalAccessToken {
            minted,
            user: user.to_owned(),
            name: PersonalAccessTokenName::parse("laptop").unwrap(),
            scopes: scopes.iter().map(|scope| PersonalAccessTokenScope::parse(scope).unwrap()).collect(),
            expires_at,
        };
        let made = self.write(move |tx| create_personal_access_token(tx, &new)).unwrap();
        (made.id, text.as_str().to_owned())
    }

    /// Stores settings as PutIdentityProviderConfiguration does; `None` as its deletion.
    pub fn set_provider(&self, mode_and_tokens: Option<(&str, bool)>) {
        let settings = match mode_and_tokens {
            Some((mode, active)) => format!(
                r#"{{"identity_provider":{{"authentication_mode":"{mode}","instance_arn":"i","application_arn":"a",
                "tokens_active":{active}}}}}"#
            ),
            None => "{}".to_owned(),
        };
        let key = self.key;
        self.write(move |tx| {
            tx.execute(&SET_SETTINGS, parameters![key.0, &settings])?;
            Ok(())
        })
        .unwrap();
    }
}
