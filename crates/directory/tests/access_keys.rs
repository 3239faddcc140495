//! AWS accounts and access keys: made, found, switched off, deleted; what callers are remembered as.
#![allow(missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

mod support;

use std::sync::Arc;

use postroom_directory::aws_account::{AccessKeyId, AwsAccountId, SecretAccessKey};
use postroom_directory::callers::{Callers, unseal_with};
use postroom_directory::ops::*;
use postroom_directory::page::PageRequest;
use postroom_directory::policies::Policies;
use postroom_directory::testing::{keyring, modules};
use postroom_directory::{DirectoryError, limits};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Place, Store, StoreError, on_both_engines};
use support::directory;

fn account() -> AwsAccountId {
    AwsAccountId::parse("111122223333").unwrap()
}

fn minted(store: &Store) -> (NewAccessKey, SecretAccessKey) {
    let policies = Policies::administrator();
    let (keyring, random) = (keyring(store), store.random().as_ref());
    NewAccessKey::mint(random, keyring.directory(), account(), policies, "test".to_owned())
}

fn with_account(store: &Store) {
    directory(store, |tx| create_aws_account(tx, &account(), "Test")).unwrap();
}

fn created(store: &Store) -> (AccessKeyId, SecretAccessKey) {
    let (new, secret) = minted(store);
    let id = new.id.clone();
    directory(store, move |tx| create_access_key(tx, &new)).unwrap();
    (id, secret)
}

on_both_engines! { modules();
    fn a_key_is_found_with_its_secret_and_not_after_it_is_switched_off_or_deleted(store: &mut TestStore) {
        with_account(store);
        let callers = Callers::watching(store, unseal_with(keyring(store)));
        let (id, secret) = created(store);
        let store: &Store = store;
        let find = || block_on(callers.find(store, id.as_str())).unwrap();
        let caller = find().unwrap();
        assert_eq!(&*caller.aws_account, account().as_str());
        assert_eq!(*caller.secret, secret.expose().as_bytes());
        assert!(Arc::ptr_eq(&caller, &find().unwrap()), "the second time it is remembered");

        let key = id.clone();
        directory(store, move |tx| set_access_key_active(tx, &key, false)).unwrap();
        assert!(find().is_none());
        let key = id.clone();
        directory(store, move |tx| set_access_key_active(tx, &key, true)).unwrap();
        assert!(find().unwrap().generation > caller.generation);
        let key = id.clone();
        directory(store, move |tx| delete_access_key(tx, &key)).unwrap();
        assert!(find().is_none());
        let again = directory(store, move |tx| delete_access_key(tx, &id));
        assert!(matches!(again, Err(DirectoryError::NotFound(_))));
    }

    fn a_key_that_was_unknown_is_found_as_soon_as_it_is_made(store: &mut TestStore) {
        with_account(store);
        let callers = Callers::watching(store, unseal_with(keyring(store)));
        let (new, _) = minted(store);
        let id = new.id.clone();
        assert!(block_on(callers.find(store, id.as_str())).unwrap().is_none());
        directory(store, move |tx| create_access_key(tx, &new)).unwrap();
        assert!(block_on(callers.find(store, id.as_str())).unwrap().is_some());
    }

    fn a_sealed_secret_opens_only_for_its_own_key(store: &mut TestStore) {
        with_account(store);
        let (mut new, _) = minted(store);
        new.id = AccessKeyId::parse("AKIAANOTHERKEYOFOURS").unwrap();
        let id = new.id.clone();
        directory(store, move |tx| create_access_key(tx, &new)).unwrap();
        let callers = Callers::watching(store, unseal_with(keyring(store)));
        assert!(matches!(block_on(callers.find(store, id.as_str())), Err(StoreError::Impaired(_))));
    }

    fn policies_are_replaced_and_listed(store: &mut TestStore) {
        with_account(store);
        let (id, _) = created(store);
        let one = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
        let policies = Policies::parse(one).unwrap();
        directory(store, move |tx| put_access_key_policies(tx, &id, &policies)).unwrap();
        let all = PageRequest { after: Vec::new(), rows_max: 10 };
        let page = store.read_blocking(Place::Directory, |tx| list_access_keys(tx, &account(), &all)).unwrap();
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.rows[0].policies.json(), format!("[{one}]"));
        assert!(page.rows[0].active);
        assert!(matches!(Policies::parse("{"), Err(DirectoryError::Invalid(_))));
    }

    fn keys_are_listed_in_pages_up_to_the_limit(store: &mut TestStore) {
        with_account(store);
        let mut ids: Vec<_> = (0..5).map(|_| created(store).0).collect();
        ids.sort();
        let (mut page, mut found) = (PageRequest { after: Vec::new(), rows_max: 2 }, Vec::new());
        loop {
            let request = page.clone();
            let listed = store.read_blocking(Place::Directory, |tx| list_access_keys(tx, &account(), &request));
            let listed = listed.unwrap();
            found.extend(listed.rows.into_iter().map(|key| key.id));
            let Some(next) = listed.next else { break };
            page.after = next;
        }
        assert_eq!(found, ids);
    }

    fn one_key_more_than_the_limit_is_refused_until_one_is_deleted(store: &mut TestStore) {
        with_account(store);
        let (first, _) = created(store);
        let (template, _) = minted(store);
        let many: Vec<_> = (1..limits::ACCESS_KEYS_MAX)
            .map(|n| NewAccessKey {
                id: AccessKeyId::parse(&format!("AKIA{n:016}")).unwrap(),
                ..template.clone()
            })
            .collect();
        directory(store, move |tx| many.iter().try_for_each(|new| create_access_key(tx, new))).unwrap();
        let over = template.clone();
        let refused = directory(store, move |tx| create_access_key(tx, &over));
        assert!(matches!(refused, Err(DirectoryError::LimitExceeded(_))));
        directory(store, move |tx| delete_access_key(tx, &first)).unwrap();
        directory(store, move |tx| create_access_key(tx, &template)).unwrap();
    }

    fn ids_are_unique_and_accounts_must_exist(store: &mut TestStore) {
        let (new, _) = minted(store);
        let orphan = new.clone();
        let refused = directory(store, move |tx| create_access_key(tx, &orphan));
        assert!(matches!(refused, Err(DirectoryError::NotFound(_))));
        with_account(store);
        let again = directory(store, |tx| create_aws_account(tx, &account(), "Test"));
        assert!(matches!(again, Err(DirectoryError::Invalid(_))));
        let first = new.clone();
        directory(store, move |tx| create_access_key(tx, &first)).unwrap();
        let taken = directory(store, move |tx| create_access_key(tx, &new));
        assert!(matches!(taken, Err(DirectoryError::Invalid(_))));
    }

    fn the_first_start_makes_one_administrator(store: &mut TestStore) {
        let store: &Store = store;
        let starts: Vec<bool> = std::thread::scope(|scope| {
            let start = || {
                let (administrator, _) = minted(store);
                directory(store, move |tx| first_start(tx, &administrator)).unwrap()
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(starts.iter().filter(|made| **made).count(), 1);
        let all = PageRequest { after: Vec::new(), rows_max: 10 };
        let accounts = store.read_blocking(Place::Directory, |tx| list_aws_accounts(tx, &all)).unwrap();
        assert_eq!(accounts.rows.len(), 1);
    }
}
