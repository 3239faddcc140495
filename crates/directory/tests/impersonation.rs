//! Impersonation roles: what may be stored, what is in force, and the tokens. WB §2.2.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use postroom_directory::DirectoryError;
use postroom_directory::access::Access;
use postroom_directory::in_force::AdminChanges;
use postroom_directory::ops::*;
use postroom_directory::organizations::Organizations;
use postroom_directory::page::PageRequest;
use postroom_directory::testing::{
    carry_on, keyring, modules, new_organization, organization, request_organization,
};
use postroom_directory::tokens::Tokens;
use postroom_policy::Effect;
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{ManualClock, Options, Store, on_both_engines};
use postroom_types::{
    Constrained, EntityId, ImpersonationRoleId, ImpersonationRoleName, ImpersonationRoleType,
    ImpersonationRuleId, OrganizationId, OrganizationKey, Timestamp,
};
use support::{enabled_user, read, user, write};

fn role_id(text: &str) -> ImpersonationRoleId {
    ImpersonationRoleId::parse(text).unwrap()
}

fn rule(id: &str, effect: Effect, targets: &[&str]) -> RoleRule {
    RoleRule {
        id: ImpersonationRuleId::parse(id).unwrap(),
        name: None,
        description: None,
        effect,
        target_users: targets.iter().map(ToString::to_string).collect(),
        not_target_users: Vec::new(),
    }
}

fn role(id: &str, rules: Vec<RoleRule>) -> NewImpersonationRole {
    NewImpersonationRole {
        id: role_id(id),
        name: ImpersonationRoleName::parse("backup").unwrap(),
        role_type: ImpersonationRoleType::ReadOnly,
        description: None,
        rules,
        dates: None,
    }
}

fn create(store: &Store, key: OrganizationKey, new: NewImpersonationRole) -> Result<(), DirectoryError> {
    write(store, key, move |tx| create_impersonation_role(tx, &new))
}

fn update(store: &Store, key: OrganizationKey, new: NewImpersonationRole) -> Result<(), DirectoryError> {
    write(store, key, move |tx| update_impersonation_role(tx, &new))
}

#[track_caller]
fn check(access: &Access, key: OrganizationKey, role: &str, target: &EntityId, expected: (Effect, &[&str])) {
    let in_force = block_on(access.current(key)).unwrap();
    let decision = in_force.roles[&role_id(role)].decide(target);
    let matched: Vec<&str> = decision.matched_rules().map(|rule| rule.id.as_str()).collect();
    assert_eq!((decision.effect, matched.as_slice()), expected);
}

/// An organization with its public id, and the tokens of its store.
fn with_tokens(store: &TestStore) -> (OrganizationKey, OrganizationId, Tokens) {
    let new = new_organization(store, "demo");
    let key = request_organization(store, &new).unwrap();
    carry_on(store, Vec::new());
    let tokens = tokens(store);
    (key, new.id, tokens)
}

fn tokens(store: &TestStore) -> Tokens {
    let plain: &Store = store;
    Tokens::new(plain.clone(), keyring(store), Organizations::watching(store), AdminChanges::watching(store))
}

/// A token of `role` as its caller gets it.
fn assume(store: &Store, tokens: &Tokens, key: OrganizationKey, id: &OrganizationId, role: &str) -> String {
    let (minted, text) = block_on(tokens.mint_impersonation(key, id)).unwrap();
    let role = role_id(role);
    write(store, key, move |tx| assume_impersonation_role(tx, &role, &minted)).unwrap();
    text.as_str().to_owned()
}

on_both_engines! { modules();
    fn targets_are_named_by_anything_and_kept_as_ids(store: &mut TestStore) {
        let key = organization(store, "demo");
        let (alice, bob) = (enabled_user(store, key, "alice", 1), enabled_user(store, key, "bob", 2));
        let rules = vec![
            rule("all", Effect::Allow, &[]),
            rule("some", Effect::Deny, &["ALICE@demo.mail.example.net", "bob"]),
        ];
        create(store, key, role("r", rules)).unwrap();
        let stored = read(store, key, |tx| get_impersonation_role(tx, &role_id("r"))).unwrap();
        assert_eq!(stored.rules[1].target_users, [alice.clone(), bob]);
        assert_eq!(stored.created_at, stored.modified_at);
        let access = Access::access((**store).clone(), AdminChanges::watching(store));
        check(&access, key, "r", &alice, (Effect::Deny, &["some"]));
        check(&access, key, "r", &EntityId::mint([7; 16]), (Effect::Allow, &["all"]));
        update(store, key, role("r", Vec::new())).unwrap();
        check(&access, key, "r", &alice, (Effect::Deny, &[]));
        let changed = read(store, key, |tx| get_impersonation_role(tx, &role_id("r"))).unwrap();
        assert_eq!(changed.created_at, stored.created_at);
        assert!(changed.modified_at > stored.modified_at);
    }

    fn what_cannot_be_meant_is_refused(store: &mut TestStore) {
        let key = organization(store, "demo");
        let disabled = user(store, key, "carol", 3);
        let one = |rules| create(store, key, role("r", rules)).unwrap_err();
        let twice = vec![rule("x", Effect::Allow, &[]), rule("x", Effect::Deny, &[])];
        assert!(matches!(one(twice), DirectoryError::Invalid(_)));
        let unknown = vec![rule("x", Effect::Allow, &["nobody"])];
        assert!(matches!(one(unknown), DirectoryError::EntityNotFound(_)));
        let asleep = vec![rule("x", Effect::Allow, &[disabled.as_str()])];
        assert!(matches!(one(asleep.clone()), DirectoryError::EntityState(_)));
        assert!(matches!(update(store, key, role("r", Vec::new())), Err(DirectoryError::NotFound(_))));
        create(store, key, role("r", Vec::new())).unwrap();
        assert!(matches!(create(store, key, role("r", Vec::new())), Err(DirectoryError::Invalid(_))));
        assert!(matches!(update(store, key, role("r", asleep)), Err(DirectoryError::EntityState(_))));
        let target = |text: &str| read(store, key, |tx| impersonation_target(tx, &role_id("r"), text));
        assert!(matches!(target("nobody"), Err(DirectoryError::EntityNotFound(_))));
        assert!(matches!(target("carol"), Err(DirectoryError::EntityState(_))));
        let gone = disabled.clone();
        write(store, key, move |tx| delete_user(tx, gone.as_str())).unwrap();
        assert!(matches!(target(disabled.as_str()), Err(DirectoryError::EntityState(_))));
        assert!(matches!(target("carol"), Err(DirectoryError::EntityNotFound(_))));
        let deleted = vec![rule("x", Effect::Allow, &[disabled.as_str()])];
        assert!(matches!(update(store, key, role("r", deleted)), Err(DirectoryError::EntityState(_))));
    }

    fn there_are_twenty_roles_listed_in_pages(store: &mut TestStore) {
        let key = organization(store, "demo");
        for number in 0..20 {
            create(store, key, role(&format!("role-{number:02}"), Vec::new())).unwrap();
        }
        let one_more = create(store, key, role("another", Vec::new()));
        assert!(matches!(one_more, Err(DirectoryError::LimitExceeded(_))));
        let (mut after, mut found) = (Vec::new(), Vec::new());
        loop {
            let request = PageRequest { after: after.clone(), rows_max: 7 };
            let page = read(store, key, |tx| list_impersonation_roles(tx, &request)).unwrap();
            found.extend(page.rows.into_iter().map(|role| role.id.as_str().to_owned()));
            match page.next {
                Some(next) => after = next,
                None => break,
            }
        }
        assert_eq!(found, (0..20).map(|number| format!("role-{number:02}")).collect::<Vec<_>>());
        let delete = role_id("role-00");
        write(store, key, move |tx| delete_impersonation_role(tx, &delete)).unwrap();
        create(store, key, role("another", Vec::new())).unwrap();
    }

    fn a_token_plays_its_role_until_the_role_is_deleted(store: &mut TestStore) {
        let (key, id, tokens) = with_tokens(store);
        create(store, key, role("r", Vec::new())).unwrap();
        create(store, key, role("s", Vec::new())).unwrap();
        let one = assume(store, &tokens, key, &id, "r");
        let other = assume(store, &tokens, key, &id, "s");
        assert_ne!(one, other);
        let assumed = block_on(tokens.verify_impersonation(&one)).unwrap().unwrap();
        assert_eq!((assumed.organization, assumed.role_id), (key, role_id("r")));
        // The secret of one does not go with the id of the other.
        let (front, _) = one.rsplit_once('.').unwrap();
        let (_, secret) = other.rsplit_once('.').unwrap();
        assert_eq!(block_on(tokens.verify_impersonation(&format!("{front}.{secret}"))).unwrap(), None);
        let elsewhere = one.replace(&id.as_str()[2..], &"0".repeat(32));
        assert_eq!(block_on(tokens.verify_impersonation(&elsewhere)).unwrap(), None);
        assert_eq!(block_on(tokens.verify_impersonation("password")).unwrap(), None);
        update(store, key, role("r", Vec::new())).unwrap();
        assert!(block_on(tokens.verify_impersonation(&one)).unwrap().is_some());
        let again = assume(store, &tokens, key, &id, "r");
        let revoke = role_id("r");
        let revoked = write(store, key, move |tx| revoke_impersonation_tokens(tx, &revoke));
        assert_eq!(revoked.unwrap(), 2);
        for revoked in [&one, &again] {
            assert_eq!(block_on(tokens.verify_impersonation(revoked)).unwrap(), None);
        }
        let one = assume(store, &tokens, key, &id, "r");
        let delete = role_id("r");
        write(store, key, move |tx| delete_impersonation_role(tx, &delete)).unwrap();
        assert_eq!(block_on(tokens.verify_impersonation(&one)).unwrap(), None);
        assert!(block_on(tokens.verify_impersonation(&other)).unwrap().is_some());
        // A role of the same id is another role.
        create(store, key, role("r", Vec::new())).unwrap();
        assert_eq!(block_on(tokens.verify_impersonation(&one)).unwrap(), None);
        let (minted, _) = block_on(tokens.mint_impersonation(key, &id)).unwrap();
        let unknown = role_id("unknown");
        let refused: Result<Timestamp, DirectoryError> =
            write(store, key, move |tx| assume_impersonation_role(tx, &unknown, &minted));
        assert!(matches!(refused, Err(DirectoryError::NotFound(_))));
    }

    fn a_token_ends_after_a_quarter_of_an_hour(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        store.reopen_with(Options { clock: Arc::clone(&clock) as _, ..store.options() });
        let (key, id, tokens) = with_tokens(store);
        create(store, key, role("r", Vec::new())).unwrap();
        let text = assume(store, &tokens, key, &id, "r");
        clock.advance(Duration::from_secs(899));
        assert!(block_on(tokens.verify_impersonation(&text)).unwrap().is_some());
        clock.advance(Duration::from_secs(1));
        assert_eq!(block_on(tokens.verify_impersonation(&text)).unwrap(), None);
    }
}
