"""Python's IMAPClient: the extensions that it has words for, on both engines."""

import datetime
import socket

import pytest
from imapclient import IMAPClient
from imapclient.imapclient import DRAFTS, JUNK, SENT, TRASH

from mail import samples

IDLE_SECONDS_MAX = 20
MESSAGE = (
    "From: Bärbel <b@example.com>\r\nTo: alice@example.net\r\nSubject: Grüße\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nStraße und Überfluß\r\n"
).encode()


@pytest.fixture
def connect(alice):
    """Makes logged-in clients of Alice."""
    clients = []

    def one():
        host, port = alice.endpoint()
        client = IMAPClient(host, port=port, ssl_context=alice.context)
        clients.append(client)
        client.login(alice.user, alice.password)
        return client

    yield one
    for client in clients:
        client.shutdown()


def test_folders_of_any_name_and_use(connect):
    client = connect()
    assert client.namespace().personal == (("", "/"),)
    assert [client.find_special_folder(use) for use in (DRAFTS, JUNK, SENT, TRASH)] == [
        "Drafts",
        "Junk E-mail",
        "Sent Items",
        "Deleted Items",
    ]
    names = ["Bücher/Läden & mehr", "日本語", "Ошибки", "😀", 'a "quoted" \\ name', "two  blanks", "&", "ö" * 60]
    for name in names:
        client.create_folder(name)
        client.append(name, MESSAGE)
        client.subscribe_folder(name)
    listed = {name for _, _, name in client.list_folders()}
    assert set(names) <= listed and "Bücher" in listed
    assert {name for _, _, name in client.list_folders("Bücher", "*")} == {"Bücher", "Bücher/Läden & mehr"}
    for name in names:
        assert client.select_folder(name)[b"EXISTS"] == 1
        assert client.folder_status(name, ["MESSAGES", "UIDNEXT"]) == {b"MESSAGES": 1, b"UIDNEXT": 2}
    client.unselect_folder()
    client.rename_folder("日本語", "中文/日本語")
    assert client.folder_exists("中文/日本語") and not client.folder_exists("日本語")
    client.delete_folder("😀")
    assert "😀" not in {name for _, _, name in client.list_sub_folders()}


def test_real_messages_are_fetched_by_uid(connect):
    client = connect()
    sent = dict(samples()[::8])
    for message in sent.values():
        client.append("INBOX", message, flags=[b"\\Seen", b"$Work"], msg_time=datetime.datetime(2026, 11, 2, 10))
    client.select_folder("INBOX", readonly=True)
    uids = client.search("ALL")
    what = ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY.PEEK[]"]
    told = client.fetch(uids, what)
    # imaplib, which IMAPClient sits on, makes CRLF of every bare carriage return.
    for uid, message in zip(uids, sent.values(), strict=True):
        body = told[uid][b"BODY[]"]
        assert body == message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
        assert told[uid][b"RFC822.SIZE"] == len(body)
        assert set(told[uid][b"FLAGS"]) == {b"\\Seen", b"$Work"}
        assert told[uid][b"INTERNALDATE"] == datetime.datetime(2026, 11, 2, 10)
        assert told[uid][b"ENVELOPE"] is not None and told[uid][b"BODYSTRUCTURE"]


def test_searches_in_any_charset(connect):
    client = connect()
    client.append("INBOX", MESSAGE)
    client.append("INBOX", MESSAGE.replace("Straße".encode(), b"Feldweg").replace("Grüße".encode(), b"Hi"))
    client.select_folder("INBOX")
    assert client.search(["TEXT", "straße"], charset="UTF-8") == [1]
    assert client.search(["OR", "SUBJECT", "grüße", "BODY", "Feldweg"], charset="UTF-8") == [1, 2]
    assert client.search(["NOT", "BODY", "überfluß"], charset="UTF-8") == []
    with pytest.raises(client.Error, match="BADCHARSET"):
        client.search(["TEXT", "щ"], charset="koi8-r")


def test_changes_since_a_mod_seq(connect):
    client, other = connect(), connect()
    assert set(client.enable("CONDSTORE", "X-NOTHING")) == {b"CONDSTORE"}
    for _ in range(3):
        client.append("INBOX", MESSAGE)
    before = client.select_folder("INBOX")[b"HIGHESTMODSEQ"]
    other.select_folder("INBOX")
    other.add_flags([2], [b"\\Flagged"])
    changed = client.fetch([1, 2, 3], ["FLAGS"], modifiers=[f"CHANGEDSINCE {before}"])
    assert set(changed) == {2} and changed[2][b"FLAGS"] == (b"\\Flagged",)
    assert changed[2][b"MODSEQ"][0] > before
    assert client.search(["MODSEQ", str(before + 1)]) == [2]
    after = client.folder_status("INBOX", ["HIGHESTMODSEQ"])[b"HIGHESTMODSEQ"]
    assert after == changed[2][b"MODSEQ"][0]


def test_moves_copies_and_expunges_by_uid(connect):
    client = connect()
    for _ in range(4):
        client.append("INBOX", MESSAGE)
    client.select_folder("INBOX")
    client.move([1, 3], "Archive")
    assert client.search() == [2, 4]
    client.copy([2], "Drafts")
    client.add_flags([2, 4], [b"\\Deleted"])
    client.uid_expunge([4])
    assert client.search() == [2]
    assert client.remove_flags([2], [b"\\Deleted"])[2] == ()
    assert client.folder_status("Archive", ["MESSAGES"]) == {b"MESSAGES": 2}
    client.select_folder("Drafts")
    assert client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == MESSAGE


def test_quota_and_id(connect):
    client = connect()
    client.append("INBOX", MESSAGE)
    root, quotas = client.get_quota_root("INBOX")
    assert root.mailbox == "INBOX" and len(root.quota_roots) == 1
    assert [(quota.quota_root, quota.resource) for quota in quotas] == [(root.quota_roots[0], "STORAGE")]
    assert 0 < quotas[0].usage < quotas[0].limit
    assert client.get_quota() == quotas
    assert client.id_({"name": "IMAPClient"})


def test_idle_tells_of_everything(connect):
    client, other = connect(), connect()
    client.append("INBOX", MESSAGE)
    client.select_folder("INBOX")
    other.select_folder("INBOX")

    def told(last):
        answers = []
        while last not in answers:
            more = client.idle_check(timeout=IDLE_SECONDS_MAX)
            assert more, f"nothing more after {answers}"
            answers += more
        return answers

    client.idle()
    other.append("INBOX", MESSAGE)
    told((2, b"EXISTS"))
    flagged = (1, b"FETCH", (b"FLAGS", (b"\\Flagged",)))
    other.add_flags([1], [b"\\Flagged"])
    assert told(flagged) == [flagged]
    other.delete_messages([1])
    other.expunge()
    # A flag of what is gone before it was told need not be told.
    assert len(told((1, b"EXPUNGE"))) <= 2
    assert client.idle_done()[1] == []
    assert client.search() == [2]


def test_a_client_that_goes_while_it_idles_is_forgotten(connect, alice):
    host, port = alice.endpoint()
    gone = IMAPClient(host, port=port, ssl_context=alice.context)
    gone.login(alice.user, alice.password)
    gone.select_folder("INBOX")
    gone.idle()
    gone.socket().shutdown(socket.SHUT_RDWR)
    client = connect()
    client.append("INBOX", MESSAGE)
    assert client.folder_status("INBOX", ["MESSAGES"]) == {b"MESSAGES": 1}
