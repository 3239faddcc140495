//! Ways to break a store, and what `fsck` says to them.
#![allow(dead_code, missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

use std::collections::BTreeSet;
use std::sync::Arc;

use postroom_directory::availability::Provider;
use postroom_directory::domains::NewDkimKey;
use postroom_directory::fsck::{Finding, Fsck};
use postroom_directory::ops::*;
use postroom_directory::testing::*;
use postroom_store::testing::{block_on, damage};
use postroom_store::{Place, Store, StoreError, parameters};
use postroom_types::{OrganizationKey, PermissionType, fold};

use crate::support::data_key;

postroom_store::statements! {
    KEEP_KEY = "INSERT INTO dkim_keys (organization, domain_key, selector, role, public_key, private_sealed, published,
        created_at) VALUES ($1, $2, $3, 'spare', $4, $5, 0, 0)";
    /// What operations of their own crates or with much around them make.
    ROLE = "INSERT INTO impersonation_roles (organization, role_id, name, role_type, description, rules, created_at,
        modified_at) VALUES ($1, 'role', 'role', 'READ_ONLY', NULL, '[]', 0, 0)";
    TOKEN = "INSERT INTO personal_access_tokens (organization, token_id, user_id, name, scopes, mac, by_provider,
        created_at) VALUES ($1, 'token', $2, 'token', 'imap', $3, 0, 0)";
}

/// One way to break an invariant, and how a person mends what `fsck` cannot.
pub struct Case {
    pub invariant: &'static str,
    pub breaks: &'static str,
    pub mends: Option<&'static str>,
}

pub const fn repaired(invariant: &'static str, breaks: &'static str) -> Case {
    Case { invariant, breaks, mends: None }
}

pub const fn told(invariant: &'static str, breaks: &'static str, mends: &'static str) -> Case {
    Case { invariant, breaks, mends: Some(mends) }
}

pub fn run(store: &Store, repair: bool) -> Vec<Finding> {
    let fsck = Fsck::new(store.clone(), keyring(store), &[], &[]);
    block_on(fsck.run(None, repair, Arc::new(drop))).unwrap().findings
}

/// Users, groups, a room and what links them, in an organization of which the directory knows everything.
pub fn populated(store: &Store) -> TestOrganization {
    let organization = TestOrganization::in_store(store);
    organization.register_domains();
    let (random, key) = (store.random().as_ref(), data_key(store, organization.key));
    let provider = Provider::ews(random, &key, DOMAIN, ("https://ews.example.com", "asks", "secret"));
    let (anna, bert) = (organization.enabled_user("anna"), organization.enabled_user("bert"));
    organization.user("carl");
    keep_more(store, organization.key, anna.as_str());
    let (team, all) = (organization.enabled_group("team"), organization.enabled_group("all"));
    let room = organization.enabled_resource("room");
    organization
        .write(move |tx| {
            create_alias(tx, anna.as_str(), &address("anna@example.net"))?;
            associate_member_to_group(tx, team.as_str(), anna.as_str())?;
            associate_member_to_group(tx, all.as_str(), team.as_str())?;
            associate_delegate_to_resource(tx, room.as_str(), anna.as_str())?;
            create_availability_configuration(tx, DOMAIN, &provider, None)?;
            put_mailbox_permissions(
                tx,
                anna.as_str(),
                bert.as_str(),
                &BTreeSet::from([PermissionType::SendAs]),
            )
        })
        .unwrap();
    organization
}

pub fn check(store: &Store, place: Place, key: i64, case: &Case) {
    damage(store, place, case.breaks, key);
    let found = run(store, false);
    let broken = |findings: &[Finding]| findings.iter().any(|finding| finding.invariant == case.invariant);
    assert!(broken(&found), "{}: {found:?}", case.invariant);
    assert!(found.iter().all(|finding| !finding.repaired));
    let in_organization = found.iter().all(|finding| finding.organization.is_some());
    assert_eq!(in_organization, place != Place::Directory, "{found:?}");
    let mended = run(store, true);
    if let Some(mends) = case.mends {
        assert!(mended.iter().any(|finding| !finding.repaired), "{}: {mended:?}", case.invariant);
        damage(store, place, mends, key);
        run(store, true);
    } else {
        assert!(mended.iter().all(|finding| finding.repaired), "{}: {mended:?}", case.invariant);
    }
    assert_eq!(run(store, false), [], "after {}", case.invariant);
}

/// Two DKIM keys of [`DOMAIN`], an impersonation role, and a personal access token of `user`.
fn keep_more(store: &Store, organization: OrganizationKey, user: &str) {
    let (random, key) = (store.random().as_ref(), data_key(store, organization));
    let generated = |selector| NewDkimKey::generate(random, &key, DOMAIN, Some(selector)).unwrap();
    let (keys, user) = (["first", "second"].map(generated), user.to_owned());
    let kept: Result<(), StoreError> = store.write_blocking(Place::Organization(organization), move |tx| {
        for key in &keys {
            let (domain, sealed) = (fold(DOMAIN), &key.private_sealed);
            let row = parameters![organization.0, &domain, &key.selector, &key.public_key, sealed];
            tx.execute(&KEEP_KEY, row)?;
        }
        tx.execute(&ROLE, parameters![organization.0])?;
        tx.execute(&TOKEN, parameters![organization.0, &user, &[7_u8; 32][..]]).map(drop)
    });
    kept.unwrap();
}
