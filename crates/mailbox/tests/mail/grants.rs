//! Rights of others to folders: who gives them, who has them, and how they go.

use postroom_directory::ops::{
    associate_member_to_group, delete_group, delete_user, disable_entity, put_mailbox_permissions,
};
use postroom_directory::testing::address;
use postroom_mailbox::folders::{create_folder, create_folder_at, delete_folder, rename_folder};
use postroom_mailbox::ops::{
    GrantChange, GrantSet, deregister_from_workmail, forget_grantee, set_folder_grant,
};
use postroom_mailbox::{
    Access, FolderKey, FolderRights, Grant, GrantError, MailError, Role, SharedMailbox, grants, limits,
    shared_with,
};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;
use postroom_types::{EntityId, EntityType, PermissionType};

use crate::fixture::{Fixture, modules};

fn rights(letters: &str) -> FolderRights {
    FolderRights::of_letters(letters).unwrap()
}

fn give_by(
    fixture: &Fixture,
    by: &EntityId,
    folder: FolderKey,
    grantee: &str,
    change: GrantChange,
) -> Result<GrantSet, GrantError> {
    let (mailbox, by, grantee) = (fixture.row(), by.clone(), grantee.to_owned());
    fixture.admin.write(move |tx| set_folder_grant(tx, &mailbox, folder, &grantee, change, &by))
}

/// The owner gives `letters` and no others.
fn give(fixture: &Fixture, folder: FolderKey, grantee: &str, letters: &str) -> Result<GrantSet, GrantError> {
    give_by(fixture, &fixture.alice.clone(), folder, grantee, GrantChange::Set(rights(letters)))
}

/// Who has which rights to `folder`, as text.
fn given(fixture: &Fixture, folder: FolderKey) -> Vec<(EntityId, String)> {
    let place = fixture.place(folder);
    let all = fixture.read(move |read| Ok(grants(read, place)?)).unwrap();
    all.into_iter().map(|Grant { grantee, rights }| (grantee, rights.letters())).collect()
}

fn shared(fixture: &Fixture, guest: &EntityId) -> Vec<SharedMailbox> {
    fixture
        .admin
        .read(|read| {
            let organization = read.organization;
            shared_with(read, organization, guest)
        })
        .unwrap()
}

/// What `guest` may do with `folder`, as letters; `None` when the mailbox is not open.
fn may(fixture: &Fixture, guest: &EntityId, folder: FolderKey) -> Option<String> {
    let shared = shared(fixture, guest).into_iter().find(|shared| shared.mailbox.key == fixture.mailbox)?;
    let folder = fixture.folder(folder).unwrap();
    Some(shared.access.rights(&folder).letters())
}

fn work(fixture: &Fixture) -> FolderKey {
    fixture.change(|mail| create_folder(mail, FolderKey::ROOT, "Work")).unwrap()
}

on_both_engines! { modules();
    fn rights_are_given_changed_and_taken(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        let (work, bert) = (work(fixture), fixture.admin.enabled_user("bert"));
        assert_eq!(may(fixture, &bert, work), None);
        for (change, after) in [
            (GrantChange::Set(rights("lr")), "lr"),
            (GrantChange::Add(rights("sa")), "lrsa"),
            (GrantChange::Remove(rights("ax")), "lrs"),
            (GrantChange::Set(rights("tk")), "kt"),
        ] {
            let before = may(fixture, &bert, work).unwrap_or_default();
            let set = give_by(fixture, &fixture.alice, work, "bert@example.com", change).unwrap();
            assert_eq!(set, GrantSet { grantee: bert.clone(), before: rights(&before), after: rights(after) });
            assert_eq!(may(fixture, &bert, work).as_deref(), Some(after));
            assert_eq!(given(fixture, work), [(bert.clone(), after.to_owned())]);
        }
        assert_eq!(may(fixture, &bert, fixture.inbox()).as_deref(), Some(""), "other folders stay closed");
        give_by(fixture, &fixture.alice, work, "bert", GrantChange::Remove(FolderRights::ALL)).unwrap();
        assert_eq!((given(fixture, work), may(fixture, &bert, work)), (Vec::new(), None));
    }

    fn only_whom_it_is_given_to_may_give(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        let (work, bert) = (work(fixture), fixture.admin.enabled_user("bert"));
        let carl = fixture.admin.enabled_user("carl");
        let all_but = FolderRights::ALL.without(FolderRights::ADMINISTER);
        give(fixture, work, "bert", &all_but.letters()).unwrap();
        let as_bert = || give_by(fixture, &bert, work, "carl", GrantChange::Set(rights("l")));
        assert_eq!(as_bert(), Err(GrantError::NotPermitted));
        assert_eq!(give_by(fixture, &carl, work, "carl", GrantChange::Set(rights("l"))), Err(GrantError::NotPermitted));
        give(fixture, work, "bert", "a").unwrap();
        assert!(as_bert().is_ok());
        assert_eq!(may(fixture, &carl, work).as_deref(), Some("l"));
        let inbox = give_by(fixture, &bert, fixture.inbox(), "carl", GrantChange::Set(rights("l")));
        assert_eq!(inbox, Err(GrantError::NotPermitted), "of this folder alone");
        let full = [PermissionType::FullAccess].into();
        fixture.admin.write(move |tx| put_mailbox_permissions(tx, "alice", "carl", &full)).unwrap();
        assert!(give_by(fixture, &carl, fixture.inbox(), "bert", GrantChange::Set(rights("l"))).is_ok());
        assert_eq!(shared(fixture, &carl)[0].access, Access::Whole);
    }

    fn not_everybody_can_have_rights(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        let work = work(fixture);
        fixture.admin.enabled_resource("room");
        fixture.admin.user("sleeper");
        assert_eq!(give(fixture, work, "nobody", "l"), Err(GrantError::GranteeNotFound));
        for grantee in ["alice", "alice@example.com", "room", "sleeper"] {
            assert!(matches!(give(fixture, work, grantee, "l"), Err(GrantError::Grantee(_))), "{grantee}");
        }
        let recoverable = fixture.role(Role::Recoverable).key;
        fixture.admin.enabled_user("bert");
        for folder in [recoverable, FolderKey(999), FolderKey::ROOT] {
            let refused = give(fixture, folder, "bert", "l");
            assert_eq!(refused, Err(GrantError::Mail(MailError::FolderNotFound)), "{folder:?}");
        }
    }

    fn a_folder_that_every_mailbox_has_is_deleted_by_nobody(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        let (inbox, bert) = (fixture.inbox(), fixture.admin.enabled_user("bert"));
        give(fixture, inbox, "bert", "lrkx").unwrap();
        assert_eq!(may(fixture, &bert, inbox).as_deref(), Some("lrk"));
        let inner = fixture.change(move |mail| create_folder(mail, inbox, "Inner")).unwrap();
        assert_eq!(may(fixture, &bert, inner).as_deref(), Some("lrkx"));
    }

    fn groups_lend_their_members_their_rights(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        let (work, bert) = (work(fixture), fixture.admin.enabled_user("bert"));
        fixture.admin.enabled_group("outer");
        fixture.admin.enabled_group("inner");
        let join = |group: &'static str, member: &'static str| {
            fixture.admin.write(move |tx| associate_member_to_group(tx, group, member)).unwrap();
        };
        join("outer", "inner");
        give(fixture, work, "outer", "lr").unwrap();
        give(fixture, work, "inner", "i").unwrap();
        assert_eq!(may(fixture, &bert, work), None);
        join("inner", "bert");
        give(fixture, work, "bert", "s").unwrap();
        assert_eq!(may(fixture, &bert, work).as_deref(), Some("lrsi"));
        fixture.admin.write(|tx| disable_entity(tx, "outer").map(drop)).unwrap();
        assert_eq!(may(fixture, &bert, work).as_deref(), Some("si"), "a group that is disabled lends nothing");
        give(fixture, work, "outer", "r").unwrap();
        assert!(matches!(give(fixture, work, "outer", "rl"), Err(GrantError::Grantee(_))));
        give(fixture, work, "outer", "").unwrap();
    }

    fn a_new_folder_has_the_rights_of_the_one_that_it_is_in(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        let (work, bert) = (work(fixture), fixture.admin.enabled_user("bert"));
        give(fixture, work, "bert", "lrk").unwrap();
        let way = ["Work", "2026", "May"].map(str::to_owned).to_vec();
        let may_folder = fixture.change(move |mail| create_folder_at(mail, &way)).unwrap();
        assert_eq!(may(fixture, &bert, may_folder).as_deref(), Some("lrk"));
        give(fixture, work, "bert", "l").unwrap();
        assert_eq!(may(fixture, &bert, may_folder).as_deref(), Some("lrk"), "each is changed for itself");
        let top = fixture.change(|mail| create_folder(mail, FolderKey::ROOT, "Top")).unwrap();
        assert_eq!(given(fixture, top), []);
        fixture.change(move |mail| rename_folder(mail, may_folder, top, "Moved")).unwrap();
        assert_eq!(may(fixture, &bert, may_folder).as_deref(), Some("lrk"), "it keeps them where it goes");
        fixture.change(move |mail| delete_folder(mail, may_folder)).unwrap();
        assert_eq!(given(fixture, may_folder), []);
    }

    fn rights_go_with_their_grantee_and_rest_with_their_mailbox(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        let (work, bert) = (work(fixture), fixture.admin.enabled_user("bert"));
        fixture.admin.enabled_group("team");
        fixture.admin.enabled_group("other");
        for grantee in ["bert", "team", "other"] {
            give(fixture, work, grantee, "lr").unwrap();
        }
        fixture.admin.write(|tx| deregister_from_workmail(tx, "alice")).unwrap();
        assert_eq!(shared(fixture, &bert), [], "the mailbox is detached");
        let email = address("alice@example.com");
        let registration = postroom_mailbox::ops::Registration {
            email, epoch: postroom_mailbox::MailboxEpoch::mint([8; 8]), at: None, provisioned_at: None,
        };
        fixture.admin.write(move |tx| postroom_mailbox::ops::register_to_workmail(tx, "alice", &registration)).unwrap();
        assert_eq!(may(fixture, &bert, work).as_deref(), Some("lr"));
        fixture.admin.write(|tx| disable_entity(tx, "bert").map(drop)).unwrap();
        assert_eq!(shared(fixture, &bert), [], "nobody logs in who is disabled");
        fixture.admin.write(|tx| {
            forget_grantee(tx, "bert", EntityType::Group)?;
            assert_eq!(tx_grants(tx), 3, "it is no group");
            forget_grantee(tx, "bert", EntityType::User)?;
            delete_user(tx, "bert")
        }).unwrap();
        fixture.admin.write(|tx| disable_entity(tx, "team").map(drop)).unwrap();
        fixture.admin.write(|tx| {
            forget_grantee(tx, "team", EntityType::Group)?;
            delete_group(tx, "team")
        }).unwrap();
        assert_eq!(given(fixture, work).len(), 1);
        assert_eq!(postroom_mailbox::invariants::compare(store, fixture.organization, false).unwrap(), []);
    }

    fn there_are_limits(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        let (work, bert) = (work(fixture), fixture.admin.enabled_user("bert"));
        let limit = |refused: Result<GrantSet, GrantError>| matches!(refused, Err(GrantError::Mail(MailError::Limit(_))));
        rows(fixture, limits::FOLDER_GRANTS_MAX, "'nobody-' || n", &work.0.to_string(), "1");
        assert!(limit(give(fixture, work, "bert", "l")));
        assert_eq!(given(fixture, work).len() as i64, limits::FOLDER_GRANTS_MAX);
        let inbox = fixture.inbox();
        give(fixture, inbox, "bert", "l").unwrap();
        rows(fixture, limits::GRANTED_MAILBOXES_MAX - 1, &format!("'{bert}'"), "1", "n + 1000");
        give(fixture, inbox, "bert", "lr").unwrap();
        let carl = fixture.admin.enabled_user("carl");
        rows(fixture, limits::GRANTED_MAILBOXES_MAX, &format!("'{carl}'"), "1", "n + 1000");
        assert!(limit(give(fixture, inbox, "carl", "l")));
        rows(fixture, limits::MAILBOX_GRANTS_MAX - limits::FOLDER_GRANTS_MAX - 1, "'many'", "n + 1000", "1");
        assert!(limit(give(fixture, fixture.role(Role::Sent).key, "bert", "l")));
        let refused = fixture.change(move |mail| create_folder(mail, inbox, "Inner"));
        assert!(matches!(refused, Err(MailError::Limit(_))), "{refused:?}");
        assert!(fixture.change(|mail| create_folder(mail, FolderKey::ROOT, "Free")).is_ok());
    }
}

fn tx_grants(tx: &mut dyn postroom_store::Read) -> i64 {
    static COUNT: postroom_store::Statement =
        postroom_store::Statement::new("SELECT COUNT(*) FROM folder_grants");
    tx.query_first(&COUNT, &[]).unwrap().map_or(0, |mut row| row.take(0))
}

/// Inserts `count` rows of rights with these expressions of the number `n`, from 1 on.
fn rows(fixture: &Fixture, count: i64, grantee: &str, folder: &str, mailbox: &str) {
    let text = format!(
        "INSERT INTO folder_grants (organization, mailbox, folder, grantee_id, rights)
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
        SELECT $1, {mailbox}, {folder}, {grantee}, 'l' FROM numbers"
    );
    let text: &'static str = Box::leak(text.into());
    let statement: &'static postroom_store::Statement =
        Box::leak(Box::new(postroom_store::Statement::new(text)));
    let organization = fixture.organization.0;
    let inserted: Result<u64, postroom_directory::DirectoryError> =
        fixture.admin.write(move |tx| Ok(tx.execute(statement, postroom_store::parameters![organization])?));
    assert_eq!(inserted.unwrap().cast_signed(), count);
}
