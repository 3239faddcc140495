//! Every check of rows finds what cannot be read or found, and mends it where the text is the truth.
#![allow(missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

#[path = "support/fsck.rs"]
mod cases;
mod support;

use std::collections::BTreeSet;

use cases::{Case, check, populated, repaired, run, told};
use postroom_directory::invariants::{DIRECTORY_ROWS, KEYS, LIMITED, TEXTS};
use postroom_directory::testing::modules;
use postroom_store::fsck::RowCheck;
use postroom_store::testing::{TestStore, block_on, damage};
use postroom_store::{Place, on_both_engines};

/// Of computed keys; `$1` is the organization's short key.
const COMPUTED: &[Case] = &[
    repaired(
        "an entity is listed by its name and its display name",
        "UPDATE entities SET name_key = display_key WHERE organization = $1 AND name = 'bert'",
    ),
    repaired(
        "an entity is listed by its name and its display name",
        "UPDATE entities SET display_key = name_key WHERE organization = $1",
    ),
    repaired(
        "a user is found by its id at the identity provider",
        "UPDATE entities SET identity_provider_user_id = 'X' WHERE organization = $1 AND name = 'bert'",
    ),
    repaired(
        "a name is held as it is compared",
        "UPDATE names SET name_key = e.display_key FROM entities e WHERE names.organization = $1
            AND e.organization = $1 AND e.entity_id = names.entity_id AND e.name = 'bert'",
    ),
    repaired(
        "an entity shows the primary address that it has",
        "UPDATE entities SET email = 'wrong@example.com' WHERE organization = $1 AND name = 'bert'",
    ),
    repaired(
        "an entity shows the primary address that it has",
        "UPDATE entities SET email_key = name_key WHERE organization = $1 AND name = 'bert'",
    ),
    repaired(
        "an address is found by its text",
        "UPDATE addresses SET domain_key = address_key WHERE organization = $1 AND address = 'bert@example.com'",
    ),
    told(
        "an address is found by its text",
        "UPDATE addresses SET address = 'foo@example.net' WHERE organization = $1 AND address = 'anna@example.net'",
        "UPDATE addresses SET address = 'anna@example.net' WHERE organization = $1 AND address = 'foo@example.net'",
    ),
    told(
        "a domain is found by its name",
        "UPDATE mail_domains SET domain = 'other.test' WHERE organization = $1 AND domain = 'example.net'",
        "UPDATE mail_domains SET domain = 'example.net' WHERE organization = $1 AND domain = 'other.test'",
    ),
    repaired(
        "an availability configuration is found by its domain",
        "UPDATE availability_configurations SET domain_key = e.name_key FROM entities e
            WHERE availability_configurations.organization = $1 AND e.organization = $1 AND e.name = 'anna'",
    ),
];

/// Of what is read.
const READ: &[Case] = &[
    told(
        "an organization's settings can be read",
        "UPDATE organization_state SET settings = '[' WHERE organization = $1",
        "UPDATE organization_state SET settings = '{}' WHERE organization = $1",
    ),
    told(
        "an entity's kind, state and role are known",
        "UPDATE entities SET state = 'MAYBE' WHERE organization = $1 AND name = 'carl'",
        "UPDATE entities SET state = 'DISABLED' WHERE organization = $1 AND name = 'carl'",
    ),
    told(
        "an entity's kind, state and role are known",
        "UPDATE entities SET resource_type = 'SHIP' WHERE organization = $1 AND name = 'room'",
        "UPDATE entities SET resource_type = 'ROOM' WHERE organization = $1 AND name = 'room'",
    ),
    told(
        "a password's hash can be read",
        "UPDATE users SET password_hash = 'garbage' WHERE organization = $1",
        "UPDATE users SET password_hash = NULL WHERE organization = $1",
    ),
    told(
        "the states of a domain are known",
        "UPDATE mail_domains SET mx = 'MAYBE' WHERE organization = $1 AND domain = 'example.net'",
        "UPDATE mail_domains SET mx = 'MISSING' WHERE organization = $1 AND domain = 'example.net'",
    ),
    told(
        "a domain that is to be proved has a token",
        "UPDATE mail_domains SET token = '' WHERE organization = $1 AND domain = 'example.net'",
        "UPDATE mail_domains SET token = 'token' WHERE organization = $1 AND domain = 'example.net'",
    ),
    told(
        "the parameters of an audit record are JSON",
        "INSERT INTO admin_audit (organization, sequence, at, operation, request_id, actor, source_ip, result, parameters)
            VALUES ($1, 1, 0, '', '', '', '', '', 'x')",
        "DELETE FROM admin_audit WHERE organization = $1 AND sequence = 1",
    ),
    told(
        "a DKIM key can be read, and is a pair",
        "UPDATE dkim_keys SET role = 'none' WHERE organization = $1 AND selector = 'first'",
        "UPDATE dkim_keys SET role = 'spare' WHERE organization = $1 AND selector = 'first'",
    ),
    told(
        "a DKIM key can be read, and is a pair",
        "UPDATE dkim_keys SET private_sealed = domain_key WHERE organization = $1 AND selector = 'first'",
        "DELETE FROM dkim_keys WHERE organization = $1 AND selector = 'first'",
    ),
    told(
        "a DKIM key can be read, and is a pair",
        "UPDATE dkim_keys SET public_key = 'x' WHERE organization = $1 AND selector = 'second'",
        "DELETE FROM dkim_keys WHERE organization = $1 AND selector = 'second'",
    ),
    told(
        "an access control rule can be read",
        "UPDATE access_control_rules SET rule = 'not JSON' WHERE organization = $1",
        "UPDATE access_control_rules SET rule = '{\"Effect\":\"ALLOW\"}' WHERE organization = $1",
    ),
    told(
        "an access control rule can be read",
        "UPDATE access_control_rules SET rule = '{}' WHERE organization = $1",
        "DELETE FROM access_control_rules WHERE organization = $1",
    ),
    told(
        "an impersonation role can be read",
        "UPDATE impersonation_roles SET rules = 'x' WHERE organization = $1",
        "UPDATE impersonation_roles SET rules = '[]' WHERE organization = $1",
    ),
    told(
        "an impersonation role can be read",
        "UPDATE impersonation_roles SET role_type = 'x' WHERE organization = $1",
        "UPDATE impersonation_roles SET role_type = 'READ_ONLY' WHERE organization = $1",
    ),
    told(
        "a personal access token is good for something",
        "UPDATE personal_access_tokens SET scopes = '' WHERE organization = $1",
        "UPDATE personal_access_tokens SET scopes = 'imap' WHERE organization = $1",
    ),
    told(
        "the permissions on a mailbox are known",
        "UPDATE mailbox_permissions SET permissions = 'SEND_AS NONSENSE' WHERE organization = $1",
        "UPDATE mailbox_permissions SET permissions = 'SEND_AS' WHERE organization = $1",
    ),
    told(
        "an availability configuration can be read",
        "UPDATE availability_configurations SET provider_type = 'X' WHERE organization = $1",
        "UPDATE availability_configurations SET provider_type = 'EWS' WHERE organization = $1",
    ),
    told(
        "an availability configuration can be read",
        "UPDATE availability_configurations SET ews_password_sealed = domain_key WHERE organization = $1",
        "DELETE FROM availability_configurations WHERE organization = $1",
    ),
];

/// Of what there is too much of.
const MANY: &[Case] = &[
    told(
        "an organization has as many access control rules as it may",
        "INSERT INTO access_control_rules (organization, name, rule, created_at, modified_at)
            SELECT $1, a.name || b.name, '{\"Effect\":\"ALLOW\"}', 7, 7 FROM entities a, entities b
            WHERE a.organization = $1 AND b.organization = $1",
        "DELETE FROM access_control_rules WHERE organization = $1 AND created_at = 7",
    ),
    told(
        "an organization has as many impersonation roles as it may",
        "INSERT INTO impersonation_roles (organization, role_id, name, role_type, rules, created_at, modified_at)
            SELECT $1, a.name || b.name, 'x', 'READ_ONLY', '[]', 7, 7 FROM entities a, entities b
            WHERE a.organization = $1 AND b.organization = $1",
        "DELETE FROM impersonation_roles WHERE organization = $1 AND created_at = 7",
    ),
    told(
        "a user has as many personal access tokens as it may",
        "INSERT INTO personal_access_tokens (organization, token_id, user_id, name, scopes, mac, by_provider, created_at)
            SELECT $1, a.name || b.name || c.name, u.entity_id, '', 'imap', u.name_key, 0, 7
            FROM entities a, entities b, entities c, entities u WHERE a.organization = $1 AND b.organization = $1
            AND c.organization = $1 AND u.organization = $1 AND u.name = 'bert'",
        "DELETE FROM personal_access_tokens WHERE organization = $1 AND created_at = 7",
    ),
];

/// In the directory; the last leaves the organization to be deleted.
const DIRECTORY: &[Case] = &[
    told(
        "an access key's policies and secret can be read",
        "INSERT INTO access_keys (access_key_id, aws_account, secret_sealed, policies, description, active, generation,
            created_at) SELECT 'AKIATEST', 'none', alias_key, 'x', '', 1, $1, 0 FROM directories",
        "DELETE FROM access_keys WHERE access_key_id = 'AKIATEST' AND generation = $1",
    ),
    told(
        "an access key's policies and secret can be read",
        "INSERT INTO access_keys (access_key_id, aws_account, secret_sealed, policies, description, active, generation,
            created_at) SELECT 'AKIATEST', 'none', alias_key, '[]', '', 1, $1, 0 FROM directories",
        "DELETE FROM access_keys WHERE access_key_id = 'AKIATEST' AND generation = $1",
    ),
    repaired(
        "a directory is found by its alias",
        "UPDATE directories SET alias_key = o.domain_key FROM domain_owners o
            WHERE directories.organization = $1 AND o.organization = $1",
    ),
    told(
        "an organization has the alias of its directory",
        "UPDATE organizations SET alias = 'zzz' WHERE organization = $1",
        "UPDATE organizations SET alias = 'demo' WHERE organization = $1",
    ),
    told(
        "a registered domain is found by its name",
        "UPDATE domain_registrations SET domain = 'x' WHERE organization = $1 AND domain = 'example.net'",
        "UPDATE domain_registrations SET domain = 'example.net' WHERE organization = $1 AND domain = 'x'",
    ),
    told(
        "an organization's state is known, and what is to be done in it",
        "UPDATE organizations SET state = 'Creating' WHERE organization = $1",
        "UPDATE organizations SET state = 'Active' WHERE organization = $1",
    ),
    told(
        "an organization's state is known, and what is to be done in it",
        "UPDATE organizations SET state = 'Dreaming' WHERE organization = $1",
        "UPDATE organizations SET state = 'Active' WHERE organization = $1",
    ),
    told(
        "an organization's state is known, and what is to be done in it",
        "UPDATE organizations SET pending = '[' WHERE organization = $1",
        "UPDATE organizations SET pending = NULL WHERE organization = $1",
    ),
    repaired(
        "a job carries on what is under way for an organization",
        "UPDATE organizations SET state = 'Deleting', pending = '{\"Deletion\":{\"force\":true,\"delete_directory\":true,
            \"delete_application\":false,\"state_before\":\"Active\",\"closed\":false,\"application_arn\":null}}'
            WHERE organization = $1",
    ),
];

#[track_caller]
fn has_cases(cases: &[Case], checks: &[RowCheck]) {
    let cases: BTreeSet<_> = cases.iter().map(|case| case.invariant).collect();
    let checks: BTreeSet<_> = checks.iter().map(|check| check.invariant).collect();
    assert_eq!(cases, checks, "add a case that breaks the new invariant");
}

#[test]
fn every_check_of_rows_has_a_case() {
    has_cases(COMPUTED, KEYS);
    has_cases(READ, TEXTS);
    has_cases(MANY, LIMITED);
    has_cases(DIRECTORY, DIRECTORY_ROWS);
}

on_both_engines! { modules();
    fn what_is_not_found_by_its_text_is_told_or_mended(store: &mut TestStore) {
        let organization = populated(store);
        assert_eq!(run(store, false), []);
        for case in COMPUTED {
            check(store, Place::Organization(organization.key), organization.key.0, case);
        }
    }

    fn what_cannot_be_read_or_is_too_much_is_told(store: &mut TestStore) {
        let organization = populated(store);
        for case in READ.iter().chain(MANY) {
            check(store, Place::Organization(organization.key), organization.key.0, case);
        }
    }

    fn what_of_the_directory_cannot_be_read_or_found_is_told_or_mended(store: &mut TestStore) {
        let organization = populated(store);
        for case in DIRECTORY {
            check(store, Place::Directory, organization.key.0, case);
        }
    }

    fn a_data_key_that_is_lost_or_does_not_open_is_told(store: &mut TestStore) {
        let organization = populated(store);
        let (place, key) = (Place::Organization(organization.key), organization.key.0);
        damage(store, place, "UPDATE data_keys SET wrapped = e.name_key FROM entities e
            WHERE data_keys.organization = $1 AND e.organization = $1 AND e.name = 'anna'", key);
        let damaged = run(store, true);
        assert!(damaged.iter().any(|found| !found.repaired && found.what.contains("does not open")), "{damaged:?}");
        damage(store, place, "DELETE FROM data_keys WHERE organization = $1", key);
        let lost = run(store, true);
        assert!(lost.iter().any(|found| !found.repaired && found.what.contains("data key is lost")), "{lost:?}");
        assert!(!run(store, false).is_empty(), "none is made");
        block_on(store.remove_organization(organization.key)).unwrap();
    }
}
