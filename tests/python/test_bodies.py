"""Large messages: files, rows of PostgreSQL and S3 keep their bodies; S3 that is away, cut off or stuck; backups."""

import random
import re
import subprocess
import time

import pytest

from commands import asked
from conftest import ENGINES, new_database
from entities import PASSWORD, Organization
from mail import Mail, good
from organizations import delete
from postroom import Server, program
from raw_imap import Raw
from s3 import BUCKET, Bucket

LARGE = 2 * 1024 * 1024
# How long S3 is waited for, with some time for a slow machine.
S3_SECONDS_MAX = 30


def message(seed, size=LARGE):
    """A message that is not made smaller by compressing it, with an attachment."""
    noise = random.Random(seed)
    lines = "\r\n".join("%0120x" % noise.getrandbits(480) for _ in range(size // 122))
    head = (
        f"From: bob@example.com\r\nSubject: Large {seed}\r\nMessage-ID: <{seed}@example.com>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    )
    parts = f"--b\r\n\r\nfirst\r\n--b\r\nContent-Type: text/plain\r\n\r\n{lines}\r\n--b\r\n\r\nlast {seed}\r\n--b--\r\n"
    return (head + parts).encode()


@pytest.fixture(scope="module")
def bucket():
    bucket = Bucket()
    yield bucket
    bucket.stop()


def running(tmp_path, engine, more=(), name="data"):
    settings = ['dns.resolvers=["127.0.0.1:9"]', *more]
    if engine == "postgres":
        settings.append("store.url=" + new_database())
    return Server(tmp_path / name, settings)


@pytest.fixture(params=ENGINES)
def with_s3(request, tmp_path, bucket):
    """A server whose large bodies are in the bucket, and a mailbox."""
    server = running(tmp_path, request.param, bucket.settings())
    bucket.way.switch("open")
    try:
        server.start()
        yield server, mailbox(server), bucket
    finally:
        bucket.way.switch("open")
        if server.process is not None:
            server.kill()


def mailbox(server):
    organization = Organization(server.client("workmail"))
    organization.user("alice", Password=PASSWORD)
    mail = Mail(server, organization.address("alice"), PASSWORD)
    mail.organization = organization
    return mail


def append(client, text):
    return client.append("INBOX", None, None, text)


def count(client):
    return int(re.search(rb"MESSAGES (\d+)", good(client.status("INBOX", "(MESSAGES)"))[0])[1])


def fetch(client, number, what):
    return good(client.fetch(str(number), f"({what})"))[0][1]


def whole(client, number):
    return fetch(client, number, "BODY.PEEK[]")


def refused(answer):
    """The text of a NO that says to try again."""
    status, (text, *_) = answer
    assert status == "NO" and b"[UNAVAILABLE]" in text, answer
    return text


def check_reads(client, text):
    """All kinds of reading the first message."""
    assert whole(client, 1) == text
    lines = text.split(b"\r\n--b\r\n")
    assert fetch(client, 1, "BODY.PEEK[3]") == lines[3].removeprefix(b"\r\n").split(b"\r\n--b--")[0]
    assert fetch(client, 1, "BODY.PEEK[HEADER]") == text[: text.index(b"\r\n\r\n") + 4]
    assert fetch(client, 1, "BODY.PEEK[HEADER.FIELDS (SUBJECT)]").startswith(b"Subject: Large")
    for start, size in [(0, 10), (65_530, 20), (1_000_000, 200_000), (len(text) - 5, 100), (len(text) + 5, 7)]:
        assert fetch(client, 1, f"BODY.PEEK[]<{start}.{size}>") == text[start : start + size]
    # Two sections from both ends in one command.
    answer = good(client.fetch("1", "(BODY.PEEK[HEADER] BODY.PEEK[3])"))
    assert [part[1] for part in answer if isinstance(part, tuple)][1].startswith(b"last")


@pytest.mark.parametrize("engine", ENGINES)
def test_large_messages_without_s3(tmp_path, engine):
    server = running(tmp_path, engine)
    try:
        server.start()
        mail = mailbox(server)
        client = mail.log_in()
        text = message(1)
        good(append(client, text))
        client.select("INBOX")
        check_reads(client, text)
        files = [path for path in server.data.glob("organizations/*/bodies/*/*")]
        assert len(files) == (1 if engine == "embedded" else 0)
        assert all(b"Subject" not in path.read_bytes() and path.stat().st_mode & 0o077 == 0 for path in files)
        client.logout()
        server.kill()
        client = mail_after(server, mail)
        check_reads(client, text)
    finally:
        if server.process is not None:
            server.kill()


def mail_after(server, mail):
    """A client with the Inbox selected, after another start."""
    server.start()
    client = mail.log_in()
    client.select("INBOX")
    return client


def test_large_messages_in_s3(with_s3):
    server, mail, bucket = with_s3
    before = set(bucket.objects())
    client = mail.log_in()
    text = message(2)
    good(append(client, text))
    good(append(client, message(3, 1_000)))
    new = {key: data for key, data in bucket.objects().items() if key not in before}
    assert len(new) == 1 and not list(server.data.glob("organizations/*/bodies"))
    assert all(key.startswith("postroom/") and b"Subject" not in data for key, data in new.items())
    client.select("INBOX")
    check_reads(client, text)
    good(client.copy("1", "INBOX"))
    assert len(bucket.objects()) == len(before) + 1
    assert asked(server, "fsck", "--read-bodies")["findings"] == []


def start_with(server, bodies):
    """Starts the server with these settings of bodies, and the others that it has."""
    server.settings = [*bodies, *(one for one in server.settings if not one.startswith("bodies."))]
    return server.start()


def refused_start(server, bodies):
    """What the log says of a start with these settings of bodies, which is refused."""
    with pytest.raises(AssertionError, match="large messages would be lost from sight"):
        start_with(server, bodies)
    server.process = None
    return server.log().splitlines()[-5:]


def test_bodies_are_not_lost_from_sight(with_s3):
    server, mail, bucket = with_s3
    there = bucket.settings()
    elsewhere = [one.replace("/postroom", "/elsewhere") for one in there]
    good(append(mail.log_in(), message(20, 1_000)))
    # Nothing is there that could be lost.
    for bodies in ([], elsewhere, there):
        assert server.stop() == 0
        start_with(server, bodies)
    text = message(21)
    good(append(mail.log_in(), text))
    assert server.stop() == 0
    said = refused_start(server, [])
    assert any("s3://mail-bodies/postroom" in line for line in said), said
    assert any("set bodies.url" in line for line in said), said
    refused_start(server, elsewhere)
    for bodies, key in ((there, "postroom/"), (elsewhere, "elsewhere/")):
        # What was copied there first is found.
        bucket.copy("postroom/", key)
        start_with(server, bodies)
        client = mail.log_in()
        client.select("INBOX")
        assert whole(client, 2) == text
        assert server.stop() == 0
    start_with(server, there)


def test_s3_that_is_away_or_cut_off(with_s3):
    server, mail, bucket = with_s3
    client = mail.log_in()
    text = message(4)
    good(append(client, text))
    before = bucket.objects()
    for mode in ["closed", "cut"]:
        bucket.way.switch(mode)
        refused(append(client, message(5)))
        assert count(client) == 1, "nothing half there"
        # What is small does not need it.
        good(append(client, message(6, 1_000)))
        client.select("INBOX")
        assert whole(client, 2) == message(6, 1_000)
        if mode == "closed":
            refused(client.fetch("1", "(BODY.PEEK[])"))
        good(client.store("2", "+FLAGS", r"\Deleted"))
        good(client.expunge())
        client.unselect()
        bucket.way.switch("open")
        client.select("INBOX")
        assert whole(client, 1) == text
        client.unselect()
    assert bucket.way.cuts > 0
    assert bucket.objects() == before
    good(append(client, message(5)))
    assert count(client) == 2


def test_what_could_not_be_told_is_not_marked_as_read(with_s3):
    _, mail, bucket = with_s3
    client = mail.log_in()
    for text in (message(30, 1_000), message(31), message(32, 1_000)):
        good(append(client, text))
    client.select("INBOX")

    def flags():
        # Before these there may be what the refused command told.
        return [b"Seen" in line for line in good(client.fetch("1:*", "(FLAGS)"))[-3:]]

    bucket.way.switch("closed")
    refused(client.fetch("1:*", "(BODY[])"))
    assert flags() == [True, False, False]
    bucket.way.switch("open")
    good(client.fetch("1:*", "(BODY[])"))
    assert flags() == [True, True, True]


def test_a_bucket_that_is_not_there_is_no_lost_message(with_s3):
    server, mail, bucket = with_s3
    client = mail.log_in()
    text = message(50)
    before = set(bucket.objects())
    good(append(client, text))
    client.select("INBOX")
    everything = bucket.objects()
    [own] = set(everything) - before
    for key in everything:
        bucket.client.delete_object(Bucket=BUCKET, Key=key)
    assert client.fetch("1", "(BODY.PEEK[])")[0] == "NO"
    assert "is not there" in command_findings(server)
    bucket.client.delete_bucket(Bucket=BUCKET)
    refused(client.fetch("1", "(BODY.PEEK[])"))
    bucket.client.create_bucket(Bucket=BUCKET)
    for key, data in everything.items():
        bucket.client.put_object(Bucket=BUCKET, Key=key, Body=data)
    assert own in bucket.objects()
    # Before it there may be what a refused command told.
    assert good(client.fetch("1", "(BODY.PEEK[])"))[-2][1] == text


def test_s3_that_does_not_answer(tmp_path, bucket):
    server = running(tmp_path, "embedded", bucket.settings())
    try:
        server.start()
        mail = mailbox(server)
        client = mail.log_in()
        good(append(client, message(7)))
        # Three times as many as there are threads that wait for it.
        readers = [Raw(mail).log_in(mail) for _ in range(98)]
        for reader in readers:
            reader.asked("SELECT INBOX")
            reader.socket.settimeout(2 * S3_SECONDS_MAX)
        bucket.way.switch("stuck")
        began = time.monotonic()
        for reader in readers:
            reader.send(b"q FETCH 1 (BODY.PEEK[])\r\n")
        # What does not need it goes on beside them.
        good(append(client, message(8, 300_000)))
        assert time.monotonic() - began < S3_SECONDS_MAX / 2
        refused(append(client, message(9)))
        assert count(client) == 2
        for reader in readers:
            assert b"NO [UNAVAILABLE]" in reader.line()
        assert time.monotonic() - began < 2 * S3_SECONDS_MAX
    finally:
        bucket.way.switch("open")
        server.kill()


def test_an_organization_takes_its_objects_with_it(with_s3):
    server, mail, bucket = with_s3
    before = set(bucket.objects())
    good(append(mail.log_in(), message(8)))
    assert len(bucket.objects()) == len(before) + 1
    delete(server.client("workmail"), mail.organization.id, ForceDelete=True)
    assert set(bucket.objects()) == before


@pytest.mark.parametrize(
    "source, target", [("embedded", "postgres"), ("postgres", "embedded"), ("embedded", "s3"), ("s3", "embedded")]
)
def test_a_backup_has_large_messages(tmp_path, bucket, source, target):
    def place(kind, name):
        engine, more = ("embedded", bucket.settings()) if kind == "s3" else (kind, [])
        return running(tmp_path, engine, more, name)

    old, text = place(source, "old"), message(9)
    try:
        old.start()
        mail = mailbox(old)
        good(append(mail.log_in(), text))
        asked(old, "backup", "--to", str(tmp_path / "backup"))
    finally:
        old.kill()
    new = place(target, "new")
    asked(new, "restore", "--from", str(tmp_path / "backup"), "--master-key", str(old.data / "master.key"))
    try:
        new.start()
        mail.server, mail.authority = new, str(new.data / "tls" / "ca.pem")
        client = Mail(new, mail.user, PASSWORD).log_in()
        client.select("INBOX")
        check_reads(client, text)
        assert asked(new, "fsck", "--read-bodies")["findings"] == []
    finally:
        if new.process is not None:
            new.kill()


def test_fsck_tells_a_body_that_is_gone(tmp_path):
    server = running(tmp_path, "embedded")
    try:
        server.start()
        good(append(mailbox(server).log_in(), message(10)))
        [file] = server.data.glob("organizations/*/bodies/*/*")
        kept = file.read_bytes()
        file.write_bytes(kept[:-1])
        assert "another size" in command_findings(server)
        file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        assert "does not open" in command_findings(server, "--read-bodies")
        file.unlink()
        assert "is not there" in command_findings(server)
        file.write_bytes(kept)
        assert asked(server, "fsck", "--read-bodies")["findings"] == []
    finally:
        server.kill()


def command_findings(server, *words):
    """What `fsck` prints when something is wrong."""
    words = [program(), "fsck", *words, "--data", str(server.data)]
    for setting in server.settings:
        words += ["--set", setting]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1, ended
    return ended.stdout
