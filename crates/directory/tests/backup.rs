//! Backups of everything and of one organization: what comes back, where, and what is refused.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "fixtures may fail")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use postroom_directory::audit::AdminRecord;
use postroom_directory::backup::{Backups, Copied, Failed, Manifest, Restored, RestoredAll, Source};
use postroom_directory::domains::owner;
use postroom_directory::fsck::{Fsck, Progress};
use postroom_directory::ops::*;
use postroom_directory::organizations::{Organization, named};
use postroom_directory::testing::*;
use postroom_store::backup::{advance_place, begin_place, place_restores, unfinished_restore};
use postroom_store::jobs::{Jobs, Runner, RunnerOptions};
use postroom_store::seal::{FileMasterKey, Secret};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{
    ManualClock, Options, Place, Read, Row, Statement, Store, StoreError, Tx, on_both_engines, parameters,
};
use postroom_types::{DirectoryId, OrganizationId, OrganizationKey, Timestamp};

/// What an organization has that a restore must bring back byte by byte.
const TABLES: &[&str] = &[
    "entities",
    "names",
    "addresses",
    "users",
    "resources",
    "group_members",
    "mail_domains",
    "access_control_rules",
];

fn backups(store: &Store) -> Backups {
    let keyring = keyring(store);
    let fsck = Fsck::new(store.clone(), keyring.clone(), &[], &[]);
    Backups::new(store.clone(), keyring, fsck, &[])
}

fn silent() -> Progress {
    Arc::new(drop)
}

fn engines() -> Vec<TestStore> {
    [Some(TestStore::embedded(modules())), TestStore::postgres(modules())].into_iter().flatten().collect()
}

/// An organization with people, a group, aliases and domains that the directory knows.
fn populated(store: &Store) -> TestOrganization {
    let organization = TestOrganization::in_store(store);
    organization.register_domains();
    let (anna, _) = (organization.enabled_user("anna"), organization.enabled_user("bert"));
    let team = organization.enabled_group("team");
    organization.enabled_resource("room");
    organization
        .write(move |tx| {
            create_alias(tx, anna.as_str(), &address("anna@demo.mail.example.net"))?;
            associate_member_to_group(tx, team.as_str(), anna.as_str())
        })
        .unwrap();
    organization
}

fn statement(text: String) -> &'static Statement {
    Box::leak(Box::new(Statement::new(Box::leak(text.into_boxed_str()))))
}

/// Every row of the tables above, without the short key, in a stable order.
fn rows(store: &Store, key: OrganizationKey) -> Vec<String> {
    let mut all = Vec::new();
    for table in TABLES {
        let select = statement(format!("SELECT * FROM {table} WHERE organization = $1"));
        let read = |read: &mut dyn Read| read.query(select, parameters![key.0]);
        let rows: Vec<Row> = store.read_blocking::<_, StoreError, _>(Place::Organization(key), read).unwrap();
        all.extend(rows.into_iter().map(|row| format!("{table} {:?}", &row.0[1..])));
    }
    all.sort_unstable();
    all
}

fn found(store: &Store, name: &str) -> Organization {
    block_on(named(store, name)).unwrap().unwrap()
}

fn take(store: &Store, folder: &Path) {
    block_on(backups(store).take(folder, &[], "test", &silent())).unwrap();
}

fn source(folder: &Path, key: u8) -> Result<Source, Failed> {
    let master = Arc::new(FileMasterKey::new(&Secret::new([key; 32])));
    Ok(Source::new(folder, Manifest::read(folder)?, master))
}

fn restore_all(store: &Store, folder: &Path) -> Result<RestoredAll, Failed> {
    let source = source(folder, 7)?;
    block_on(backups(store).restore_all(&source, "the backup", &silent()))
}

fn record() -> AdminRecord {
    AdminRecord {
        operation: "RestoreOrganization",
        request_id: "request".into(),
        aws_account: "".into(),
        organization_id: "".into(),
        source_ip: std::net::Ipv4Addr::LOCALHOST.into(),
        parameters: "{}".into(),
        committed: postroom_directory::audit::Committed::default(),
    }
}

fn copied(alias: &str) -> Copied {
    Copied {
        id: OrganizationId::mint([9; 16]),
        directory_id: DirectoryId::mint([9; 5]),
        alias: alias.to_owned(),
        test_domain: format!("{alias}.{SUFFIX}"),
    }
}

fn restore_one(store: &Store, folder: &Path, name: &str, copied: Option<Copied>) -> Result<Restored, Failed> {
    let source = source(folder, 7)?;
    block_on(backups(store).restore_one(&source, name, copied, record(), &silent()))
}

#[track_caller]
fn sound(store: &Store) {
    let fsck = Fsck::new(store.clone(), keyring(store), &[], &[]);
    assert_eq!(block_on(fsck.run(None, false, silent())).unwrap().findings, []);
    assert_eq!(place_restores(store).unwrap(), []);
    assert_eq!(unfinished_restore(store).unwrap(), None);
}

#[track_caller]
fn refused<T>(restored: Result<T, Failed>, what: &str) {
    match restored {
        Ok(_) => panic!("it was restored: {what}"),
        Err(failed) => assert!(failed.to_string().contains(what), "{failed}"),
    }
}

fn delete(store: &Store, name: &str) {
    let organization = found(store, name);
    let deletion = Deletion {
        delete_directory: true,
        force: true,
        delete_application: false,
        token: None,
        request_id: None,
    };
    let (account, id) = (organization.aws_account, organization.id);
    support::directory(store, move |tx| delete_organization(tx, &account, &id, &deletion)).unwrap();
    carry_on(store, Vec::new());
}

fn owner_of(store: &Store, domain: &'static str) -> Option<OrganizationKey> {
    store.read_blocking::<_, StoreError, _>(Place::Directory, |read| owner(read, domain)).unwrap()
}

/// Each engine's backup is restored on each engine; what was written after it is not there.
#[test]
fn everything_comes_back_on_either_engine() {
    for from in engines() {
        let folder = tempfile::tempdir().unwrap();
        let organization = populated(&from);
        let before = rows(&from, organization.key);
        take(&from, &folder.path().join("one"));
        organization.enabled_user("late");
        for to in engines() {
            let restored = restore_all(&to, &folder.path().join("one")).unwrap();
            assert_eq!((restored.organizations, restored.findings), (1, vec![]));
            let there = found(&to, "demo");
            assert_eq!((there.id.clone(), there.key), (found(&from, "demo").id, organization.key));
            assert_eq!(rows(&to, there.key), before);
            assert_eq!(owner_of(&to, DOMAIN), Some(there.key));
            sound(&to);
            // It is in use now.
            refused(restore_all(&to, &folder.path().join("one")), "the store is in use");
            assert_eq!(rows(&to, there.key), before);
        }
    }
}

/// Stops a restore or backup when it has told how far it is for the `step`th time, as a crash would.
async fn cut<T>(step: usize, work: impl AsyncFnOnce(Progress) -> T) -> Option<T> {
    let (told, stop) = (AtomicUsize::new(0), Arc::new(tokio::sync::Notify::new()));
    let notify = Arc::clone(&stop);
    let progress: Progress = Arc::new(move |_| {
        if told.fetch_add(1, Ordering::Relaxed) + 1 == step {
            notify.notify_one();
        }
    });
    tokio::select! {
        biased;
        () = stop.notified() => None,
        done = work(progress) => Some(done),
    }
}

on_both_engines! { modules();
    fn an_organization_comes_beside_the_original(store: &mut TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let (folder, organization) = (folder.path().join("one"), populated(store));
        take(store, &folder);
        let before = rows(store, organization.key);
        let restored = restore_one(store, &folder, "demo", Some(copied("beside"))).unwrap();
        assert_eq!(restored.findings, []);
        sound(store);
        assert_eq!(rows(store, organization.key), before, "the original is as it was");
        let copy = found(store, "beside");
        assert_eq!(copy.id, OrganizationId::mint([9; 16]));
        assert_ne!(copy.key, organization.key);
        let of_copy = rows(store, copy.key).join("\n");
        assert!(of_copy.contains("anna@beside.mail.example.net"), "{of_copy}");
        assert!(!of_copy.contains("@demo.mail.example.net"), "{of_copy}");
        assert_eq!(owner_of(store, DOMAIN), Some(organization.key));
        let names = |key: OrganizationKey| {
            let rows = rows(store, key);
            rows.into_iter().filter(|row| row.starts_with("names ")).collect::<Vec<_>>()
        };
        assert_eq!(names(copy.key), names(organization.key));
        // Both go on by themselves.
        organization.enabled_user("late");
        refused(restore_one(store, &folder, "demo", Some(copied("beside"))), "the alias beside is taken");
        refused(restore_one(store, &folder, "demo", None), "is there");
        sound(store);
    }

    fn a_deleted_organization_comes_back(store: &mut TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let (folder, organization) = (folder.path().join("one"), populated(store));
        let (before, id) = (rows(store, organization.key), found(store, "demo").id);
        take(store, &folder);
        delete(store, "demo");
        let restored = restore_one(store, &folder, id.as_str(), None).unwrap();
        assert_eq!((restored.id, restored.findings), (id.clone(), vec![]));
        let there = found(store, "demo");
        assert_eq!(there.id, id);
        assert_ne!(there.key, organization.key, "a short key is never used again");
        assert_eq!(rows(store, there.key), before);
        assert_eq!(owner_of(store, DOMAIN), Some(there.key));
        sound(store);
    }

    fn a_copy_has_proved_nothing(store: &mut TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let (folder, _) = (folder.path().join("one"), populated(store));
        take(store, &folder);
        delete(store, "demo");
        let restored = restore_one(store, &folder, "demo", Some(copied("beside"))).unwrap();
        assert_eq!((restored.findings, owner_of(store, DOMAIN)), (vec![], None));
        sound(store);
    }

    fn a_lost_organization_goes_on(store: &mut TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let (folder, organization) = (folder.path().join("one"), populated(store));
        let before = rows(store, organization.key);
        take(store, &folder);
        block_on(store.remove_organization(organization.key)).unwrap();
        let restored = restore_one(store, &folder, "demo", None).unwrap();
        assert_eq!(restored.findings, []);
        let there = found(store, "demo");
        assert_eq!(rows(store, there.key), before);
        assert_eq!(owner_of(store, DOMAIN), Some(there.key));
        sound(store);
    }

    fn a_backup_without_an_organization_that_does_not_open_says_so(store: &mut TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let organization = populated(store);
        block_on(store.remove_organization(organization.key)).unwrap();
        let taken = block_on(backups(store).take(&folder.path().join("one"), &[], "test", &silent())).unwrap();
        assert_eq!((taken.organizations.len(), taken.left_out.len()), (0, 1));
        refused(restore_one(store, &folder.path().join("one"), "demo", None), "taken without organization demo");
    }

    fn a_backup_leaves_an_organization_without_its_data_key_out(store: &mut TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let organization = populated(store);
        for (damage, why) in [
            ("UPDATE data_keys SET wrapped = substr(wrapped, 2) WHERE organization = $1", "another key"),
            ("DELETE FROM data_keys WHERE organization = $1", "data key is lost"),
        ] {
            let damage = statement(damage.to_owned());
            let write = move |tx: &mut Tx<'_>| tx.execute(damage, parameters![organization.key.0]);
            let place = Place::Organization(organization.key);
            assert_eq!(store.write_blocking::<_, StoreError, _>(place, write), Ok(1));
            let folder = folder.path().join(why);
            let taken = block_on(backups(store).take(&folder, &[], "test", &silent())).unwrap();
            assert_eq!((taken.organizations.len(), taken.left_out.len()), (0, 1));
            assert!(!taken.left_out[0].why.is_empty(), "{:?}", taken.left_out);
        }
    }

    fn a_restore_that_dies_when_the_organization_is_known_is_finished_by_a_job(store: &mut TestStore) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_800_000_000)));
        store.reopen_with(Options { clock: Arc::clone(&clock) as _, ..store.options() });
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("one");
        populated(store);
        take(store, &folder);
        restore_one(store, &folder, "demo", Some(copied("beside"))).unwrap();
        let key = found(store, "beside").key;
        let undone = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            begin_place(tx, key, "x")?;
            let lost = statement("DELETE FROM domain_owners WHERE organization = $1".to_owned());
            assert_eq!(tx.execute(lost, parameters![key.0])?, 1);
            advance_place(tx, key).map(drop)
        };
        store.write_blocking::<_, StoreError, _>(Place::Directory, undone).unwrap();
        clock.advance(Duration::from_secs(61));
        let jobs = Jobs::new((**store).clone());
        let runner = self::backups(store).register_jobs(Runner::new(&jobs, RunnerOptions::default()));
        block_on(runner.run_due()).unwrap();
        assert_eq!(owner_of(store, "beside.mail.example.net"), Some(key));
        sound(store);
    }

    fn a_restore_of_one_that_is_cut_off_leaves_nothing_half(store: &mut TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let (folder, organization) = (folder.path().join("one"), populated(store));
        take(store, &folder);
        for step in 1.. {
            let alias = format!("beside{step}");
            let mut copy = copied(&alias);
            copy.id = OrganizationId::mint([step as u8; 16]);
            copy.directory_id = DirectoryId::mint([step as u8; 5]);
            let source = source(&folder, 7).unwrap();
            let (backups, name) = (backups(store), copy.clone());
            let done = block_on(cut(step, async move |progress: Progress| {
                backups.restore_one(&source, "demo", Some(name), record(), &progress).await
            }));
            // What was sent before the cut is carried out or not at all: the process that sent it is gone.
            store.reopen();
            block_on(self::backups(store).clean_up(true)).unwrap();
            sound(store);
            if let Some(restored) = done {
                restored.unwrap();
                assert!(step > 2, "it was cut {step} times");
                break;
            }
        }
        assert!(!rows(store, organization.key).is_empty());
    }

    fn what_a_crash_has_loaded_is_removed_once_nobody_works_on_it(store: &mut TestStore) {
        populated(store);
        let stray = OrganizationKey(70);
        store.write_blocking::<_, StoreError, _>(Place::Directory, move |tx| begin_place(tx, stray, "x")).unwrap();
        block_on(store.create_organization(stray)).unwrap();
        let alarm = statement("INSERT INTO alarms (organization, kind, subject, message, raised_at)
            VALUES ($1, '', '', '', 0)".to_owned());
        store.write_blocking::<_, StoreError, _>(Place::Organization(stray), move |tx| {
            tx.execute(alarm, parameters![stray.0]).map(drop)
        }).unwrap();
        assert_eq!(block_on(backups(store).clean_up(false)).unwrap(), [], "somebody may work on it");
        let left = block_on(backups(store).clean_up(true)).unwrap();
        assert_eq!((left.len(), left[0].finished), (1, false));
        assert!(!store.organizations().unwrap().contains(&stray));
        sound(store);
    }
}

#[test]
fn a_restore_of_everything_that_is_cut_off_is_finished_or_undone() {
    let folder = tempfile::tempdir().unwrap();
    let (from, folder) = (TestStore::embedded(modules()), folder.path().join("one"));
    let organization = populated(&from);
    let before = rows(&from, organization.key);
    take(&from, &folder);
    for again in [true, false] {
        for step in 1.. {
            let Some(mut to) = engines().pop() else { return };
            let source = source(&folder, 7).unwrap();
            let backups = backups(&to);
            let done = block_on(cut(step, async move |progress: Progress| {
                backups.restore_all(&source, "the backup", &progress).await
            }));
            if let Some(restored) = done {
                restored.unwrap();
                assert!(step > 3, "it was cut {step} times");
                break;
            }
            to.reopen();
            if again {
                restore_all(&to, &folder).unwrap();
                assert_eq!(rows(&to, found(&to, "demo").key), before);
                sound(&to);
            } else if unfinished_restore(&to).unwrap().is_some() {
                block_on(self::backups(&to).undo_restore()).unwrap();
                assert!(postroom_store::backup::is_empty(&to).unwrap());
                assert_eq!(to.organizations().unwrap(), []);
                // It is as new: an organization can be made.
                organization_with(&to, "demo", Vec::new());
            }
        }
    }
}

#[test]
fn a_backup_that_is_cut_off_is_none() {
    let store = TestStore::embedded(modules());
    populated(&store);
    let backups = backups(&store);
    let folder = tempfile::tempdir().unwrap();
    let steps = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&steps);
    let progress: Progress = Arc::new(move |_| {
        told.fetch_add(1, Ordering::Relaxed);
    });
    block_on(backups.take(&folder.path().join("whole"), &[], "test", &progress)).unwrap();
    let steps = steps.load(Ordering::Relaxed);
    assert!(steps > 1, "it says {steps} times how far it is");
    let mut cut_off = 0;
    for step in 1..=steps {
        let path = folder.path().join(step.to_string());
        let done =
            block_on(cut(step, async |progress: Progress| backups.take(&path, &[], "test", &progress).await));
        match done {
            // It was at its end before the cut reached it.
            Some(taken) => drop(taken.unwrap()),
            None => {
                cut_off += 1;
                refused(source(&path, 7).map(drop), "holds no backup");
            }
        }
    }
    assert!(cut_off > 0);
}

/// One bit anywhere, a cut anywhere, a file of another backup: nothing of it is restored.
#[test]
fn damage_is_noticed_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (from, folder) = (TestStore::embedded(modules()), folder.path().join("one"));
    populated(&from);
    take(&from, &folder);
    let to = TestStore::embedded(modules());
    let id = found(&from, "demo").id;
    for file in ["directory.postroom".to_owned(), format!("{}.postroom", id.as_str())] {
        let (path, whole) = (folder.join(&file), std::fs::read(folder.join(&file)).unwrap());
        for round in 0..20 {
            let at = usize::from_be_bytes(to.random().bytes()) % whole.len();
            let mut changed = whole.clone();
            changed[at] ^= 1 << (round % 8);
            std::fs::write(&path, &changed).unwrap();
            refused(restore_all(&to, &folder), "not those that were written");
            std::fs::write(&path, &whole[..at]).unwrap();
            refused(restore_all(&to, &folder), &format!("{at} bytes"));
        }
        std::fs::remove_file(&path).unwrap();
        refused(restore_all(&to, &folder), "it is not there, so the backup is not whole");
        std::fs::write(&path, &whole).unwrap();
    }
    let manifest = folder.join("manifest.json");
    let whole = std::fs::read_to_string(&manifest).unwrap();
    for (was, is, says) in [
        ("\"format\": 1", "\"format\": 2", "form 2"),
        ("\"alias\": \"demo\"", "\"alias\": \"other\"", "does not list what"),
        ("{", "", "not JSON"),
        (".postroom\"", "/../x\"", "no name of an archive"),
    ] {
        std::fs::write(&manifest, whole.replacen(was, is, 1)).unwrap();
        refused(restore_all(&to, &folder), says);
    }
    std::fs::write(&manifest, &whole).unwrap();
    let other = source(&folder, 8).unwrap();
    let restored = block_on(backups(&to).restore_all(&other, "x", &silent()));
    refused(restored, "the master key is not the one");
    assert!(postroom_store::backup::is_empty(&to).unwrap());
    restore_all(&to, &folder).unwrap();
    refused(source(folder.parent().unwrap(), 7).map(drop), "there is no manifest.json");
    let taken = block_on(backups(&from).take(&folder, &[], "test", &silent()));
    refused(taken, "never overwritten");
}
