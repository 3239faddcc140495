"""mbsync: a Maildir of real messages up, down into another, byte for byte; changes on both sides are merged."""

import mailbox
import pathlib
import re
import shutil
import subprocess

import pytest

from mail import samples

SECONDS_MAX = 120
# Work/Bücher & Läden: mbsync names folders as they are named on the wire.
SHOPS = "Work/B&APw-cher &- L&AOQ-den"
# The line that mbsync adds to each message that it copies, to know it again.
MARK = re.compile(rb"^X-TUID: .{12}\n", re.MULTILINE)

CONFIGURATION = """\
IMAPAccount postroom
Host localhost
Port {port}
User {user}
Pass {password}
SSLType IMAPS
SystemCertificates no
CertificateFile {authority}

IMAPStore far
Account postroom

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
CopyArrivalDate yes
SyncState {folder}/state/
"""


class Replica:
    """A Maildir that mbsync keeps equal to Alice's mailbox."""

    def __init__(self, folder, alice):
        self.folder = folder
        (folder / "mail").mkdir(parents=True)
        (folder / "state").mkdir()
        self.use(alice)

    def use(self, mail):
        """From now on it is kept equal to this mailbox."""
        port = mail.endpoint()[1]
        text = CONFIGURATION.format(
            port=port, user=mail.user, password=mail.password, authority=mail.authority, folder=self.folder
        )
        (self.folder / "mbsyncrc").write_text(text)

    def run(self):
        """Runs mbsync once. Answers its exit code and what it says."""
        program = shutil.which("mbsync")
        assert program, "mbsync is not installed: use cargo xtask with mbsync,… -- COMMAND"
        words = [program, "--config", str(self.folder / "mbsyncrc"), "--all"]
        ran = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS_MAX)
        return ran.returncode, ran.stdout + ran.stderr

    def sync(self):
        """Runs mbsync once; nothing may go wrong."""
        code, said = self.run()
        assert code == 0 and "Error" not in said and "Warning" not in said, said

    def box(self, name="INBOX"):
        """A folder, as Python's library sees it."""
        return mailbox.Maildir(self.folder / "mail" / name)

    def contents(self):
        """All folders: each message's bytes with its flags."""
        folders = [folder for folder in (self.folder / "mail").rglob("*") if (folder / "cur").is_dir()]
        return {str(folder.relative_to(self.folder / "mail")): content(mailbox.Maildir(folder)) for folder in folders}

    def files(self):
        """Every file with its content: what a run that changes nothing leaves as it is."""
        return {str(file): file.read_bytes() for file in self.folder.rglob("*") if file.is_file()}


def bytes_of(box, key):
    """A message without the line of mbsync."""
    return MARK.sub(b"", box.get_bytes(key), count=1)


def content(box):
    return sorted((bytes_of(box, key), box.get_message(key).get_flags()) for key in box.keys())


def key_of(box, message):
    """The key of the message with these bytes."""
    return next(key for key in box.keys() if bytes_of(box, key) == message)


def flag(box, message, flags):
    """Sets the flags of a message, as a mail program on the same Maildir does: by its file's name."""
    key = key_of(box, message)
    folder = pathlib.Path(box._path)
    file = next(file for file in folder.glob("*/*") if file.name.split(":")[0] == key)
    file.rename(folder / "cur" / f"{key}:2,{flags}")


def move(source, target, message):
    """Moves a message: a new file name, as mbsync asks for."""
    key = key_of(source, message)
    target.add(source.get_bytes(key))
    source.remove(key)


def check_equal(one, two):
    """Both have the same folders with the same messages and flags."""
    ours, theirs = one.contents(), two.contents()
    assert set(ours) == set(theirs)
    for name, messages in ours.items():
        differing = [each for each in messages if each not in theirs[name]]
        differing += [each for each in theirs[name] if each not in messages]
        assert not differing, name
        assert messages == theirs[name], name


@pytest.fixture
def replicas(alice, tmp_path):
    return Replica(tmp_path / "one", alice), Replica(tmp_path / "two", alice)


def maildir_messages():
    """What a Maildir can hold: lines end with LF, and mbsync hands on no NUL and no bare carriage return."""
    messages = {message.replace(b"\r\n", b"\n") for _, message in samples()}
    return sorted(message for message in messages if b"\0" not in message and b"\r" not in message)


def test_real_messages_go_up_and_down_and_changes_are_merged(replicas):
    one, two = replicas
    messages = maildir_messages()
    assert len(messages) >= 200
    inbox = mailbox.Maildir(one.folder / "mail" / "INBOX", create=True)
    for message in messages:
        inbox.add(message)
    flag(inbox, messages[0], "FS")
    one.sync()
    two.sync()
    expected = sorted((message, "FS" if message == messages[0] else "") for message in messages)
    assert content(two.box()) == expected
    check_equal(one, two)
    assert set(two.contents()) == {"INBOX", "Archive", "Deleted Items", "Drafts", "Junk E-mail", "Sent Items"}

    unchanged = one.files(), two.files()
    one.sync()
    two.sync()
    assert (one.files(), two.files()) == unchanged, "a run with nothing to do changes something"

    # Each side changes what the other does not know of yet.
    (one.folder / "mail" / "Work").mkdir()
    mailbox.Maildir(one.folder / "mail" / SHOPS, create=True)
    flag(one.box(), messages[0], "S")
    flag(two.box(), messages[0], "FRS")
    flag(one.box(), messages[1], "RS")
    flag(two.box(), messages[2], "F")
    flag(one.box(), messages[3], "F")
    flag(two.box(), messages[3], "S")
    move(one.box(), one.box("Archive"), messages[4])
    move(two.box(), two.box("Deleted Items"), messages[5])
    one.box().remove(key_of(one.box(), messages[6]))
    two.box().remove(key_of(two.box(), messages[7]))
    for replica in (one, two, one, two):
        replica.sync()
    check_equal(one, two)
    merged = dict(content(one.box()))
    assert [merged[messages[number]] for number in (0, 1, 2, 3)] == ["RS", "RS", "F", "FS"]
    assert not {messages[number] for number in (4, 5, 6, 7)} & set(merged)
    assert [message for message, _ in content(two.box("Archive"))] == [messages[4]]
    assert [message for message, _ in content(one.box("Deleted Items"))] == [messages[5]]
    assert two.contents()[SHOPS] == []
    assert len(merged) == len(messages) - 4
