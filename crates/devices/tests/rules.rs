//! Mobile device access rules: what may be stored, what is in force after each change. WB §3.1, §3.2.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use postroom_devices::Devices;
use postroom_devices::ops::*;
use postroom_directory::DirectoryError;
use postroom_directory::testing::TestOrganization;
use postroom_policy::Effect;
use postroom_policy::mobile_device::{DeviceProperties, MobileDeviceRule};
use postroom_store::on_both_engines;
use postroom_store::testing::{TestStore, block_on, check_tables, prepare_all};
use postroom_types::{Constrained, DeviceType, MobileDeviceAccessRuleDescription, MobileDeviceAccessRuleId};
use support::{create, devices, modules, organization, rule};

#[test]
fn tables_and_statements_suit_both_engines() {
    check_tables(&modules());
    prepare_all(&modules(), postroom_devices::sql::all());
}

fn types(list: &[&str]) -> Vec<DeviceType> {
    list.iter().map(|text| DeviceType::parse(text).unwrap()).collect()
}

fn update(organization: &TestOrganization, rule: MobileDeviceRule) -> Result<(), DirectoryError> {
    organization.write(move |tx| update_mobile_device_access_rule(tx, &rule))
}

fn delete(organization: &TestOrganization, id: &str) {
    let id = MobileDeviceAccessRuleId::parse(id).unwrap();
    organization.write(move |tx| delete_mobile_device_access_rule(tx, &id)).unwrap();
}

/// What the rules say about a device of this type, and the ids of the rules that produced it.
#[track_caller]
fn check(
    devices: &Devices,
    organization: &TestOrganization,
    kind: Option<&str>,
    expected: (Effect, &[&str]),
) {
    let current = block_on(devices.current(organization.key)).unwrap();
    let decision =
        current.rules.decide(&DeviceProperties { device_type: kind, ..DeviceProperties::default() });
    let matched: Vec<&str> = decision.matched_rules().map(|rule| rule.id.as_str()).collect();
    assert_eq!((decision.effect, matched.as_slice()), expected);
}

on_both_engines! { modules();
    fn every_change_is_in_force_when_it_is_answered(store: &mut TestStore) {
        let (organization, devices) = (organization(store), devices(store));
        check(&devices, &organization, Some("Android"), (Effect::Allow, &["default-allow-all"]));
        let old = MobileDeviceRule { device_types: types(&["android"]), ..rule("old", Effect::Deny) };
        create(&organization, old.clone()).unwrap();
        check(&devices, &organization, Some("Android 4"), (Effect::Deny, &["old"]));
        check(&devices, &organization, Some("iPhone"), (Effect::Allow, &["default-allow-all"]));
        update(&organization, MobileDeviceRule { device_types: types(&["iphone", "$NONE"]), ..old }).unwrap();
        check(&devices, &organization, Some("Android 4"), (Effect::Allow, &["default-allow-all"]));
        check(&devices, &organization, None, (Effect::Deny, &["old"]));
        delete(&organization, "default-allow-all");
        check(&devices, &organization, Some("Android 4"), (Effect::Deny, &[]));
        delete(&organization, "old");
        delete(&organization, "old");
        check(&devices, &organization, Some("iPhone"), (Effect::Deny, &[]));
    }

    fn a_rule_is_stored_whole_and_replaced_whole(store: &mut TestStore) {
        let organization = organization(store);
        let whole = MobileDeviceRule {
            description: Some(MobileDeviceAccessRuleDescription::parse("caf\u{e9}").unwrap()),
            not_device_types: types(&["Android", "$NONE"]),
            device_models: vec!["iPhone10C1".try_into().unwrap()],
            device_operating_systems: vec!["iOS 14".try_into().unwrap()],
            not_device_user_agents: vec!["Outlook".try_into().unwrap()],
            ..rule("whole", Effect::Deny)
        };
        create(&organization, whole.clone()).unwrap();
        let listed = organization.read(list_mobile_device_access_rules).unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!(listed[0].rule.name.as_str(), "DefaultAllowAll");
        assert_eq!(listed[1].rule, whole);
        assert_eq!(listed[1].created_at, listed[1].modified_at);
        update(&organization, rule("whole", Effect::Allow)).unwrap();
        let again = organization.read(list_mobile_device_access_rules).unwrap();
        assert_eq!(again[1].rule, rule("whole", Effect::Allow));
        assert_eq!(again[1].created_at, listed[1].created_at);
        assert!(again[1].modified_at > listed[1].modified_at);
    }

    fn what_cannot_be_meant_is_refused(store: &mut TestStore) {
        let organization = organization(store);
        let twins = MobileDeviceRule {
            device_types: types(&["a"]),
            not_device_types: types(&["b"]),
            ..rule("r", Effect::Deny)
        };
        assert!(matches!(create(&organization, twins.clone()), Err(DirectoryError::Invalid(_))));
        let unknown = update(&organization, rule("r", Effect::Deny));
        assert!(matches!(unknown, Err(DirectoryError::EntityNotFound(_))));
        for number in 1..10 {
            create(&organization, rule(&format!("r{number}"), Effect::Deny)).unwrap();
        }
        let eleventh = create(&organization, rule("r", Effect::Deny));
        assert!(matches!(eleventh, Err(DirectoryError::LimitExceeded(_))));
        delete(&organization, "r9");
        create(&organization, rule("r", Effect::Deny)).unwrap();
        let taken = update(&organization, MobileDeviceRule { ..twins });
        assert!(matches!(taken, Err(DirectoryError::Invalid(_))));
        delete(&organization, "r8");
        assert!(matches!(create(&organization, rule("r", Effect::Deny)), Err(DirectoryError::Invalid(_))));
    }
}
