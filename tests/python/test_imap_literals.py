"""Literals: how much memory those may take that are on their way, and what is refused before it is sent."""

import pathlib
import threading
import time

import pytest

from entities import PASSWORD
from mail import Mail, good, no_fault_in
from raw_imap import Raw, wait_until

# What the process gives to literals, the half of it for one user.
ROOM_MB = 200
STALL_SECONDS = 6
MIB = 1 << 20
LARGEST = 50 * MIB
SMALL = b"Subject: small\r\n\r\nsmall\r\n"
COUNTED = b"Subject: counted\r\n\r\n" + b"x" * 5_000 + b"\r\n"


def settings():
    return [f"limits.literals_mb={ROOM_MB}", f"limits.body_seconds={STALL_SECONDS}"]


@pytest.fixture
def bob(server, organization):
    organization.user("bob", Password=PASSWORD)
    return Mail(server, organization.address("bob"), PASSWORD)


@pytest.fixture(autouse=True)
def no_bug(server):
    """Whatever is sent, the server has seen no bug of its own."""
    yield
    no_fault_in(server.log())


def ask_for_room(mail, size):
    """A client that has announced a message of so many bytes and waits for leave."""
    client = Raw(mail).log_in(mail)
    client.send(b"a APPEND INBOX {%d}\r\n" % size)
    return client


def test_who_would_send_more_than_there_is_room_for_waits(alice, bob):
    first, second = ask_for_room(alice, LARGEST), ask_for_room(alice, LARGEST)
    for client in (first, second):
        client.until(b"+", b"+ ")
    third = ask_for_room(alice, len(COUNTED))
    assert not third.has_more(0.3), "one user has half of the room"
    others = [ask_for_room(bob, LARGEST) for _ in range(2)]
    for client in others:
        client.until(b"+", b"+ ")
    with Raw(alice) as client:
        client.log_in(alice)
        client.send(b"s APPEND INBOX {%d}\r\n" % len(SMALL))
        client.until(b"+", b"+ ").send(SMALL + b"\r\n")
        client.until(b"s ", b"s OK")
    first.cut()
    third.until(b"+", b"+ ").send(COUNTED + b"\r\n")
    third.until(b"a ", b"a OK")
    for client in (second, *others):
        client.cut()


def drip(client, until):
    """A byte of a message now and then, so that its room stays taken."""
    while not until.wait(STALL_SECONDS / 10):
        client.send(b"x")


def test_who_has_waited_for_long_is_told_to_come_again(alice):
    holders = [ask_for_room(alice, LARGEST) for _ in range(2)]
    for client in holders:
        client.until(b"+", b"+ ")
    done = threading.Event()
    drips = [threading.Thread(target=drip, args=(client, done), daemon=True) for client in holders]
    for thread in drips:
        thread.start()
    begun = time.monotonic()
    waits = ask_for_room(alice, len(COUNTED))
    unasked = Raw(alice).log_in(alice)
    # What comes unasked is read to its end, and what follows is a command again.
    message = COUNTED * 1_000
    unasked.send(b"a APPEND INBOX {%d+}\r\n" % len(message) + message + b"\r\nb NOOP\r\n")
    waits.until(b"a ", b"a NO [UNAVAILABLE]").ask(b"b NOOP", b"b OK")
    unasked.until(b"a ", b"a NO [UNAVAILABLE]").until(b"b ", b"b OK")
    assert time.monotonic() - begun > STALL_SECONDS - 1
    done.set()
    for thread in drips:
        thread.join()
    for client in holders:
        client.cut()
    assert good(alice.log_in().status("INBOX", "(MESSAGES)")) == [b"INBOX (MESSAGES 0)"]


def memory_bytes(server):
    """The most that the process has held in memory."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


class Flood(threading.Thread):
    """A client that sends nearly all of a message at once, without waiting for leave."""

    def __init__(self, mail, size):
        super().__init__(daemon=True)
        self.raw, self.left, self.sent = Raw(mail).log_in(mail), size - 1, 0
        self.raw.send(b"a APPEND INBOX {%d+}\r\n" % size)

    def run(self):
        piece = b"x" * MIB
        try:
            while self.left:
                count = self.raw.socket.send(piece[: self.left])
                self.left, self.sent = self.left - count, self.sent + count
        except OSError:
            pass


def test_many_large_messages_at_once_do_not_take_the_memory(alice, bob):
    before, size = memory_bytes(alice.server), 20 * MIB
    floods = [Flood(mail, size) for mail in (alice, bob) for _ in range(20)]
    for flood in floods:
        flood.start()
    # Nothing ends before its last byte: so much is in memory at once, and the others send no further.
    fits = ROOM_MB * MIB // size
    wait_until(lambda: sum(not flood.left for flood in floods) == fits, "the room is filled")
    grown = memory_bytes(alice.server) - before
    assert grown < (ROOM_MB + 80) * MIB, f"{grown} bytes for {len(floods)} messages of {size}"
    with Raw(alice) as client:
        client.log_in(alice).send(b"s APPEND INBOX {%d+}\r\n" % len(SMALL) + SMALL + b"\r\n")
        client.until(b"s ", b"s OK")
    for flood in floods:
        flood.raw.cut()
    for flood in floods:
        flood.join()


def answers(mail, commands):
    """How commands end that are sent line by line: `+` when the server asks for a literal, else its code."""
    with Raw(mail) as client:
        client.log_in(mail)
        found = []
        for command in commands:
            client.send(b"r " + command + b"\r\n")
            while (line := client.line()).startswith(b"* "):
                pass
            assert line, command
            found.append(b"+" if line.startswith(b"+") else line.split()[2] if line.startswith(b"r NO [") else line[:4])
            if line.startswith(b"+"):
                return found
            client.ask(b"n NOOP", b"n OK")
        return found


def test_what_is_sure_to_fail_is_not_asked_for(alice, organization):
    organization.update_mailbox_quota(UserId="alice", MailboxQuota=1)
    refused = {
        b"APPEND No {10}": b"[TRYCREATE]",
        b"APPEND INBOX {%d}" % (LARGEST + 1): b"[TOOBIG]",
        b"APPEND INBOX {%d}" % (MIB + 1): b"[OVERQUOTA]",
        b'APPEND "Other Users/bob/INBOX" {10}': b"[TRYCREATE]",
    }
    assert answers(alice, refused) == list(refused.values())
    assert answers(alice, [b"APPEND INBOX {%d}" % MIB]) == [b"+"]
    with Raw(alice) as client:
        client.log_in(alice)
        # The second message of two is too much.
        client.send(b"a APPEND INBOX {%d+}\r\n" % len(COUNTED) + COUNTED + b" {%d}\r\n" % (MIB - 5_000))
        client.until(b"a ", b"a NO [OVERQUOTA]").ask(b"n NOOP", b"n OK")
        client.send(b"a APPEND INBOX {%d+}\r\n" % len(COUNTED) + COUNTED + b"\r\n")
        client.until(b"a ", b"a OK")
    replaced = [b"SELECT INBOX", b"REPLACE 2 INBOX {10}", b"UID REPLACE 7 INBOX {10}", b"REPLACE 1 No {10}"]
    replaced += [b"REPLACE 1 INBOX {%d}" % (MIB + 1), b"EXAMINE INBOX", b"REPLACE 1 INBOX {10}"]
    expected = [b"r OK", b"r BA", b"[NONEXISTENT]", b"[TRYCREATE]", b"[OVERQUOTA]", b"r OK", b"r NO"]
    assert answers(alice, replaced) == expected
    # The room of the old one is the new one's.
    assert answers(alice, [b"SELECT INBOX", b"REPLACE 1 INBOX {%d}" % MIB]) == [b"r OK", b"+"]
    rest = MIB - len(COUNTED)
    assert answers(alice, [b"APPEND INBOX {%d}" % (rest + 1), b"APPEND INBOX {%d}" % rest]) == [b"[OVERQUOTA]", b"+"]


def test_messages_one_after_the_other_are_refused_as_soon_as_they_must_be(alice, organization):
    """The look at the mailbox is spared for them, and nothing comes of that."""
    organization.update_mailbox_quota(UserId="alice", MailboxQuota=1)
    other = alice.log_in()
    good(other.create("Going"))
    with Raw(alice) as client:
        client.log_in(alice)

        def append(folder, message):
            client.send(b"a APPEND %s {%d}\r\n" % (folder, len(message)))
            if (line := client.line()).startswith(b"+"):
                client.send(message + b"\r\n")
                line = client.line()
            return line

        for _ in range(3):
            assert append(b"Going", COUNTED).startswith(b"a OK")
        good(other.delete("Going"))
        assert b"[TRYCREATE]" in append(b"Going", COUNTED)
        assert append(b"INBOX", COUNTED).startswith(b"a OK")
        # More than is left, and what another session has filled meanwhile.
        assert b"[OVERQUOTA]" in append(b"INBOX", b"x" * (MIB - len(COUNTED) + 1))
        assert append(b"INBOX", COUNTED).startswith(b"a OK")
        large = COUNTED + b"x" * (MIB - 4 * len(COUNTED)) + b"\r\n"
        good(other.append("INBOX", None, None, large))
        for _ in range(4):
            last = append(b"INBOX", COUNTED)
        assert b"[OVERQUOTA]" in last


def test_who_may_not_add_to_a_folder_is_not_asked_for_a_message(alice, bob):
    owner = bob.log_in()
    for folder, rights in (("Read", "lr"), ("Post", "lp"), ("Insert", "lri"), ("Hidden", "r")):
        good(owner.create(folder))
        good(owner.setacl(folder, alice.user, rights))
    path = b'"Other Users/' + bob.user.encode() + b'/%s"'
    refused = {b"Read": b"[NOPERM]", b"Post": b"[NOPERM]", b"Hidden": b"[TRYCREATE]", b"None": b"[TRYCREATE]"}
    asked = [b"APPEND " + path % folder + b" {10}" for folder in [*refused, b"Insert"]]
    assert answers(alice, asked) == [*refused.values(), b"+"]


def test_what_comes_unasked_is_read_to_its_end_and_refused(alice, organization):
    organization.update_mailbox_quota(UserId="alice", MailboxQuota=1)
    with Raw(alice) as client:
        client.log_in(alice)
        for where, size, code in (
            (b"No", len(SMALL), b"[TRYCREATE]"),
            (b"INBOX", MIB + 1, b"[OVERQUOTA]"),
            (b"INBOX", LARGEST + 1, b"[TOOBIG]"),
        ):
            client.send(b"a APPEND %s {%d+}\r\n" % (where, size))
            client.send(b"c NOOP\r\n" * (size // 8) + b"\n" * (size % 8) + b"\r\nn NOOP\r\n")
            assert client.line().startswith(b"a NO " + code), (where, size)
            assert client.line().startswith(b"n OK"), "nothing of a message is a command"
        client.send(b"a APPEND No {%d}\r\n" % len(SMALL))
        client.until(b"a ", b"a NO [TRYCREATE]").ask(b"n NOOP", b"n OK")
        # More than is skipped is the end.
        client.send(b"a APPEND INBOX {%d+}\r\n" % (256 * MIB + 1))
        client.until(b"a ", b"a NO [TOOBIG]")
        assert client.rest()[-1].startswith(b"* BYE")


def test_before_log_in_literals_are_tiny(alice):
    with Raw(alice) as client:
        client.send(b"a LOGIN {1025}\r\n")
        client.until(b"a ", b"a BAD [LIMIT]")
        client.send(b"a APPEND INBOX {10}\r\n")
        client.until(b"a ", b"a NO [TOOBIG]").send(b"a LOGIN {%d}\r\n" % len(alice.user))
        client.until(b"+", b"+ ").send(alice.user.encode() + b" {%d+}\r\n" % len(alice.password))
        client.send(alice.password.encode() + b"\r\n")
        client.until(b"a ", b"a OK")
