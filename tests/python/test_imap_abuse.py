"""Clients that are slow, broken or hostile: they are let go, leave nothing behind, and nobody else notices."""

import pathlib
import random
import socket
import threading
import time

import pytest

from entities import PASSWORD
from mail import good, no_fault_in
from raw_imap import Raw

# How long somebody may take for a log-in, and pause in a command or in reading.
LOG_IN_SECONDS = 5
STALL_SECONDS = 3
GRACE_SECONDS = 15
SEED = 20261121
SMALL = b"Subject: small\r\n\r\nsmall\r\n"
LARGE = b"Subject: large\r\n\r\n" + b"0123456789abcdef" * 4 * 1024 * 128 + b"\r\n"


def settings():
    return [f"limits.head_seconds={LOG_IN_SECONDS}", f"limits.body_seconds={STALL_SECONDS}"]


@pytest.fixture(autouse=True)
def healthy(alice):
    """Whatever happened: the next one is served, and the server has seen no bug of its own."""
    yield
    client = alice.log_in()
    good(client.append("Drafts", None, None, SMALL))
    good(client.select("Drafts"))
    assert good(client.fetch("*", "(BODY.PEEK[])"))[0][1] == SMALL
    client.logout()
    no_fault_in(alice.server.log())


def memory_bytes(server):
    """The most that the process has held in memory."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def drip(connection):
    """A byte now and then, for as long as the server listens."""
    try:
        while True:
            connection.sendall(b"a")
            time.sleep(LOG_IN_SECONDS / 20)
    except OSError:
        pass


def test_who_does_not_log_in_is_let_go(alice):
    begun = time.monotonic()
    waiting = {name: Raw(alice) for name in ("silent", "drips", "sasl", "literal", "half a line")}
    waiting["sasl"].send(b"a AUTHENTICATE PLAIN\r\n")
    waiting["literal"].send(b"a LOGIN {5}\r\nali")
    waiting["half a line"].send(b"a LOG")
    slow = threading.Thread(target=drip, args=(waiting["drips"].socket,), daemon=True)
    slow.start()
    with socket.create_connection(alice.endpoint("imaps")) as handshake:
        handshake.settimeout(LOG_IN_SECONDS + GRACE_SECONDS)
        for name, connection in waiting.items():
            lines = connection.rest()
            assert any(line.startswith(b"* BYE") for line in lines) or name == "drips", (name, lines)
            assert LOG_IN_SECONDS - 1 < time.monotonic() - begun < LOG_IN_SECONDS + GRACE_SECONDS, name
        assert handshake.recv(1) == b"", "a handshake that does not begin"
    slow.join()


def test_a_literal_that_does_not_come_is_not_waited_for(alice):
    before = memory_bytes(alice.server)
    waiting = [Raw(alice).log_in(alice) for _ in range(20)]
    for connection in waiting:
        connection.send(b"a APPEND INBOX {26214400+}\r\n" + b"x" * 4096)
    idle = Raw(alice).log_in(alice)
    idle.send(b"a IDLE\r\n")
    idle.until(b"+", b"+")
    idle.send(b"DO")
    for connection in waiting:
        assert connection.rest()[-1].startswith(b"* BYE")
    grown = memory_bytes(alice.server) - before
    assert grown < 64 << 20, f"{grown} bytes for what was only announced"
    assert idle.rest()[-1].startswith(b"* BYE")


def test_who_does_not_read_is_let_go(alice):
    client = alice.log_in()
    good(client.append("INBOX", None, None, LARGE))
    before = memory_bytes(alice.server)
    slow = Raw(alice, receive_bytes=4096).log_in(alice).ask(b"s SELECT INBOX", b"s OK")
    slow.send(b"".join(b"f%d FETCH 1 BODY.PEEK[]\r\n" % number for number in range(20)))
    good(client.select("INBOX"))
    assert good(client.fetch("1", "(RFC822.SIZE)")), "others are served meanwhile"
    slow.wait_until_let_go()
    grown = memory_bytes(alice.server) - before
    assert grown < 8 * len(LARGE), f"{grown} bytes for somebody who does not read"
    slow.cut()


def up_to_the_end(connection):
    """Lines up to the answer to `z` or the end."""
    lines = []
    while line := connection.line():
        lines.append(line)
        if line.startswith(b"z "):
            break
    return lines


def test_what_is_no_imap_is_refused_and_the_rest_is_answered(alice):
    chance = random.Random(SEED)
    noise = [bytes(chance.randrange(256) for _ in range(200)).replace(b"\n", b"") for _ in range(20)]
    lines = [
        b"\0\1\2\3",
        b"a LOGIN \xff\xfe x",
        b'a LOGIN "a\0b" "c"',
        b"a" * 100_000,
        b"a NOOP " + b"x" * 100_000,
        b"a SEARCH " + b"(" * 50_000,
        b"a SEARCH " + b"NOT " * 20_000 + b"ALL",
        b"a FETCH " + b"1," * 40_000 + b"1 FLAGS",
        b"a FETCH 1 BODY[" + b"1." * 20_000 + b"1]",
        b'a LIST "" "' + b"*%" * 20_000 + b'"',
        b"a LOGIN {99999999999999999999}",
        b"\r",
        b"",
        b"*",
        b"+ OK",
        *noise,
    ]
    for logged_in in (False, True):
        for line in lines:
            with Raw(alice) as connection:
                if logged_in:
                    connection.log_in(alice).ask(b"s SELECT INBOX", b"s OK")
                connection.send(line + b"\r\nz NOOP\r\n")
                answers = up_to_the_end(connection)
                assert answers[-1].startswith((b"z OK", b"* BYE")), (line[:40], answers)
                assert len(answers) > 1 and b"SERVERBUG" not in b"".join(answers), (line[:40], answers)


def test_who_only_sends_nonsense_is_let_go(alice):
    connection = Raw(alice).log_in(alice)
    connection.send(b"nonsense\r\n" * 100)
    lines = connection.rest()
    assert lines[-1].startswith(b"* BYE") and len(lines) < 100


def test_literals_hold_any_byte_where_they_may(alice):
    connection = Raw(alice).log_in(alice)
    message = b"Subject: \0\xff\r\n\r\n\0\1\2\xfe"
    connection.send(b"a APPEND INBOX ~{%d+}\r\n" % len(message) + message + b"\r\n")
    connection.until(b"a ", b"a OK [APPENDUID ")
    for name in (b"a\0b", b"\xff\xfe", b"a\rb"):
        connection.send(b"b CREATE {%d+}\r\n" % len(name) + name + b"\r\n")
        assert connection.line().split()[1] in (b"BAD", b"NO"), name
    client = alice.log_in()
    client.select("INBOX", readonly=True)
    assert good(client.fetch("1", "(BODY.PEEK[])"))[0][1] == message


def test_commands_in_one_piece_are_answered_in_order(alice):
    connection = Raw(alice).log_in(alice)
    append = b"a%d APPEND INBOX {%d+}\r\n" + SMALL + b"\r\n"
    commands = [append % (number, len(SMALL)) for number in range(10)] + [b"s SELECT INBOX\r\n"]
    commands += [b"n%d NOOP\r\nf%d FETCH 1 FLAGS\r\n" % (number, number) for number in range(500)]
    connection.send(b"".join(commands) + b"o LOGOUT\r\n")
    tagged = [line.split()[:2] for line in connection.rest() if not line.startswith(b"* ")]
    expected = [b"a%d" % number for number in range(10)] + [b"s"]
    for number in range(500):
        expected += [b"n%d" % number, b"f%d" % number]
    assert tagged == [[tag, b"OK"] for tag in [*expected, b"o"]]


def test_an_append_that_is_cut_leaves_nothing_behind(alice):
    used = good(alice.log_in().getquota('""'))
    whole = b"a APPEND INBOX {%d+}\r\n" % len(SMALL) + SMALL
    for begun in (
        b"a APPEND INBOX {1000000+}\r\n" + b"x" * 600_000,
        # The first of two messages is there as a whole, and the end of its line is not.
        whole,
        whole + b" {1000+}\r\n" + b"x" * 500,
    ):
        connection = Raw(alice).log_in(alice)
        connection.send(begun)
        connection.cut()
    client = alice.log_in()
    assert good(client.status("INBOX", "(MESSAGES UIDNEXT)")) == [b"INBOX (MESSAGES 0 UIDNEXT 1)"]
    assert good(client.getquota('""')) == used


def test_a_drop_while_a_large_message_is_fetched_harms_nobody(alice):
    client = alice.log_in()
    good(client.append("INBOX", None, None, LARGE))
    for _ in range(5):
        connection = Raw(alice, receive_bytes=4096).log_in(alice).ask(b"s SELECT INBOX", b"s OK")
        connection.send(b"f FETCH 1 BODY[]\r\n")
        assert connection.line().startswith(b"* 1 FETCH (")
        connection.cut()
    good(client.select("INBOX"))
    assert good(client.fetch("1", "(BODY.PEEK[])"))[0][1] == LARGE


def test_passwords_cannot_be_guessed_for_long(alice, organization):
    organization.user("bob", Password=PASSWORD)
    bob = organization.address("bob").encode()
    connection = Raw(alice)
    connection.send(b"".join(b"g%d LOGIN %s guess%d\r\n" % (number, bob, number) for number in range(50)))
    lines = connection.rest()
    assert lines[-1].startswith(b"* BYE") and len(lines) <= 6, lines
    assert all(line.split()[1] == b"NO" for line in lines[:-1])


def test_what_was_not_sent_stays_unread(alice):
    """FETCH marks as read before it sends: a client that is gone has not read what it was not sent."""
    client, count = alice.log_in(), 24
    good(client.create("Unread"))
    large = b"Subject: large\r\n\r\n" + b"0123456789abcdef" * 4 * 1024 * 8 + b"\r\n"
    for _ in range(count):
        good(client.append("Unread", None, None, large))
    with Raw(alice, receive_bytes=4096) as gone:
        gone.log_in(alice)
        gone.ask(b"s SELECT Unread", b"s OK")
        gone.send(b"f FETCH 1:* BODY[]\r\n")
        assert gone.line().startswith(b"* 1 FETCH")
    good(client.select("Unread"))
    marked = len(good(client.search(None, "SEEN"))[0].split())
    # The connection itself holds some.
    assert 1 <= marked < count / 2, f"{marked} of {count} are marked as read"
