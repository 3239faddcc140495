//! The organization's retention policy. WB §8.
#![allow(missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

use postroom_directory::DirectoryError;
use postroom_directory::admin::{AdminRead, AdminTx};
use postroom_directory::testing::organization;
use postroom_governance::invariants::ROWS;
use postroom_governance::ops::*;
use postroom_governance::{FolderConfiguration, GovernanceError, RetentionPolicy};
use postroom_policy::permit::Permitted;
use postroom_store::fsck::run_rows;
use postroom_store::testing::{TestStore, check_tables, prepare_all};
use postroom_store::{Place, SchemaModule, Store, StoreError, Tx, on_both_engines, parameters};
use postroom_types::{Constrained, FolderName, OrganizationKey, RetentionAction, ShortString};

postroom_store::statements! {
    DAMAGE = "UPDATE retention_policies SET folder_configurations = $2 WHERE organization = $1";
}

fn modules() -> Vec<SchemaModule> {
    let mut modules = postroom_directory::testing::modules();
    modules.push(postroom_governance::schema::ORGANIZATION);
    modules
}

#[test]
fn tables_and_statements_suit_both_engines() {
    check_tables(&modules());
    prepare_all(&modules(), postroom_governance::sql::ALL);
}

fn id(text: &str) -> ShortString {
    ShortString::parse(text).unwrap()
}

fn folder(folder: FolderName, action: RetentionAction, period_days: Option<i32>) -> FolderConfiguration {
    FolderConfiguration { folder, action, period_days }
}

fn policy(name: &str, folders: &[FolderConfiguration]) -> RetentionPolicy {
    RetentionPolicy { id: id("minted"), name: id(name), description: None, folders: folders.to_vec() }
}

fn write<T: Send + 'static>(
    store: &Store,
    key: OrganizationKey,
    work: impl Fn(&mut AdminTx<'_, '_>) -> Result<T, GovernanceError> + Send + 'static,
) -> Result<T, GovernanceError> {
    store.write_blocking(Place::Organization(key), move |tx| {
        work(&mut AdminTx::begin(tx, &Permitted::operator("test"))?)
    })
}

fn put(
    store: &Store,
    key: OrganizationKey,
    policy: RetentionPolicy,
    named: Option<&str>,
) -> Result<(), GovernanceError> {
    let put = PutRetentionPolicy { policy, named: named.map(id) };
    write(store, key, move |tx| put_retention_policy(tx, &put))
}

fn get(store: &Store, key: OrganizationKey) -> Result<RetentionPolicy, GovernanceError> {
    let permit = Permitted::operator("test");
    store.read_blocking(Place::Organization(key), |read| {
        get_default_retention_policy(&mut AdminRead::begin(read, key, &permit))
    })
}

on_both_engines! { modules();
    fn there_is_one_policy_that_keeps_its_id(store: &mut TestStore) {
        let key = organization(store, "demo");
        assert_eq!(get(store, key), Err(GovernanceError::NoRetentionPolicy));
        let junk = folder(FolderName::JunkEmail, RetentionAction::PermanentlyDelete, Some(30));
        put(store, key, policy("first", &[junk]), None).unwrap();
        assert_eq!(get(store, key).unwrap(), policy("first", &[junk]));
        let inbox = folder(FolderName::Inbox, RetentionAction::None, None);
        put(store, key, RetentionPolicy { id: id("other"), ..policy("second", &[inbox]) }, None).unwrap();
        assert_eq!(get(store, key).unwrap(), policy("second", &[inbox]));
        put(store, key, policy("third", &[]), Some("minted")).unwrap();
        let exists = GovernanceError::RetentionPolicyExists("minted".to_owned());
        assert_eq!(put(store, key, policy("fourth", &[]), Some("foreign")), Err(exists));
        assert_eq!(get(store, key).unwrap().name, id("third"));
        write(store, key, |tx| delete_retention_policy(tx, &id("foreign"))).unwrap();
        assert!(get(store, key).is_ok());
        write(store, key, |tx| delete_retention_policy(tx, &id("minted"))).unwrap();
        assert_eq!(get(store, key), Err(GovernanceError::NoRetentionPolicy));
        put(store, key, policy("imported", &[]), Some("kept")).unwrap();
        assert_eq!(get(store, key).unwrap().id, id("kept"));
    }

    fn a_policy_that_cannot_be_read_is_told(store: &mut TestStore) {
        let key = organization(store, "demo");
        let place = Place::Organization(key);
        put(store, key, policy("first", &[folder(FolderName::Inbox, RetentionAction::None, None)]), None).unwrap();
        let fsck = || run_rows(store, place, ROWS, None, None).unwrap();
        assert_eq!(fsck(), []);
        for damaged in ["x", r#"[{"Name":"ATTIC","Action":"NONE"}]"#] {
            let damage = move |tx: &mut Tx<'_>| tx.execute(&DAMAGE, parameters![key.0, damaged]);
            assert_eq!(store.write_blocking::<_, StoreError, _>(place, damage), Ok(1));
            let findings = fsck();
            let [found] = &findings[..] else { unreachable!("{findings:?}") };
            assert!(found.what.starts_with("the retention policy minted cannot be read: "), "{found:?}");
            assert!(matches!(get(store, key), Err(GovernanceError::Directory(_))));
        }
    }

    fn folders_are_listed_once_and_actions_have_a_period(store: &mut TestStore) {
        let key = organization(store, "demo");
        let inbox = folder(FolderName::Inbox, RetentionAction::Delete, Some(1));
        for wrong in [vec![inbox, inbox], vec![folder(FolderName::Drafts, RetentionAction::Delete, None)]] {
            let refused = put(store, key, policy("wrong", &wrong), None);
            assert!(matches!(refused, Err(GovernanceError::Invalid(_))), "{wrong:?}: {refused:?}");
        }
        assert_eq!(get(store, key), Err(GovernanceError::NoRetentionPolicy));
    }

    fn an_imported_policy_keeps_its_id(store: &mut TestStore) {
        let key = organization(store, "demo");
        let import = |policy: RetentionPolicy| write(store, key, move |tx| import_retention_policy(tx, &policy));
        let inbox = [folder(FolderName::Inbox, RetentionAction::Delete, Some(30))];
        let first = RetentionPolicy { id: id("1a2b3c4d"), ..policy("kept", &inbox) };
        for _ in 0..2 {
            assert_eq!(import(first.clone()), Ok(()));
            assert_eq!(get(store, key), Ok(first.clone()));
        }
        let differs = import(RetentionPolicy { folders: Vec::new(), ..first.clone() });
        assert!(matches!(differs, Err(GovernanceError::Directory(DirectoryError::Differs(_)))), "{differs:?}");
        let second = import(RetentionPolicy { id: id("other"), ..first.clone() });
        assert_eq!(second, Err(GovernanceError::RetentionPolicyExists("1a2b3c4d".to_owned())));
        assert_eq!(get(store, key), Ok(first));
    }
}
