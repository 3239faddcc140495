"""On SQLite a search waits for its index, and nobody waits for such a search."""

import select
import time

import pytest

from entities import PASSWORD, Organization
from mail import Mail, good
from postroom import Server
from raw_imap import SECONDS_MAX, Raw

# Less than such a search waits (10 s), and than the server waits for what it has begun (30 s).
STOP_SECONDS_MAX = 8
LARGE = b"Subject: Tea\r\n\r\n" + b"leaf and leaf\r\n" * 40_000


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "data", ['dns.resolvers=["127.0.0.1:9"]']).start()
    yield server
    if server.process is not None:
        server.kill()


@pytest.fixture
def mail(server):
    """A mailbox with a small message and a large one, which is a file, in a server without an index that is stopped."""
    mail = mailbox(server)
    client = mail.log_in()
    for message in [b"Subject: Tea\r\n\r\nwith milk\r\n", LARGE]:
        good(client.append("INBOX", None, None, message))
    client.logout()
    lose_indexes(server)
    return mail


def mailbox(server):
    """One in an organization of its own."""
    organization = Organization(server.client("workmail"))
    organization.user("alice", Password=PASSWORD)
    return Mail(server, organization.address("alice"), PASSWORD)


def lose_indexes(server):
    assert server.stop() == 0, server.log()
    for file in server.data.glob("organizations/*/search.db*"):
        file.unlink()


def fill(mail, count):
    """So many messages, a hundred at once."""
    raw = Raw(mail).log_in(mail)
    message = b"Subject: Tea\r\n\r\nwith leaf\r\n"
    for _ in range(count // 100):
        raw.ask(b"a APPEND INBOX" + 100 * (b" {%d+}\r\n%s" % (len(message), message)), b"a OK")


def test_an_index_that_is_gone_is_waited_for(mail):
    mail.server.start()
    client = mail.log_in()
    good(client.select("INBOX"))
    assert good(client.search(None, "TEXT", "leaf")) == [b"2"]
    assert good(client.search(None, "TEXT", "tea")) == [b"1 2"]


def test_a_server_that_stops_leaves_a_search_that_waits(mail):
    # What nobody can read holds the index up.
    [bodies] = mail.server.data.glob("organizations/*/bodies")
    bodies.rename(bodies.with_name("aside"))
    bodies.write_bytes(b"")
    mail.server.start()
    raw = Raw(mail).log_in(mail)
    raw.asked("SELECT INBOX")
    # In one piece: when the first is answered, the second is under way.
    raw.send(b"a NOOP\r\nb SEARCH TEXT leaf\r\n")
    raw.until(b"a ", b"a OK")
    began = time.monotonic()
    assert mail.server.stop() == 0, mail.server.log()
    assert time.monotonic() - began < STOP_SECONDS_MAX
    assert raw.rest() == [b"* BYE The server is stopping"]


def test_who_has_much_mail_does_not_hold_the_indexes_of_others_up(server):
    large, *small = [mailbox(server) for _ in range(5)]
    fill(large, 4_500)
    for mail in small:
        fill(mail, 100)
    lose_indexes(server)
    server.start()
    began, waited = time.monotonic(), {}
    searches = {mail: Raw(mail).log_in(mail) for mail in [large, *small]}
    for raw in searches.values():
        raw.asked("SELECT INBOX")
        raw.send(b"a SEARCH RETURN (COUNT) TEXT leaf\r\n")
    while searches:
        ready = select.select([raw.socket for raw in searches.values()], [], [], SECONDS_MAX)[0]
        assert ready, server.log()
        for mail in [mail for mail, raw in searches.items() if raw.socket in ready]:
            searches.pop(mail).until(b"a ", b"a OK")
            waited[mail] = time.monotonic() - began
    assert max(waited, key=waited.get) is large, waited.values()
