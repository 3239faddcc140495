"""The disk is full: changes over IMAP are refused in words, nothing acknowledged is lost, mail can be read, and it goes
on when there is room again. The embedded engine, on a file system of a few megabytes."""

import json
import random
import re
import subprocess

import pytest

from commands import asked
from entities import PASSWORD, Organization
from mail import Mail
from postroom import Server
from raw_imap import Raw
from replica import stored

DISK_MB = 24
REFUSED = re.compile(rb"q NO \[UNAVAILABLE\] The store cannot do it now: try again later")
# Lines of warnings while the disk is full: a few for each thing that cannot be done, none for each time.
LINES_MAX = 12


@pytest.fixture
def disk(tmp_path):
    """A small file system, if this user may mount one."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0700", "tmpfs", str(folder)]
    mounted = subprocess.run(words, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"a small file system is mounted by root only: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk):
    """Leaves no room."""
    with open(disk / "ballast", "ab", buffering=0) as ballast:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    assert ballast.write(b"\xaa" * size) > 0
            except OSError:
                pass


class Client:
    """Knows what was acknowledged: by subject, where it is and how it is flagged."""

    def __init__(self, mail):
        self.raw = Raw(mail).log_in(mail)
        self.number, self.inbox = 0, {}
        self.chance = random.Random(7)

    def answer(self, command):
        """Sends a command; the end of it."""
        self.raw.send(b"q " + command + b"\r\n")
        while not (response := self.raw.response())[0].startswith(b"q "):
            assert response[0], "the server closed"
        return response[0]

    def append(self, size):
        self.number += 1
        message = f"Subject: m{self.number}\r\n\r\n".encode() + self.chance.randbytes(size).hex().encode()
        said = self.answer(b"APPEND INBOX {%d+}\r\n%s" % (len(message), message))
        if said.startswith(b"q OK"):
            uid = int(re.search(rb"APPENDUID \d+ (\d+)", said)[1])
            self.inbox[uid] = (frozenset(), message)
        return said

    def flag(self, uid):
        said = self.answer(b"UID STORE %d +FLAGS.SILENT (\\Flagged)" % uid)
        if said.startswith(b"q OK"):
            self.inbox[uid] = (frozenset([rb"\Flagged"]), self.inbox[uid][1])
        return said


def until_refused(change):
    """Repeats a change until it is refused; the answer."""
    for _ in range(500):
        said = change()
        if not said.startswith(b"q OK"):
            return said
    raise AssertionError("the disk is not full")


def start_without_room(server):
    """Starts a server that cannot write where it listens: its log says that, too."""
    started = len(server.log())
    server.launch()
    ready = re.compile(r"ready endpoints=(\{.*?\}) ")
    server.wait_until(lambda: ready.search(server.log()[started:]), "it is not ready")
    server.endpoints = json.loads(ready.search(server.log()[started:])[1])


def test_a_full_disk(disk):
    server = Server(disk, ['dns.resolvers=["127.0.0.1:9"]']).start()
    try:
        organization = Organization(server.client())
        organization.user("alice", Password=PASSWORD)
        mail = Mail(server, organization.address("alice"), PASSWORD)
        client = Client(mail)
        assert client.answer(b"CREATE Other").startswith(b"q OK")
        for _ in range(20):
            assert client.append(2000).startswith(b"q OK")
        assert client.answer(b"SELECT INBOX").startswith(b"q OK")
        fill(disk)
        check_refused(client)
        check_read(client, mail)
        # Nobody fills the rest of the disk with complaints.
        faults = [line for line in server.log().splitlines() if " ERROR " in line or " WARN " in line]
        assert any("the disk is full" in line for line in faults)
        assert len(faults) <= LINES_MAX, faults
        # What is stored can be read after a start, too, until somebody makes room.
        for end in (server.kill, server.stop):
            end()
            start_without_room(server)
            check_read(client, mail)
        client.raw = Raw(mail).log_in(mail)
        assert client.answer(b"SELECT INBOX").startswith(b"q OK")
        assert REFUSED.match(until_refused(lambda: client.append(2000)))
        (disk / "ballast").unlink()
        assert client.append(2000).startswith(b"q OK")
        assert client.flag(1).startswith(b"q OK")
        assert client.answer(b"UID COPY 1:5 Other").startswith(b"q OK")
        assert "is written again" in server.log()
        check_read(client, mail)
        assert asked(server, "fsck")["findings"] == []
        assert server.stop() == 0, server.log()
        # What was acknowledged outlives the process.
        server.start()
        check_read(client, mail)
        assert server.stop() == 0, server.log()
    finally:
        if server.process is not None:
            server.kill()


def check_refused(client):
    """Large changes and small ones are refused with a reason; the connection stays."""
    uids = iter(sorted(client.inbox))
    changes = [
        lambda: client.append(20_000),
        lambda: client.append(20),
        lambda: client.flag(next(uids)),
        lambda: client.answer(b"UID COPY 1:20 Other"),
        lambda: client.answer(b"CREATE Another"),
    ]
    for change in changes:
        assert REFUSED.match(until_refused(change))
    for _ in range(50):
        assert REFUSED.match(client.append(20_000))


def check_read(client, mail):
    """A new client logs in and reads all that was acknowledged, and nothing else."""
    with Raw(mail) as raw:
        raw.log_in(mail)
        raw.asked("ENABLE QRESYNC")
        assert stored(raw, "INBOX")[0] == client.inbox
        found = [text for text, _ in raw.asked("SEARCH SUBJECT m1")]
        assert b"* SEARCH 1 " in found[0] + b" ", found
