//! Every check finds what breaks its invariant, and mends it where it can.
#![allow(missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

#[path = "support/fsck.rs"]
mod cases;
mod support;

use std::collections::BTreeSet;

use cases::{Case, check, populated, repaired, run, told};
use postroom_directory::invariants::{self, DIRECTORY_CHECKS};
use postroom_directory::testing::*;
use postroom_store::testing::{TestStore, block_on, damage};
use postroom_store::{Place, on_both_engines};

/// `$1` is the organization's short key.
const ORGANIZATION: &[Case] = &[
    repaired(
        "an entity is live unless it is deleted",
        "UPDATE entities SET live = 2 WHERE organization = $1 AND name = 'anna'",
    ),
    repaired(
        "a name belongs to a live entity",
        "UPDATE names SET entity_id = 'nobody' WHERE organization = $1 AND entity_id IN
            (SELECT entity_id FROM entities WHERE organization = $1 AND name = 'anna')",
    ),
    repaired(
        "a live entity holds its one name",
        "DELETE FROM names WHERE organization = $1 AND entity_id IN
            (SELECT entity_id FROM entities WHERE organization = $1 AND name = 'team')",
    ),
    told(
        "a user has what users have",
        "UPDATE users SET organization = -organization WHERE organization = $1 AND entity_id IN
            (SELECT entity_id FROM entities WHERE organization = $1 AND name = 'bert')",
        "UPDATE users SET organization = $1 WHERE organization = 0 - $1",
    ),
    repaired(
        "what users have belongs to a user",
        "INSERT INTO users (organization, entity_id, credential_generation) VALUES ($1, 'nobody', 1)",
    ),
    told(
        "a resource has what resources have",
        "UPDATE resources SET organization = -organization WHERE organization = $1",
        "UPDATE resources SET organization = $1 WHERE organization = 0 - $1",
    ),
    repaired(
        "what resources have belongs to a resource",
        "INSERT INTO resources (organization, entity_id, auto_accept, auto_decline_recurring, auto_decline_conflicting)
            VALUES ($1, 'nobody', 0, 0, 0)",
    ),
    repaired(
        "an address belongs to an enabled entity",
        "INSERT INTO addresses (organization, address_key, address, domain_key, entity_id, is_primary)
            SELECT organization, domain_key, 'x@example.com', domain_key, 'nobody', 0 FROM mail_domains
            WHERE organization = $1 AND domain = 'example.com'",
    ),
    repaired(
        "only an enabled entity has a primary address",
        "UPDATE entities SET email = 'x@example.com', email_key = name_key WHERE organization = $1 AND name = 'carl'",
    ),
    repaired(
        "an entity has one primary address",
        "UPDATE addresses SET is_primary = 1 WHERE organization = $1 AND address = 'anna@example.net'",
    ),
    repaired(
        "an enabled entity has its primary address",
        "DELETE FROM addresses WHERE organization = $1 AND address = 'anna@example.com'",
    ),
    told(
        "an address is in a domain of the organization",
        "UPDATE mail_domains SET organization = -organization WHERE organization = $1 AND domain = 'example.net'",
        "UPDATE mail_domains SET organization = $1 WHERE organization = 0 - $1",
    ),
    repaired(
        "a group and its member are there",
        "INSERT INTO group_members (organization, group_id, member_kind, member_id, group_name_key, added_at)
            SELECT organization, entity_id, 'USER', 'nobody', name_key, 0 FROM entities
            WHERE organization = $1 AND name = 'team'",
    ),
    repaired(
        "memberships are listed by their group's name",
        "UPDATE group_members SET group_name_key = address_key FROM addresses
            WHERE addresses.organization = $1 AND addresses.address = 'anna@example.com'
            AND group_members.organization = $1 AND group_members.member_kind = 'USER'",
    ),
    told(
        "no group is in itself",
        "INSERT INTO group_members (organization, group_id, member_kind, member_id, group_name_key, added_at)
            SELECT t.organization, t.entity_id, 'GROUP', a.entity_id, t.name_key, 7 FROM entities t, entities a
            WHERE t.organization = $1 AND t.name = 'team' AND a.organization = $1 AND a.name = 'all'",
        "DELETE FROM group_members WHERE organization = $1 AND added_at = 7",
    ),
    repaired(
        "a resource and its delegate are there",
        "INSERT INTO resource_delegates (organization, resource_id, delegate_id) SELECT organization, entity_id, 'nobody'
            FROM entities WHERE organization = $1 AND name = 'room'",
    ),
    repaired(
        "the two ends of a mailbox permission are there",
        "INSERT INTO mailbox_permissions (organization, owner_id, grantee_id, permissions)
            SELECT organization, 'nobody', entity_id, 'SEND_AS' FROM entities WHERE organization = $1 AND name = 'bert'",
    ),
    repaired(
        "an organization has one default domain",
        "UPDATE mail_domains SET is_default = 1 WHERE organization = $1 AND domain = 'example.com'",
    ),
    told(
        "an organization has one test domain",
        "UPDATE mail_domains SET is_test = 1 WHERE organization = $1 AND domain = 'example.com'",
        "UPDATE mail_domains SET is_test = 0 WHERE organization = $1 AND domain = 'example.com'",
    ),
    repaired(
        "the test domain is verified, without a token",
        "UPDATE mail_domains SET ownership = 'PENDING' WHERE organization = $1 AND is_test = 1",
    ),
    repaired(
        "a job looks at every registered domain",
        "DELETE FROM jobs WHERE organization = $1 AND unique_key = 'pending.example'",
    ),
    repaired(
        "a DKIM key is of a registered domain",
        "INSERT INTO dkim_keys (organization, domain_key, selector, role, public_key, private_sealed, published, created_at)
            SELECT organization, name_key, 's', 'active', '', name_key, 0, 0 FROM entities
            WHERE organization = $1 AND name = 'anna'",
    ),
    repaired(
        "one DKIM key of a domain signs",
        "UPDATE dkim_keys SET role = 'active' WHERE organization = $1",
    ),
    repaired(
        "the admin sequence is ahead of everything that was written under it",
        "INSERT INTO change_marks (organization, area, sequence) VALUES ($1, 'test', 1000)",
    ),
    repaired(
        "a personal access token belongs to a user",
        "INSERT INTO personal_access_tokens (organization, token_id, user_id, name, scopes, mac, by_provider, created_at)
            SELECT organization, 'one', 'nobody', '', '', name_key, 0, 0 FROM entities
            WHERE organization = $1 AND name = 'anna'",
    ),
    repaired(
        "an impersonation token belongs to a role",
        "INSERT INTO impersonation_tokens (organization, token_id, role_id, mac, created_at, expires_at)
            SELECT organization, 'one', 'none', name_key, 0, 0 FROM entities WHERE organization = $1 AND name = 'anna'",
    ),
    repaired(
        "an entity counts its aliases",
        "UPDATE entities SET aliases_count = 5 WHERE organization = $1 AND name = 'anna'",
    ),
    repaired(
        "a group counts its members",
        "UPDATE entities SET members_count = 5 WHERE organization = $1 AND name = 'team'",
    ),
    repaired(
        "a member counts its groups",
        "UPDATE entities SET memberships_count = 5 WHERE organization = $1 AND name = 'anna'",
    ),
    repaired(
        "a resource counts its delegates",
        "UPDATE entities SET delegates_count = 5 WHERE organization = $1 AND name = 'room'",
    ),
    repaired(
        "a delegate counts its resources",
        "UPDATE entities SET delegations_count = 5 WHERE organization = $1 AND name = 'anna'",
    ),
    repaired(
        "an owner counts the permissions on its mailbox",
        "UPDATE entities SET permissions_count = 5 WHERE organization = $1 AND name = 'anna'",
    ),
    repaired(
        "a grantee counts its permissions",
        "UPDATE entities SET grants_count = 5 WHERE organization = $1 AND name = 'bert'",
    ),
];

/// In the directory.
const DIRECTORY: &[Case] = &[
    repaired(
        "an organization's short key is never given out again",
        "UPDATE organization_keys SET next_key = $1",
    ),
    repaired(
        "an organization's short key is never given out again",
        "DELETE FROM organization_keys WHERE $1 > 0",
    ),
    told(
        "an access key belongs to an AWS account",
        "INSERT INTO access_keys (access_key_id, aws_account, secret_sealed, policies, description, active, generation,
            created_at) SELECT 'AKIATEST', 'none', alias_key, '[]', '', 1, $1, 0 FROM directories",
        "DELETE FROM access_keys WHERE access_key_id = 'AKIATEST' AND generation = $1",
    ),
    repaired(
        "an AWS account counts its access keys",
        "INSERT INTO aws_accounts (aws_account, name, access_keys, created_at) VALUES ('444455556666', '', $1, 0)",
    ),
    repaired(
        "an AWS account counts its organizations",
        "DELETE FROM account_counters WHERE $1 > 0",
    ),
    repaired(
        "a domain is registered under its organization's AWS account",
        "INSERT INTO domain_registrations (aws_account, domain_key, domain, organization, confirmed)
            SELECT '000000000009', domain_key, domain, $1, 1 FROM domain_registrations
            WHERE organization = $1 AND domain = 'example.net'",
    ),
    repaired(
        "a directory that is in use is its organization's",
        "INSERT INTO directories (aws_account, region, directory_id, alias, alias_key, organization)
            SELECT aws_account, region, 'd-0000000000', 'old', domain_key, $1 + 1000 FROM directories, domain_owners
            WHERE domain_owners.organization = $1 ORDER BY domain_key LIMIT 1",
    ),
    repaired(
        "an organization has its directory, and with it the alias",
        "DELETE FROM directories WHERE organization = $1",
    ),
    repaired(
        "tags belong to an organization",
        "INSERT INTO organization_tags (organization, tag_key, tag_value) VALUES ($1 + 1000, 'a', 'b')",
    ),
    repaired(
        "a domain is registered for an organization that is there",
        "INSERT INTO domain_registrations (aws_account, domain_key, domain, organization, confirmed)
            SELECT '1', domain_key, 'x', $1 + 1000, 1 FROM domain_owners WHERE organization = $1
            ORDER BY domain_key LIMIT 1",
    ),
    repaired(
        "a domain is owned by an organization that is there",
        "INSERT INTO domain_owners (domain_key, organization, proved_at)
            SELECT alias_key, $1 + 1000, 0 FROM directories WHERE organization = $1",
    ),
];

#[test]
fn every_check_has_a_case() {
    let cases = |cases: &'static [Case]| cases.iter().map(|case| case.invariant).collect::<BTreeSet<_>>();
    let checks = invariants::checks().map(|check| check.invariant).collect::<BTreeSet<_>>();
    assert_eq!(cases(ORGANIZATION), checks, "add a case that breaks the new invariant");
    let checks = DIRECTORY_CHECKS.iter().map(|check| check.invariant).collect::<BTreeSet<_>>();
    assert_eq!(cases(DIRECTORY), checks, "add a case that breaks the new invariant");
}

on_both_engines! { modules();
    fn what_breaks_an_invariant_of_an_organization_is_found(store: &mut TestStore) {
        let organization = populated(store);
        assert_eq!(run(store, false), []);
        for case in ORGANIZATION {
            check(store, Place::Organization(organization.key), organization.key.0, case);
        }
        assert_eq!(
            organization.read(|tx| { let key = tx.organization; invariants::broken(tx, key) }).unwrap(),
            []
        );
    }

    fn what_breaks_an_invariant_of_the_directory_is_found(store: &mut TestStore) {
        let organization = populated(store);
        for case in DIRECTORY {
            check(store, Place::Directory, organization.key.0, case);
        }
    }

    fn data_of_nobody_is_told_and_never_removed(store: &mut TestStore) {
        let organization = populated(store);
        let stray = postroom_types::OrganizationKey(organization.key.0 + 50);
        block_on(store.create_organization(stray)).unwrap();
        damage(
            store,
            Place::Organization(stray),
            "INSERT INTO alarms (organization, kind, subject, message, raised_at) VALUES ($1, '', '', '', 0)",
            stray.0,
        );
        for repair in [false, true] {
            let found = run(store, repair);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(!found[0].repaired && found[0].what.contains(&stray.0.to_string()), "{found:?}");
        }
        assert!(store.organizations().unwrap().contains(&stray));
    }

    fn an_organization_that_cannot_be_opened_is_a_finding(store: &mut TestStore) {
        let organization = populated(store);
        block_on(store.remove_organization(organization.key)).unwrap();
        let found = run(store, true);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].organization.is_some() && !found[0].repaired, "{found:?}");
    }
}
