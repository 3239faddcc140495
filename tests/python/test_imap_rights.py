"""A right that is lost ends what is under way, and connections have limits, on both engines."""

import imaplib
import re
import statistics
import time

import pytest

from entities import PASSWORD
from mail import Mail, good
from raw_imap import Raw, wait_until, wait_until_let_go

PER_ADDRESS, PER_USER = 6, 4
LARGE = b"Subject: large\r\n\r\n" + b"0123456789abcdef" * 4 * 1024 * 128 + b"\r\n"
# Far below what a session may stall otherwise.
SOON_SECONDS = 10
# What is promised, and how often it is tried.
WITHIN_MS, TIMES = 1000, 5


def settings():
    limits = f"limits.connections_per_address={PER_ADDRESS}", f"limits.connections_per_user={PER_USER}"
    return [*limits, "limits.body_seconds=300", "limits.head_seconds=300"]


@pytest.fixture
def shared(alice, server, organization):
    """A folder of bob that alice has open, with a large message."""
    organization.user("bob", Password=PASSWORD)
    owner = Mail(server, organization.address("bob"), PASSWORD).log_in()
    good(owner.append("INBOX", None, None, LARGE))
    owner.logout()
    grant(organization)
    return f'"Other Users/{organization.address("bob")}/INBOX"'


def grant(organization):
    organization.put_mailbox_permissions(EntityId="bob", GranteeId="alice", PermissionValues=["FULL_ACCESS"])


def revoke(organization):
    organization.delete_mailbox_permissions(EntityId="bob", GranteeId="alice")


def test_a_guest_in_idle_is_told_to_go(alice, organization, shared):
    guest = Raw(alice).log_in(alice).ask(f"s SELECT {shared}".encode(), b"s OK")
    guest.send(b"i IDLE\r\n")
    guest.until(b"+", b"+")
    begun = time.monotonic()
    revoke(organization)
    assert guest.rest()[-1].startswith(b"* BYE")
    assert time.monotonic() - begun < SOON_SECONDS


def stuck(alice, mailbox):
    """A connection in the middle of a FETCH, since nobody reads its answer."""
    slow = Raw(alice, receive_bytes=4096).log_in(alice).ask(f"s SELECT {mailbox}".encode(), b"s OK")
    slow.send(b"f FETCH 1 (BODY.PEEK[] BODY.PEEK[TEXT])\r\n")
    slow.until(b"* 1 FETCH", b"* 1 FETCH")
    return slow


def test_a_guest_in_a_command_is_let_go(alice, organization, shared):
    slow = stuck(alice, shared)
    begun = time.monotonic()
    revoke(organization)
    slow.wait_until_let_go()
    assert time.monotonic() - begun < SOON_SECONDS


def test_whom_a_rule_keeps_out_is_let_go_in_a_command(alice, organization):
    good(alice.log_in().append("INBOX", None, None, LARGE))
    slow = stuck(alice, "INBOX")
    begun = time.monotonic()
    organization.put_access_control_rule(Name="no-imap", Effect="DENY", Description="no", Actions=["IMAP"])
    slow.wait_until_let_go()
    assert time.monotonic() - begun < SOON_SECONDS


def deny(organization):
    organization.put_access_control_rule(Name="no-imap", Effect="DENY", Description="no", Actions=["IMAP"])


def deny_no_more(organization):
    organization.delete_access_control_rule(Name="no-imap")


@pytest.mark.parametrize(("end", "give_back"), [(deny, deny_no_more), (revoke, grant)], ids=["rule", "grant"])
def test_who_loses_the_right_is_let_go_within_a_second(alice, organization, shared, capsys, end, give_back):
    """Whatever goes on: the median of several, since the machine may be busy with other tests; the slowest is told."""
    took = {"in IDLE": [], "between commands": [], "in a command": []}
    for _ in range(TIMES):
        idle, silent = (Raw(alice).log_in(alice).ask(f"s SELECT {shared}".encode(), b"s OK") for _ in range(2))
        idle.send(b"i IDLE\r\n")
        idle.until(b"+", b"+")
        left = dict(zip(took, (idle, silent, stuck(alice, shared)), strict=True))
        end(organization)
        begun = time.monotonic()
        while left:
            for name in [name for name, session in left.items() if not session.is_held()]:
                took[name].append(time.monotonic() - begun)
                left.pop(name).cut()
            assert time.monotonic() - begun < SOON_SECONDS, f"{list(left)} go on"
            time.sleep(0.01)
        give_back(organization)
    told = {
        name: [round(each * 1000) for each in (statistics.median(times), max(times))]
        for name, times in took.items()
    }
    with capsys.disabled():
        print(f"\nended by {end.__name__}, median and slowest of {TIMES} in ms: {told}")
    assert all(median <= WITHIN_MS for median, _ in told.values()), told


@pytest.mark.parametrize("into", ["the guest's mailbox", "the same mailbox"])
def test_a_copy_that_is_cut_short_leaves_nothing(alice, organization, shared, into):
    """RFC 9051 §6.4.7: all messages or none, also when the right is lost between slices."""
    bob = Mail(alice.server, organization.address("bob"), PASSWORD)
    owner = Raw(bob).log_in(bob).ask(b"c CREATE Many", b"c OK")
    small = b" {16+}\r\nSubject: x\r\n\r\n\r\n"
    for _ in range(50):
        owner.ask(b"a APPEND Many" + small * 100, b"a OK")
    is_own = into == "the guest's mailbox"
    watching = Raw(alice).log_in(alice) if is_own else owner
    target = "Copies" if is_own else shared.replace("INBOX", "Copies")
    watching.ask(b"c CREATE Copies", b"c OK")

    def copied():
        return int(re.search(rb"MESSAGES (\d+)", watching.asked("STATUS Copies (MESSAGES)")[0][0])[1])

    cut = 0
    for _ in range(10):
        with Raw(alice) as copying:
            copying.log_in(alice).ask(f"s SELECT {shared.replace('INBOX', 'Many')}".encode(), b"s OK")
            copying.send(f"c COPY 1:* {target}\r\n".encode())
            wait_until(lambda: copied() > 0, "some are copied")
            revoke(organization)
            lines = copying.rest() or [b""]
            if any(line.startswith(b"c OK") for line in lines):
                # Too late: all of them are there. Another time.
                assert copied() == 5000
                watching.ask(b"d DELETE Copies", b"d OK").ask(b"c CREATE Copies", b"c OK")
            else:
                wait_until(lambda: copied() == 0, "what was copied is taken back")
                cut += 1
        grant(organization)
        if cut == 2:
            return
    assert cut, "no COPY was cut short"


def test_it_is_no_other_over_tls(alice, organization, shared):
    client = alice.log_in()
    good(client.select(shared))
    client.send(b"f FETCH 1 (BODY.PEEK[] BODY.PEEK[TEXT])\r\n")
    assert client.readline().startswith(b"* 1 FETCH")
    begun = time.monotonic()
    revoke(organization)
    wait_until_let_go((client.sock.getsockname()[1], client.sock.getpeername()[1]))
    assert time.monotonic() - begun < SOON_SECONDS


def test_an_address_has_so_many_connections_before_log_in(alice):
    waiting = [Raw(alice) for _ in range(PER_ADDRESS)]
    with pytest.raises(AssertionError):
        Raw(alice)
    with pytest.raises((OSError, imaplib.IMAP4.abort)):
        alice.connect()
    # Who has logged in does not count here any more.
    waiting.pop().log_in(alice).ask(b"n NOOP", b"n OK")
    replaced = Raw(alice)
    for each in [*waiting, replaced]:
        each.cut()
    alice.log_in().logout()


def test_a_user_has_so_many_connections(alice, server, organization):
    held = [Raw(alice).log_in(alice) for _ in range(PER_USER)]
    for _ in range(10):
        with Raw(alice) as another:
            another.ask(f"l LOGIN {alice.user} {alice.password}".encode(), b"l NO [LIMIT]")
    organization.user("bob", Password=PASSWORD)
    Mail(server, organization.address("bob"), PASSWORD).log_in().logout()
    held.pop().cut()
    alice.log_in().logout()


def test_the_kernel_asks_after_a_silent_peer(alice):
    client = Raw(alice).log_in(alice)
    # "02" in the column of timers (proc_net_tcp of the kernel's documents), once what was sent is acknowledged.
    deadline = time.monotonic() + SOON_SECONDS
    while (timer := client.server_end()[5].split(":"))[0] != "02":
        assert time.monotonic() < deadline, timer
        time.sleep(0.05)
    assert 0 < int(timer[1], 16) <= 5 * 60 * 100, "in hundredths of a second"
