"""Keywords that nothing has any more make room for others, and nobody who has the folder open mistakes one for another."""

import random
import re

from raw_imap import Raw
from replica import Open, Synced, stored

KEYWORDS_MAX = 120
MESSAGES = 6
STEPS = 120
SEED = 20261122
# Names that a message has at once, so that there are always some that nothing has.
AT_ONCE = 15


def names(chance, made):
    """Some names, most of them new."""
    return [f"k{made}-{each}" for each in range(chance.randint(1, AT_ONCE))] + chance.choice([[], ["$Work"]])


def changed(chance, raw, made):
    """Gives a message other keywords, takes some away, or adds one."""
    number = chance.randint(1, MESSAGES)
    match chance.randrange(4):
        case 0:
            raw.asked(f"STORE {number} FLAGS ()")
        case 1:
            raw.asked(f"STORE {number} +FLAGS.SILENT (k{made}-more)")
            raw.asked(f"STORE {number} -FLAGS (k{made}-more)")
        case _:
            raw.asked(f"STORE {number} FLAGS ()")
            raw.asked(f"STORE {number} FLAGS ({' '.join(names(chance, made))})")


def test_numbers_of_keywords_that_stand_for_others_are_not_mistaken(alice):
    chance = random.Random(SEED)
    with Raw(alice) as raw:
        raw.log_in(alice)
        for number in range(MESSAGES):
            message = f"Subject: m{number}\r\n\r\n{number}\r\n"
            raw.asked(f"APPEND INBOX {{{len(message)}+}}\r\n{message}")
        raw.asked("SELECT INBOX")
        opened = Open(Raw(alice).log_in(alice), "INBOX")
        visitor = Synced("INBOX")
        for made in range(STEPS):
            changed(chance, raw, made)
            if made % 3 == 0:
                opened.do("NOOP")
            if made % 7 == 0:
                # A message that is marked as read by its FETCH is told with what it has then.
                opened.do(f"FETCH 1:{MESSAGES} (UID FLAGS BODY[])")
            if made % 5 == 0:
                with Raw(alice) as other:
                    other.log_in(alice).asked("ENABLE QRESYNC")
                    visitor.sync(other)
        opened.do("NOOP")
    with Raw(alice) as other:
        other.log_in(alice).asked("ENABLE QRESYNC")
        truth = stored(other, "INBOX")[0]
        visitor.sync(other)
        responses = other.asked("SELECT INBOX")
    assert opened.flags == {uid: flags for uid, (flags, _) in truth.items()}
    assert visitor.messages == truth
    (there,) = [text for text, _ in responses if text.startswith(b"* FLAGS ")]
    keywords = [word for word in re.findall(rb"[^ ()]+", there)[2:] if not word.startswith(b"\\")]
    assert len(keywords) == KEYWORDS_MAX, "more came and went than there is room for"
    in_use = {flag for flags, _ in truth.values() for flag in flags if not flag.startswith(b"\\")}
    assert in_use <= set(keywords)


def test_a_keyword_that_is_in_use_is_not_given_up(alice):
    with Raw(alice) as raw:
        raw.log_in(alice)
        message = "Subject: s\r\n\r\n"
        for _ in range(2):
            raw.asked(f"APPEND INBOX {{{len(message)}+}}\r\n{message}")
        raw.asked("SELECT INBOX")
        raw.asked(f"STORE 1 +FLAGS ({' '.join(f'k{each}' for each in range(KEYWORDS_MAX))})")
        raw.send(b"a STORE 2 +FLAGS (more)\r\n")
        raw.until(b"a ", b"a NO [LIMIT]")
        raw.asked("STORE 1 -FLAGS (k7)")
        raw.asked("STORE 2 +FLAGS (more)")
        # What can be recovered keeps its names.
        raw.asked(r"STORE 1 +FLAGS (\Deleted)")
        raw.asked("EXPUNGE")
        raw.send(b"a STORE 1 +FLAGS (another)\r\n")
        raw.until(b"a ", b"a NO [LIMIT]")
