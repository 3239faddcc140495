"""`postroom mailbox`: mail goes in and out as files; Python's `mailbox` module reads and writes them beside us."""

import email.utils
import imaplib
import json
import mailbox
import ssl
import subprocess
import time

import pytest

from commands import asked, command
from entities import PASSWORD
from postroom import program

FIRST = 1_790_000_000


def message(number, body="Hello\n"):
    """A message with lines that mbox has to quote."""
    date = email.utils.formatdate(FIRST + number)
    text = f"From: bob@example.com\nSubject: Number {number}\nMessage-ID: <{number}@example.com>\nDate: {date}\n"
    return (text + f"\nFrom here on\n>From there\n\nFrom below\n{body}").encode()


class Box:
    """The mailbox of one user."""

    def __init__(self, server, organization, name):
        organization.user(name, Password=PASSWORD)
        self.server, self.words = server, ["--organization", organization.id, "--user", name]
        self.address = organization.address(name)

    def asked(self, action, *words):
        return asked(self.server, "mailbox", action, *self.words, *map(str, words))

    def command(self, action, *words, code=0):
        return command(self.server, "mailbox", action, *self.words, *map(str, words), code=code)

    def maildir(self, folder):
        """What is in it, through an export that Python reads: by folder the messages in order, with flags and date."""
        self.asked("export", "--format", "maildir", folder)
        root = mailbox.Maildir(folder, create=False)
        return {"": read(root)} | {name: read(root.get_folder(name)) for name in root.list_folders()}

    def log_in(self):
        host, port = self.server.endpoints["imaps"].split(":")
        context = ssl.create_default_context(cafile=str(self.server.data / "tls" / "ca.pem"))
        client = imaplib.IMAP4_SSL(host, int(port), ssl_context=context)
        client.login(self.address, PASSWORD)
        return client


def read(folder):
    found = []
    for key in sorted(folder.keys()):
        one = folder.get_message(key)
        found.append((folder.get_bytes(key), "".join(sorted(one.get_flags())), int(one.get_date())))
    return found


@pytest.fixture
def alice(server, organization):
    return Box(server, organization, "alice")


@pytest.fixture
def bert(server, organization):
    return Box(server, organization, "bert")


def test_an_mbox_of_python_comes_in_once_and_goes_out_as_a_maildir(alice, tmp_path):
    path = tmp_path / "old.mbox"
    box = mailbox.mbox(path)
    for number in range(120):
        one = mailbox.mboxMessage(message(number))
        one.set_from("bob@example.com", time.gmtime(FIRST + 1_000 + number))
        one.set_flags("RF" if number % 2 else "")
        box.add(one)
    box.close()
    came = alice.asked("import", path)
    assert (came.pop("messages"), came.pop("imported")) == (120, 120)
    assert not any(came.values()), came
    again = alice.asked("import", path)
    assert (again["imported"], again["already"]) == (0, 120)
    # However its path is spelled.
    (tmp_path / "link").symlink_to(path)
    for spelled in (f"{tmp_path}/./old.mbox", f"{tmp_path}/../{tmp_path.name}/link"):
        assert alice.asked("import", spelled)["imported"] == 0, spelled
    exported = alice.maildir(tmp_path / "out")
    # Python quotes only lines that begin with "From ", and reads none of that back: what had one ">" has none.
    wanted = [
        (message(number).replace(b">From there", b"From there"), "FS" if number % 2 else "", FIRST + 1_000 + number)
        for number in range(120)
    ]
    assert exported[""] == wanted
    assert "120 messages: 120 imported" in alice.command("import", path, "--name", "again", "--folder", "Work/2026")
    assert alice.maildir(tmp_path / "out2")["Work.2026"] == wanted


def test_a_maildir_of_python_comes_in_and_goes_out_as_mbox(alice, tmp_path):
    root = mailbox.Maildir(tmp_path / "in")
    work = root.add_folder("Work")
    inner = root.add_folder("Work.Inner")
    for number, (folder, flags) in enumerate([(root, "S"), (root, ""), (work, "FRS"), (inner, "DP"), (inner, "T")]):
        one = mailbox.MaildirMessage(message(number))
        one.set_subdir("cur" if flags else "new")
        one.set_flags(flags)
        one.set_date(FIRST + number)
        folder.add(one)
    came = alice.asked("import", tmp_path / "in")
    assert (came["messages"], came["imported"]) == (5, 5)
    out = tmp_path / "out"
    assert alice.asked("export", "--format", "mbox", out)["messages"] == 5
    files = {str(path.relative_to(out)) for path in out.rglob("*.mbox")}
    assert {"INBOX.mbox", "Work.mbox", "Work/Inner.mbox", "Sent Items.mbox"} <= files
    inbox = [one.get_flags() for one in mailbox.mbox(out / "INBOX.mbox", create=False)]
    assert inbox == ["RO", "O"]
    (one,) = mailbox.mbox(out / "Work.mbox", create=False)
    assert (one["Subject"], set(one.get_flags())) == ("Number 2", set("ROFA"))
    assert email.utils.parsedate_to_datetime(one["Date"]).timestamp() == FIRST + 2
    first, second = mailbox.mbox(out / "Work" / "Inner.mbox", create=False)
    assert (first["X-Keywords"], set(second.get_flags())) == ("$Forwarded", set("OD"))


def keywords(client, place):
    """The keywords of the messages of a folder, in order."""
    client.select(place, readonly=True)
    _, data = client.fetch("1:*", "(FLAGS)")
    return [{flag for flag in imaplib.ParseFlags(line) if not flag.startswith(b"\\")} for line in data]


@pytest.mark.parametrize("form", ["maildir", "mbox"])
def test_keywords_go_out_and_come_back(alice, bert, tmp_path, form):
    client = alice.log_in()
    wanted = [{b"Work", b"$Forwarded"}, {b"Later"}, set(), {f"k{number}".encode() for number in range(30)}]
    for number, names in enumerate(wanted):
        flags = b"(" + b" ".join(sorted(names)) + b")"
        client.append("INBOX", flags.decode(), None, message(number).replace(b"\n", b"\r\n"))
    client.append("Drafts", "(Work)", None, message(9).replace(b"\n", b"\r\n"))
    client.logout()
    exported = alice.asked("export", "--format", form, tmp_path / "out")
    # A folder of a Maildir has 26 letters; two of them are taken.
    left_out = [] if form == "mbox" else sorted(sorted(f"k{number}" for number in range(30))[24:])
    if form == "maildir":
        assert len(exported["keywords_left_out"]) == 6
        names = (tmp_path / "out" / "dovecot-keywords").read_text().splitlines()
        assert [line.split()[0] for line in names] == [str(number) for number in range(26)]
        left_out = exported["keywords_left_out"]
    assert exported["keywords_left_out"] == left_out
    assert bert.asked("import", tmp_path / "out")["imported"] == 5
    client = bert.log_in()
    wanted[3] -= {name.encode() for name in left_out}
    assert keywords(client, "INBOX") == wanted
    assert keywords(client, "Drafts") == [{b"Work"}]
    client.logout()


def test_keywords_without_room_are_left_out_and_named(alice, tmp_path):
    path = tmp_path / "old.mbox"
    box = mailbox.mbox(path)
    for number in range(3):
        one = mailbox.mboxMessage(message(number))
        one["X-Keywords"] = " ".join(f"m{number}k{each}" for each in range(50))
        box.add(one)
    box.close()
    came = alice.asked("import", path)
    assert came["imported"] == 3
    assert len(came["keywords_left_out"]) == 30 and all(name.startswith("m2k") for name in came["keywords_left_out"])
    client = alice.log_in()
    assert [len(names) for names in keywords(client, "INBOX")] == [50, 50, 20]
    client.logout()
    assert "left out, since a mailbox may have 120 keywords: the keyword m2k" in alice.command("import", path, "--name", "2")


@pytest.mark.parametrize("form", ["maildir", "mbox"])
def test_an_export_comes_back_as_it_was(alice, bert, tmp_path, form):
    client = alice.log_in()
    for name in ["Work", "Work/a.b & c", "Entw&APw-rfe"]:
        assert client.create(f'"{name.replace("& c", "&- c")}"')[0] == "OK"
    crlf = [message(number).replace(b"\n", b"\r\n") for number in range(5)]
    places = ["INBOX", "Work", '"Work/a.b &- c"', "Entw&APw-rfe", "INBOX"]
    for number, (place, text) in enumerate(zip(places, crlf)):
        date = imaplib.Time2Internaldate(FIRST + number)
        assert client.append(place, r"(\Flagged $Forwarded)" if number % 2 else "", date, text)[0] == "OK"
    client.logout()
    alice.asked("export", "--format", form, tmp_path / "out")
    assert bert.asked("import", tmp_path / "out")["imported"] == 5
    client = bert.log_in()
    for number, (place, text) in enumerate(zip(places, crlf)):
        assert client.select(place, readonly=True)[0] == "OK", place
        at = 2 if number == 4 else 1
        _, data = client.fetch(str(at), "(FLAGS INTERNALDATE BODY.PEEK[])")
        assert data[0][1] == text
        assert (b"$Forwarded" in data[0][0] + data[1]) == bool(number % 2)
        assert time.mktime(imaplib.Internaldate2tuple(data[0][0])) == FIRST + number
    client.logout()
    one = tmp_path / "one"
    alice.asked("export", "--format", form, "--folder", "work", one)
    assert bert.asked("import", one, "--folder", "One")["imported"] == 1


def test_files_of_one_message_come_in_with_the_date_of_their_header(alice, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.eml").write_bytes(message(number).replace(b"\n", b"\r\n"))
    assert alice.asked("import", folder)["imported"] == 3
    assert alice.asked("import", folder / "2.eml")["imported"] == 1, "another import"
    exported = alice.maildir(tmp_path / "out")[""]
    assert exported == [(message(number), "", FIRST + number) for number in (0, 1, 2, 2)]


def test_an_import_that_was_stopped_goes_on_and_a_full_mailbox_says_so(alice, tmp_path, organization):
    path = tmp_path / "big.mbox"
    box = mailbox.mbox(path)
    for number in range(130):
        box.add(message(number, "x" * 70 + "\n" + ("y" * 76 + "\n") * 130))
    box.close()
    organization.update_mailbox_quota(UserId="alice", MailboxQuota=1)
    said = alice.command("import", path, code=1)
    assert "the mailbox is full" in said and "raise the quota" in said
    filled = organization.get_mailbox_details(UserId="alice")["MailboxSize"]
    assert filled > 0.98, "as much came as there is room for, not only whole batches"
    organization.update_mailbox_quota(UserId="alice", MailboxQuota=50)
    came = alice.asked("import", path)
    assert (came["messages"], came["already"] > 0, came["imported"] > 0) == (130, True, True)
    subjects = [email.message_from_bytes(one[0])["Subject"] for one in alice.maildir(tmp_path / "out")[""]]
    assert subjects == [f"Number {number}" for number in range(130)]


def test_what_was_expunged_is_had_back(alice, tmp_path):
    path = tmp_path / "in"
    path.mkdir()
    (path / "1.eml").write_bytes(message(1))
    alice.asked("import", path, "--folder", "Work")
    client = alice.log_in()
    client.select("Work")
    client.store("1", "+FLAGS", r"(\Deleted \Flagged)")
    client.expunge()
    client.logout()
    assert alice.asked("recover", "--since", "2100-01-01")["recovered"] == 0
    would = alice.asked("recover", "--dry-run")
    assert (would["recovered"], would["folders"], would["dry_run"]) == (1, {"Work": 1}, True)
    assert "1 messages" in alice.command("recover", "--since", "2020-01-01T00:00:00Z")
    assert [one[1] for one in alice.maildir(tmp_path / "out")["Work"]] == ["F"]
    assert alice.asked("recover")["recovered"] == 0


def test_as_much_is_had_back_as_there_is_room_for(alice, tmp_path, organization):
    client = alice.log_in()
    text = b"Subject: s\r\n\r\n" + b"x" * 300_000 + b"\r\n"
    for _ in range(5):
        client.append("INBOX", None, None, text)
    client.select("INBOX")
    client.store("1:*", "+FLAGS", r"\Deleted")
    client.expunge()
    client.unselect()
    client.append("Drafts", None, None, text)
    organization.update_mailbox_quota(UserId="alice", MailboxQuota=1)
    said = alice.command("recover", "--dry-run", code=1)
    assert "only 2 messages would be recovered" in said and "raise the quota" in said
    said = alice.command("recover", code=1)
    assert "only 2 messages were recovered" in said and "raise the quota" in said
    client.select("INBOX")
    _, [uids] = client.uid("SEARCH", None, "ALL")
    assert uids == b"6 7"
    organization.update_mailbox_quota(UserId="alice", MailboxQuota=50)
    assert alice.asked("recover")["recovered"] == 3
    client.logout()


def test_two_that_recover_at_once_count_each_message_once(alice, tmp_path):
    path = tmp_path / "old.mbox"
    box = mailbox.mbox(path)
    for number in range(2_000):
        box.add(message(number))
    box.close()
    alice.asked("import", path)
    client = alice.log_in()
    client.select("INBOX")
    client.store("1:*", "+FLAGS.SILENT", r"\Deleted")
    client.expunge()
    client.logout()
    words = [program(), "mailbox", "recover", *alice.words, "--data", str(alice.server.data), "--output", "json"]
    for setting in alice.server.settings:
        words += ["--set", setting]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    counts = [json.loads(one.communicate(timeout=60)[0])["recovered"] for one in both]
    assert sum(counts) == 2_000, counts
    assert len(alice.maildir(tmp_path / "out")[""]) == 2_000


def test_what_cannot_come_is_named_and_the_rest_comes(alice, tmp_path):
    root = mailbox.Maildir(tmp_path / "in")
    root.add(message(1))
    for name in ("Work", "a..b", "line\nbreak", "x" * 252, "other users.bob@example"):
        root.add_folder(name).add(message(2))
    deep = tmp_path / "in" / "Plain" / "Deeper"
    deep.mkdir(parents=True)
    (deep / "1.eml").write_bytes(message(3))
    # A link, which another one may have made, to what the server may read.
    (deep / "2.eml").symlink_to(alice.server.data / "master.key")
    (deep / "3.mbox").write_text("no mail\n")
    (deep / "4.eml").write_bytes(b"")
    words = ["mailbox", "import", *alice.words, str(tmp_path / "in")]
    status, answer = status_and_answer(alice.server, *words)
    assert (status, answer["imported"], answer["unreadable"], answer["folders_left_out"]) == (1, 4, 3, 3)
    for part in ("line\nbreak: ", "other users/bob@example: a folder cannot", "longer than 250 bytes", "2.eml: ", "3.mbox: ", "4.eml: it is empty"):
        assert any(part in line for line in answer["left_out"]), (part, answer)
    places = alice.maildir(tmp_path / "out")
    assert [len(places[name]) for name in ("", "Work", "a.b", "Plain.Deeper")] == [1, 1, 1, 1]
    status, answer = status_and_answer(alice.server, *words)
    assert (status, answer["imported"], answer["already"]) == (1, 0, 4)


def status_and_answer(server, *words):
    """How a command ends that may fail, and its answer."""
    words = [program(), *words, "--data", str(server.data), "--output", "json"]
    for setting in server.settings:
        words += ["--set", setting]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60)
    return ended.returncode, json.loads(ended.stdout)


def test_a_folder_whose_name_no_file_can_have_is_named_before_anything_is_written(alice, tmp_path):
    client = alice.log_in()
    deep = "/".join(["y" * 100] * 3)
    assert client.create(deep)[0] == "OK"
    said = alice.command("export", "--format", "maildir", tmp_path / "out", code=1)
    assert "cannot be exported so" in said and "--format mbox" in said and not (tmp_path / "out").exists()
    assert alice.asked("export", "--format", "mbox", tmp_path / "out")["messages"] == 0
    assert alice.asked("export", "--format", "maildir", "--folder", deep, tmp_path / "one")["folders"] == 1
    # Each letter but the first one of a pair has five bytes in modified UTF-7.
    assert client.create("&APw-a" * 80)[0] == "OK"
    assert "cannot be exported so" in alice.command("export", "--format", "mbox", tmp_path / "out2", code=1)
    client.logout()


def test_what_cannot_be_is_refused(alice, tmp_path):
    (tmp_path / "text").write_text("no mail\n")
    (tmp_path / "empty").mkdir()
    assert "no mbox file" in alice.command("import", tmp_path / "text", code=1)
    assert "there is no mail in" in alice.command("import", tmp_path / "empty", code=1)
    assert "cannot be used" in alice.command("import", tmp_path / "nowhere", code=1)
    assert "is there already" in alice.command("export", "--format", "maildir", tmp_path, code=1)
    missing = ("export", "--format", "mbox", "--folder", "Nowhere", tmp_path / "new")
    assert "there is no folder Nowhere" in alice.command(*missing, code=1)
    words = ["mailbox", "recover", "--organization", alice.words[1], "--user", "nobody"]
    assert "there is no mailbox of nobody" in command(alice.server, *words, code=1)
    alice.command("recover", "--since", "yesterday", code=2)
    assert "needs its offset" in alice.command("recover", "--since", "2026-11-20T09:30:00", code=2)


# The last one: the server has other ports afterwards.
def test_it_works_on_a_store_that_nobody_serves(server, alice, tmp_path):
    (tmp_path / "1.eml").write_bytes(message(1))
    assert server.stop() == 0
    try:
        assert alice.asked("import", tmp_path / "1.eml")["imported"] == 1
        assert [one[0] for one in alice.maildir(tmp_path / "out")[""]] == [message(1)]
        assert asked(server, "fsck")["findings"] == []
    finally:
        server.start()
