//! Overrides: put, listed, deleted, and in force at once. WB §3.3.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use postroom_devices::Devices;
use postroom_devices::ops::*;
use postroom_directory::DirectoryError;
use postroom_directory::in_force::AdminChanges;
use postroom_directory::ops::delete_user;
use postroom_directory::page::PageRequest;
use postroom_directory::testing::TestOrganization;
use postroom_policy::Effect;
use postroom_policy::explain::DecidedBy;
use postroom_policy::mobile_device::{DeviceAttempt, DeviceProperties};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Random, SeededRandom, on_both_engines};
use postroom_types::EntityId;
use support::{create, delete, device, devices, modules, organization, put, rule};

fn decided(
    devices: &Devices,
    organization: &TestOrganization,
    user: &EntityId,
    id: &str,
) -> (Effect, DecidedBy) {
    let attempt = DeviceAttempt { user_id: user, device_id: id, properties: DeviceProperties::default() };
    let verdict = block_on(devices.decide(organization.key, &attempt)).unwrap();
    (verdict.effect, verdict.decided_by)
}

fn disable(organization: &TestOrganization, user: &EntityId) {
    let id = user.clone();
    organization.write(move |tx| postroom_directory::ops::disable_entity(tx, id.as_str()).map(drop)).unwrap();
}

/// Everything that a list answers, in pages of two, as user and device.
fn listed(organization: &TestOrganization, user: Option<&str>, id: Option<&str>) -> Vec<(EntityId, String)> {
    let (mut after, mut found) = (Vec::new(), Vec::new());
    loop {
        let request = PageRequest { after, rows_max: 2 };
        let page = organization
            .read(|tx| list_mobile_device_access_overrides(tx, user, id.map(device).as_ref(), &request))
            .unwrap();
        assert!(page.rows.len() <= 2);
        found.extend(page.rows.into_iter().map(|row| (row.user_id, row.device_id.as_str().to_owned())));
        match page.next {
            Some(next) => after = next,
            None => return found,
        }
    }
}

on_both_engines! { modules();
    fn an_override_decides_alone_and_at_once(store: &mut TestStore) {
        let (organization, devices) = (organization(store), devices(store));
        let (alice, bob) = (organization.enabled_user("alice"), organization.enabled_user("bob"));
        create(&organization, rule("deny-all", Effect::Deny)).unwrap();
        assert_eq!(decided(&devices, &organization, &alice, "abc1"), (Effect::Deny, DecidedBy::Rules));
        put(&organization, "alice@example.com", "AbC1", Effect::Allow).unwrap();
        assert_eq!(decided(&devices, &organization, &alice, "abc1"), (Effect::Allow, DecidedBy::Override));
        assert_eq!(decided(&devices, &organization, &alice, "abc2"), (Effect::Deny, DecidedBy::Rules));
        assert_eq!(decided(&devices, &organization, &bob, "abc1"), (Effect::Deny, DecidedBy::Rules));
        put(&organization, alice.as_str(), "aBc1", Effect::Deny).unwrap();
        assert_eq!(decided(&devices, &organization, &alice, "ABC1"), (Effect::Deny, DecidedBy::Override));
        let current = block_on(devices.current(organization.key)).unwrap();
        assert_eq!(current.overrides_count(), 1);
        delete(&organization, "alice", "ABC1").unwrap();
        delete(&organization, "alice", "ABC1").unwrap();
        assert_eq!(decided(&devices, &organization, &alice, "abc1"), (Effect::Deny, DecidedBy::Rules));
        // The overrides were changed in place: what was asked for before the last change sees it too.
        assert_eq!(current.overrides_count(), 0);
    }

    fn an_override_keeps_its_letters_and_its_first_date(store: &mut TestStore) {
        let organization = organization(store);
        let alice = organization.enabled_user("alice");
        put(&organization, "alice", "AbC1", Effect::Allow).unwrap();
        let get = |id: &str| organization.read(|tx| get_mobile_device_access_override(tx, "alice", &device(id)));
        let first = get("abc1").unwrap();
        assert_eq!((&first.user_id, first.device_id.as_str(), first.effect), (&alice, "AbC1", Effect::Allow));
        assert_eq!(first.created_at, first.modified_at);
        put(&organization, "alice", "ABC1", Effect::Deny).unwrap();
        let second = get("ABC1").unwrap();
        assert_eq!((second.device_id.as_str(), second.effect), ("AbC1", Effect::Deny));
        assert_eq!(second.created_at, first.created_at);
        assert!(second.modified_at > first.modified_at);
        assert!(matches!(get("other"), Err(DirectoryError::NotFound(_))));
    }

    fn who_is_not_there_or_not_enabled_is_refused(store: &mut TestStore) {
        let organization = organization(store);
        organization.user("carol");
        organization.enabled_group("staff");
        let refused = put(&organization, "carol", "d1", Effect::Allow);
        assert!(matches!(refused, Err(DirectoryError::EntityState(_))));
        for nobody in ["nobody", "staff"] {
            let refused = put(&organization, nobody, "d1", Effect::Allow);
            assert!(matches!(refused, Err(DirectoryError::EntityNotFound(_))), "{nobody}");
            let refused = delete(&organization, nobody, "d1");
            assert!(matches!(refused, Err(DirectoryError::EntityNotFound(_))), "{nobody}");
            let refused =
                organization.read(|tx| get_mobile_device_access_override(tx, nobody, &device("d1")));
            assert!(matches!(refused, Err(DirectoryError::EntityNotFound(_))), "{nobody}");
            let all = PageRequest { after: Vec::new(), rows_max: 9 };
            let refused =
                organization.read(|tx| list_mobile_device_access_overrides(tx, Some(nobody), None, &all));
            assert!(matches!(refused, Err(DirectoryError::EntityNotFound(_))), "{nobody}");
        }
        delete(&organization, "carol", "d1").unwrap();
        let gone = organization.user("dora");
        let id = gone.clone();
        organization.write(move |tx| delete_user(tx, id.as_str())).unwrap();
        let refused = put(&organization, gone.as_str(), "d1", Effect::Allow);
        assert!(matches!(refused, Err(DirectoryError::EntityState(_))));
        assert!(matches!(delete(&organization, gone.as_str(), "d1"), Err(DirectoryError::EntityNotFound(_))));
    }

    fn they_are_listed_in_pages_by_user_by_device_or_all(store: &mut TestStore) {
        let organization = organization(store);
        let users: Vec<EntityId> =
            (0..3).map(|number| organization.enabled_user(&format!("user{number}"))).collect();
        let mut all = Vec::new();
        for user in &users {
            for id in ["D1", "d2", "D3"] {
                put(&organization, user.as_str(), id, Effect::Deny).unwrap();
                all.push((user.clone(), id.to_owned()));
            }
        }
        all.sort_by_key(|(user, id)| (user.clone(), id.to_lowercase()));
        assert_eq!(listed(&organization, None, None), all);
        let only = |keep: &dyn Fn(&(EntityId, String)) -> bool| -> Vec<_> {
            all.iter().filter(|one| keep(one)).cloned().collect()
        };
        assert_eq!(listed(&organization, Some("user1"), None), only(&|one| one.0 == users[1]));
        assert_eq!(listed(&organization, None, Some("D2")), only(&|one| one.1 == "d2"));
        assert_eq!(
            listed(&organization, Some("user1"), Some("d3")),
            only(&|one| one.0 == users[1] && one.1 == "D3")
        );
        assert_eq!(listed(&organization, Some("user1"), Some("d4")), []);
    }

    fn the_overrides_of_a_deleted_user_are_gone(store: &mut TestStore) {
        let (organization, devices) = (organization(store), devices(store));
        let (alice, bob) = (organization.enabled_user("alice"), organization.enabled_user("bob"));
        for id in ["d1", "d2"] {
            put(&organization, "alice", id, Effect::Deny).unwrap();
        }
        put(&organization, "bob", "d1", Effect::Deny).unwrap();
        assert_eq!(decided(&devices, &organization, &alice, "d1").0, Effect::Deny);
        disable(&organization, &alice);
        let id = alice.clone();
        organization
            .write::<_, DirectoryError, _>(move |tx| {
                forget_user(tx, id.as_str())?;
                delete_user(tx, id.as_str())
            })
            .unwrap();
        assert_eq!(listed(&organization, None, None), [(bob, "d1".to_owned())]);
        assert_eq!(decided(&devices, &organization, &alice, "d1").0, Effect::Allow);
    }

    fn what_is_held_is_what_is_stored_after_any_changes(store: &mut TestStore) {
        let organization = organization(store);
        let users: Vec<EntityId> =
            (0..3).map(|number| organization.enabled_user(&format!("user{number}"))).collect();
        // One looks after every change, one seldom, one comes late, one has no memory to hold anything.
        let (always, seldom) = (devices(store), devices(store));
        let forgetful = Devices::with_memory((**store).clone(), AdminChanges::watching(store), 0);
        let random = SeededRandom::new(7);
        let mut model: BTreeMap<(EntityId, String), Effect> = BTreeMap::new();
        let ids = ["a", "B", "c1", "D1"];
        for step in 0..60 {
            let [user, id, change, _]: [u8; 4] = (&random as &dyn Random).bytes();
            let (user, id) = (&users[usize::from(user) % 3], ids[usize::from(id) % 4]);
            let key = (user.clone(), id.to_lowercase());
            match change % 3 {
                0 => {
                    delete(&organization, user.as_str(), id).unwrap();
                    model.remove(&key);
                }
                number => {
                    let effect = if number == 1 { Effect::Allow } else { Effect::Deny };
                    put(&organization, user.as_str(), id, effect).unwrap();
                    model.insert(key, effect);
                }
            }
            if step % 20 == 0 {
                create(&organization, rule(&format!("r{step}"), Effect::Deny)).unwrap();
            }
            let late = devices(store);
            let asked: &[&Devices] =
                if step % 10 == 9 { &[&always, &seldom, &forgetful, &late] } else { &[&always] };
            for held in asked {
                for user in &users {
                    for id in ids {
                        let expected = model.get(&(user.clone(), id.to_lowercase()));
                        let expected = expected.map_or((Effect::Deny, DecidedBy::Rules), |effect| {
                            (*effect, DecidedBy::Override)
                        });
                        assert_eq!(decided(held, &organization, user, id), expected, "step {step}: {id}");
                    }
                }
                let current = block_on(held.current(organization.key)).unwrap();
                assert_eq!(current.overrides_count(), model.len(), "step {step}");
            }
        }
    }
}
