//! ImportUser, ImportGroup, ImportResource.

use postroom_directory::DirectoryError as D;
use postroom_directory::ops::{self as directory, EntityDates, NewUser};
use postroom_directory::testing::{TestOrganization, address, new_group, new_resource, new_user};
use postroom_mailbox::ops::{ImportedRegistration, Registration, import_group, import_resource, import_user};
use postroom_mailbox::{MailboxEpoch, MailboxError as M};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;
use postroom_types::{EntityId, EntityState, Timestamp, UserRole};

use crate::{mailbox, modules};

const SID: &str = "S-1-1-12-1234567890-123456789-123456789-1234";

macro_rules! refused {
    ($result:expr, $pattern:pat) => {{
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    }};
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn enabled(email: &str, aliases: &[&str]) -> ImportedRegistration {
    ImportedRegistration {
        registration: Registration {
            email: address(email),
            epoch: MailboxEpoch::mint([1; 8]),
            at: Some(at(2_000)),
            provisioned_at: None,
        },
        aliases: aliases.iter().map(|alias| address(alias)).collect(),
        quota_mb: None,
    }
}

fn user(
    organization: &TestOrganization,
    new: &NewUser,
    enabled: Option<&ImportedRegistration>,
) -> Result<(), M> {
    let (new, enabled) = (new.clone(), enabled.cloned());
    organization.write(move |tx| import_user(tx, &new, enabled.as_ref()))
}

fn imported_user(name: &str) -> NewUser {
    let dates = EntityDates { enabled_at: Some(at(2_000)), ..EntityDates::default() };
    NewUser { dates, ..new_user(EntityId::from_store(SID.to_owned()), name) }
}

on_both_engines! { modules();
    fn a_user_keeps_everything_and_is_written_once(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let new = imported_user("alice");
        let mut whole = enabled("alice@example.com", &["a@example.com", "b@example.net"]);
        whole.registration.provisioned_at = Some(at(1_000));
        whole.quota_mb = Some(100);
        assert_eq!(user(organization, &new, Some(&whole)), Ok(()));
        let first = mailbox(organization, &new.id).unwrap();
        assert_eq!((first.provisioned_at, first.quota_mb), (at(1_000), 100));
        assert_eq!(user(organization, &new, Some(&whole)), Ok(()));
        assert_eq!(mailbox(organization, &new.id), Some(first));
        let stored = organization.read(|tx| directory::describe_user(tx, "a@example.com")).unwrap().entity;
        assert_eq!((stored.id.as_str(), stored.state, stored.aliases_count), (SID, EntityState::Enabled, 2));
        assert_eq!((stored.enabled_at, stored.created_at), (Some(at(2_000)), at(2_000)));
        let mut other = whole.clone();
        other.aliases.push(address("c@example.com"));
        refused!(user(organization, &new, Some(&other)), M::Directory(D::Differs(_)));
        other = ImportedRegistration { quota_mb: Some(200), ..whole.clone() };
        refused!(user(organization, &new, Some(&other)), M::Directory(D::Differs(_)));
        refused!(user(organization, &new, None), M::Directory(D::Differs(_)));
        let renamed = imported_user("bob");
        refused!(user(organization, &renamed, Some(&whole)), M::Directory(D::Differs(_)));
        let role = NewUser { role: UserRole::RemoteUser, ..new.clone() };
        refused!(user(organization, &role, Some(&whole)), M::Directory(D::Differs(_)));
        // Nothing that an administrator has changed since is written over.
        organization.write(|tx| postroom_mailbox::ops::update_mailbox_quota(tx, "alice", 7)).unwrap();
        refused!(user(organization, &new, Some(&whole)), M::Directory(D::Differs(_)));
        assert_eq!(mailbox(organization, &new.id).unwrap().quota_mb, 7);
    }

    fn importers_at_the_same_time_make_one_user(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let (new, whole) = (imported_user("alice"), enabled("alice@example.com", &["a@example.com"]));
        let start = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    assert_eq!(user(organization, &new, Some(&whole)), Ok(()));
                });
            }
        });
        let stored = organization.read(|tx| directory::describe_user(tx, "alice")).unwrap().entity;
        assert_eq!((stored.state, stored.aliases_count), (EntityState::Enabled, 1));
        // Others' mailboxes come after this one: no second was made and left behind.
        let next = organization.user("bob");
        crate::register(organization, "bob", "bob@example.com").unwrap();
        let keys = (mailbox(organization, &new.id).unwrap().key, mailbox(organization, &next).unwrap().key);
        assert_eq!(keys.1.0, keys.0.0 + 1);
    }

    fn a_refused_user_leaves_nothing(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        organization.enabled_user("bob");
        let new = imported_user("alice");
        let with = |email: &str, aliases: &[&str]| user(organization, &new, Some(&enabled(email, aliases)));
        refused!(with("alice@pending.example", &[]), M::Directory(D::DomainNotVerified(_)));
        refused!(with("alice@unknown.example", &[]), M::Directory(D::DomainNotFound(_)));
        refused!(with("bob@example.com", &[]), M::Directory(D::AddressInUse(_)));
        refused!(with("alice@example.com", &["bob@example.com"]), M::Directory(D::AddressInUse(_)));
        let many: Vec<String> = (0..101).map(|number| format!("a{number}@example.com")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        refused!(with("alice@example.com", &many), M::Directory(D::LimitExceeded(_)));
        let quota = ImportedRegistration { quota_mb: Some(51_201), ..enabled("alice@example.com", &[]) };
        refused!(user(organization, &new, Some(&quota)), M::QuotaOutOfRange { .. });
        let system = NewUser { role: UserRole::SystemUser, ..new.clone() };
        refused!(user(organization, &system, Some(&enabled("alice@example.com", &[]))), M::Directory(D::EntityState(_)));
        let taken = imported_user("bob");
        refused!(user(organization, &taken, None), M::Directory(D::NameTaken(_)));
        for id in ["S-1-1-", "S-1-1-1--2-3456", "S-1-5-21-1234567890", "twelve-chars", "01234567-89AB-4DEF-8123-456789abcdef"] {
            let odd = NewUser { id: EntityId::from_store(id.to_owned()), ..new.clone() };
            refused!(user(organization, &odd, None), M::Directory(D::Invalid(_)));
        }
        assert_eq!(user(organization, &system, None), Ok(()));
        assert_eq!(user(organization, &system, None), Ok(()));
    }

    fn dates_must_be_possible(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let future = store.clock().now().plus(std::time::Duration::from_secs(60));
        let dated = |enabled_at, disabled_at| {
            let dates = EntityDates { created_at: None, enabled_at, disabled_at };
            NewUser { dates, ..imported_user("alice") }
        };
        let registration = enabled("alice@example.com", &[]);
        refused!(user(organization, &dated(Some(future), None), None), M::Directory(D::Invalid(_)));
        refused!(user(organization, &dated(Some(at(2)), Some(at(1))), None), M::Directory(D::Invalid(_)));
        refused!(user(organization, &dated(None, Some(at(1))), Some(&registration)), M::Directory(D::Invalid(_)));
        let mut early = registration.clone();
        early.registration.provisioned_at = Some(future);
        refused!(user(organization, &dated(None, None), Some(&early)), M::Directory(D::Invalid(_)));
        let remote = NewUser { role: UserRole::RemoteUser, ..imported_user("alice") };
        early.registration.provisioned_at = Some(at(1));
        refused!(user(organization, &remote, Some(&early)), M::Directory(D::Invalid(_)));
        assert_eq!(user(organization, &dated(Some(at(1)), Some(at(2))), None), Ok(()));
        let stored = organization.read(|tx| directory::describe_user(tx, "alice")).unwrap().entity;
        assert_eq!((stored.enabled_at, stored.disabled_at, stored.created_at), (Some(at(1)), Some(at(2)), at(1)));
    }

    fn an_id_is_one_entity_s_for_ever(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let new = imported_user("alice");
        assert_eq!(user(organization, &new, None), Ok(()));
        let group = new_group(new.id.clone(), "staff");
        refused!(organization.write(move |tx| import_group(tx, &group, None, &[])), M::Directory(D::Differs(_)));
        organization.write(|tx| directory::delete_user(tx, "alice").map(drop)).unwrap();
        refused!(user(organization, &new, None), M::Directory(D::EntityState(_)));
    }

    fn a_group_comes_with_its_members(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        let (alice, bob) = (organization.enabled_user("alice"), organization.enabled_user("bob"));
        organization.user("asleep");
        let new = new_group(organization.id(), "staff");
        let import = |members: &[&str]| {
            let members: Vec<String> = members.iter().map(ToString::to_string).collect();
            let (new, registration) = (new.clone(), enabled("staff@example.com", &["all@example.com"]));
            organization.write(move |tx| import_group(tx, &new, Some(&registration), &members))
        };
        refused!(import(&["alice", "nobody"]), M::Directory(D::EntityNotFound(_)));
        refused!(import(&["alice", "asleep"]), M::Directory(D::EntityState(_)));
        for _ in 0..2 {
            assert_eq!(import(&["alice", bob.as_str()]), Ok(()));
        }
        assert_eq!(import(&[alice.as_str()]), Ok(()));
        organization.enabled_user("carol");
        refused!(import(&["carol"]), M::Directory(D::Differs(_)));
        let page = postroom_directory::testing::first_page(10);
        let members = organization.read(|tx| directory::list_group_members(tx, "staff", &page)).unwrap();
        assert_eq!(members.rows.len(), 2);
    }

    fn a_resource_comes_with_its_delegates(store: &mut TestStore) {
        let organization = &TestOrganization::in_store(store);
        organization.enabled_user("alice");
        let mut new = new_resource(organization.resource_id(), "room");
        new.booking.auto_accept_requests = false;
        let import = |delegates: &[&str], description: &str| {
            let delegates: Vec<String> = delegates.iter().map(ToString::to_string).collect();
            let (mut new, registration) = (new.clone(), enabled("room@example.com", &[]));
            new.description = Some(description.try_into().unwrap());
            organization.write(move |tx| import_resource(tx, &new, Some(&registration), &delegates))
        };
        refused!(import(&[], "big"), M::Directory(D::InvalidConfiguration(_)));
        for _ in 0..2 {
            assert_eq!(import(&["alice"], "big"), Ok(()));
        }
        refused!(import(&["alice"], "small"), M::Directory(D::Differs(_)));
        organization.enabled_user("bob");
        refused!(import(&["bob"], "big"), M::Directory(D::Differs(_)));
        assert_eq!(mailbox(organization, &new.id).unwrap().provisioned_at, at(2_000));
    }
}
