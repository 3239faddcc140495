//! Every check of a mailbox finds what breaks its invariant, and mends it where it can.

use postroom_mailbox::folders::create_folder;
use postroom_mailbox::invariants::{CHECKS, compare};
use postroom_mailbox::items::{FlagChange, copy, expunge, relocate, store_flags};
use postroom_mailbox::{Flags, FolderKey, Role, UidSet};
use postroom_store::fsck::{self, Finding};
use postroom_store::testing::{TestStore, damage};
use postroom_store::{Place, on_both_engines};

use crate::fixture::{Fixture, modules};

/// How a break is mended.
enum Mended {
    /// By the repair, and every token stays good.
    Plainly,
    /// By the repair, which gives the mailbox another epoch.
    WithEpoch,
    /// By a person, who does this.
    By(&'static str),
}
use Mended::{By, Plainly, WithEpoch};

/// What must hold, how it is broken (`$1`: the organization's short key), and how it is mended. Folder 1 is the Inbox, 7
/// the recoverable items, 8 "Work" with 9 "Inner" in it.
const CASES: &[(&str, &str, Mended)] = &[
    (
        "a mailbox's next number is above every one in use",
        "UPDATE mailboxes SET next_id = 3 WHERE organization = $1",
        WithEpoch,
    ),
    (
        "a mailbox's next number is above every one in use",
        "UPDATE thread_keys SET thread = 1000 WHERE organization = $1",
        WithEpoch,
    ),
    (
        "a mailbox's next folder is above every one in use",
        "UPDATE mailboxes SET next_folder = 9 WHERE organization = $1",
        WithEpoch,
    ),
    (
        "no sequence is above its mailbox's",
        "UPDATE items SET read_sequence = 5000 WHERE organization = $1 AND folder = 1 AND uid = 1",
        WithEpoch,
    ),
    (
        "no sequence is above its mailbox's",
        "UPDATE folders SET own_sequence = 9000 WHERE organization = $1 AND folder = 9",
        WithEpoch,
    ),
    (
        "no sequence is above its mailbox's",
        "UPDATE mailboxes SET log_floor = 12000 WHERE organization = $1",
        WithEpoch,
    ),
    (
        "a thread's key names a thread",
        "INSERT INTO thread_keys (organization, mailbox, message_key, thread)
        SELECT organization, mailbox, name_key, 0 FROM folders WHERE organization = $1 AND folder = 1",
        Plainly,
    ),
    ("the folder of an item is there", "DELETE FROM folders WHERE organization = $1 AND folder = 9", WithEpoch),
    (
        "a folder's role is one that there is",
        "UPDATE folders SET role = 'ATTIC' WHERE organization = $1 AND folder = 8",
        Plainly,
    ),
    (
        "every role has its folder",
        "UPDATE folders SET role = NULL WHERE organization = $1 AND folder = 1",
        Plainly,
    ),
    (
        "only what is kept to be recovered was expunged",
        "UPDATE items SET expunged_from = 1 WHERE organization = $1 AND folder = 8",
        Plainly,
    ),
    (
        "what is kept to be recovered says from where it was expunged",
        "UPDATE items SET expunged_from = NULL WHERE organization = $1 AND folder = 7",
        Plainly,
    ),
    (
        "the folder that a folder is in is there",
        "UPDATE folders SET parent = 999 WHERE organization = $1 AND folder = 9",
        Plainly,
    ),
    ("no folder is in itself", "UPDATE folders SET parent = 8 WHERE organization = $1 AND folder = 8", Plainly),
    (
        "no folder is in itself",
        "UPDATE folders SET parent = 12 - folder WHERE organization = $1 AND folder IN (4, 8)",
        Plainly,
    ),
    (
        "the folder of an annotation is there",
        "INSERT INTO annotations (organization, mailbox, folder, reader, name, value)
        SELECT organization, mailbox, 999, '', '/comment', name_key FROM folders
        WHERE organization = $1 AND folder = 1",
        Plainly,
    ),
    (
        "the folder of a right is there",
        "INSERT INTO folder_grants (organization, mailbox, folder, grantee_id, rights)
        SELECT organization, mailbox, 999, attached_to, 'lr' FROM mailboxes WHERE organization = $1",
        Plainly,
    ),
    (
        "rights to a folder are rights that there are",
        "INSERT INTO folder_grants (organization, mailbox, folder, grantee_id, rights)
        SELECT organization, mailbox, 1, attached_to, 'rl' FROM mailboxes WHERE organization = $1",
        Plainly,
    ),
    (
        "who has rights to folders is a user or a group",
        "INSERT INTO folder_grants (organization, mailbox, folder, grantee_id, rights)
        SELECT organization, mailbox, 1, 'nobody-at-all', 'lr' FROM mailboxes WHERE organization = $1",
        Plainly,
    ),
    (
        "an item has a content",
        "UPDATE contents SET content = -content WHERE organization = $1 AND items_count = 2",
        By("UPDATE contents SET content = -content WHERE organization = $1 AND content < 0"),
    ),
    (
        "an item has a body",
        "UPDATE bodies SET content = -content WHERE organization = $1",
        By("UPDATE bodies SET content = -content WHERE organization = $1 AND content < 0"),
    ),
    (
        "a content has items",
        "INSERT INTO contents (organization, mailbox, content, items_count, envelope, structure, preview, sort_keys)
        SELECT organization, mailbox, 2, 1, envelope, structure, preview, sort_keys FROM contents
        WHERE organization = $1 AND items_count = 2",
        Plainly,
    ),
    (
        "a body has a content",
        "INSERT INTO bodies (organization, mailbox, content, body_id, sealed)
        SELECT b.organization, b.mailbox, 2, b.body_id, b.sealed FROM bodies b JOIN contents c
        ON c.organization = b.organization AND c.mailbox = b.mailbox AND c.content = b.content
        WHERE b.organization = $1 AND c.items_count = 2",
        Plainly,
    ),
    (
        "a content counts its items",
        "UPDATE contents SET items_count = items_count + 1 WHERE organization = $1",
        Plainly,
    ),
    (
        "a folder's next UID is above every one that it gave out",
        "UPDATE folders SET uid_next = 2 WHERE organization = $1 AND folder = 1",
        WithEpoch,
    ),
    (
        "a folder's next UID is above every one that it gave out",
        "UPDATE tombstones SET uid = 77 WHERE organization = $1 AND folder = 1 AND uid = 2",
        WithEpoch,
    ),
    (
        "the holes of a folder are the UIDs that no item has",
        "DELETE FROM uid_holes WHERE organization = $1 AND folder = 1",
        WithEpoch,
    ),
    (
        "the holes of a folder are the UIDs that no item has",
        "UPDATE uid_holes SET block = -1 WHERE organization = $1 AND folder = 1",
        WithEpoch,
    ),
    (
        "the holes of a folder are the UIDs that no item has",
        "UPDATE folders SET uid_next = 9000 WHERE organization = $1 AND folder = 1",
        WithEpoch,
    ),
    (
        "the folder of holes is there",
        "INSERT INTO uid_holes (organization, mailbox, folder, block, bits)
        SELECT organization, mailbox, 777, block, bits FROM uid_holes WHERE organization = $1 AND folder = 1 AND block = 0",
        Plainly,
    ),
    (
        "a keyword has a number and a name",
        "UPDATE keywords SET name = '' WHERE organization = $1",
        Plainly,
    ),
    (
        "a keyword has a number and a name",
        "INSERT INTO keywords (organization, mailbox, number, name, name_key, items_count, used_sequence)
        SELECT k.organization, k.mailbox, 5, k.name, f.name_key, 0, 1 FROM keywords k JOIN folders f
        ON f.organization = k.organization AND f.folder = 1 WHERE k.organization = $1",
        Plainly,
    ),
    (
        "the flags of an item are ones that there are",
        "UPDATE items SET flags = flags | 32 WHERE organization = $1 AND folder = 1",
        Plainly,
    ),
    (
        "the flags of an item are ones that there are",
        "UPDATE items SET more_flags = -1 WHERE organization = $1 AND folder IN (1, 7)",
        Plainly,
    ),
    (
        "a keyword counts its items",
        "UPDATE keywords SET items_count = items_count - 1 WHERE organization = $1",
        Plainly,
    ),
    (
        "a keyword has a number and a name",
        "UPDATE keywords SET number = 120 WHERE organization = $1 AND number = 0",
        Plainly,
    ),
    (
        "a folder counts its items",
        "UPDATE folders SET items_count = items_count + 1 WHERE organization = $1 AND folder = 2",
        Plainly,
    ),
    (
        "a folder counts its items",
        "UPDATE folders SET unread_count = 0 WHERE organization = $1 AND folder = 1",
        Plainly,
    ),
    (
        "a folder counts its items",
        "UPDATE folders SET deleted_count = 0 WHERE organization = $1 AND folder = 1",
        Plainly,
    ),
    (
        "a folder counts its items",
        "UPDATE folders SET size_bytes = 7 WHERE organization = $1 AND folder = 1",
        Plainly,
    ),
    (
        "a mailbox counts the bytes of its items",
        "UPDATE mailboxes SET size_bytes = size_bytes - 1 WHERE organization = $1",
        Plainly,
    ),
    (
        "an entry of the log can be read",
        "UPDATE change_log SET what = 'DREAMT' WHERE organization = $1 AND folder = 1 AND what = 'CREATED'",
        Plainly,
    ),
    (
        "an entry of the log can be read",
        "UPDATE change_log SET uids = (SELECT bits FROM uid_holes WHERE organization = $1 AND folder = 1 AND block = 0)
        WHERE organization = $1 AND folder = 8",
        Plainly,
    ),
    (
        "what left a folder is not in it",
        "UPDATE tombstones SET uid = 1 WHERE organization = $1 AND folder = 1 AND uid = 3",
        WithEpoch,
    ),
];

/// Two folders, a copy, moved, flagged and expunged items.
fn fill(fixture: &Fixture) {
    let inbox = fixture.inbox();
    for flags in [Flags::NONE, Flags::DELETED, Flags::SEEN, Flags::NONE, Flags::DELETED.with(Flags::SEEN)] {
        fixture.append(inbox, flags);
    }
    let one = |uid| UidSet::range(uid, uid);
    let work = fixture.change(|mail| create_folder(mail, FolderKey::ROOT, "Work")).unwrap();
    let inner = fixture.change(move |mail| create_folder(mail, work, "Inner")).unwrap();
    assert_eq!((inbox.0, fixture.role(Role::Recoverable).key.0, work.0, inner.0), (1, 7, 8, 9));
    fixture.change(move |mail| copy(mail, inbox, &one(1), work)).unwrap();
    fixture.append(inner, Flags::NONE);
    fixture.change(move |mail| relocate(mail, inbox, &one(3), inner)).unwrap();
    fixture.change(move |mail| expunge(mail, inbox, &one(2), true)).unwrap();
    let flagged = (Flags::FLAGGED, ["Work".to_owned()]);
    let change = FlagChange::Add;
    fixture
        .change(move |mail| store_flags(mail, inbox, &one(4), change, (flagged.0, &flagged.1), None))
        .unwrap();
}

fn alter(fixture: &Fixture, text: &'static str) {
    let place = Place::Organization(fixture.organization);
    damage(fixture.mailboxes.store(), place, text, place.number());
}

fn run(fixture: &Fixture, repair: bool) -> Vec<Finding> {
    let (store, place) = (fixture.mailboxes.store(), Place::Organization(fixture.organization));
    let begin = repair.then_some(postroom_directory::invariants::begin_repair as fsck::Begin);
    let mut findings = fsck::run(store, place, CHECKS, begin).unwrap();
    findings.extend(compare(store, fixture.organization, repair).unwrap());
    findings
}

on_both_engines! { modules();
    fn what_breaks_an_invariant_of_a_mailbox_is_found_and_mended(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        fill(fixture);
        assert_eq!(run(fixture, false), []);
        for (invariant, breaks, mended) in CASES {
            let (validity, before) = (fixture.role(Role::Archive).uid_validity, fixture.row().epoch);
            alter(fixture, breaks);
            let found = run(fixture, false);
            assert!(found.iter().any(|found| found.invariant == *invariant && !found.repaired), "{breaks}: {found:?}");
            let repaired = run(fixture, true);
            match mended {
                By(mends) => {
                    assert!(repaired.iter().any(|found| !found.repaired), "{invariant}: {repaired:?}");
                    alter(fixture, mends);
                }
                Plainly | WithEpoch => {
                    assert!(repaired.iter().all(|found| found.repaired), "{breaks}: {repaired:?}");
                }
            }
            assert_eq!(run(fixture, false), [], "after {breaks}");
            let renewed = fixture.row().epoch != before;
            assert_eq!(renewed, matches!(mended, WithEpoch), "{breaks}");
            assert_eq!(fixture.role(Role::Archive).uid_validity > validity, renewed, "{breaks}");
            // It goes on as before.
            let uid = fixture.append(fixture.inbox(), Flags::NONE);
            assert_eq!(fixture.items(fixture.inbox()).last().unwrap().uid, uid, "{breaks}");
        }
    }

    fn a_folder_that_is_mended_shows_what_is_in_it(store: &mut TestStore) {
        let fixture = &Fixture::new(store);
        fill(fixture);
        alter(fixture, "DELETE FROM folders WHERE organization = $1 AND folder = 9");
        let repaired = run(fixture, true);
        assert!(repaired.iter().all(|found| found.repaired), "{repaired:?}");
        let folder = fixture.folder(FolderKey(9)).unwrap();
        assert_eq!((folder.name.as_str(), folder.parent, folder.items_count, folder.uid_next), ("Recovered", FolderKey::ROOT, 2, 3));
        assert_eq!(fixture.live(folder.key), UidSet::range(1, 2));
        // Another folder has the name by now.
        alter(fixture, "DELETE FROM folders WHERE organization = $1 AND folder = 8");
        run(fixture, true);
        assert_eq!(fixture.folder(FolderKey(8)).unwrap().name, "Recovered (8)");
    }
}
