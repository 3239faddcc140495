//! Imported rules and overrides: what is kept, what the same again does, what is refused.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use postroom_devices::ops::*;
use postroom_directory::DirectoryError as D;
use postroom_directory::testing::TestOrganization;
use postroom_policy::Effect;
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;
use postroom_types::{Constrained, DeviceType, Timestamp};
use support::{device, modules, organization, rule};

const DATES: (Timestamp, Timestamp) =
    (Timestamp::from_micros(1_532_459_261_827_000), Timestamp::from_seconds(1_600_000_000));
const BACKWARDS: (Timestamp, Timestamp) = (Timestamp::from_seconds(2), Timestamp::from_seconds(1));

macro_rules! refused {
    ($result:expr, $pattern:pat) => {{
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    }};
}

fn import_rule(organization: &TestOrganization, new: &NewRule) -> Result<(), D> {
    let new = new.clone();
    organization.write(move |tx| import_mobile_device_access_rule(tx, &new))
}

fn import_override(organization: &TestOrganization, put: &PutOverride) -> Result<(), D> {
    let put = put.clone();
    organization.write(move |tx| import_mobile_device_access_override(tx, &put))
}

on_both_engines! { modules();
    fn a_rule_keeps_its_id_and_dates(store: &mut TestStore) {
        let organization = &organization(store);
        let new = NewRule { rule: rule("1a2b3c4d", Effect::Deny), dates: Some(DATES) };
        for _ in 0..2 {
            assert_eq!(import_rule(organization, &new), Ok(()));
            let listed = organization.read(list_mobile_device_access_rules).unwrap();
            let found = listed.iter().find(|listed| listed.rule.id.as_str() == "1a2b3c4d").unwrap();
            assert_eq!((found.created_at, found.modified_at), DATES);
            assert_eq!((listed.len(), &found.rule), (2, &new.rule));
        }
        let mut other = new.clone();
        other.rule.device_types = vec![DeviceType::parse("android").unwrap()];
        refused!(import_rule(organization, &other), D::Differs(_));
        let later = NewRule { dates: Some((DATES.1, DATES.1)), ..new.clone() };
        refused!(import_rule(organization, &later), D::Differs(_));
        assert_eq!(import_rule(organization, &NewRule { dates: None, ..new.clone() }), Ok(()));
        refused!(import_rule(organization, &NewRule { dates: Some(BACKWARDS), ..new }), D::Invalid(_));
        for number in 3..=10 {
            let new = NewRule { rule: rule(&format!("r{number}"), Effect::Deny), dates: Some(DATES) };
            assert_eq!(import_rule(organization, &new), Ok(()));
        }
        let eleventh = NewRule { rule: rule("r11", Effect::Deny), dates: None };
        refused!(import_rule(organization, &eleventh), D::LimitExceeded(_));
    }

    fn an_override_keeps_its_dates(store: &mut TestStore) {
        let organization = &organization(store);
        organization.enabled_user("alice");
        organization.user("asleep");
        let put = PutOverride {
            user: "alice".to_owned(),
            device_id: device("AbC1"),
            effect: Effect::Allow,
            description: None,
            dates: Some(DATES),
        };
        for id in ["AbC1", "AbC1", "abc1"] {
            assert_eq!(import_override(organization, &PutOverride { device_id: device(id), ..put.clone() }), Ok(()));
            let found = organization
                .read(|tx| get_mobile_device_access_override(tx, "alice", &device("abc1")))
                .unwrap();
            assert_eq!((found.device_id.as_str(), found.created_at, found.modified_at), ("AbC1", DATES.0, DATES.1));
        }
        let other = PutOverride { effect: Effect::Deny, ..put.clone() };
        refused!(import_override(organization, &other), D::Differs(_));
        let backwards = PutOverride { dates: Some(BACKWARDS), ..put.clone() };
        refused!(import_override(organization, &backwards), D::Invalid(_));
        let asleep = PutOverride { user: "asleep".to_owned(), ..put.clone() };
        refused!(import_override(organization, &asleep), D::EntityState(_));
        refused!(import_override(organization, &PutOverride { user: "nobody".to_owned(), ..put }), D::EntityNotFound(_));
    }
}
