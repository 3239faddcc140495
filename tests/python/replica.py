"""Replicas of a folder as clients keep them: by QRESYNC between connections (RFC 7162), by what IDLE tells within one."""

import re

from raw_imap import DONE

FETCH = re.compile(rb"\* (\d+) FETCH \((.*)\)$", re.DOTALL)
WHAT = "(UID FLAGS MODSEQ BODY.PEEK[])"
ROUNDS_MAX = 100


class Told:
    """What a FETCH response says of a message; what it does not say is None."""

    def __init__(self, number, text, literals):
        self.number = int(number)
        self.uid = whole(re.search(rb"\bUID (\d+)", text))
        self.mod_seq = whole(re.search(rb"MODSEQ \((\d+)\)", text))
        flags = re.search(rb"FLAGS \(([^)]*)\)", text)
        self.flags = frozenset(flags[1].split()) - {rb"\Recent"} if flags else None
        self.body = literals[0] if literals else None


def whole(found):
    return int(found[1]) if found else None


def told(response):
    """The `Told` of a FETCH response, None of another one."""
    found = FETCH.match(response[0])
    return Told(found[1], found[2], response[1]) if found else None


def uids_of(text):
    """The numbers of a set like `1:3,7`."""
    numbers = set()
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


class Synced:
    """A replica that is brought up to date by each SELECT with QRESYNC."""

    def __init__(self, folder):
        self.folder = folder
        self.forget(0)

    def forget(self, validity):
        """Another UIDVALIDITY: nothing that is known means anything any more."""
        self.validity, self.mod_seq, self.highest, self.exists = validity, 0, 0, 0
        # By UID: flags and bytes.
        self.messages = {}

    def sync(self, raw):
        """Selects the folder on a connection with QRESYNC enabled and catches up. Answers the responses to SELECT."""
        known = ""
        if self.validity and self.mod_seq:
            known = f" (QRESYNC ({self.validity} {self.mod_seq}))"
        responses = raw.asked(f'SELECT "{self.folder}"{known}')
        validity, mod_seq = code(responses, b"UIDVALIDITY"), code(responses, b"HIGHESTMODSEQ")
        if validity != self.validity:
            earlier = [text for text, _ in responses if b"VANISHED (EARLIER)" in text]
            assert not earlier, "what changed was told of UIDs that mean nothing any more"
            assert validity > self.validity
            self.forget(validity)
        assert mod_seq >= self.mod_seq, "HIGHESTMODSEQ goes back under one UIDVALIDITY"
        self.mod_seq = mod_seq
        self.hear(responses)
        for _ in range(ROUNDS_MAX):
            self.hear(raw.asked(f"UID FETCH {self.highest + 1}:* {WHAT}"))
            if len(self.messages) >= self.exists:
                break
            # What came while it fetched is there to be fetched, what went may be told now.
            self.hear(raw.asked("NOOP"))
        assert len(self.messages) == self.exists, (sorted(self.messages), self.exists, responses)
        return responses

    def hear(self, responses):
        """Takes in what is told, and the messages above the highest UID that was ever seen."""
        for response in responses:
            if found := re.match(rb"\* (\d+) EXISTS", response[0]):
                self.exists = int(found[1])
            elif found := re.match(rb"\* VANISHED (\(EARLIER\) )?(.*)", response[0]):
                gone = uids_of(found[2])
                self.exists -= 0 if found[1] else len(gone)
                self.messages = {uid: known for uid, known in self.messages.items() if uid not in gone}
            elif each := told(response):
                # `n:*` also means the last message when n is above it (RFC 9051 §9).
                if each.uid in self.messages:
                    self.messages[each.uid] = (each.flags, self.messages[each.uid][1])
                elif each.body is not None:
                    assert each.uid > self.highest, "a UID below one that was seen"
                    self.messages[each.uid] = (each.flags, each.body)
        self.highest = max(self.highest, max(self.messages, default=0))


def code(responses, name):
    """The number of a response code that is there once."""
    found = [re.match(rb"\* OK \[%s (\d+)\]" % name, text) for text, _ in responses]
    (number,) = [int(each[1]) for each in found if each]
    return number


def stored(raw, folder):
    """What a client without memory sees in a folder: by UID flags and bytes, and the UIDVALIDITY."""
    fresh = Synced(folder)
    fresh.sync(raw)
    return fresh.messages, fresh.validity


class Open:
    """A replica on one connection that stays: what the server tells of unasked keeps it up to date (RFC 9051 §7)."""

    def __init__(self, raw, folder):
        self.raw, self.folder = raw, folder
        # The UID of each message number, until that is told minus the highest UID that was seen when the message came;
        # what was told of each UID; their subjects.
        self.numbers, self.flags, self.subjects = [], {}, {}
        self.highest = 0
        self.do(f'SELECT "{folder}"')
        self.learn()

    def do(self, command):
        """Carries out a command and takes in what comes with it. Answers the FETCH responses and all texts."""
        self.raw.send(b"q " + command.encode() + b"\r\n")
        return self.take(command)

    def take(self, command):
        fetched, texts = [], []
        while not (response := self.raw.response())[0].startswith(b"q "):
            assert response[0], f"the server closed in {command}"
            texts.append(response[0])
            if each := self.hear(response):
                fetched.append(each)
        texts.append(response[0])
        assert response[0].startswith(DONE), (command, response)
        return fetched, texts

    def hear(self, response):
        """Takes in one untagged response."""
        text = response[0]
        if found := re.match(rb"\* (\d+) EXISTS", text):
            assert int(found[1]) >= len(self.numbers), "messages go without EXPUNGE"
            self.numbers += [-self.highest] * (int(found[1]) - len(self.numbers))
        elif found := re.match(rb"\* (\d+) EXPUNGE", text):
            self.forget(self.numbers.pop(int(found[1]) - 1))
        elif found := re.match(rb"\* VANISHED ([\d:,]+)", text):
            for uid in sorted(uids_of(found[1])):
                # Of those whose UIDs were not told yet, all that came together are alike.
                at = self.numbers.index(uid) if uid in self.numbers else self.unknown(uid)
                del self.numbers[at]
                self.forget(uid)
        elif each := told(response):
            self.hear_of(each, response)
            return each
        return None

    def forget(self, uid):
        self.flags.pop(uid, None)
        self.subjects.pop(uid, None)

    def unknown(self, uid):
        """Where the message `uid`, which was not told of yet, must be: between those around it."""
        below = max((at for at, known in enumerate(self.numbers) if 0 < known < uid), default=-1)
        assert self.numbers[below + 1] <= 0, (uid, self.numbers)
        return below + 1

    def hear_of(self, each, response):
        uid = self.numbers[each.number - 1]
        if each.uid is not None and uid <= 0:
            assert each.uid > -uid, "a UID below one that was seen before the message came"
            self.numbers[each.number - 1] = uid = each.uid
            self.highest = max(self.highest, uid)
            known = [uid for uid in self.numbers if uid > 0]
            assert known == sorted(known), (response, self.numbers)
        assert each.uid is None or each.uid == uid, (response, self.numbers)
        if uid > 0 and each.flags is not None:
            self.flags[uid] = each.flags
        if uid > 0 and each.body is not None:
            self.subjects[uid] = each.body.split(b"Subject: ", 1)[1].split(b"\r\n", 1)[0]

    def learn(self):
        """Asks for what is not known of new messages."""
        for _ in range(ROUNDS_MAX):
            known = [uid in self.flags and uid in self.subjects for uid in self.numbers]
            wanted = [str(number) for number, each in enumerate(known, 1) if not each]
            if not wanted:
                return
            self.do(f"FETCH {','.join(wanted)} (UID FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            # Which of them are gone is not told while numbers are in use.
            self.do("NOOP")
        raise AssertionError(f"messages {wanted} of {self.folder} are neither there nor gone")

    def idle(self, seconds):
        """Idles until something is told, no longer than said, and takes it in."""
        self.raw.send(b"q IDLE\r\n")
        while not (response := self.raw.response())[0].startswith(b"+"):
            self.hear(response)
        if self.raw.has_more(seconds):
            self.hear(self.raw.response())
        self.raw.send(b"DONE\r\n")
        self.take("IDLE")
