//! Folders: what every mailbox has, and what people make.

use postroom_mailbox::folders::{
    create_folder, create_folder_at, delete_folder, rename_folder, subscribe_folder,
};
use postroom_mailbox::{Flags, Folder, FolderKey, MailError, Role, limits, renew_epochs};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;

use crate::fixture::{Fixture, modules};

fn names(fixture: &Fixture) -> Vec<String> {
    let (organization, mailbox) = (fixture.organization, fixture.mailbox);
    let all = fixture.read(move |read| Folder::all(read, organization, mailbox)).unwrap();
    all.into_iter().filter(|folder| !folder.hidden).map(|folder| folder.name).collect()
}

fn create(fixture: &Fixture, parent: FolderKey, name: &str) -> Result<FolderKey, MailError> {
    let name = name.to_owned();
    fixture.change(move |mail| create_folder(mail, parent, &name))
}

on_both_engines! { modules();
    fn a_new_mailbox_has_the_folders_of_every_role(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        assert_eq!(
            names(&fixture),
            ["Inbox", "Drafts", "Sent Items", "Deleted Items", "Junk E-mail", "Archive"]
        );
        let inbox = fixture.role(Role::Inbox);
        assert_eq!((inbox.uid_next, inbox.items_count, inbox.subscribed), (1, 0, true));
        assert!(fixture.role(Role::Recoverable).hidden);
        assert_ne!(inbox.uid_validity, fixture.role(Role::Sent).uid_validity);
    }

    fn folders_come_in_folders_and_have_one_name(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let work = create(&fixture, FolderKey::ROOT, "Work").unwrap();
        let inner = create(&fixture, work, "2026").unwrap();
        assert_eq!(fixture.folder(inner).unwrap().parent, work);
        assert_eq!(create(&fixture, FolderKey::ROOT, "work"), Err(MailError::FolderExists));
        assert_eq!(create(&fixture, FolderKey::ROOT, "INBOX"), Err(MailError::FolderExists));
        assert!(create(&fixture, work, "Inbox").is_ok(), "only at the top it is taken");
        assert_eq!(create(&fixture, FolderKey(999), "x"), Err(MailError::FolderNotFound));
        for name in ["", "a/b", "a\nb", "a\u{2028}b", &"x".repeat(limits::FOLDER_NAME_BYTES_MAX + 1)] {
            let refused = create(&fixture, FolderKey::ROOT, name);
            assert!(matches!(refused, Err(MailError::FolderName(_))), "{name:?}");
        }
        assert!(create(&fixture, FolderKey::ROOT, &"x".repeat(limits::FOLDER_NAME_BYTES_MAX)).is_ok());
    }

    fn a_way_is_made_where_it_is_missing(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let at = |path: &str| {
            let names: Vec<String> = path.split('/').map(str::to_owned).collect();
            fixture.change(move |mail| create_folder_at(mail, &names))
        };
        let first = at("inbox/a/b").unwrap();
        let second = at("INBOX/A/c").unwrap();
        let parents = [first, second].map(|folder| fixture.folder(folder).unwrap().parent);
        assert_eq!(parents[0], parents[1], "the folder on the way is one");
        assert_eq!(fixture.folder(parents[0]).unwrap().parent, fixture.inbox());
        for taken in ["Inbox", "inbox/a", "INBOX/a/B"] {
            assert_eq!(at(taken), Err(MailError::FolderExists), "{taken}");
        }
        let hidden = fixture.role(Role::Recoverable).name;
        assert_eq!(at(&hidden), Err(MailError::FolderExists));
        assert_eq!(at(&format!("{hidden}/x")), Err(MailError::FolderExists));
        for bad in ["x//y", "x/"] {
            assert!(matches!(at(bad), Err(MailError::FolderName(_))), "{bad}");
        }
    }

    fn folders_are_not_deeper_than_the_limit(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let mut at = FolderKey::ROOT;
        for _ in 0..limits::FOLDER_DEPTH_MAX {
            at = create(&fixture, at, "deeper").unwrap();
        }
        assert!(matches!(create(&fixture, at, "deeper"), Err(MailError::Limit(_))));
    }

    fn folders_do_not_get_deeper_by_a_new_name(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let above = create(&fixture, FolderKey::ROOT, "above").unwrap();
        let top = create(&fixture, FolderKey::ROOT, "top").unwrap();
        let mut at = top;
        for _ in 1..limits::FOLDER_DEPTH_MAX - 1 {
            at = create(&fixture, at, "deeper").unwrap();
        }
        assert_eq!(fixture.change(move |mail| rename_folder(mail, top, above, "inner")), Ok(()));
        assert_eq!(fixture.change(move |mail| rename_folder(mail, top, FolderKey::ROOT, "top")), Ok(()));
        create(&fixture, at, "deepest").unwrap();
        let refused = fixture.change(move |mail| rename_folder(mail, top, above, "inner"));
        assert!(matches!(refused, Err(MailError::Limit(_))));
    }

    fn a_folder_that_is_made_again_has_another_uid_validity(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let first = create(&fixture, FolderKey::ROOT, "Work").unwrap();
        let before = fixture.folder(first).unwrap().uid_validity;
        fixture.append(first, Flags::NONE);
        assert_eq!(fixture.change(move |mail| delete_folder(mail, first)), Ok(true));
        assert_eq!(fixture.folder(first), None);
        let second = create(&fixture, FolderKey::ROOT, "Work").unwrap();
        assert!(fixture.folder(second).unwrap().uid_validity > before);
        let kept = fixture.items(fixture.role(Role::Recoverable).key);
        assert_eq!(kept.len(), 1, "what was in it can be recovered");
    }

    /// Mailboxes that are made in one second, the later one of which gets the address of the earlier one.
    fn folders_of_a_newer_mailbox_have_greater_uid_validities(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let validities = |mailbox| {
            let organization = fixture.organization;
            let all = fixture.read(move |read| Folder::all(read, organization, mailbox)).unwrap();
            all.iter().map(|folder| folder.uid_validity).collect::<Vec<_>>()
        };
        for number in 0..300 {
            create(&fixture, FolderKey::ROOT, &format!("Work {number}")).unwrap();
        }
        let (mut greatest, mut mailboxes) = (0, vec![fixture.mailbox]);
        mailboxes.extend(["bob", "carl", "dora"].map(|name| fixture.another_mailbox(name)));
        for mailbox in mailboxes {
            let of_mailbox = validities(mailbox);
            assert!(of_mailbox.iter().all(|validity| *validity > greatest), "{of_mailbox:?} after {greatest}");
            greatest = of_mailbox.into_iter().max().unwrap();
        }
        let before = fixture.role(Role::Sent).uid_validity;
        renew_epochs(store, fixture.organization).unwrap();
        assert!(fixture.role(Role::Sent).uid_validity > before);
        let restored = validities(fixture.mailbox).into_iter().max().unwrap();
        let new = validities(fixture.another_mailbox("emil"));
        assert!(new.iter().all(|validity| *validity > restored), "{new:?} after {restored}");
    }

    fn a_folder_is_renamed_with_what_is_in_it(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let (one, two) = (create(&fixture, FolderKey::ROOT, "One").unwrap(), create(&fixture, FolderKey::ROOT, "Two").unwrap());
        let uid = fixture.append(one, Flags::SEEN);
        let before = fixture.folder(one).unwrap();
        fixture.change(move |mail| rename_folder(mail, one, two, "Inner")).unwrap();
        let after = fixture.folder(one).unwrap();
        assert_eq!((after.parent, after.name.as_str()), (two, "Inner"));
        assert_eq!((after.uid_validity, after.uid_next), (before.uid_validity, before.uid_next));
        assert_eq!(fixture.items(one)[0].uid, uid);
        let into_itself = fixture.change(move |mail| rename_folder(mail, two, one, "Loop"));
        assert!(matches!(into_itself, Err(MailError::FolderName(_))));
        let taken = fixture.change(move |mail| rename_folder(mail, two, FolderKey::ROOT, "INBOX"));
        assert_eq!(taken, Err(MailError::FolderExists));
        assert_eq!(fixture.change(move |mail| rename_folder(mail, two, FolderKey::ROOT, "TWO")), Ok(()));
        assert_eq!(fixture.folder(two).unwrap().name, "TWO", "its own name in other letters");
    }

    fn what_every_mailbox_has_stays(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let refused = Err(MailError::FolderReserved);
        assert_eq!(fixture.change(move |mail| delete_folder(mail, inbox)), refused.clone());
        assert_eq!(fixture.change(move |mail| rename_folder(mail, inbox, FolderKey::ROOT, "X").map(|()| true)), refused);
        let work = create(&fixture, FolderKey::ROOT, "Work").unwrap();
        create(&fixture, work, "Inner").unwrap();
        assert_eq!(fixture.change(move |mail| delete_folder(mail, work)), Err(MailError::FolderHasChildren));
    }

    fn subscriptions_are_kept(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let work = create(&fixture, FolderKey::ROOT, "Work").unwrap();
        assert!(!fixture.folder(work).unwrap().subscribed);
        fixture.change(move |mail| subscribe_folder(mail, work, true)).unwrap();
        assert!(fixture.folder(work).unwrap().subscribed);
        let gone = fixture.change(|mail| subscribe_folder(mail, FolderKey(999), true));
        assert_eq!(gone, Err(MailError::FolderNotFound));
    }
}
