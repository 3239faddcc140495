"""A restore puts a mailbox back in time (DESIGN §5): clients that saw what is lost notice, and never mix the two."""

import shutil

import pytest

import test_mbsync
from conftest import ENGINES
from entities import PASSWORD, Organization
from mail import Mail, good, no_fault_in, samples
from places import Place
from raw_imap import Raw
from replica import Synced, stored
from sharing import Shared, acl, my_rights, names
from test_backup import place  # noqa: F401: the fixture

WHAT = "(FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE PREVIEW BODY.PEEK[])"
FOLDERS = ["INBOX", "Archive", "Projects"]
# More than seconds pass in the test: UIDVALIDITY must not rest on folders being made slowly.
LATER = 20


def text(subject):
    return f"Message-ID: <{subject}@example.com>\r\nSubject: {subject}\r\n\r\nSearch for quagga {subject}\r\n".encode()


def append(client, folder, message, flags=None):
    good(client.append(folder, flags, None, message))


def seen(mail):
    """All that there is in the folders, as the server tells it."""
    client, found = mail.log_in(), {}
    for folder in FOLDERS:
        good(client.select(folder, readonly=True))
        found[folder] = (good(client.uid("FETCH", "1:*", WHAT)), good(client.uid("SEARCH", "TEXT", "quagga")))
    client.logout()
    return found


def connection(mail):
    """A connection of a client that keeps what it knows."""
    raw = Raw(mail)
    raw.log_in(mail)
    raw.asked("ENABLE QRESYNC")
    return raw


def filled(mail):
    """Real messages in several folders, some of them gone again, others flagged."""
    client = mail.log_in()
    good(client.create("Projects"))
    for number, (_, message) in enumerate(samples()[::16]):
        append(client, FOLDERS[number % 3], message, r"(\Flagged)" if number % 4 == 0 else None)
    for number in range(6):
        append(client, "INBOX", text(f"kept{number}"))
    good(client.select("INBOX"))
    good(client.uid("STORE", "2:3", "+FLAGS", r"(\Deleted)"))
    good(client.expunge())
    good(client.uid("STORE", "4", "+FLAGS", r"($Work \Seen)"))
    client.logout()


def changed(mail, word, folders):
    """Goes on writing: new messages, flags, an expunge, new folders."""
    client = mail.log_in()
    for number in range(5):
        append(client, "INBOX", text(f"{word}{number}"))
        append(client, "Archive", text(f"{word}-archive{number}"))
    good(client.select("INBOX"))
    last = int(good(client.uid("SEARCH", "ALL"))[0].split()[-1])
    good(client.uid("STORE", str(last), "+FLAGS", rf"(\Flagged ${word})"))
    good(client.uid("STORE", str(last - 1 if word == "lost" else 1), "+FLAGS", r"(\Deleted)"))
    good(client.expunge())
    for name in folders:
        good(client.create(name))
    append(client, folders[0], text(f"{word}-first"))
    append(client, folders[-1], text(f"{word}-last"))
    client.logout()


def restored(place, to, tmp_path, folder):
    """The backup in `folder`, served from the engine `to`."""
    other = Place(tmp_path / "other", to)
    other.server.data.mkdir(mode=0o700)
    shutil.copy(place.server.data / "master.key", other.server.data)
    other.command("restore", "--from", str(folder))
    other.server.start()
    return other


@pytest.mark.parametrize("to", ENGINES)
def test_an_old_client_notices_and_never_mixes(place, to, tmp_path):  # noqa: F811
    organization = Organization(place.server.client())
    organization.user("alice", Password=PASSWORD)
    mail = Mail(place.server, organization.address("alice"), PASSWORD)
    filled(mail)
    before = seen(mail)
    place.command("backup", "--to", str(tmp_path / "backup"))
    later = [f"Later{number}" for number in range(LATER)]
    changed(mail, "lost", later)
    # What the clients know is newer than the backup.
    replicas = {folder: Synced(folder) for folder in FOLDERS + later}
    with connection(mail) as raw:
        for replica in replicas.values():
            replica.sync(raw)
    maildir = test_mbsync.Replica(tmp_path / "maildir", mail)
    maildir.sync()
    place.server.kill()

    other = restored(place, to, tmp_path, tmp_path / "backup")
    try:
        now = Mail(other.server, mail.user, PASSWORD)
        assert seen(now) == before, "a restore onto another engine changes something"
        changed(now, "other", later[::-1])
        with connection(now) as raw:
            for folder, replica in replicas.items():
                old = replica.validity
                responses = replica.sync(raw)
                assert replica.validity > old, folder
                assert not [text for text, _ in responses if b"VANISHED" in text or b"FETCH" in text]
                assert (replica.messages, replica.validity) == stored(raw, folder)
            bodies = [body for replica in replicas.values() for _, body in replica.messages.values()]
            assert not [body for body in bodies if b"Subject: lost" in body]
            assert len([body for body in bodies if b"Subject: other" in body]) == 12
        old_maildir_is_left_alone(maildir, now, tmp_path)
        assert other.asked("fsck")["findings"] == []
        no_fault_in(other.server.log())
        assert other.server.stop() == 0
    finally:
        if other.server.process is not None:
            other.server.kill()


def old_maildir_is_left_alone(maildir, mail, tmp_path):
    """mbsync, with what it knew, touches no folder that is another now; anew, it gets what there is."""
    before, here = everything(mail), maildir.contents()
    maildir.use(mail)
    code, said = maildir.run()
    assert code == 1, said
    for folder in ["INBOX", "Archive"]:
        assert f"far side box {folder}: UIDVALIDITY genuinely changed" in said, said
    # Every message in it is one that it knows.
    assert "far side box Projects: Recovered from change of UIDVALIDITY" in said, said
    assert (everything(mail), maildir.contents()) == (before, here)
    fresh = test_mbsync.Replica(tmp_path / "fresh", mail)
    fresh.sync()
    assert everything(mail) == before
    messages = [body for messages in fresh.contents().values() for body, _ in messages]
    assert [len(fresh.contents()[folder]) for folder in FOLDERS] == [len(before[folder][0]) for folder in FOLDERS]
    assert not [body for body in messages if b"Subject: lost" in body]
    assert len([body for body in messages if b"Subject: other" in body]) == 12


def everything(mail):
    with connection(mail) as raw:
        return {folder: stored(raw, folder) for folder in FOLDERS}


@pytest.mark.parametrize("to", ENGINES)
def test_rights_to_folders_go_back_in_time(place, to, tmp_path):  # noqa: F811
    organization = Organization(place.server.client())
    organization.user("alice", Password=PASSWORD)
    alice = Mail(place.server, organization.address("alice"), PASSWORD)
    shared = Shared(place.server, organization, alice)
    shared.give("Work", "lrs")
    organization.group("team")
    shared.give("Secret", "l", to="team")
    place.command("backup", "--to", str(tmp_path / "backup"))
    shared.give("Work", "lrswi")
    good(shared.owner.deleteacl("Secret", "team"))
    place.server.kill()

    other = restored(place, to, tmp_path, tmp_path / "backup")
    guest = Mail(other.server, alice.user, PASSWORD).log_in()
    assert names(guest) == {f"{shared.root}/Work"} and my_rights(guest, shared.path("Work")) == "lrs"
    good(guest.select(shared.path("Work")))
    good(guest.store("1", "+FLAGS", r"(\Seen)"))
    owner = Mail(other.server, shared.address, PASSWORD).log_in()
    assert acl(owner, "Secret") == {shared.address: "lrswipkxteacd", organization.address("team"): "l"}
    good(owner.deleteacl("Work", alice.user))
    guest.sock.settimeout(20)
    assert guest.readline().startswith(b"* BYE")
    other.command("fsck")
    assert other.server.stop() == 0, other.server.log()
