"""On SQLite a search waits for its index, and nobody waits for such a search."""

import time

import pytest

from entities import PASSWORD, Organization
from mail import Mail, good
from postroom import Server
from raw_imap import Raw

# Less than such a search waits (10 s), and than the server waits for what it has begun (30 s).
STOP_SECONDS_MAX = 8
LARGE = b"Subject: Tea\r\n\r\n" + b"leaf and leaf\r\n" * 40_000


@pytest.fixture
def mail(tmp_path):
    """A mailbox with a small message and a large one, which is a file, in a server without an index that is stopped."""
    server = Server(tmp_path / "data", ['dns.resolvers=["127.0.0.1:9"]']).start()
    try:
        organization = Organization(server.client("workmail"))
        organization.user("alice", Password=PASSWORD)
        mail = Mail(server, organization.address("alice"), PASSWORD)
        client = mail.log_in()
        for message in [b"Subject: Tea\r\n\r\nwith milk\r\n", LARGE]:
            good(client.append("INBOX", None, None, message))
        client.logout()
        assert server.stop() == 0, server.log()
        for file in server.data.glob("organizations/*/search.db*"):
            file.unlink()
        yield mail
    finally:
        if server.process is not None:
            server.kill()


def test_an_index_that_is_gone_is_waited_for(mail):
    mail.server.start()
    client = mail.log_in()
    good(client.select("INBOX"))
    began = time.monotonic()
    assert good(client.search(None, "TEXT", "leaf")) == [b"2"]
    assert good(client.search(None, "TEXT", "tea")) == [b"1 2"]
    assert time.monotonic() - began < STOP_SECONDS_MAX


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


def test_a_server_that_stops_leaves_a_search_by_rows(mail):
    mail.server.start()
    raw = Raw(mail).log_in(mail)
    message = b"Subject: Tea\r\n\r\nwith milk\r\n"
    for _ in range(30):
        raw.ask(b"a APPEND INBOX" + 100 * (b" {%d+}\r\n%s" % (len(message), message)), b"a OK")
    raw.asked("SELECT INBOX")
    # The header of each of three thousand is read.
    raw.send(b"a NOOP\r\nb SEARCH HEADER X-Tea milk\r\n")
    raw.until(b"a ", b"a OK")
    assert mail.server.stop() == 0, mail.server.log()
    assert raw.rest() == [b"* BYE The server is stopping"]
