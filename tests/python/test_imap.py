"""IMAP with Python's own client: what is stored comes back byte for byte, on both engines."""

import imaplib
import re

import pytest

from entities import PASSWORD
from mail import good

MESSAGE = (
    b"From: Bob <bob@example.com>\r\nTo: alice@example.net\r\nSubject: Hello =?utf-8?q?w=C3=B6rld?=\r\n"
    b"Message-ID: <1@example.com>\r\nDate: Mon, 2 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHi there\r\n--b\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n"
)


def flags(client, number):
    return set(imaplib.ParseFlags(good(client.fetch(str(number), "(FLAGS)"))[0]))


def test_a_new_mailbox_has_the_folders_of_workmail(alice):
    client = alice.log_in()
    listed = {line.decode() for line in good(client.list())}
    assert listed == {
        r'(\HasNoChildren) "/" INBOX',
        r'(\HasNoChildren \Archive) "/" Archive',
        r'(\HasNoChildren \Trash) "/" "Deleted Items"',
        r'(\HasNoChildren \Drafts) "/" Drafts',
        r'(\HasNoChildren \Junk) "/" "Junk E-mail"',
        r'(\HasNoChildren \Sent) "/" "Sent Items"',
    }
    assert good(client.select("INBOX")) == [b"0"]


def test_a_message_comes_back_as_it_went_in(alice):
    client = alice.log_in()
    good(client.append("INBOX", r"(\Flagged $Work)", '"02-Nov-2026 10:00:00 +0100"', MESSAGE))
    client.select("INBOX", readonly=True)
    assert good(client.fetch("1", "(BODY.PEEK[])"))[0][1] == MESSAGE
    assert flags(client, 1) == {rb"\Flagged", b"$Work"}
    told = good(client.fetch("1", "(INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE PREVIEW)"))[0].decode()
    assert 'INTERNALDATE " 2-Nov-2026 09:00:00 +0000"' in told
    assert f"RFC822.SIZE {len(MESSAGE)}" in told
    assert '"Hello =?utf-8?q?w=C3=B6rld?=" (("Bob" NIL "bob" "example.com"))' in told
    assert '"application" "octet-stream" NIL NIL NIL "base64" 4' in told
    assert 'PREVIEW "Hi there"' in told
    parts = good(client.fetch("1", "(BODY.PEEK[2] BINARY.PEEK[2] BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[1]<3.2>)"))
    assert [part[1] for part in parts if isinstance(part, tuple)] == [
        b"AAEC",
        b"\0\1\2",
        b"Subject: Hello =?utf-8?q?w=C3=B6rld?=\r\n\r\n",
        b"th",
    ]
    assert flags(client, 1) == {rb"\Flagged", b"$Work"}, "a peek does not mark it as read"


def test_what_is_no_message_is_not_stored(alice):
    client = alice.log_in()
    assert client.append("INBOX", None, None, b"")[0] == "NO"
    for time in ['"31-Dec-9999 23:59:59 -2359"', '"31-Feb-2020 10:00:00 +0000"']:
        with pytest.raises(imaplib.IMAP4.error, match="time|day"):
            client.append("INBOX", None, time, MESSAGE)
    # A message that is whole goes with the one that gives the command up.
    client.send(b"m APPEND INBOX {%d+}\r\n" % len(MESSAGE) + MESSAGE + b" {0+}\r\n\r\n")
    while not (line := client.readline()).startswith(b"m "):
        pass
    assert line.startswith(b"m NO [CANNOT]"), line
    assert good(client.status("INBOX", "(MESSAGES UIDNEXT)")) == [b"INBOX (MESSAGES 0 UIDNEXT 1)"]


def test_reading_marks_as_read_and_says_so_once(alice):
    client = alice.log_in()
    client.append("INBOX", None, None, MESSAGE)
    client.select("INBOX")
    told = good(client.fetch("1", "(BODY[TEXT])"))
    assert rb"FLAGS (\Seen)" in told[-1]
    assert len([part for part in told if isinstance(part, bytes)]) == 1, told
    assert good(client.search(None, "UNSEEN")) == [b""]


def test_flags_copies_moves_and_expunges(alice):
    client = alice.log_in()
    for _ in range(3):
        client.append("INBOX", None, None, MESSAGE)
    client.select("INBOX")
    good(client.store("1:2", "+FLAGS", r"(\Deleted Later)"))
    assert flags(client, 2) == {rb"\Deleted", b"Later"}
    good(client.store("2", "-FLAGS.SILENT", r"(\Deleted)"))
    assert re.search(rb"COPYUID \d+ 2:3 1:2", b" ".join(good(client.copy("2:3", "Archive"))))
    assert good(client.expunge()) == [b"1"]
    assert good(client.search(None, "ALL")) == [b"1 2"]
    good(client.create("Work/2026"))
    good(client.uid("MOVE", "3", '"Work/2026"'))
    assert good(client.uid("SEARCH", "ALL")) == [b"2"]
    assert good(client.status("Archive", "(MESSAGES UIDNEXT UNSEEN)")) == [b"Archive (MESSAGES 2 UIDNEXT 3 UNSEEN 2)"]
    good(client.select('"Work/2026"'))
    assert good(client.fetch("1", "(BODY.PEEK[])"))[0][1] == MESSAGE


def test_folders_are_made_renamed_and_deleted(alice):
    client = alice.log_in()
    good(client.create("B&APw-cher"))
    good(client.rename("B&APw-cher", "Regal/B&APw-cher"))
    names = [line.decode().rsplit(" ", 1)[1] for line in good(client.list('""', "Regal*"))]
    assert names == ["Regal", '"Regal/B&APw-cher"'] or names == ["Regal", "Regal/B&APw-cher"]
    assert client.delete("Regal")[0] == "NO", "it has a folder in it"
    good(client.delete('"Regal/B&APw-cher"'))
    good(client.delete("Regal"))
    assert client.delete("INBOX")[0] == "NO"
    assert client.select("Regal")[0] == "NO"
    good(client.subscribe("Archive"))
    good(client.unsubscribe("Drafts"))
    subscribed = b" ".join(good(client.lsub()))
    assert b"Archive" in subscribed and b"Drafts" not in subscribed


def test_searches(alice):
    client = alice.log_in()
    client.append("INBOX", r"(\Seen)", '"01-Nov-2026 12:00:00 +0000"', MESSAGE)
    client.append("INBOX", "($Work)", '"03-Nov-2026 12:00:00 +0000"', MESSAGE.replace(b"Hi there", b"Good bye"))
    client.select("INBOX")
    for key, found in [
        ("ALL", b"1 2"),
        ("SEEN", b"1"),
        ("KEYWORD $Work", b"2"),
        ("BODY bye", b"2"),
        ("NOT BODY bye", b"1"),
        ("FROM bob SUBJECT HELLO", b"1 2"),
        ("OR BODY bye SEEN", b"1 2"),
        ("SINCE 2-Nov-2026", b"2"),
        ("BEFORE 2-Nov-2026", b"1"),
        ("SENTON 2-Nov-2026", b"1 2"),
        ("HEADER Message-ID 1@example", b"1 2"),
        ("LARGER 100000", b""),
        ("UID 2:*", b"2"),
        ("1", b"1"),
    ]:
        assert good(client.search(None, key)) == [found], key
    client.literal = "wörld".encode()
    assert good(client.search("UTF-8", "SUBJECT")) == [b"1 2"]


def test_another_session_hears_of_changes(alice):
    one, two = alice.log_in(), alice.log_in()
    one.select("INBOX"), two.select("INBOX")
    one.append("INBOX", None, None, MESSAGE)
    good(two.noop())
    assert two.untagged_responses["EXISTS"][-1] == b"1"
    one.store("1", "+FLAGS", r"(\Deleted)")
    two.untagged_responses.clear()
    good(two.noop())
    assert two.untagged_responses["FETCH"] == [rb"1 (FLAGS (\Deleted))"]
    one.expunge()
    good(two.noop())
    assert two.untagged_responses["EXPUNGE"] == [b"1"]


def test_idle_is_told_at_once(alice):
    one, two = alice.log_in(), alice.log_in()
    one.select("INBOX")
    one.send(b"i IDLE\r\n")
    assert one.readline().startswith(b"+")
    two.append("INBOX", None, None, MESSAGE)
    one.sock.settimeout(20)
    assert one.readline() == b"* 1 EXISTS\r\n"
    one.send(b"DONE\r\n")
    while not (line := one.readline()).startswith(b"i "):
        pass
    assert line.startswith(b"i OK")


def test_only_who_knows_the_password_gets_in_and_only_over_tls(alice, server):
    for user, password in [(alice.user, "Wrong-Horse-1"), ("nobody@example.net", PASSWORD), (alice.user, "")]:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            alice.connect().login(user, password)
    client = alice.connect()
    assert client.authenticate("PLAIN", lambda _: f"\0{alice.user}\0{PASSWORD}".encode())[0] == "OK"
    host, port = server.endpoints["imap"].split(":")
    client = imaplib.IMAP4(host, int(port))
    assert "STARTTLS" in client.capabilities
    client.starttls(alice.context)
    assert client.login(alice.user, PASSWORD)[0] == "OK"


def test_a_rule_ends_the_session_that_it_denies(alice, organization):
    client = alice.log_in()
    client.select("INBOX")
    organization.put_access_control_rule(
        Name="no-imap", Effect="DENY", Description="no IMAP", Actions=["IMAP"]
    )
    client.sock.settimeout(20)
    assert client.readline().startswith(b"* BYE")
    with pytest.raises(imaplib.IMAP4.error):
        alice.connect().login(alice.user, PASSWORD)


def test_what_is_no_imap_is_refused(alice):
    client = alice.log_in()
    for line, answer in [
        (b"x FETCH 1 FLAGS", b"x BAD"),
        (b"x SELECT Nowhere", b"x NO [NONEXISTENT]"),
        (b"x NONSENSE", b"x BAD"),
        (b"x APPEND INBOX {999999999}", b"x NO [TOOBIG]"),
        (b"x STATUS INBOX ()", b"x BAD"),
    ]:
        client.send(line + b"\r\n")
        assert client.readline().startswith(answer), line
    assert good(client.noop())


def test_searches_for_numbers_that_are_not_there_and_for_too_much(alice):
    client = alice.log_in()
    for _ in range(3):
        client.append("INBOX", None, None, MESSAGE)
    client.select("INBOX")
    assert good(client.search(None, "2:9")) == [b"2 3"], "those that are there"
    assert good(client.search(None, "NOT 7")) == [b"1 2 3"]
    assert good(client.search(None, "UID 3:400,1")) == [b"1 3"]
    texts = [f"SUBJECT w{number}" for number in range(65)]
    good(client.search(None, *texts[:64]))
    answer, told = client.search(None, *texts)
    assert answer == "NO" and b"[LIMIT]" in told[0]


def test_a_line_that_is_not_done_ends_idle(alice):
    client = alice.log_in()
    client.select("INBOX")
    client.send(b"i IDLE\r\n")
    assert client.readline().startswith(b"+")
    client.send(b"n NOOP\r\n")
    assert client.readline().startswith(b"i BAD")
    assert good(client.noop()), "the next one is a command again"
