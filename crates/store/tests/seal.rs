//! The master key file and the data keys in the store: created once, told apart when wrong, the same after a restart.
#![allow(clippy::unwrap_used, reason = "a fixture that fails ends its test")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use postroom_store::page::PageScope;
use postroom_store::seal::{FileMasterKey, Keyring, Purpose, SealError, Secret};
use postroom_store::{OpenError, Options, Place, Store, SystemRandom};
use postroom_types::OrganizationKey;

const PURPOSE: Purpose = Purpose::new("test");
const ORGANIZATION: Place = Place::Organization(OrganizationKey(1));

fn store(root: &Path) -> Store {
    Store::open(Options { run_twice: true, ..Options::embedded(root, vec![]) }).unwrap()
}

async fn keyring(root: &Path) -> Result<Keyring, OpenError> {
    Keyring::open_with_file(store(root), &root.join("master.key")).await
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn refusal(result: Result<Keyring, OpenError>) -> String {
    result.err().expect("refused").to_string()
}

#[tokio::test]
async fn a_new_store_gets_a_key_file_that_only_its_owner_reads() {
    let folder = tempfile::tempdir().unwrap();
    keyring(folder.path()).await.unwrap();
    let metadata = std::fs::metadata(folder.path().join("master.key")).unwrap();
    assert_eq!((metadata.len(), metadata.permissions().mode() & 0o777), (32, 0o600));
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("key"))
        .collect();
    assert_eq!(left, ["master.key"]);
}

#[tokio::test]
async fn a_key_file_that_is_there_is_used_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    std::fs::write(&path, [9; 32]).unwrap();
    keyring(folder.path()).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), [9; 32]);
}

#[tokio::test]
async fn a_key_file_of_another_length_is_refused() {
    for length in [0, 31, 33, 1000] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("master.key"), vec![9; length]).unwrap();
        assert!(refusal(keyring(folder.path()).await).contains("exactly 32 bytes"));
    }
}

#[tokio::test]
async fn a_missing_key_is_never_replaced_when_the_store_is_sealed() {
    let folder = tempfile::tempdir().unwrap();
    keyring(folder.path()).await.unwrap();
    let path = folder.path().join("master.key");
    std::fs::remove_file(&path).unwrap();
    assert!(refusal(keyring(folder.path()).await).contains("missing"));
    assert!(!path.exists());
}

#[tokio::test]
async fn a_wrong_master_key_is_told_at_start() {
    let folder = tempfile::tempdir().unwrap();
    keyring(folder.path()).await.unwrap();
    std::fs::write(folder.path().join("master.key"), [9; 32]).unwrap();
    assert!(refusal(keyring(folder.path()).await).contains("not the master key"));
}

#[tokio::test]
async fn sealed_values_and_derived_keys_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = keyring(folder.path()).await.unwrap();
    store(folder.path()).create_organization(OrganizationKey(1)).await.unwrap();
    let key = first.data_key(ORGANIZATION).await.unwrap();
    let sealed = key.seal(&SystemRandom, PURPOSE, b"row", b"value");
    let derived = *key.derive(PURPOSE).expose();
    let scope = PageScope { operation: "List", place: ORGANIZATION, filters: b"" };
    let page = first.page_tokens().encode(&scope, b"last");
    drop((first, key));

    let second = keyring(folder.path()).await.unwrap();
    let key = second.data_key(ORGANIZATION).await.unwrap();
    assert_eq!(key.open(PURPOSE, b"row", &sealed).unwrap().as_slice(), b"value");
    assert_eq!(*key.derive(PURPOSE).expose(), derived);
    assert_eq!(second.page_tokens().decode(&scope, &page), Ok(b"last".to_vec()));
}

#[tokio::test]
async fn places_have_different_keys() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = keyring(folder.path()).await.unwrap();
    let store = store(folder.path());
    let mut derived = vec![*keyring.directory().derive(PURPOSE).expose()];
    for number in 1..=3 {
        store.create_organization(OrganizationKey(number)).await.unwrap();
        let place = Place::Organization(OrganizationKey(number));
        derived.push(*keyring.data_key(place).await.unwrap().derive(PURPOSE).expose());
        keyring.forget(place);
        assert_eq!(derived.last(), Some(keyring.data_key(place).await.unwrap().derive(PURPOSE).expose()));
    }
    derived.sort_unstable();
    derived.dedup();
    assert_eq!(derived.len(), 4);
}

#[test]
fn racing_first_uses_agree_on_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let master = Arc::new(FileMasterKey::new(&Secret::new([3; 32])));
    let keys: Vec<_> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..8)
            .map(|_| {
                let (store, master) = (store.clone(), Arc::clone(&master));
                scope.spawn(move || {
                    *block_on(Keyring::open(store, master)).unwrap().directory().derive(PURPOSE).expose()
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
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
