//! Personal access tokens: made, verified, remembered, gone. WB §11.3.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use postroom_directory::DirectoryError;
use postroom_directory::in_force::AdminChanges;
use postroom_directory::ops::*;
use postroom_directory::organizations::Organizations;
use postroom_directory::page::PageRequest;
use postroom_directory::testing::{carry_on, keyring, modules, new_organization, request_organization};
use postroom_directory::tokens::{PersonalAccessToken, TokenRefusal, Tokens};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{ManualClock, Options, Store, on_both_engines, parameters, statements};
use postroom_types::{
    Constrained, EntityId, OrganizationId, OrganizationKey, PersonalAccessTokenName,
    PersonalAccessTokenScope, Timestamp,
};
use support::{enable, enabled_user, read, user, write};

statements! {
    SET_SETTINGS = "UPDATE organization_state SET settings = $2, admin_sequence = admin_sequence + 1
        WHERE organization = $1";
}

struct Fixture {
    key: OrganizationKey,
    id: OrganizationId,
    tokens: Tokens,
}

fn fixture(store: &TestStore) -> Fixture {
    let new = new_organization(store, "demo");
    let key = request_organization(store, &new).unwrap();
    carry_on(store, Vec::new());
    let plain: &Store = store;
    let tokens = Tokens::new(
        plain.clone(),
        keyring(store),
        Organizations::watching(store),
        AdminChanges::watching(store),
    );
    Fixture { key, id: new.id, tokens }
}

impl Fixture {
    /// Makes a token of `user` that is good for IMAP.
    fn create(
        &self,
        store: &Store,
        user: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<(PersonalAccessToken, String), DirectoryError> {
        let (minted, text) = block_on(self.tokens.mint_personal(self.key, &self.id)).unwrap();
        let new = NewPersonalAccessToken {
            minted,
            user: user.to_owned(),
            name: PersonalAccessTokenName::parse("laptop").unwrap(),
            scopes: vec![PersonalAccessTokenScope::parse("IMAP").unwrap()],
            expires_at,
        };
        let made = write(store, self.key, move |tx| create_personal_access_token(tx, &new))?;
        Ok((made, text.as_str().to_owned()))
    }

    fn verify(&self, user: &EntityId, scope: &str, text: &str) -> Result<(), TokenRefusal> {
        block_on(self.tokens.verify_personal(self.key, user, scope, text)).unwrap().map(drop)
    }

    fn stored(&self, store: &Store, token: &PersonalAccessToken) -> PersonalAccessToken {
        read(store, self.key, |tx| get_personal_access_token(tx, &token.id)).unwrap()
    }

    /// Stores settings as PutIdentityProviderConfiguration does; the change is heard.
    fn set_provider(&self, store: &Store, provider: &str) {
        let settings = format!(r#"{{"identity_provider":{provider}}}"#);
        let key = self.key;
        write(store, key, move |tx| {
            tx.execute(&SET_SETTINGS, parameters![key.0, &settings])?;
            Ok::<_, DirectoryError>(())
        })
        .unwrap();
    }
}

const ACTIVE: &str = r#"{"authentication_mode":"IDENTITY_PROVIDER_ONLY","instance_arn":"i","application_arn":"a",
    "tokens_active":true,"token_lifetime_days":10}"#;
const INACTIVE: &str = r#"{"authentication_mode":"IDENTITY_PROVIDER_ONLY","instance_arn":"i","application_arn":"a",
    "tokens_active":false}"#;

on_both_engines! { modules();
    fn a_token_is_good_for_its_user_and_scopes(store: &mut TestStore) {
        let fixture = fixture(store);
        let (alice, bob) = (enabled_user(store, fixture.key, "alice", 1), enabled_user(store, fixture.key, "bob", 2));
        let (token, text) = fixture.create(store, "alice", None).unwrap();
        assert_eq!((&token.user_id, token.expires_at, token.last_used_at), (&alice, None, None));
        // The second time it is remembered.
        for _ in 0..2 {
            assert_eq!(fixture.verify(&alice, "IMAP", &text), Ok(()));
            assert_eq!(fixture.verify(&alice, "EWS", &text), Err(TokenRefusal::Scope));
            assert_eq!(fixture.verify(&bob, "IMAP", &text), Err(TokenRefusal::OtherUser));
        }
        assert_eq!(fixture.verify(&alice, "IMAP", "hunter2"), Err(TokenRefusal::NotAToken));
        let (_, other) = fixture.create(store, "alice", None).unwrap();
        let (front, _) = text.rsplit_once('.').unwrap();
        let (_, secret) = other.rsplit_once('.').unwrap();
        assert_eq!(fixture.verify(&alice, "IMAP", &format!("{front}.{secret}")), Err(TokenRefusal::Unknown));
    }

    fn a_token_is_good_in_its_own_organization_only(store: &mut TestStore) {
        let fixture = fixture(store);
        let new = new_organization(store, "other");
        let other = request_organization(store, &new).unwrap();
        carry_on(store, Vec::new());
        // The same id in both: importers hand ids in.
        let alice = enabled_user(store, fixture.key, "alice", 1);
        assert_eq!(user(store, other, "alice", 1), alice);
        enable(store, other, &alice, "alice@other.mail.example.net");
        let (_, text) = fixture.create(store, "alice", None).unwrap();
        let elsewhere = |text: &str| {
            block_on(fixture.tokens.verify_personal(other, &alice, "IMAP", text)).unwrap().map(drop)
        };
        // First unknown, then remembered from its own organization.
        for _ in 0..2 {
            assert_eq!(elsewhere(&text), Err(TokenRefusal::OtherOrganization));
            assert_eq!(fixture.verify(&alice, "IMAP", &text), Ok(()));
        }
        // The text with another organization's id in it is no token of either.
        let renamed = text.replace(&fixture.id.as_str()[2..], &new.id.as_str()[2..]);
        assert_ne!(renamed, text);
        assert_eq!(elsewhere(&renamed), Err(TokenRefusal::Unknown));
        assert_eq!(fixture.verify(&alice, "IMAP", &renamed), Err(TokenRefusal::OtherOrganization));
    }

    fn a_deleted_token_is_refused_at_once_although_it_was_remembered(store: &mut TestStore) {
        let fixture = fixture(store);
        let alice = enabled_user(store, fixture.key, "alice", 1);
        let (token, text) = fixture.create(store, "alice", None).unwrap();
        assert_eq!(fixture.verify(&alice, "IMAP", &text), Ok(()));
        for _ in 0..2 {
            let id = token.id.clone();
            write(store, fixture.key, move |tx| delete_personal_access_token(tx, &id)).unwrap();
            assert_eq!(fixture.verify(&alice, "IMAP", &text), Err(TokenRefusal::Unknown));
        }
        let missing = read(store, fixture.key, |tx| get_personal_access_token(tx, &token.id));
        assert!(matches!(missing, Err(DirectoryError::NotFound(_))));
    }

    fn a_disabled_user_has_no_use_of_tokens_and_a_deleted_one_has_none(store: &mut TestStore) {
        let fixture = fixture(store);
        let alice = enabled_user(store, fixture.key, "alice", 1);
        let (token, text) = fixture.create(store, "alice", None).unwrap();
        assert_eq!(fixture.verify(&alice, "IMAP", &text), Ok(()));
        let id = alice.clone();
        write(store, fixture.key, move |tx| disable_entity(tx, id.as_str())).unwrap();
        assert_eq!(fixture.verify(&alice, "IMAP", &text), Err(TokenRefusal::UserNotEnabled));
        assert!(matches!(fixture.create(store, "alice", None), Err(DirectoryError::EntityState(_))));
        assert_eq!(fixture.stored(store, &token).id, token.id);
        let id = alice.clone();
        write(store, fixture.key, move |tx| delete_user(tx, id.as_str())).unwrap();
        assert_eq!(fixture.verify(&alice, "IMAP", &text), Err(TokenRefusal::Unknown));
        assert!(read(store, fixture.key, |tx| get_personal_access_token(tx, &token.id)).is_err());
    }

    fn a_token_ends_when_it_says_and_its_use_is_noted_every_few_minutes(store: &mut TestStore) {
        let start = Timestamp::from_seconds(1_800_000_000);
        let clock = Arc::new(ManualClock::at(start));
        store.reopen_with(Options { clock: Arc::clone(&clock) as _, ..store.options() });
        let fixture = fixture(store);
        let alice = enabled_user(store, fixture.key, "alice", 1);
        assert!(matches!(fixture.create(store, "alice", Some(start)), Err(DirectoryError::Invalid(_))));
        let minutes = |count: u64| Duration::from_secs(count * 60);
        let (token, text) = fixture.create(store, "alice", Some(start.plus(minutes(20)))).unwrap();
        let used = |expected: u64| {
            assert_eq!(fixture.verify(&alice, "IMAP", &text), Ok(()));
            assert_eq!(fixture.stored(store, &token).last_used_at, Some(start.plus(minutes(expected))));
        };
        used(0);
        clock.advance(minutes(4));
        used(0);
        clock.advance(minutes(1));
        used(5);
        clock.advance(minutes(15));
        assert_eq!(fixture.verify(&alice, "IMAP", &text), Err(TokenRefusal::Expired));
    }

    fn the_identity_provider_switches_tokens_and_bounds_their_life(store: &mut TestStore) {
        let fixture = fixture(store);
        let alice = enabled_user(store, fixture.key, "alice", 1);
        let (_, before) = fixture.create(store, "alice", None).unwrap();
        fixture.set_provider(store, ACTIVE);
        let (bounded, under) = fixture.create(store, "alice", None).unwrap();
        let days = (bounded.expires_at.unwrap().seconds() - bounded.created_at.seconds()) / 86_400;
        assert_eq!(days, 10);
        let late = store.clock().now().plus(Duration::from_secs(11 * 86_400));
        assert!(matches!(fixture.create(store, "alice", Some(late)), Err(DirectoryError::Invalid(_))));
        let both = || (fixture.verify(&alice, "IMAP", &before), fixture.verify(&alice, "IMAP", &under));
        assert_eq!(both(), (Ok(()), Ok(())));
        fixture.set_provider(store, INACTIVE);
        assert_eq!(both(), (Err(TokenRefusal::SwitchedOff), Err(TokenRefusal::SwitchedOff)));
        assert!(matches!(fixture.create(store, "alice", None), Err(DirectoryError::Invalid(_))));
        fixture.set_provider(store, "null");
        assert_eq!(both(), (Ok(()), Err(TokenRefusal::SwitchedOff)));
    }

    fn tokens_are_listed_of_all_or_of_one_and_bounded(store: &mut TestStore) {
        let fixture = fixture(store);
        enabled_user(store, fixture.key, "alice", 1);
        let bob = enabled_user(store, fixture.key, "bob", 2);
        user(store, fixture.key, "carol", 3);
        let mut ids: Vec<_> = (0..5).map(|_| fixture.create(store, "alice", None).unwrap().0.id).collect();
        let of_bob = fixture.create(store, "bob", None).unwrap().0;
        ids.push(of_bob.id.clone());
        ids.sort();
        let (mut after, mut found) = (Vec::new(), Vec::new());
        loop {
            let request = PageRequest { after: after.clone(), rows_max: 4 };
            let page = read(store, fixture.key, |tx| list_personal_access_tokens(tx, None, &request)).unwrap();
            found.extend(page.rows.into_iter().map(|token| token.id));
            match page.next {
                Some(next) => after = next,
                None => break,
            }
        }
        assert_eq!(found, ids);
        let all = PageRequest { after: Vec::new(), rows_max: 100 };
        let one = |user: &str| read(store, fixture.key, |tx| list_personal_access_tokens(tx, Some(user), &all));
        assert_eq!(one(bob.as_str()).unwrap().rows, [of_bob]);
        assert!(matches!(one("carol"), Err(DirectoryError::EntityState(_))));
        assert!(matches!(one("nobody"), Err(DirectoryError::EntityNotFound(_))));
        for _ in 5..100 {
            fixture.create(store, "alice", None).unwrap();
        }
        assert!(matches!(fixture.create(store, "alice", None), Err(DirectoryError::LimitExceeded(_))));
    }
}
