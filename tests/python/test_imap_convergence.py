"""Several clients over IMAP at once, each with random operations: every replica ends equal to the store (DESIGN §5)."""

import os
import random
import re
import threading
import time

from mail import no_fault_in
from raw_imap import Raw
from replica import Open, Synced, stored, uids_of

FOLDERS = ["INBOX", "Archive", "Work"]
# Messages are copied to here only, so that elsewhere each is there once.
COPIES = "Copies"
OPERATIONS = 120
IDLE_SECONDS = 0.2


class Writer:
    """Changes a folder by message numbers, as it was told them, and marks messages with a keyword of its own."""

    def __init__(self, mail, seed, index):
        self.chance = random.Random(f"{seed}-{index}")
        self.raw = Raw(mail).log_in(mail)
        if index % 2:
            self.raw.asked("ENABLE QRESYNC")
        self.index, self.made, self.mark = index, 0, f"$w{index}"
        # Subjects of the messages that carry the mark.
        self.marked = set()
        self.open = Open(self.raw, self.chance.choice(FOLDERS))

    def run(self):
        for _ in range(OPERATIONS):
            self.step()
            self.open.learn()

    def step(self):
        count = len(self.open.numbers)
        match self.chance.randrange(10):
            case 0:
                self.open = Open(self.raw, self.chance.choice(FOLDERS))
            case 1 | 2 | 3:
                self.append()
            case 4:
                self.open.do(self.chance.choice(["EXPUNGE", "NOOP", "CHECK"]))
            case _ if count == 0:
                self.append()
            case 5 | 6:
                self.store(self.chance.randint(1, count))
            case 7:
                first = self.chance.randint(1, count)
                word = self.chance.choice(["+FLAGS", "-FLAGS", "+FLAGS.SILENT"])
                flags = self.chance.choice([r"\Seen", r"\Flagged", r"\Deleted", r"\Answered $Work"])
                self.open.do(f"STORE {first}:{min(count, first + 3)} {word} ({flags})")
                if word.endswith("SILENT"):
                    # What it does not tell is asked for.
                    self.open.do(f"FETCH {first}:{min(count, first + 3)} (UID FLAGS)")
            case 8:
                self.transfer("MOVE", self.chance.choice(FOLDERS), self.chance.randint(1, count))
            case _:
                self.transfer("COPY", COPIES, self.chance.randint(1, count))

    def append(self):
        """APPEND of one message or of several."""
        words = f'APPEND "{self.chance.choice(FOLDERS)}"'
        for _ in range(self.chance.choice([1, 1, 3])):
            self.made += 1
            message = f"Subject: w{self.index}m{self.made}\r\n\r\n{self.made}\r\n"
            flags = self.chance.choice(["", r" (\Seen)", r" (\Deleted)"])
            words += f"{flags} {{{len(message)}+}}\r\n{message}"
        self.open.do(words)

    def store(self, number):
        """Marks a message: it is the one that the client means, whatever others did meanwhile."""
        subject = self.open.subjects[self.open.numbers[number - 1]]
        fetched, _ = self.open.do(f"STORE {number} +FLAGS ({self.mark})")
        if any(each.number == number and self.mark.encode() in each.flags for each in fetched):
            self.marked.add(subject)

    def transfer(self, word, folder, number):
        uid = self.open.numbers[number - 1]
        _, texts = self.open.do(f'{word} {number} "{folder}"')
        for found in re.finditer(rb"\[COPYUID \d+ ([\d:,]+) ([\d:,]+)\]", b"\n".join(texts)):
            assert uids_of(found[1]) == {uid}, (word, number, uid, texts)


class Idler:
    """Hears of everything in one folder while it idles."""

    def __init__(self, mail, folder, qresync):
        raw = Raw(mail).log_in(mail)
        if qresync:
            raw.asked("ENABLE QRESYNC")
        self.open = Open(raw, folder)

    def run(self, over):
        while not over.is_set():
            self.open.idle(IDLE_SECONDS)
            if len(self.open.numbers) % 3 == 0:
                self.open.learn()


class Visitor:
    """Comes back now and then on a new connection, with what it knew of each folder."""

    def __init__(self, mail):
        self.mail, self.replicas = mail, [Synced(folder) for folder in [*FOLDERS, COPIES]]

    def run(self, over):
        while not over.is_set():
            self.visit()

    def visit(self):
        with Raw(self.mail) as raw:
            raw.log_in(self.mail).asked("ENABLE QRESYNC")
            for replica in self.replicas:
                replica.sync(raw)


def together(working, following):
    """Runs the calls at once, each on a thread; a failure of any is the test's. `following` get an event that is set
    when `working` are done."""
    over, failures = threading.Event(), []

    def one(call, *arguments):
        try:
            call(*arguments)
        except BaseException as error:
            failures.append(error)
            over.set()

    working = [threading.Thread(target=one, args=(call,)) for call in working]
    following = [threading.Thread(target=one, args=(call, over)) for call in following]
    for thread in working + following:
        thread.start()
    for thread in working:
        thread.join()
    over.set()
    for thread in following:
        thread.join()
    if failures:
        raise failures[0]


def test_replicas_become_equal_to_the_store(alice, server):
    seed = os.environ.get("POSTROOM_TEST_SEED") or time.time_ns() % 1_000_000_007
    print("seed", seed)
    with Raw(alice) as raw:
        raw.log_in(alice)
        raw.asked("CREATE Work")
        raw.asked(f"CREATE {COPIES}")
    writers = [Writer(alice, seed, index) for index in range(3)]
    idlers = [Idler(alice, folder, qresync) for folder in FOLDERS for qresync in (False, True)]
    visitor = Visitor(alice)
    together([writer.run for writer in writers], [each.run for each in [*idlers, visitor]])
    visitor.visit()
    with Raw(alice) as raw:
        raw.log_in(alice).asked("ENABLE QRESYNC")
        truth = {folder: stored(raw, folder) for folder in [*FOLDERS, COPIES]}
    for replica in visitor.replicas:
        assert (replica.messages, replica.validity) == truth[replica.folder], replica.folder
    for each in [*idlers, *writers]:
        each.open.do("NOOP")
        each.open.learn()
        flags = {uid: flags for uid, (flags, _) in truth[each.open.folder][0].items()}
        assert each.open.flags == flags, each.open.folder
        assert each.open.numbers == sorted(flags)
    where = [(body, flags) for folder in FOLDERS for flags, body in truth[folder][0].values()]
    subjects = [body.split(b"\r\n", 1)[0].removeprefix(b"Subject: ") for body, _ in where]
    assert len(subjects) == len(set(subjects)), "a message is there twice"
    for writer in writers:
        marked = {subject for subject, (_, flags) in zip(subjects, where) if writer.mark.encode() in flags}
        assert marked == writer.marked & set(subjects), "a message number meant another message"
    no_fault_in(server.log())
