//! The master key file and the data keys in the store: created once, told apart when wrong, the same after a restart.
#![allow(clippy::unwrap_used, reason = "a fixture that fails ends its test")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use postroom_store::page::PageScope;
use postroom_store::seal::{FileMasterKey, Keyring, Purpose, SealError, Secret};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{
    Change, OpenError, Place, Store, StoreError, SystemRandom, on_both_engines, parameters, statements,
};
use postroom_types::OrganizationKey;

statements! {
    LOSE_KEY = "DELETE FROM data_keys WHERE organization = $1";
}

const PURPOSE: Purpose = Purpose::new("test");
const ORGANIZATION: Place = Place::Organization(OrganizationKey(1));

/// Where a test's master key is.
struct KeyFile {
    folder: tempfile::TempDir,
}

impl KeyFile {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }

    fn write(&self, bytes: &[u8]) {
        std::fs::write(self.path(), bytes).unwrap();
    }

    async fn keyring(&self, store: &Store) -> Result<Keyring, OpenError> {
        Keyring::open_with_file(store.clone(), &self.path()).await
    }
}

fn refusal(result: Result<Keyring, OpenError>) -> String {
    result.err().expect("refused").to_string()
}

on_both_engines! { vec![];
    async fn a_new_store_gets_a_key_file_that_only_its_owner_reads(store: &mut TestStore) {
        let file = KeyFile::new();
        file.keyring(store).await.unwrap();
        let metadata = std::fs::metadata(file.path()).unwrap();
        assert_eq!((metadata.len(), metadata.permissions().mode() & 0o777), (32, 0o600));
        let left = std::fs::read_dir(file.folder.path()).unwrap().count();
        assert_eq!(left, 1, "only the key is left behind");
    }

    async fn a_key_file_that_is_there_is_used_and_left_alone(store: &mut TestStore) {
        let file = KeyFile::new();
        file.write(&[9; 32]);
        file.keyring(store).await.unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), [9; 32]);
    }

    async fn a_key_file_of_another_length_is_refused(store: &mut TestStore) {
        for length in [0, 31, 33, 1000] {
            let file = KeyFile::new();
            file.write(&vec![9; length]);
            assert!(refusal(file.keyring(store).await).contains("exactly 32 bytes"));
        }
    }

    async fn a_missing_key_is_never_replaced_when_the_store_is_sealed(store: &mut TestStore) {
        let file = KeyFile::new();
        file.keyring(store).await.unwrap();
        std::fs::remove_file(file.path()).unwrap();
        assert!(refusal(file.keyring(store).await).contains("missing"));
        assert!(!file.path().exists());
    }

    async fn a_wrong_master_key_is_told_at_start(store: &mut TestStore) {
        let file = KeyFile::new();
        file.keyring(store).await.unwrap();
        file.write(&[9; 32]);
        assert!(refusal(file.keyring(store).await).contains("not the master key"));
    }

    async fn a_lost_key_of_the_directory_is_not_made_anew_where_organizations_are(store: &mut TestStore) {
        let file = KeyFile::new();
        let keyring = file.keyring(store).await.unwrap();
        store.create_organization(OrganizationKey(1)).await.unwrap();
        keyring.create_data_key(ORGANIZATION).await.unwrap();
        let lost = store.write::<_, StoreError, _>(Place::Directory, |tx| {
            tx.execute(&LOSE_KEY, parameters![Place::Directory.number()])
        });
        lost.await.unwrap();
        assert!(refusal(file.keyring(store).await).contains("data key is lost"));
        assert!(keyring.stored(Place::Directory).await.unwrap().is_none(), "it was made anew");
    }

    async fn sealed_values_and_derived_keys_outlive_a_restart(store: &mut TestStore) {
        let file = KeyFile::new();
        let first = file.keyring(store).await.unwrap();
        store.create_organization(OrganizationKey(1)).await.unwrap();
        assert_eq!(first.data_key(ORGANIZATION).await.err(), Some(SealError::NoDataKey));
        first.create_data_key(ORGANIZATION).await.unwrap();
        let key = first.data_key(ORGANIZATION).await.unwrap();
        let sealed = key.seal(&SystemRandom, PURPOSE, b"row", b"value");
        let derived = *key.derive(PURPOSE).expose();
        let scope = PageScope { operation: "List", place: ORGANIZATION, filters: b"" };
        let page = first.page_tokens().encode(&scope, b"last");
        drop((first, key));

        store.reopen();
        let second = file.keyring(store).await.unwrap();
        let key = second.data_key(ORGANIZATION).await.unwrap();
        assert_eq!(key.open(PURPOSE, b"row", &sealed).unwrap().as_slice(), b"value");
        assert_eq!(*key.derive(PURPOSE).expose(), derived);
        assert_eq!(second.page_tokens().decode(&scope, &page), Ok(b"last".to_vec()));
    }

    async fn places_have_different_keys(store: &mut TestStore) {
        let keyring = KeyFile::new().keyring(store).await.unwrap();
        let mut derived = vec![*keyring.directory().derive(PURPOSE).expose()];
        for number in 1..=3 {
            store.create_organization(OrganizationKey(number)).await.unwrap();
            let place = Place::Organization(OrganizationKey(number));
            keyring.create_data_key(place).await.unwrap();
            derived.push(*keyring.data_key(place).await.unwrap().derive(PURPOSE).expose());
            keyring.forget(place);
            assert_eq!(derived.last(), Some(keyring.data_key(place).await.unwrap().derive(PURPOSE).expose()));
        }
        derived.sort_unstable();
        derived.dedup();
        assert_eq!(derived.len(), 4);
    }

    async fn the_key_of_a_removed_organization_is_forgotten_on_every_node(store: &mut TestStore) {
        let file = KeyFile::new();
        let here = file.keyring(store).await.unwrap();
        store.create_organization(OrganizationKey(1)).await.unwrap();
        here.create_data_key(ORGANIZATION).await.unwrap();
        here.data_key(ORGANIZATION).await.unwrap();
        let other = store.another_node();
        let (heard, hears) = std::sync::mpsc::channel();
        let mut there = None;
        if let Some(node) = &other {
            let keyring = file.keyring(node).await.unwrap();
            keyring.data_key(ORGANIZATION).await.unwrap();
            assert!(keyring.holds(ORGANIZATION));
            there = Some(keyring);
            node.listen(Box::new(move |change| {
                if matches!(change, Change::Removed { .. }) {
                    let _ = heard.send(());
                }
            }));
        }
        assert!(here.holds(ORGANIZATION));
        let removed = store.write::<_, StoreError, _>(Place::Directory, |tx| {
            tx.publish(Change::Removed { organization: OrganizationKey(1) });
            Ok(())
        });
        removed.await.unwrap();
        assert!(!here.holds(ORGANIZATION));
        if let (Some(node), Some(there)) = (other, there) {
            hears.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
            assert!(!there.holds(ORGANIZATION));
            drop(there);
            node.close();
        }
    }

    async fn another_node_with_another_key_is_told(store: &mut TestStore) {
        let Some(other) = store.another_node() else { return };
        KeyFile::new().keyring(store).await.unwrap();
        let refused = refusal(KeyFile::new().keyring(&other).await);
        other.close();
        assert!(refused.contains("missing"), "{refused}");
    }

    fn racing_first_uses_agree_on_one_key(store: &mut TestStore) {
        let master = Arc::new(FileMasterKey::new(&Secret::new([3; 32])));
        let keys: Vec<_> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..8)
                .map(|_| {
                    let (store, master) = (Store::clone(store), Arc::clone(&master));
                    let derived =
                        async { *Keyring::open(store, master).await.unwrap().directory().derive(PURPOSE).expose() };
                    scope.spawn(|| block_on(derived))
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }
}

#[test]
fn a_wrapped_key_opens_only_with_its_master_key_and_context_and_unchanged() {
    use postroom_store::seal::MasterKey as _;
    let master = FileMasterKey::new(&Secret::new([3; 32]));
    let wrapped = master.wrap(&SystemRandom, b"context", &Secret::new([4; 32])).unwrap();
    assert_eq!(master.unwrap(b"context", &wrapped).ok().map(|key| *key.expose()), Some([4; 32]));
    let other = FileMasterKey::new(&Secret::new([5; 32]));
    assert_eq!(other.unwrap(b"context", &wrapped).err(), Some(SealError::WrongMasterKey));
    assert_eq!(master.unwrap(b"Context", &wrapped).err(), Some(SealError::WrongMasterKey));
    for byte in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        changed[byte] ^= 1;
        assert!(master.unwrap(b"context", &changed).is_err());
        assert!(master.unwrap(b"context", &wrapped[..byte]).is_err());
    }
}
