//! Organizations: what is claimed, which steps lead where, what a killed process leaves.
#![allow(missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

mod support;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use postroom_directory::DirectoryError;
use postroom_directory::aws_account::AwsAccountId;
use postroom_directory::ops::*;
use postroom_directory::organizations::*;
use postroom_directory::page::PageRequest;
use postroom_directory::testing::*;
use postroom_store::jobs::{Faults, Jobs, Point, Runner, RunnerOptions, expire_leases};
use postroom_store::testing::{TestStore, block_on, damage};
use postroom_store::{Place, Store, StoreError, on_both_engines};
use postroom_types::{DirectoryId, OrganizationId, OrganizationKey};
use support::directory;

const DELETE: Deletion = Deletion {
    delete_directory: true,
    force: false,
    delete_application: false,
    token: None,
    request_id: None,
};

fn run(store: &Store) {
    carry_on(store, Vec::new());
}

/// Kills the program at the `left`-th point that it passes, and at each one after it.
struct KillAt {
    left: AtomicI64,
}

impl Faults for KillAt {
    fn strike(&self, _: &Point) -> bool {
        self.left.fetch_sub(1, Ordering::SeqCst) <= 0
    }
}

/// Does something once, where a job has an answer and has not written it down.
struct Meanwhile(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Faults for Meanwhile {
    fn strike(&self, point: &Point) -> bool {
        if point.name == "between closing and writing it down"
            && let Some(work) = self.0.lock().unwrap().take()
        {
            // Not in the runtime of the job.
            std::thread::spawn(work).join().unwrap();
        }
        false
    }
}

/// Carries on until killed at a point; the lease of the killed job is given up, as after a restart.
fn run_until_killed(store: &Store, points: i64) {
    let jobs = Jobs::new(store.clone());
    let faults: Arc<dyn Faults> = Arc::new(KillAt { left: AtomicI64::new(points) });
    let options = RunnerOptions { faults: Some(faults), ..RunnerOptions::default() };
    let runner =
        Lifecycle::new(jobs.clone(), keyring(store), Vec::new()).register_jobs(Runner::new(&jobs, options));
    block_on(runner.run_due()).unwrap();
    store.write_blocking::<_, StoreError, _>(Place::Directory, expire_leases).unwrap();
}

fn account() -> AwsAccountId {
    AwsAccountId::parse(AWS_ACCOUNT).unwrap()
}

fn describe(store: &Store, id: &OrganizationId) -> Organization {
    store.read_blocking(Place::Directory, |tx| describe_organization(tx, &account(), id)).unwrap()
}

fn delete(
    store: &Store,
    id: &OrganizationId,
    deletion: &Deletion,
) -> Result<OrganizationKey, DirectoryError> {
    let (id, deletion) = (id.clone(), deletion.clone());
    directory(store, move |tx| delete_organization(tx, &account(), &id, &deletion))
}

on_both_engines! { modules();
    fn a_creation_goes_from_requested_to_active_and_can_be_described_in_every_state(store: &mut TestStore) {
        let new = new_organization(store, "Demo");
        request_organization(store, &new).unwrap();
        let requested = describe(store, &new.id);
        assert_eq!((requested.state, requested.completed_at), (OrganizationState::Requested, None));
        assert_eq!(
            &**requested.arn(),
            format!("arn:aws:workmail:us-east-1:111122223333:organization/{}", new.id.as_str())
        );
        run_until_killed(store, 2);
        assert_eq!(describe(store, &new.id).state, OrganizationState::Creating);
        run(store);
        let active = describe(store, &new.id);
        assert_eq!(active.default_mail_domain.as_deref(), Some("demo.mail.example.net"));
        assert_eq!((active.alias.as_str(), active.directory_type.as_str()), ("Demo", "VpcDirectory"));
        assert!(active.completed_at.is_some());
        delete(store, &new.id, &DELETE).unwrap();
        assert_eq!(describe(store, &new.id).state, OrganizationState::Deleting);
        run(store);
        let deleted = describe(store, &new.id);
        assert_eq!((deleted.state, deleted.default_mail_domain), (OrganizationState::Deleted, None));
        assert_eq!(deleted.directory_id, active.directory_id);
    }

    fn a_process_killed_at_any_step_boundary_is_carried_on_by_the_next(store: &mut TestStore) {
        for points in 0..10 {
            let new = new_organization(store, &format!("demo{points}"));
            request_organization(store, &new).unwrap();
            run_until_killed(store, points);
            store.reopen();
            run(store);
            assert_eq!(describe(store, &new.id).state, OrganizationState::Active, "killed at {points}");
            delete(store, &new.id, &DELETE).unwrap();
            run_until_killed(store, points);
            store.reopen();
            run(store);
            assert_eq!(describe(store, &new.id).state, OrganizationState::Deleted, "killed at {points}");
            assert_eq!(block_on(reconcile(store, false)).unwrap(), []);
        }
    }

    fn of_many_that_ask_for_one_alias_one_gets_it(store: &mut TestStore) {
        let store: &Store = store;
        let results: Vec<_> = std::thread::scope(|scope| {
            let ask = || request_organization(store, &new_organization(store, "Demo"));
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        let lost = |result: &&Result<_, _>| matches!(result, Err(DirectoryError::NameTaken(_)));
        assert_eq!(results.iter().filter(lost).count(), 7);
        let other_case = request_organization(store, &new_organization(store, "dEMO"));
        assert!(matches!(other_case, Err(DirectoryError::NameTaken(_))));
    }

    fn short_keys_are_never_given_out_twice(store: &mut TestStore) {
        let first = new_organization(store, "demo");
        let key = request_organization(store, &first).unwrap();
        run(store);
        delete(store, &first.id, &DELETE).unwrap();
        run(store);
        let again = organization(store, "demo");
        assert!(again > key);
    }

    fn a_short_key_with_data_is_not_given_out_by_an_older_directory(store: &mut TestStore) {
        if !store.is_embedded() {
            // One database has all of it, and nobody puts a part of that back.
            return;
        }
        let newer = organization(store, "newer");
        for text in [
            "DELETE FROM organizations WHERE organization = $1",
            "DELETE FROM directories WHERE organization = $1",
            "UPDATE organization_keys SET next_key = $1",
        ] {
            damage(store, Place::Directory, text, newer.0);
        }
        keep_keys_apart(store).unwrap();
        let next = organization(store, "next");
        assert!(next > newer);
        damage(store, Place::Directory, "DELETE FROM organization_keys WHERE singleton = $1", 1);
        keep_keys_apart(store).unwrap();
        assert!(organization(store, "last") > next);
    }

    fn without_the_next_short_key_no_organization_is_created(store: &mut TestStore) {
        damage(store, Place::Directory, "DELETE FROM organization_keys WHERE singleton = $1", 1);
        let refused = request_organization(store, &new_organization(store, "demo"));
        assert!(matches!(refused, Err(DirectoryError::Store(StoreError::Bug(_)))), "{refused:?}");
    }

    fn an_account_has_a_hundred_organizations_in_a_region(store: &mut TestStore) {
        let first = new_organization(store, "a0");
        request_organization(store, &first).unwrap();
        run(store);
        for n in 1..100 {
            request_organization(store, &new_organization(store, &format!("a{n}"))).unwrap();
        }
        let over = request_organization(store, &new_organization(store, "a100"));
        assert!(matches!(over, Err(DirectoryError::LimitExceeded(_))));
        let mut elsewhere = new_organization(store, "a101");
        elsewhere.region = "eu-west-1".to_owned();
        request_organization(store, &elsewhere).unwrap();
        delete(store, &first.id, &DELETE).unwrap();
        run(store);
        request_organization(store, &new_organization(store, "a100")).unwrap();
    }

    fn a_kept_directory_serves_one_later_organization_with_its_alias(store: &mut TestStore) {
        let first = new_organization(store, "demo");
        let DirectoryChoice::New(directory_id) = first.directory.clone() else { unreachable!() };
        request_organization(store, &first).unwrap();
        run(store);
        let with = |alias: &str, id: &DirectoryId| NewOrganization {
            directory: DirectoryChoice::Kept(id.clone()),
            ..new_organization(store, alias)
        };
        let used = request_organization(store, &with("demo", &directory_id));
        assert!(matches!(used, Err(DirectoryError::DirectoryInUse(_))), "{used:?}");
        let unknown = request_organization(store, &with("demo", &DirectoryId::mint([9; 5])));
        assert!(matches!(unknown, Err(DirectoryError::DirectoryUnavailable(_))), "{unknown:?}");

        delete(store, &first.id, &Deletion { delete_directory: false, ..DELETE }).unwrap();
        run(store);
        let alias_held = request_organization(store, &new_organization(store, "demo"));
        assert!(matches!(alias_held, Err(DirectoryError::NameTaken(_))), "{alias_held:?}");
        let other_alias = request_organization(store, &with("other", &directory_id));
        assert!(matches!(other_alias, Err(DirectoryError::Invalid(_))), "{other_alias:?}");
        request_organization(store, &with("demo", &directory_id)).unwrap();
        let used = request_organization(store, &with("demo", &directory_id));
        assert!(matches!(used, Err(DirectoryError::DirectoryInUse(_))), "{used:?}");
    }

    fn interoperability_and_taken_ids_are_refused(store: &mut TestStore) {
        let exchange = NewOrganization { enable_interoperability: true, ..new_organization(store, "demo") };
        let refused = request_organization(store, &exchange);
        assert!(matches!(refused, Err(DirectoryError::Invalid(_))));
        let first = new_organization(store, "demo");
        request_organization(store, &first).unwrap();
        let same_id = NewOrganization { id: first.id, ..new_organization(store, "other") };
        let refused = request_organization(store, &same_id);
        assert!(matches!(refused, Err(DirectoryError::Invalid(_))));
        request_organization(store, &new_organization(store, "other")).unwrap();
    }

    fn only_an_organization_in_use_is_deleted(store: &mut TestStore) {
        let new = new_organization(store, "demo");
        request_organization(store, &new).unwrap();
        let refused = |result| matches!(result, Err(DirectoryError::OrganizationState(_)));
        assert!(refused(delete(store, &new.id, &DELETE)));
        run(store);
        delete(store, &new.id, &DELETE).unwrap();
        assert!(refused(delete(store, &new.id, &DELETE)));
        run(store);
        assert!(refused(delete(store, &new.id, &DELETE)));
        let unknown = delete(store, &OrganizationId::mint([1; 16]), &DELETE);
        assert_eq!(unknown, Err(DirectoryError::OrganizationNotFound));
    }

    fn a_refusal_that_comes_late_does_not_undo_a_later_deletion(store: &mut TestStore) {
        let new = new_organization(store, "demo");
        let organization = request_organization(store, &new).unwrap();
        run(store);
        support::enabled_user(store, organization, "alice", 1);
        delete(store, &new.id, &DELETE).unwrap();
        let (jobs, id, same) = (Jobs::new((**store).clone()), new.id.clone(), (**store).clone());
        let requests = Lifecycle::new(jobs.clone(), keyring(store), Vec::new());
        let work = move || {
            assert_eq!(block_on(requests.run_until_closed(organization)).unwrap(), Progress::DeletionRefused);
            delete(&same, &id, &Deletion { force: true, ..DELETE }).unwrap();
        };
        let faults: Arc<dyn Faults> = Arc::new(Meanwhile(Mutex::new(Some(Box::new(work)))));
        let options = RunnerOptions { faults: Some(Arc::clone(&faults)), ..RunnerOptions::default() };
        let runner = Lifecycle::new(jobs.clone(), keyring(store), Vec::new()).register_jobs(Runner::new(&jobs, options));
        block_on(runner.run_due()).unwrap();
        run(store);
        assert_eq!(describe(store, &new.id).state, OrganizationState::Deleted);
    }

    fn organizations_of_the_account_and_region_are_listed_unless_deleted(store: &mut TestStore) {
        let gone = new_organization(store, "gone");
        request_organization(store, &gone).unwrap();
        run(store);
        for alias in ["a", "b", "c"] {
            request_organization(store, &new_organization(store, alias)).unwrap();
        }
        let mut elsewhere = new_organization(store, "d");
        elsewhere.region = "eu-west-1".to_owned();
        request_organization(store, &elsewhere).unwrap();
        delete(store, &gone.id, &DELETE).unwrap();
        run(store);
        let list = |page: PageRequest| {
            store
                .read_blocking(Place::Directory, |tx| list_organizations(tx, &account(), REGION, &page))
                .unwrap()
                .map(|organization| organization.alias)
        };
        let first = list(PageRequest { after: Vec::new(), rows_max: 2 });
        assert_eq!(first.rows, ["a", "b"]);
        let second = list(PageRequest { after: first.next.unwrap(), rows_max: 2 });
        assert_eq!((second.rows, second.next), (vec!["c".to_owned()], None));
    }

    fn a_request_finds_its_organization_and_hears_of_changes(store: &mut TestStore) {
        let organizations = Organizations::watching(store);
        let new = new_organization(store, "demo");
        request_organization(store, &new).unwrap();
        let store: &Store = store;
        let lookup = Lookup::Id(&new.id);
        let find = || block_on(organizations.find(store, lookup)).unwrap().unwrap();
        assert!(matches!(find().must_be_active(), Err(DirectoryError::OrganizationState(_))));
        assert!(!Arc::ptr_eq(&find(), &find()), "what is about to change is not remembered");
        assert_eq!(block_on(organizations.find(store, Lookup::Arn(find().arn()))).unwrap(), Some(find()));
        assert_eq!(block_on(organizations.find(store, Lookup::Id("m-1"))).unwrap(), None);
        run(store);
        assert_eq!(find().must_be_active(), Ok(()));
        assert!(Arc::ptr_eq(&find(), &find()), "the second time it is remembered");
        let stranger = AwsAccountId::parse("999999999999").unwrap();
        let not_theirs = store.read_blocking(Place::Directory, |tx| describe_organization(tx, &stranger, &new.id));
        assert_eq!(not_theirs.unwrap_err(), DirectoryError::OrganizationNotFound);
        delete(store, &new.id, &DELETE).unwrap();
        assert!(find().must_be_active().is_err());
    }
}
