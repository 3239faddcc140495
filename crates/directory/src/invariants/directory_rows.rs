//! The directory: text, sealed values and computed keys of its rows.

use postroom_store::fsck::RowCheck;
use postroom_store::jobs::{Announcement, enqueue};
use postroom_store::seal::{DataKey, Purpose};
use postroom_store::{Read as _, Row, StoreError, Tx, parameters};
use postroom_types::fold;

use super::folded::domain;
use super::{none_such, told};
use crate::organizations::{CARRY_ON, OrganizationState, Pending};

postroom_store::statements! {
    ACCESS_KEYS = "SELECT access_key_id, policies, secret_sealed FROM access_keys WHERE $1 = 0";
    ALIASES = "SELECT alias, alias_key FROM directories WHERE $1 = 0";
    SET_ALIAS_KEY = "UPDATE directories SET alias_key = $3 WHERE alias_key = $2 AND alias = $1
        AND NOT EXISTS (SELECT 1 FROM directories o WHERE o.alias_key = $3)";
    HELD_ALIASES = "SELECT o.organization_id, o.alias, d.alias FROM organizations o
        JOIN directories d ON d.organization = o.organization WHERE $1 = 0 AND o.state <> 'Deleted'";
    REGISTRATIONS = "SELECT domain, domain_key FROM domain_registrations WHERE $1 = 0";
    STATES = "SELECT organization_id, state, pending FROM organizations WHERE $1 = 0";
    /// A creation or deletion that no job carries on. A job that has failed for good is there, and has said why.
    LEFT = "SELECT o.organization_id, o.organization, o.pending FROM organizations o LEFT JOIN jobs j ON j.organization = 0
        AND j.kind = 'organization.carry_on' AND j.unique_key = CAST(o.organization AS TEXT)
        WHERE $1 = 0 AND o.pending IS NOT NULL AND o.state <> 'Deleted' AND j.id IS NULL";
}

pub(super) const CHECKS: &[RowCheck] = &[
    told("an access key's policies and secret can be read", &ACCESS_KEYS, access_key),
    RowCheck {
        invariant: "a directory is found by its alias",
        rows: &ALIASES,
        wrong: |row, _| domain(row, "the alias"),
        repair: Some(|tx, mut row| {
            let (alias, key): (String, Vec<u8>) = (row.take(0), row.take(1));
            tx.execute(&SET_ALIAS_KEY, parameters![&alias, &key, &fold(&alias)]).map(drop)
        }),
    },
    told("an organization has the alias of its directory", &HELD_ALIASES, |mut row, _| {
        let (id, own, held): (String, String, String) = (row.take(0), row.take(1), row.take(2));
        (fold(&own) != fold(&held))
            .then(|| format!("organization {id} says {own}, and its directory says {held}"))
    }),
    told("a registered domain is found by its name", &REGISTRATIONS, |row, _| {
        domain(row, "the registered domain")
    }),
    told("an organization's state is known, and what is to be done in it", &STATES, |row, _| state(row)),
    RowCheck {
        invariant: "a job carries on what is under way for an organization",
        rows: &LEFT,
        wrong: |mut row, _| {
            let (id, pending): (String, String) = (row.take(0), row.take(2));
            // What cannot be read is told above.
            Pending::parse(&pending).ok()?;
            Some(format!("nothing carries on the creation or deletion of organization {id}"))
        },
        repair: Some(carry_on),
    },
];

fn access_key(mut row: Row, key: Option<&DataKey>) -> Option<String> {
    let (id, policies, sealed): (String, String, Vec<u8>) = (row.take(0), row.take(1), row.take(2));
    if let Err(error) = postroom_policy::iam::Policies::parse(&policies) {
        return Some(format!(
            "the policies of access key {id} cannot be read, so it may do nothing: {error}"
        ));
    }
    let opened = key?.open(Purpose::ACCESS_KEYS, id.as_bytes(), &sealed);
    opened.err().map(|error| format!("the secret of access key {id} does not open: {error}"))
}

fn state(mut row: Row) -> Option<String> {
    let (id, state, pending): (String, String, Option<String>) = (row.take(0), row.take(1), row.take(2));
    let Some(known) = OrganizationState::parse(&state) else {
        return Some(none_such(&format!("organization {id}"), (&state, "state")));
    };
    if let Some(Err(error)) = pending.as_deref().map(Pending::parse) {
        return Some(format!("what is under way for organization {id} cannot be read: {error}"));
    }
    let waits = [OrganizationState::Requested, OrganizationState::Creating, OrganizationState::Deleting];
    (waits.contains(&known) && pending.is_none()).then(|| {
        format!(
            "organization {id} is {state}, and nothing says how that goes on: put the directory back from a backup"
        )
    })
}

/// Enqueues what carries the organization on.
fn carry_on(tx: &mut Tx<'_>, mut row: Row) -> Result<(), StoreError> {
    let key = row.take::<i64>(1).to_string();
    let announced = Announcement::in_directory(CARRY_ON, tx.now());
    enqueue(tx, &announced, Some(&key), key.as_bytes()).map(drop)
}
