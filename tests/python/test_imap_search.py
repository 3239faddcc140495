"""SEARCH by flags, numbers and sets against a plain evaluation of the same keys; what it tells of mod-sequences."""

import random
import re

import pytest

from raw_imap import Raw

SEED = 20261122
MESSAGES = 60
SEARCHES = 300
DEPTH_MAX = 5
FLAGS = [r"\Seen", r"\Flagged", r"\Answered", "Work", "Later"]


class Plain:
    """What a client knows of each message, by its number."""

    def __init__(self, chance):
        # Number, UID, flags; some UIDs are gone.
        self.uids = sorted(chance.sample(range(1, 2 * MESSAGES), MESSAGES))
        self.flags = [{flag for flag in FLAGS if chance.random() < 0.4} for _ in self.uids]

    def a_set(self, chance, highest):
        """A set as IMAP writes it, and its numbers."""
        parts, numbers = [], set()
        for _ in range(chance.randint(1, 3)):
            first, last = chance.randint(1, highest), chance.choice([chance.randint(1, highest), highest])
            parts.append(f"{first}:{'*' if last == highest else last}")
            numbers |= set(range(min(first, last), max(first, last) + 1))
        return ",".join(parts), numbers

    def key(self, chance, depth):
        """A search key and the numbers of the messages that it means."""
        every = set(range(1, MESSAGES + 1))
        kind = chance.randrange(8 if depth < DEPTH_MAX else 5)
        if kind == 0:
            return chance.choice([("ALL", every), ("NEW", set()), ("OLD", every)])
        if kind == 1:
            text, numbers = self.a_set(chance, MESSAGES)
            return text, numbers
        if kind == 2:
            text, uids = self.a_set(chance, self.uids[-1])
            return f"UID {text}", {number for number, uid in enumerate(self.uids, 1) if uid in uids}
        if kind in (3, 4):
            flag = chance.choice([*FLAGS, "Nobody"])
            has = {number for number, flags in enumerate(self.flags, 1) if flag in flags}
            word = {r"\Seen": "SEEN", r"\Flagged": "FLAGGED", r"\Answered": "ANSWERED"}.get(flag)
            word = word or f"KEYWORD {flag}"
            return (word, has) if kind == 3 else (f"UN{word}", every - has)
        keys = [self.key(chance, depth + 1) for _ in range(chance.randint(2, 3))]
        if kind == 5:
            return f"NOT {keys[0][0]}", every - keys[0][1]
        if kind == 6:
            return f"OR {keys[0][0]} {keys[1][0]}", keys[0][1] | keys[1][1]
        return f"({' '.join(text for text, _ in keys)})", set.intersection(*(numbers for _, numbers in keys))


@pytest.fixture
def client(alice):
    with Raw(alice) as raw:
        yield raw.log_in(alice)


def fill(client, plain):
    """The messages of `plain`, with its UIDs."""
    message = "Subject: s\r\n\r\n"
    appended = "".join(f" {{{len(message)}+}}\r\n{message}" for _ in range(plain.uids[-1]))
    client.asked("APPEND INBOX" + appended)
    client.asked("SELECT INBOX")
    gone = sorted(set(range(1, plain.uids[-1] + 1)) - set(plain.uids))
    client.asked(rf"UID STORE {','.join(map(str, gone))} +FLAGS.SILENT (\Deleted)")
    client.asked("EXPUNGE")
    for number, flags in enumerate(plain.flags, 1):
        client.asked(f"STORE {number} FLAGS.SILENT ({' '.join(sorted(flags))})")


def found(client, command):
    """The numbers that a SEARCH answers."""
    (line,) = [text for text, _ in client.asked(command) if text.startswith(b"* SEARCH")]
    return {int(number) for number in line.split()[2:]}


def test_every_key_means_what_it_says(client):
    chance = random.Random(SEED)
    plain = Plain(chance)
    fill(client, plain)
    sizes = set()
    for _ in range(SEARCHES):
        text, numbers = plain.key(chance, 0)
        assert found(client, f"SEARCH {text}") == numbers, text
        sizes.add(len(numbers))
        uids = {plain.uids[number - 1] for number in numbers}
        assert found(client, f"UID SEARCH {text}") == uids, text
    assert len(sizes) > 10
    # What is saved is a set like others, and may be looked for in itself.
    client.asked("SEARCH RETURN (SAVE) OR SEEN UID 1:20")
    saved = {n for n, flags in enumerate(plain.flags, 1) if r"\Seen" in flags or plain.uids[n - 1] <= 20}
    assert found(client, "SEARCH $ NOT KEYWORD Work") == {n for n in saved if "Work" not in plain.flags[n - 1]}


def mod_seq(client, command):
    """What ESEARCH tells, without its tag."""
    (line,) = [text for text, _ in client.asked(command) if text.startswith(b"* ESEARCH")]
    return re.sub(rb'^\* ESEARCH \(TAG "q"\)( UID)? ?', b"", line).decode()


def test_the_mod_sequence_is_that_of_what_is_told(client):
    message = "Subject: s\r\n\r\n"
    client.asked("APPEND INBOX" + "".join(f" {{{len(message) + n}+}}\r\n{message}{'x' * n}" for n in range(5)))
    client.asked("SELECT INBOX (CONDSTORE)")
    for number in (1, 5, 3, 2):
        client.asked(f"STORE {number} +FLAGS.SILENT (\\Flagged)")
    own = {}
    for text, _ in client.asked("FETCH 1:5 (MODSEQ)"):
        if told := re.match(rb"\* (\d+) FETCH \(MODSEQ \((\d+)\)", text):
            own[int(told[1])] = int(told[2])
    assert own[4] < own[1] < own[5] < own[3] < own[2]
    for returns, expected in (
        ("MIN", f"MIN 1 MODSEQ {own[1]}"),
        ("MAX", f"MAX 5 MODSEQ {own[5]}"),
        ("MIN MAX", f"MIN 1 MAX 5 MODSEQ {own[5]}"),
        ("MIN MAX SAVE", f"MIN 1 MAX 5 MODSEQ {own[5]}"),
        ("MIN COUNT", f"MIN 1 COUNT 5 MODSEQ {own[2]}"),
        ("MIN ALL", f"MIN 1 ALL 1:5 MODSEQ {own[2]}"),
        ("COUNT", f"COUNT 5 MODSEQ {own[2]}"),
    ):
        assert mod_seq(client, f"SEARCH RETURN ({returns}) MODSEQ 1") == expected, returns
    assert mod_seq(client, "SEARCH RETURN (MIN) MODSEQ 1 NOT ALL") == ""
    assert mod_seq(client, "UID SEARCH RETURN (MAX) MODSEQ 1 1:3") == f"MAX 3 MODSEQ {own[3]}"
    # In the order of SORT the largest is the first.
    for returns, expected in (
        ("MIN", f"MIN 5 MODSEQ {own[5]}"),
        ("MAX", f"MAX 1 MODSEQ {own[1]}"),
        ("MIN MAX", f"MIN 5 MAX 1 MODSEQ {own[5]}"),
        ("MAX COUNT", f"MAX 1 COUNT 5 MODSEQ {own[2]}"),
    ):
        assert mod_seq(client, f"SORT RETURN ({returns}) (REVERSE SIZE) UTF-8 MODSEQ 1") == expected, returns


def test_folders_with_something_below_them_are_told(client):
    for folder in ("a/b/c", "a/d", "e", "f/g"):
        client.asked(f'CREATE "{folder}"')
    client.asked("SUBSCRIBE a/b/c")
    listed = {text.split(b'"/" ')[1]: text for text, _ in client.asked('LIST "" * RETURN (CHILDREN)')}
    for name in (b"a", b"a/b", b"f"):
        assert rb"\HasChildren" in listed[name], name
    for name in (b"a/b/c", b"a/d", b"e", b"f/g", b"INBOX"):
        assert rb"\HasNoChildren" in listed[name], name
    below = client.asked('LIST (SUBSCRIBED RECURSIVEMATCH) "" %')
    names = [text for text, _ in below if b'CHILDINFO' in text]
    assert len(names) == 1 and b' a ("CHILDINFO" ("SUBSCRIBED"))' in names[0].replace(b'"a"', b"a"), below
    above = client.asked('LIST (SUBSCRIBED RECURSIVEMATCH) "" a/%')
    assert [text.split(b'"/" ')[1].split()[0] for text, _ in above if b"CHILDINFO" in text] == [b"a/b"], above
