//! What several test files share.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part; fixtures may fail")]

use postroom_devices::Devices;
use postroom_devices::ops::{
    NewRule, PutOverride, create_mobile_device_access_rule, delete_mobile_device_access_override,
    put_mobile_device_access_override,
};
use postroom_directory::DirectoryError;
use postroom_directory::in_force::AdminChanges;
use postroom_directory::testing::TestOrganization;
use postroom_policy::Effect;
use postroom_policy::mobile_device::MobileDeviceRule;
use postroom_store::{SchemaModule, Store};
use postroom_types::{Constrained, DeviceId, MobileDeviceAccessRuleId, MobileDeviceAccessRuleName};

pub fn modules() -> Vec<SchemaModule> {
    let mut modules = postroom_directory::testing::modules();
    modules.push(postroom_devices::schema::ORGANIZATION);
    modules
}

/// A new organization with its default rule.
pub fn organization(store: &Store) -> TestOrganization {
    let organization = TestOrganization::in_store(store);
    organization.write::<_, DirectoryError, _>(postroom_devices::seed).unwrap();
    organization
}

pub fn devices(store: &Store) -> Devices {
    Devices::new(store.clone(), AdminChanges::watching(store))
}

pub fn device(text: &str) -> DeviceId {
    DeviceId::parse(text).unwrap()
}

pub fn rule(id: &str, effect: Effect) -> MobileDeviceRule {
    let name = MobileDeviceAccessRuleName::parse("a rule").unwrap();
    MobileDeviceRule::new(MobileDeviceAccessRuleId::parse(id).unwrap(), name, effect)
}

pub fn create(organization: &TestOrganization, rule: MobileDeviceRule) -> Result<(), DirectoryError> {
    let new = NewRule { rule, dates: None };
    organization.write(move |tx| create_mobile_device_access_rule(tx, &new))
}

pub fn put(
    organization: &TestOrganization,
    user: &str,
    id: &str,
    effect: Effect,
) -> Result<(), DirectoryError> {
    let put =
        PutOverride { user: user.to_owned(), device_id: device(id), effect, description: None, dates: None };
    organization.write(move |tx| put_mobile_device_access_override(tx, &put))
}

pub fn delete(organization: &TestOrganization, user: &str, id: &str) -> Result<(), DirectoryError> {
    let (user, id) = (user.to_owned(), device(id));
    organization.write(move |tx| delete_mobile_device_access_override(tx, &user, &id))
}
