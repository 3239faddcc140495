"""Extensions of IMAP with Python's own client, on both engines."""

import pytest

from entities import PASSWORD
from mail import Mail, good


def message(number, subject, date, sender="ann@a.example", to="bob@b.example", refers=()):
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: {date} Nov 2026 10:00:00 +0000",
        f"Message-ID: <{number}@example.com>",
    ]
    if refers:
        lines.append("References: " + " ".join(f"<{reference}@example.com>" for reference in refers))
    return ("\r\n".join(lines) + "\r\n\r\n" + "x" * number * 100 + "\r\n").encode()


def tagged(client, tag, line):
    """The lines that answer `line`, the tagged one last."""
    client.send(tag + b" " + line + b"\r\n")
    lines = []
    while not lines or not lines[-1].startswith(tag + b" "):
        lines.append(client.readline().rstrip(b"\r\n"))
    return lines


def filled(alice, messages):
    client = alice.log_in()
    for number, each in enumerate(messages):
        good(client.append("INBOX", None, f'"{20 - number:02}-Nov-2026 10:00:00 +0000"', each))
    client.select("INBOX")
    return client


def test_messages_are_sorted(alice):
    client = filled(
        alice,
        [
            message(4, "Re: beta", 3, sender='"Zoe" <carl@a.example>', to="x@a.example"),
            message(1, "Alpha", 2, sender='"Yan" <dora@a.example>', to="W <z@a.example>"),
            message(3, "BETA", 4, sender="bert@a.example", to="y@a.example"),
            message(2, "[list] gamma", 1, sender='"=?utf-8?q?=C3=84ch?=" <adam@a.example>', to="w@a.example"),
        ],
    )
    assert {"SORT", "SORT=DISPLAY", "ESORT"} <= set(good(client.capability())[0].decode().split())
    for criteria, found in [
        ("(ARRIVAL)", b"4 3 2 1"),
        ("(REVERSE ARRIVAL)", b"1 2 3 4"),
        ("(DATE)", b"4 2 1 3"),
        ("(SIZE)", b"2 4 3 1"),
        ("(SUBJECT)", b"2 1 3 4"),
        ("(REVERSE SUBJECT)", b"4 1 3 2"),
        ("(SUBJECT REVERSE DATE)", b"2 3 1 4"),
        ("(FROM)", b"4 3 1 2"),
        ("(TO)", b"4 1 3 2"),
        ("(CC)", b"1 2 3 4"),
        ("(DISPLAYFROM)", b"3 2 1 4"),
        ("(DISPLAYTO)", b"2 4 1 3"),
    ]:
        assert good(client.sort(criteria, "UTF-8", "ALL")) == [found], criteria
    assert good(client.sort("(SUBJECT)", "UTF-8", "SUBJECT beta")) == [b"1 3"]
    assert good(client.uid("SORT", "(SUBJECT)", "UTF-8", "UID 2:4")) == [b"2 3 4"]
    line = b"UID SORT RETURN (MIN MAX COUNT ALL) (SUBJECT) UTF-8 ALL"
    assert tagged(client, b"s", line)[0] == b'* ESEARCH (TAG "s") UID MIN 2 MAX 4 COUNT 4 ALL 2,1,3:4'
    assert tagged(client, b"s", b"SORT (SUBJECT) NO-SUCH ALL")[-1].startswith(b"s NO [BADCHARSET")


def test_messages_are_threaded_by_who_refers_to_whom(alice):
    client = filled(
        alice,
        [
            message(1, "Tea", 1),
            message(2, "Re: Tea", 3, refers=[1]),
            message(3, "Re: Tea", 2, refers=[1]),
            message(4, "Re: Tea", 4, refers=[1, 3]),
            message(5, "Cake", 6, refers=[90]),
            message(6, "Bread", 5, refers=[90]),
            # No reference, but the subject of the first: below it.
            message(7, "Fwd: tea", 7),
            # The same subject twice, and neither is a reply: side by side.
            message(8, "News", 8),
            message(9, "News", 9),
            # Each refers to the other.
            message(10, "One", 10, refers=[11]),
            message(11, "Two", 11, refers=[10]),
        ],
    )
    threads = good(client.thread("REFERENCES", "UTF-8", "ALL"))
    assert threads == [b"(1 (3 4)(2)(7))((6)(5))((8)(9))(11 10)"]
    # 1 is not asked for: what refers to it is still together.
    assert good(client.uid("THREAD", "REFERENCES", "UTF-8", "UID 2:4")) == [b"((3 4)(2))"]
    assert good(client.thread("ORDEREDSUBJECT", "UTF-8", "1:9")) == [b"(1 (3)(2)(4)(7))(6)(5)(8 9)"]


def test_messages_without_ids_or_with_the_same_one_have_threads_of_their_own(alice):
    bare = b"Subject: \r\n\r\n"
    client = filled(alice, [bare, bare, message(1, "Tea", 1), message(1, "Cake", 2)])
    assert good(client.thread("REFERENCES", "UTF-8", "ALL")) == [b"(3)(4)(2)(1)"]
