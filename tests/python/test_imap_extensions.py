"""Extensions of IMAP with Python's own client, on both engines."""

import random
import re
import unicodedata
import zlib
from email.header import Header

from entities import PASSWORD
from mail import Mail, good
from raw_imap import Raw


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
        ("(DISPLAYFROM)", b"4 3 2 1"),
        ("(DISPLAYTO)", b"2 4 1 3"),
    ]:
        assert good(client.sort(criteria, "UTF-8", "ALL")) == [found], criteria
    assert good(client.sort("(SUBJECT)", "UTF-8", "SUBJECT beta")) == [b"1 3"]
    assert good(client.uid("SORT", "(SUBJECT)", "UTF-8", "UID 2:4")) == [b"2 3 4"]
    line = b"UID SORT RETURN (MIN MAX COUNT ALL) (SUBJECT) UTF-8 ALL"
    assert tagged(client, b"s", line)[0] == b'* ESEARCH (TAG "s") UID MIN 2 MAX 4 COUNT 4 ALL 2,1,3:4'
    assert tagged(client, b"s", b"SORT (SUBJECT) NO-SUCH ALL")[-1].startswith(b"s NO [BADCHARSET")


def by_casemap(text):
    """The key of i;unicode-casemap (RFC 5051): simple title case, then decomposed."""
    titled = (letter.title() if len(letter.title()) == 1 else letter for letter in text)
    return unicodedata.normalize("NFKD", "".join(titled)).encode()


def test_subjects_are_sorted_by_unicode_casemap(alice):
    letters = random.Random(5051)
    pool = "Aa[z_Z^{\u00e9\u00c9e\u0301\u00df\u01c6\u01c5\u1fb3\u1fbc\u10d0\uff21\u2460\u4e2d\uac00\u0130\u0131"
    subjects = ["x" + "".join(letters.choices(pool, k=3)) for _ in range(20)]
    encoded = [Header(subject, "utf-8").encode() for subject in subjects]
    client = filled(alice, [message(1, subject, 1) for subject in encoded])
    expected = sorted(range(20), key=lambda at: (by_casemap(subjects[at]), at))
    found = good(client.sort("(SUBJECT)", "UTF-8", "ALL"))
    assert [int(number) - 1 for number in found[0].split()] == expected


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


class Deflated:
    """The socket file of imaplib behind COMPRESS: compresses what is sent, decompresses what is read."""

    def __init__(self, client):
        self.file, self.sock = client.file, client.sock
        self.deflater = zlib.compressobj(wbits=-15)
        self.inflater = zlib.decompressobj(wbits=-15)
        self.plain = b""
        client.file = self
        client.send = self.send

    def send(self, data):
        self.sock.sendall(self.deflater.compress(data) + self.deflater.flush(zlib.Z_SYNC_FLUSH))

    def more(self):
        got = self.file.read1(65536)
        assert got, "the connection is closed"
        self.plain += self.inflater.decompress(got)

    def readline(self, limit=-1):
        while b"\n" not in self.plain:
            self.more()
        line, end, self.plain = self.plain.partition(b"\n")
        return line + end

    def read(self, size):
        while len(self.plain) < size:
            self.more()
        data, self.plain = self.plain[:size], self.plain[size:]
        return data

    def close(self):
        self.file.close()


def test_a_connection_is_compressed(alice):
    client = alice.log_in()
    assert "COMPRESS=DEFLATE" in good(client.capability())[0].decode().split()
    assert tagged(client, b"z", b"COMPRESS DEFLATE")[-1].startswith(b"z OK")
    Deflated(client)
    assert "COMPRESS=DEFLATE" not in good(client.capability())[0].decode().split()
    assert tagged(client, b"z", b"COMPRESS DEFLATE")[-1].startswith(b"z NO [COMPRESSIONACTIVE]")
    noise = random.Random(1).randbytes(200_000).hex().encode()
    large = b"Subject: large\r\n\r\n" + noise + b"\r\n" + b"x" * 3_000_000 + b"\r\n"
    good(client.append("INBOX", None, None, large))
    client.select("INBOX")
    assert good(client.fetch("1", "(BODY.PEEK[])"))[0][1] == large


def test_what_is_not_compressed_ends_a_compressed_connection(alice):
    client = alice.log_in()
    tagged(client, b"z", b"COMPRESS DEFLATE")
    file = Deflated(client)
    client.sock.sendall(b"\xff\xff\xff\xff a NOOP\r\n")
    assert file.readline().startswith(b"* BYE")


def test_a_message_is_replaced(alice):
    client = filled(alice, [message(1, "Draft", 1), message(2, "Other", 2)])
    good(client.create("Out"))
    new = message(3, "Draft again", 3)
    client.send(b"r REPLACE 1 INBOX (\\Draft) {%d+}\r\n" % len(new) + new + b"\r\n")
    lines = [client.readline()]
    while not lines[-1].startswith(b"r "):
        lines.append(client.readline())
    assert re.match(rb"\* OK \[APPENDUID \d+ 3\]", lines[0]), lines
    assert lines.index(b"* 3 EXISTS\r\n") < lines.index(b"* 1 EXPUNGE\r\n"), lines
    assert lines[-1].startswith(b"r OK"), lines
    assert good(client.uid("SEARCH", "ALL")) == [b"2 3"]
    assert good(client.fetch("2", "(BODY.PEEK[])"))[0][1] == new
    client.send(b"r UID REPLACE 2 Out {%d+}\r\n" % len(new) + new + b"\r\n")
    while not (line := client.readline()).startswith(b"r "):
        pass
    assert line.startswith(b"r OK"), line
    assert good(client.uid("SEARCH", "ALL")) == [b"3"]
    assert good(client.status("Out", "(MESSAGES)")) == [b"Out (MESSAGES 1)"]
    for wrong, answer in [
        (b"UID REPLACE 2 INBOX", b"r NO"),
        (b"REPLACE 9 INBOX", b"r BAD"),
        (b"REPLACE 1 No", b"r NO [TRYCREATE]"),
    ]:
        client.send(b"r " + wrong + b" {%d+}\r\n" % len(new) + new + b"\r\n")
        assert client.readline().startswith(answer), wrong
    assert good(client.uid("SEARCH", "ALL")) == [b"3"]


def test_the_messages_of_the_inbox_move_when_it_is_renamed(alice):
    client = filled(alice, [message(1, "One", 1), message(2, "Two", 2)])
    good(client.rename("INBOX", "Old/Inbox"))
    assert good(client.status("INBOX", "(MESSAGES)")) == [b"INBOX (MESSAGES 0)"]
    assert good(client.status('"Old/Inbox"', "(MESSAGES)"))[0].endswith(b"(MESSAGES 2)")
    assert client.rename("INBOX", "Old/Inbox")[0] == "NO"
    good(client.create("Ends/"))
    assert good(client.status("Ends", "(MESSAGES)")) == [b"Ends (MESSAGES 0)"]


def fill_with_many(client, count):
    """Messages of some 400 bytes, each with a text of its own, a hundred in a command."""
    for first in range(0, count, 100):
        client.send(b"m APPEND INBOX")
        for number in range(first, min(first + 100, count)):
            text = b"Subject: %d\r\n\r\n" % number + b"x" * 380 + b"\r\n"
            client.send(b" {%d+}\r\n" % len(text) + text)
        client.send(b"\r\n")
        while not (line := client.readline()).startswith(b"m "):
            assert line.startswith(b"* "), line
        assert line.startswith(b"m OK [APPENDUID "), line
    good(client.select("INBOX"))


def transactions(client, folder):
    """The numbers of the transactions that brought what is in `folder`."""
    good(client.select(folder))
    return [int(number) for line in good(client.fetch("1:*", "(MODSEQ)")) for number in re.findall(rb"MODSEQ \((\d+)\)", line)]


def test_many_messages_go_in_slices_and_all_or_none_are_copied(alice, organization):
    client = alice.log_in()
    organization.update_mailbox_quota(UserId="alice", MailboxQuota=1)
    fill_with_many(client, 1_400)
    # The first slice has room, the second has not.
    refused = tagged(client, b"a", b"COPY 1:* Archive")[-1]
    assert refused.startswith(b"a NO [OVERQUOTA]"), refused
    assert good(client.status("Archive", "(MESSAGES SIZE)")) == [b"Archive (MESSAGES 0 SIZE 0)"]
    used = re.search(rb"STORAGE (\d+) (\d+)", good(client.getquota('""'))[0])
    assert int(used[1]) < 600, "what was taken back does not count"
    organization.update_mailbox_quota(UserId="alice", MailboxQuota=10)
    copied = tagged(client, b"b", b"COPY 1:* Archive")[-1]
    assert re.match(rb"b OK \[COPYUID \d+ 1:1400 \d+:\d+\]", copied), copied
    sequences = transactions(client, "Archive")
    assert len(sequences) == 1_400 and len(set(sequences)) == 2, "others get their turn in between"
    moved = tagged(client, b"c", b"MOVE 1:* Sent")
    assert moved[-1].startswith(b"c NO"), "there is no such folder"
    moved = tagged(client, b"d", b'MOVE 1:* "Sent Items"')
    assert moved[-1].startswith(b"d OK") and any(b"[COPYUID " in line for line in moved)
    assert sum(line.endswith(b" EXPUNGE") for line in moved) == 1_400
    assert len(set(transactions(client, '"Sent Items"'))) == 2
    assert good(client.status("Archive", "(MESSAGES)")) == [b"Archive (MESSAGES 0)"]
    good(client.rename("INBOX", "Old"))
    sequences = transactions(client, "Old")
    assert len(sequences) == 1_400 and len(set(sequences)) == 2
    assert good(client.status("INBOX", "(MESSAGES)")) == [b"INBOX (MESSAGES 0)"]


def test_metadata(alice):
    client, other = alice.log_in(), alice.log_in()
    good(client.create("Work"))
    set_and_told = [
        (b'SETMETADATA Work (/private/comment "mine" /Shared/comment "ours")', b"a OK"),
        (b'SETMETADATA Work (/private/a/b {3+}\r\n"!\\ /private/a/b/c "deep")', b"a OK"),
        (b'SETMETADATA "" (/private/vendor/x "server")', b"a OK"),
        (b'SETMETADATA "" (/shared/comment "x")', b"a NO [NOPERM]"),
        (b'SETMETADATA Nowhere (/shared/comment "x")', b"a NO [NONEXISTENT]"),
        (b'SETMETADATA Work (/other/comment "x")', b"a BAD"),
        (b"SETMETADATA Work (/private/x {16385+}\r\n" + b"x" * 16385 + b")", b"a NO [METADATA MAXSIZE 16384]"),
    ]
    for line, answer in set_and_told:
        assert tagged(client, b"a", line)[-1].startswith(answer), line
    for line, told in [
        (b"Work /shared/comment", b'Work (/shared/comment "ours")'),
        (b"Work (/private/comment /private/none)", b'Work (/private/comment "mine" /private/none NIL)'),
        (b'"" /private/vendor/x', b'"" (/private/vendor/x "server")'),
        (b"INBOX /private/comment", b"INBOX (/private/comment NIL)"),
        (b"(DEPTH 1) Work /private/a/b", b'Work (/private/a/b "\\"!\\\\" /private/a/b/c "deep")'),
        (b"(DEPTH infinity) Work /shared", b'Work (/shared/comment "ours")'),
    ]:
        assert tagged(other, b"a", b"GETMETADATA " + line)[0] == b"* METADATA " + told, line
    lines = tagged(other, b"a", b"GETMETADATA (DEPTH infinity MAXSIZE 3) Work /private")
    assert lines[0] == b'* METADATA Work (/private/a/b "\\"!\\\\")', lines
    assert lines[-1].startswith(b"a OK [METADATA LONGENTRIES 4]"), lines
    assert tagged(client, b"a", b"SETMETADATA Work (/private/comment NIL)")[-1].startswith(b"a OK")
    assert tagged(other, b"a", b"GETMETADATA Work /private/comment")[0] == b"* METADATA Work (/private/comment NIL)"
    many = b" ".join(b'/private/%d "x"' % number for number in range(1001))
    assert tagged(client, b"a", b"SETMETADATA Work (" + many + b")")[-1].startswith(b"a NO [METADATA TOOMANY]")
    assert tagged(other, b"a", b"GETMETADATA Work /private/1")[0] == b"* METADATA Work (/private/1 NIL)"
    good(client.delete("Work")), good(client.create("Work"))
    assert tagged(other, b"a", b"GETMETADATA Work /shared/comment")[0] == b"* METADATA Work (/shared/comment NIL)"


def test_a_quota_is_not_the_users_to_set(alice):
    assert tagged(alice.log_in(), b"a", b'SETQUOTA "" (STORAGE 1)')[-1].startswith(b"a NO [NOPERM]")


def heard(client, count):
    """The next lines, which come unasked."""
    client.sock.settimeout(20)
    return [client.readline().rstrip(b"\r\n") for _ in range(count)]


def test_a_client_is_notified(alice):
    client, other = alice.log_in(), alice.log_in()
    good(other.create("Work"))
    good(other.append("Work", None, None, message(1, "One", 1)))
    good(client.enable("CONDSTORE"))
    client.select("INBOX")
    line = (
        b"NOTIFY SET STATUS (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge))"
        b" (MAILBOXES (Drafts) NONE)"
        b" (PERSONAL (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange))"
    )
    lines = tagged(client, b"n", line)
    assert lines[-1].startswith(b"n OK"), lines
    told = [each for each in lines if each.startswith(b"* STATUS ")]
    assert len(told) == 5, "neither the selected one nor Drafts"
    work = rb"\* STATUS Work \(MESSAGES 1 UIDNEXT 2 UIDVALIDITY \d+ UNSEEN 1 HIGHESTMODSEQ \d+\)"
    assert any(re.match(work, each) for each in told), told
    good(other.append("Work", None, None, message(2, "Two", 2)))
    assert re.match(rb"\* STATUS Work \(MESSAGES 2 UIDNEXT 3 UNSEEN 2 HIGHESTMODSEQ \d+\)", heard(client, 1)[0])
    good(other.select("Work"))
    good(other.store("1", "+FLAGS", r"(\Seen)"))
    assert re.match(rb"\* STATUS Work \(UIDVALIDITY \d+ UNSEEN 1 HIGHESTMODSEQ \d+\)", heard(client, 1)[0])
    good(other.append("Drafts", None, None, message(3, "Unheard", 3)))
    good(other.subscribe("Work"))
    assert heard(client, 1) == [b'* LIST (\\HasNoChildren \\Subscribed) "/" Work']
    good(other.create("New"))
    assert heard(client, 1) == [b'* LIST (\\HasNoChildren) "/" New']
    good(other.rename("New", "Newer"))
    assert heard(client, 1) == [b'* LIST (\\HasNoChildren) "/" Newer ("OLDNAME" (New))']
    good(other.delete("Newer"))
    assert heard(client, 1) == [b'* LIST (\\NonExistent) "/" Newer']
    # The selected one is told of at once, with what is wanted of a new message.
    good(other.append("INBOX", None, None, message(4, "Four", 4)))
    lines = heard(client, 1)
    while b"Subject: Four" not in lines:
        lines += heard(client, 1)
    assert b"* 1 EXISTS" in lines
    assert any(b"BODY[HEADER.FIELDS (SUBJECT)] {" in each for each in lines)
    assert tagged(client, b"n", b"NOTIFY NONE")[-1].startswith(b"n OK")
    good(other.create("Silent"))
    assert not any(b"Silent" in each for each in tagged(client, b"n", b"NOOP"))


def test_once_utf_8_is_enabled_no_other_charset_is_named(alice):
    client = alice.log_in()
    client.select("INBOX")
    lines = [
        (b"SEARCH CHARSET UTF-8 ALL", b"BAD"),
        (b"SORT (DATE) US-ASCII ALL", b"BAD"),
        (b"THREAD REFERENCES US-ASCII ALL", b"BAD"),
        (b"SEARCH ALL", b"OK"),
        (b"SORT (DATE) UTF-8 ALL", b"OK"),
        (b"THREAD REFERENCES UTF-8 ALL", b"OK"),
    ]
    for line, _ in lines:
        assert tagged(client, b"b", line)[-1].startswith(b"b OK")
    assert tagged(client, b"e", b"ENABLE UTF8=ACCEPT")[-1].startswith(b"e OK")
    for line, answer in lines:
        assert tagged(client, b"u", line)[-1].startswith(b"u " + answer), line


def test_a_message_that_is_read_has_changed_flags(alice):
    """RFC 7162 §3.2.4: they are told with their number, and with the UID under QRESYNC."""
    client = filled(alice, [message(each, "tea", 1) for each in range(1, 5)])
    marked = rb"\* %d FETCH \(%sBODY\[TEXT\]<0> \{1\}"

    def read(number):
        lines = tagged(client, b"r", b"FETCH %d BODY[TEXT]<0.1>" % number)
        return b" ".join(lines[:-1])

    assert b"MODSEQ" not in read(1) and b"FLAGS" not in read(1), "the second time nothing changes"
    tagged(client, b"e", b"ENABLE CONDSTORE")
    told = read(2)
    assert re.match(marked % (2, b""), told) and re.search(rb"MODSEQ \(\d+\)", told) and b"UID" not in told, told
    assert b"MODSEQ" not in read(2)
    tagged(client, b"e", b"ENABLE QRESYNC")
    told = read(3)
    assert re.match(marked % (3, rb"UID \d+ "), told) and re.search(rb"MODSEQ \(\d+\)", told), told
    assert b"UID" not in read(3)


def test_who_comes_back_hears_of_the_uids_that_it_knows(alice):
    """RFC 7162 §3.2.5.1: of all, unless the client names some."""
    client = filled(alice, [message(each, "tea", 1) for each in range(1, 5)])
    tagged(client, b"e", b"ENABLE QRESYNC")
    validity = re.search(rb"UIDVALIDITY (\d+)", b" ".join(tagged(client, b"s", b"SELECT INBOX")))[1]
    tagged(client, b"d", b"STORE 4 +FLAGS (\\Deleted)")
    tagged(client, b"x", b"EXPUNGE")
    for known, told, gone in [(b"", [1, 2, 3], b"4"), (b" 1:2", [1, 2], None), (b" 2,4", [2], b"4"), (b" 3000", [], None)]:
        tagged(client, b"c", b"CLOSE")
        lines = tagged(client, b"s", b"SELECT INBOX (QRESYNC (%s 1%s))" % (validity, known))
        fetched = [int(each[1]) for each in map(re.compile(rb"\* \d+ FETCH \(UID (\d+)").match, lines) if each]
        vanished = [line.split()[-1] for line in lines if line.startswith(b"* VANISHED (EARLIER)")]
        assert fetched == told and vanished == [gone] * bool(gone), (known, lines)


def test_idle_without_a_selected_mailbox(alice):
    client = alice.log_in()
    client.send(b"i IDLE\r\n")
    assert client.readline().startswith(b"+")
    client.send(b"DONE\r\n")
    assert client.readline().startswith(b"i OK")
    assert good(client.noop())


def test_idle_in_a_folder_with_many_holes(alice):
    """What a session knows of such a folder is packed while it idles."""
    with Raw(alice) as hearing, Raw(alice) as doing:
        for session in (hearing, doing):
            session.log_in(alice)
        for _ in range(3):
            doing.asked("APPEND INBOX" + " {3+}\r\nA:b" * 100)
        doing.asked("SELECT INBOX")
        doing.asked(f"STORE {','.join(map(str, range(2, 301, 2)))} +FLAGS.SILENT (\\Deleted)")
        doing.asked("EXPUNGE")
        hearing.asked("SELECT INBOX")
        hearing.asked("SEARCH RETURN (SAVE) UID 1:100")
        hearing.send(b"i IDLE\r\n")
        assert hearing.line().startswith(b"+")
        for command, told in [
            ("UID STORE 151 +FLAGS (\\Answered)", b"* 76 FETCH (FLAGS (\\Answered"),
            ("STORE 1 +FLAGS.SILENT (\\Deleted)", b"* 1 FETCH (FLAGS (\\Deleted"),
            ("EXPUNGE", b"* 1 EXPUNGE"),
            ("UID STORE 151 -FLAGS (\\Answered)", b"* 75 FETCH (FLAGS ("),
        ]:
            doing.asked(command)
            line = hearing.line()
            assert line.startswith(told), line
        hearing.send(b"DONE\r\n")
        hearing.until(b"i ", b"i OK")
        saved = [text for text, _ in hearing.asked("FETCH $ UID") if b"FETCH" in text]
        assert saved == [b"* %d FETCH (UID %d)" % (number, 2 * number + 1) for number in range(1, 50)]


def listed(client, *arguments):
    return [line.decode() for line in good(client.list(*arguments)) if line]


def test_full_access_opens_a_mailbox_until_it_is_revoked(alice, server, organization):
    organization.user("bob", Password=PASSWORD)
    owner = Mail(server, organization.address("bob"), PASSWORD).log_in()
    good(owner.create("Work"))
    good(owner.append("Work", r"($Key)", None, message(1, "Hers and his", 1)))
    client = alice.log_in()
    root = f"Other Users/{organization.address('bob')}"
    work = f'"{root}/Work"'
    assert client.select(work)[0] == "NO" and not any("Other Users" in line for line in listed(client))
    organization.put_mailbox_permissions(EntityId="bob", GranteeId="alice", PermissionValues=["SEND_AS"])
    assert client.select(work)[0] == "NO"
    organization.put_mailbox_permissions(EntityId="bob", GranteeId="alice", PermissionValues=["FULL_ACCESS"])
    assert good(client.namespace()) == [b'(("" "/")) (("Other Users/" "/")) NIL']
    assert any(line.endswith(f'"/" {work}') for line in listed(client)), listed(client)
    assert r'(\NonExistent \Noselect \HasChildren) "/" "Other Users"' in listed(client, '""', "%")
    assert rf'(\NonExistent \Noselect \HasChildren) "/" "{root}"' in listed(client, '"Other Users/"', "%")
    good(client.select(work))
    assert b"Hers and his" in good(client.fetch("1", "(BODY.PEEK[] FLAGS)"))[0][1]
    assert good(client.search(None, "SUBJECT", "hers")) == [b"1"]
    good(client.copy("1", "Archive"))
    assert good(client.status("Archive", "(MESSAGES)")) == [b"Archive (MESSAGES 1)"]
    good(client.append("INBOX", None, None, message(2, "Mine", 2)))
    client.select("INBOX")
    good(client.uid("MOVE", "1", work))
    assert good(client.search(None, "ALL")) == [b""]
    assert good(owner.status("Work", "(MESSAGES)")) == [b"Work (MESSAGES 2)"]
    assert tagged(client, b"a", b"MYRIGHTS " + work.encode())[0] == b"* MYRIGHTS " + work.encode() + b" lrswipkxteacd"
    address = organization.address("alice").encode()
    acl = tagged(client, b"a", b"GETACL " + work.encode())[0]
    assert acl.endswith(b" lrswipkxteacd " + address + b" lrswipkxteacd"), acl
    assert tagged(owner, b"a", b"LISTRIGHTS Work " + address)[0] == b"* LISTRIGHTS Work " + address + b" lrswipkxteacd"
    assert tagged(owner, b"a", b"LISTRIGHTS Work nobody")[-1].startswith(b"a NO [CANNOT]")
    good(client.create(f'"{root}/Made"'))
    good(owner.select("Made"))
    assert client.create('"Other Users/nobody@example.com/x"')[0] == "NO"
    assert client.rename(work, "Mine")[0] == "NO"
    good(client.select(work))
    organization.delete_mailbox_permissions(EntityId="bob", GranteeId="alice")
    client.sock.settimeout(20)
    assert client.readline().startswith(b"* BYE")
    assert alice.log_in().select(work)[0] == "NO"
