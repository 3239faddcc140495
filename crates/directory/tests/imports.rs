//! Imports: what is kept, what the same again does, what is refused. Users, groups and resources: crate `mailbox`.
#![allow(missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

mod support;

use postroom_directory::DirectoryError as D;
use postroom_directory::access::StoredRule;
use postroom_directory::aws_account::AwsAccountId;
use postroom_directory::ops::*;
use postroom_directory::organizations::{Organization, OrganizationState};
use postroom_directory::page::PageRequest;
use postroom_directory::testing::*;
use postroom_policy::Effect;
use postroom_policy::access_control::{AccessAction, AccessControlRule};
use postroom_store::testing::TestStore;
use postroom_store::{Place, Store, on_both_engines};
use postroom_types::{
    AccessControlRuleName, Constrained, DirectoryId, ImpersonationRoleId, ImpersonationRoleName,
    ImpersonationRoleType, ImpersonationRuleId, OrganizationId, OrganizationKey, Timestamp,
};
use support::{directory, enabled_user, read, write};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// Milliseconds are kept too: WorkMail's dates have them.
fn dates() -> (Timestamp, Timestamp) {
    (Timestamp::from_micros(1_532_459_261_827_000), at(1_600_000_000))
}

macro_rules! refused {
    ($result:expr, $pattern:pat) => {{
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    }};
}

fn put(name: &str, effect: Effect, dates: Option<(Timestamp, Timestamp)>) -> PutRule {
    PutRule { rule: AccessControlRule::new(AccessControlRuleName::parse(name).unwrap(), effect), dates }
}

fn import_rule(store: &Store, key: OrganizationKey, put: &PutRule) -> Result<(), D> {
    let put = put.clone();
    write(store, key, move |tx| import_access_control_rule(tx, &put))
}

fn rules(store: &Store, key: OrganizationKey) -> Vec<StoredRule> {
    read(store, key, list_access_control_rules).unwrap()
}

fn import_role(store: &Store, key: OrganizationKey, new: &NewImpersonationRole) -> Result<(), D> {
    let new = new.clone();
    write(store, key, move |tx| import_impersonation_role(tx, &new))
}

fn role(id: &str, target: &str) -> NewImpersonationRole {
    let rule = RoleRule {
        id: ImpersonationRuleId::parse("rule-1").unwrap(),
        name: None,
        description: None,
        effect: Effect::Allow,
        target_users: vec![target.to_owned()],
        not_target_users: Vec::new(),
    };
    NewImpersonationRole {
        id: ImpersonationRoleId::parse(id).unwrap(),
        name: ImpersonationRoleName::parse("backup").unwrap(),
        role_type: ImpersonationRoleType::ReadOnly,
        description: None,
        rules: vec![rule],
        dates: Some(dates()),
    }
}

fn import(store: &Store, new: &NewOrganization, id: Option<&DirectoryId>) -> Result<OrganizationId, D> {
    let (new, id) = (new.clone(), id.cloned());
    directory(store, move |tx| import_organization(tx, &new, id.as_ref()))
}

fn described(store: &Store, id: &OrganizationId) -> Organization {
    let account = AwsAccountId::parse(AWS_ACCOUNT).unwrap();
    store.read_blocking(Place::Directory, |tx| describe_organization(tx, &account, id)).unwrap()
}

on_both_engines! { modules();
    fn a_rule_keeps_its_dates_and_is_written_once(store: &mut TestStore) {
        let key = organization(store, "demo");
        let first = put("office", Effect::Deny, Some(dates()));
        for _ in 0..2 {
            assert_eq!(import_rule(store, key, &first), Ok(()));
            let (created_at, modified_at) = dates();
            let stored = StoredRule { rule: first.rule.clone(), created_at, modified_at };
            assert_eq!(rules(store, key)[1], stored);
        }
        assert_eq!(import_rule(store, key, &put("office", Effect::Deny, None)), Ok(()));
        let mut other = first.clone();
        other.rule.actions = vec![AccessAction::Ews];
        refused!(import_rule(store, key, &other), D::Differs(_));
        refused!(import_rule(store, key, &put("office", Effect::Allow, Some(dates()))), D::Differs(_));
        refused!(import_rule(store, key, &put("office", Effect::Deny, Some((at(1), at(1))))), D::Differs(_));
        assert_eq!(rules(store, key)[1].rule, first.rule);
    }

    fn a_date_that_cannot_be_is_refused(store: &mut TestStore) {
        let key = organization(store, "demo");
        let future = store.clock().now().plus(std::time::Duration::from_secs(60));
        for dates in [(at(2), at(1)), (at(1), future), (future, future), (at(-1), at(1))] {
            refused!(import_rule(store, key, &put("r", Effect::Deny, Some(dates))), D::Invalid(_));
        }
        assert_eq!(rules(store, key).len(), 1);
    }

    fn the_rule_of_a_fresh_organization_gives_way_once(store: &mut TestStore) {
        let key = organization(store, "demo");
        let untouched = rules(store, key).remove(0);
        let same = PutRule { rule: untouched.rule.clone(), dates: Some((at(0), at(0))) };
        assert_eq!(import_rule(store, key, &same), Ok(()));
        assert_eq!(rules(store, key), [untouched]);
        let changed = put("default", Effect::Deny, Some(dates()));
        assert_eq!(import_rule(store, key, &changed), Ok(()));
        let stored = rules(store, key).remove(0);
        assert_eq!((stored.rule.effect, stored.created_at, stored.modified_at), (Effect::Deny, dates().0, dates().1));
        refused!(import_rule(store, key, &put("default", Effect::Allow, None)), D::Differs(_));
    }

    fn the_eleventh_rule_is_refused(store: &mut TestStore) {
        let key = organization(store, "demo");
        for number in 1..10 {
            assert_eq!(import_rule(store, key, &put(&format!("r{number}"), Effect::Deny, None)), Ok(()));
        }
        refused!(import_rule(store, key, &put("r", Effect::Deny, None)), D::LimitExceeded(_));
        assert_eq!(import_rule(store, key, &put("r9", Effect::Deny, None)), Ok(()));
    }

    fn a_role_keeps_its_id_and_dates(store: &mut TestStore) {
        let key = organization(store, "demo");
        let alice = enabled_user(store, key, "alice", 1);
        let new = role("1a2b3c4d", "alice");
        for _ in 0..2 {
            assert_eq!(import_role(store, key, &new), Ok(()));
        }
        let stored = read(store, key, |tx| get_impersonation_role(tx, &new.id)).unwrap();
        assert_eq!((stored.created_at, stored.modified_at), dates());
        assert_eq!(stored.rules[0].target_users, [alice]);
        let renamed = NewImpersonationRole { name: ImpersonationRoleName::parse("x").unwrap(), ..new.clone() };
        refused!(import_role(store, key, &renamed), D::Differs(_));
        refused!(import_role(store, key, &NewImpersonationRole { rules: Vec::new(), ..new.clone() }), D::Differs(_));
        refused!(import_role(store, key, &role("other", "nobody")), D::EntityNotFound(_));
        let future = NewImpersonationRole { dates: Some((at(2), at(1))), ..role("other", "alice") };
        refused!(import_role(store, key, &future), D::Invalid(_));
    }

    fn an_organization_keeps_id_directory_and_date(store: &mut TestStore) {
        let directory_id = DirectoryId::parse("d-0123456789").unwrap();
        let completed_at = at(1_500_000_000);
        let new = NewOrganization {
            dates: Some((completed_at, completed_at)),
            kms_key_arn: Some("arn:aws:kms:us-east-1:111122223333:key/1".to_owned()),
            ..new_organization(store, "demo")
        };
        // Before, during and after its creation: the same again is the same.
        for state in [OrganizationState::Requested, OrganizationState::Active] {
            assert_eq!(import(store, &new, Some(&directory_id)), Ok(new.id.clone()));
            assert_eq!(import(store, &new, None), Ok(new.id.clone()));
            assert_eq!(described(store, &new.id).state, state);
            carry_on(store, Vec::new());
        }
        let active = described(store, &new.id);
        assert_eq!((active.directory_id.as_str(), active.completed_at), ("d-0123456789", Some(completed_at)));
        assert_eq!(active.created_at, completed_at);
        let other = DirectoryId::parse("d-9876543210").unwrap();
        refused!(import(store, &new, Some(&other)), D::Differs(_));
        let renamed = NewOrganization { id: new.id.clone(), ..new_organization(store, "other") };
        refused!(import(store, &renamed, None), D::Differs(_));
        refused!(import(store, &NewOrganization { kms_key_arn: None, ..new.clone() }, None), D::Differs(_));
        let future = store.clock().now().plus(std::time::Duration::from_secs(60));
        let early = NewOrganization { dates: Some((future, future)), ..new_organization(store, "other") };
        refused!(import(store, &early, None), D::Invalid(_));
        let elsewhere = AwsAccountId::parse("444455556666").unwrap();
        refused!(import(store, &NewOrganization { aws_account: elsewhere, ..new.clone() }, None), D::Differs(_));
        refused!(import(store, &new_organization(store, "DEMO"), None), D::NameTaken(_));
        refused!(import(store, &new_organization(store, "third"), Some(&directory_id)), D::DirectoryInUse(_));
    }

    fn importers_at_the_same_time_make_one_organization(store: &mut TestStore) {
        let (new, start) = (new_organization(store, "demo"), std::sync::Barrier::new(8));
        let store: &Store = store;
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    assert_eq!(import(store, &new, None), Ok(new.id.clone()));
                });
            }
        });
        carry_on(store, Vec::new());
        assert_eq!(described(store, &new.id).state, OrganizationState::Active);
        let everyone = PageRequest { after: Vec::new(), rows_max: 10 };
        let account = AwsAccountId::parse(AWS_ACCOUNT).unwrap();
        let listed =
            store.read_blocking(Place::Directory, |tx| list_organizations(tx, &account, REGION, &everyone)).unwrap();
        assert_eq!(listed.rows.len(), 1);
    }

    fn a_kept_directory_is_used_again_and_a_deleted_organizations_id_is_not(store: &mut TestStore) {
        let first = new_organization(store, "demo");
        assert_eq!(import(store, &first, None), Ok(first.id.clone()));
        carry_on(store, Vec::new());
        let directory_id = DirectoryId::parse(&described(store, &first.id).directory_id).unwrap();
        let id = first.id.clone();
        let deletion = Deletion { delete_directory: false, force: true, delete_application: false, token: None, request_id: None };
        directory(store, move |tx| {
            delete_organization(tx, &AwsAccountId::parse(AWS_ACCOUNT).unwrap(), &id, &deletion)
        }).unwrap();
        refused!(import(store, &first, None), D::OrganizationState(_));
        carry_on(store, Vec::new());
        refused!(import(store, &first, None), D::OrganizationState(_));
        let second = new_organization(store, "demo");
        refused!(import(store, &second, None), D::NameTaken(_));
        assert_eq!(import(store, &second, Some(&directory_id)), Ok(second.id.clone()));
    }
}
