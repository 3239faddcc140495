"""What clients trip over when it is a little wrong: rules of IMAP's text, each by what goes over the wire."""

import pytest

from mail import good, no_fault_in
from raw_imap import Raw

MEGABYTE = 1024 * 1024


def message(*fields, body=b"body"):
    return b"\r\n".join([*fields, b"", body]) + b"\r\n"


@pytest.fixture
def raw(alice):
    with Raw(alice) as connection:
        yield connection.log_in(alice)
    no_fault_in(alice.server.log())


def asked(raw, command):
    """The lines that answer `command`, the tagged one last, without its tag."""
    raw.send(b"t " + command + b"\r\n")
    lines = []
    while not (lines and lines[-1].startswith(b"t ")):
        lines.append(raw.line())
        assert lines[-1], f"the server closed: {lines}"
    return lines[:-1] + [lines[-1][2:]]


def filled(alice, raw, *messages):
    client = alice.log_in()
    for each in messages:
        good(client.append("INBOX", None, None, each))
    client.logout()
    assert asked(raw, b"SELECT INBOX")[-1].startswith(b"OK")


def test_an_error_amid_a_fetch_leaves_no_half_line(alice, raw):
    strange = message(b"Subject: strange", b"Content-Transfer-Encoding: x-nobody-knows")
    filled(alice, raw, message(b"Subject: plain"), strange)
    lines = asked(raw, b"FETCH 1:2 (UID BINARY.PEEK[1])")
    assert lines[-1].startswith(b"NO [UNKNOWN-CTE] "), lines
    assert lines[:-1] == [b"* 1 FETCH (UID 1 BINARY[1] {6}", b"body", b")"]


def test_one_message_is_not_asked_for_a_thousand_times(alice, raw):
    filled(alice, raw, message(b"Subject: large", body=b"x" * (2 * MEGABYTE)))
    pieces = b" ".join(b"BODY.PEEK[]<%d.%d>" % (at, 2 * MEGABYTE) for at in range(100))
    lines = asked(raw, b"FETCH 1 (" + pieces + b")")
    assert len(lines) == 1 and lines[0].startswith(b"NO [LIMIT] "), lines[-1]


def test_a_uid_that_another_session_has_expunged_is_ignored(alice, raw):
    filled(alice, raw, message(b"Subject: one"), message(b"Subject: two"))
    other = alice.log_in()
    good(other.select("INBOX"))
    good(other.store("1", "+FLAGS", r"(\Deleted)"))
    good(other.expunge())
    # By number the client must learn that it is gone, which may not be told here; by UID it is told with the answer.
    assert asked(raw, b"FETCH 1 (FLAGS)")[-1].startswith(b"NO [EXPUNGEISSUED] ")
    lines = asked(raw, b"UID FETCH 1:2 (FLAGS)")
    assert lines[-1].startswith(b"OK") and lines[:-1] == [b"* 2 FETCH (UID 2 FLAGS ())", b"* 1 EXPUNGE"], lines


def test_a_header_is_searched_by_its_text_and_not_by_its_name(alice, raw):
    folded = message(b"List-Id: <tea.example>", b"Subject: one\r\n two =?utf-8?q?caf=C3=A9?=")
    filled(alice, raw, folded, message(b"Subject: nothing"))
    for key, found in [
        (b"HEADER List-Id list", b""),
        (b"HEADER List-Id TEA", b" 1"),
        (b'HEADER List-Id ""', b" 1"),
        (b'HEADER Subject "one two"', b" 1"),
        (b'HEADER Subject subject', b""),
        (b"CHARSET UTF-8 HEADER Subject {5+}\r\ncaf\xc3\xa9", b" 1"),
    ]:
        assert asked(raw, b"SEARCH " + key)[0] == b"* SEARCH" + found, key


def test_the_day_a_message_was_sent_on_is_its_senders(alice, raw):
    late = message(b"Date: Sun, 1 Nov 2026 23:30:00 -0800")
    early = message(b"Date: Mon, 2 Nov 2026 00:30:00 +0900")
    filled(alice, raw, late, early)
    for key, found in [
        (b"SENTON 1-Nov-2026", b" 1"),
        (b"SENTON 2-Nov-2026", b" 2"),
        (b"SENTBEFORE 2-Nov-2026", b" 1"),
        (b"SENTSINCE 2-Nov-2026", b" 2"),
    ]:
        assert asked(raw, b"SEARCH " + key)[0] == b"* SEARCH" + found, key


@pytest.mark.parametrize(
    "search",
    [b"CHARSET NO-SUCH ALL", b" ".join(b"NOT BODY word%d" % number for number in range(100))],
    ids=["charset", "limit"],
)
def test_a_search_that_fails_saves_nothing(alice, raw, search):
    filled(alice, raw, message(b"Subject: one"))
    assert asked(raw, b"SEARCH RETURN (SAVE) ALL")[-1].startswith(b"OK")
    assert asked(raw, b"FETCH $ (UID)")[0] == b"* 1 FETCH (UID 1)"
    assert asked(raw, b"SEARCH RETURN (SAVE) " + search)[-1].startswith(b"NO ")
    lines = asked(raw, rb"STORE $ +FLAGS (\Deleted)")
    assert len(lines) == 1 and lines[0].startswith(b"OK"), "what was found before is not what is meant now"


def test_lsub_tells_what_is_above_a_subscribed_folder(alice, raw):
    for command in (b"CREATE Work/Old/Mail", b"SUBSCRIBE Work/Old/Mail", b"UNSUBSCRIBE Work"):
        assert asked(raw, command)[-1].startswith(b"OK"), command
    assert rb'* LSUB (\Noselect) "/" Work' in asked(raw, b'LSUB "" %')
    assert asked(raw, b'LSUB "" Work/%')[:-1] == [rb'* LSUB (\Noselect) "/" Work/Old']
    assert asked(raw, b'LSUB "" Work*')[:-1] == [b'* LSUB () "/" Work/Old/Mail']
    assert asked(raw, b"SUBSCRIBE Work")[-1].startswith(b"OK")
    assert b'* LSUB () "/" Work' in asked(raw, b'LSUB "" %')


def test_imap4rev2_tells_what_was_selected(raw):
    list_line = b'* LIST () "/" INBOX'
    assert list_line not in asked(raw, b"SELECT INBOX")
    assert asked(raw, b"ENABLE IMAP4rev2")[0] == b"* ENABLED IMAP4rev2"
    assert list_line in asked(raw, b"SELECT INBOX") and list_line in asked(raw, b"EXAMINE inbox")


def test_imap4rev2_tells_the_name_of_what_is_called_otherwise(raw):
    def told(command):
        answer = asked(raw, command)
        assert answer[-1].startswith(b"OK"), answer
        return [line for line in answer if line.startswith(b"* LIST")]

    assert told(b"CREATE inbox/Work") == [], "IMAP4rev1 has no such line"
    assert asked(raw, b"ENABLE IMAP4rev2")[0] == b"* ENABLED IMAP4rev2"
    assert told(b"SELECT inbox/WORK/") == [b'* LIST () "/" INBOX/Work ("OLDNAME" (inbox/WORK/))']
    assert told(b"EXAMINE INBOX/Work/") == [b'* LIST () "/" INBOX/Work']
    assert told(b"CREATE Inbox/WORK/Old") == [b'* LIST () "/" INBOX/Work/Old ("OLDNAME" (Inbox/WORK/Old))']
    assert told(b"CREATE Plans/") == []
    decomposed, composed = "Cafe\u0301".encode(), "Caf\u00e9".encode()
    as_told = b'* LIST () "/" "%s" ("OLDNAME" ("%s"))' % (composed, decomposed)
    assert told(b'CREATE "%s"' % decomposed) == [as_told]
    assert told(b'RENAME "%s" PLANS/now' % composed) == [b'* LIST () "/" Plans/now ("OLDNAME" (PLANS/now))']
    assert told(b"DELETE plans/now") == [rb'* LIST (\NonExistent) "/" Plans/now ("OLDNAME" (plans/now))']
    assert told(b"DELETE Plans") == []


def test_a_folder_gets_another_case(raw):
    assert asked(raw, b"CREATE plans/old")[-1].startswith(b"OK")
    for old, new in ((b"plans", b"Plans"), (b"Plans/old", b"PLANS/Old")):
        assert asked(raw, b"RENAME " + old + b" " + new)[-1].startswith(b"OK"), new
    assert asked(raw, b'LIST "" Plans*')[:-1] == [
        rb'* LIST (\HasChildren) "/" Plans',
        rb'* LIST (\HasNoChildren) "/" Plans/Old',
    ]
    # Whoever asks for it in another case is told, as whoever selects it is let in.
    assert asked(raw, b'LIST "" pLANS/%')[:-1] == [rb'* LIST (\HasNoChildren) "/" Plans/Old']
    assert asked(raw, b'LIST "" iN%')[:-1] == [rb'* LIST (\HasNoChildren) "/" INBOX']
    assert asked(raw, b'SUBSCRIBE plans')[-1].startswith(b"OK")
    assert asked(raw, b'LSUB "" plan*')[:-1] == [b'* LSUB () "/" Plans']
    for old, new in ((b"Plans", b"Plans"), (b"INBOX", b"Inbox"), (b"Plans/Old", b"plans")):
        assert asked(raw, b"RENAME " + old + b" " + new)[-1].startswith(b"NO [ALREADYEXISTS] "), new


def test_a_wide_slash_is_no_delimiter(raw):
    """It is compared as a slash is, and common in Japanese names."""
    assert asked(raw, b"ENABLE UTF8=ACCEPT")[0] == b"* ENABLED UTF8=ACCEPT"
    wide = "\u898b\u7a4d\uff0f\u8acb\u6c42".encode()
    apart = wide.replace("\uff0f".encode(), b"/")

    def folders(pattern):
        answer = asked(raw, b'LIST "" "%s"' % pattern)
        return [line.split(b'"/" ')[1].strip(b'"') for line in answer[:-1]]

    for command in (b'CREATE "%s"' % wide, b'CREATE "%s/x"' % apart):
        assert asked(raw, command)[-1].startswith(b"OK"), command
    assert folders(wide) == [wide] and folders(apart) == [apart]
    assert folders(apart[:6] + b"%") == [apart[:6], wide]
    assert asked(raw, b'RENAME "%s" "%s"' % (wide, apart))[-1].startswith(b"NO [ALREADYEXISTS]")
    assert asked(raw, b'CREATE "%s"' % apart)[-1].startswith(b"NO [ALREADYEXISTS]")
    assert asked(raw, b'RENAME "%s/x" "%s/y"' % (apart, wide))[-1].startswith(b"OK")
    assert folders(wide + b"/%") == [wide + b"/y"] and folders(apart + b"/%") == []
    assert asked(raw, b'RENAME "%s/y" "%s/z"' % (wide, apart))[-1].startswith(b"OK")
    assert folders(wide + b"/%") == [] and folders(apart + b"/%") == [apart + b"/z"]
    # What names are compared by may be shorter or longer than they are.
    for others in ("Other\u00a0Users/x", "OTHER U\u017fers/x"):
        assert asked(raw, b'CREATE "%s"' % others.encode())[-1].startswith(b"NO [NOPERM]"), others


def test_names_and_patterns_without_end_are_refused(raw):
    before = asked(raw, b'LIST "" *')
    name = b"/".join([b"a"] * 30_000)
    for answer in (
        asked(raw, b"CREATE {%d+}\r\n" % len(name) + name),
        asked(raw, b'LIST "" {%d+}\r\n' % len(name) + b"*a" * (len(name) // 2) + b"*"),
        asked(raw, b'LSUB "" {%d+}\r\n' % len(name) + b"*a" * (len(name) // 2) + b"*"),
    ):
        assert len(answer) == 1 and answer[0].startswith(b"NO [LIMIT] "), answer
    assert asked(raw, b'LIST "" *') == before


def test_many_mailboxes_are_not_watched_by_name(raw):
    def watch(count):
        names = b" ".join(b"folder%d" % number for number in range(count))
        events = b"(MessageNew MessageExpunge)"
        return asked(raw, b"NOTIFY SET (SUBTREE (" + names + b") " + events + b")")[-1]

    assert watch(100).startswith(b"OK")
    assert watch(101).startswith(b"NO [LIMIT] ")


def test_nul_comes_in_a_literal8_only(alice, raw):
    nul = message(b"Subject: nul", body=b"a\0b")
    plain, binary = ((b"%s{%d+}\r\n" % (mark, len(nul))) + nul for mark in (b"", b"~"))
    assert asked(raw, b"APPEND INBOX " + plain)[-1].startswith(b"BAD ")
    assert asked(raw, b"APPEND INBOX " + binary + b" " + plain)[-1].startswith(b"BAD ")
    assert asked(raw, b"SEARCH SUBJECT {3+}\r\na\0b")[-1].startswith(b"BAD ")
    assert asked(raw, b"APPEND INBOX " + binary)[-1].startswith(b"OK")
    assert asked(raw, b"STATUS INBOX (MESSAGES)")[0] == b"* STATUS INBOX (MESSAGES 1)"


def test_what_is_marked_to_be_expunged_has_a_size(alice, raw):
    filled(alice, raw, message(b"Subject: one"), message(b"Subject: two", body=b"x" * 1000))
    query = b"STATUS INBOX (DELETED DELETED-STORAGE SIZE)"
    sizes = [len(message(b"Subject: one")), len(message(b"Subject: two", body=b"x" * 1000))]
    for marked, deleted in ((b"", 0), (rb"STORE 2 +FLAGS (\Deleted)", sizes[1]), (rb"STORE 1 +FLAGS (\Deleted)", sum(sizes))):
        assert not marked or asked(raw, marked)[-1].startswith(b"OK")
        count = [0, sizes[1], sum(sizes)].index(deleted)
        expected = b"* STATUS INBOX (DELETED %d DELETED-STORAGE %d SIZE %d)" % (count, deleted, sum(sizes))
        assert asked(raw, query)[0] == expected
    assert asked(raw, b'LIST "" INBOX RETURN (STATUS (DELETED-STORAGE))')[1] == b"* STATUS INBOX (DELETED-STORAGE %d)" % sum(sizes)


def test_what_cannot_be_had_is_refused_by_its_code(raw):
    for use in (rb"\All", rb"\NoSuch", rb"\Sent \Flagged"):
        assert asked(raw, b"CREATE Mine (USE (" + use + b"))")[-1].startswith(b"NO [USEATTR] "), use
    assert asked(raw, b"STATUS Mine (MESSAGES)")[-1].startswith(b"NO [NONEXISTENT] ")
    refused = asked(raw, b"NOTIFY SET (personal (MailboxName)) (inboxes (NoSuch))")[-1]
    assert refused.startswith(b"NO [BADEVENT (MessageNew MessageExpunge FlagChange "), refused


def test_a_folder_is_made_for_a_use_and_gets_another(raw):
    assert b" CREATE-SPECIAL-USE " in asked(raw, b"CAPABILITY")[0]
    assert asked(raw, rb"CREATE Old/Mail (USE (\Archive \Sent))")[-1].startswith(b"OK")
    line = rb'* LIST (\HasNoChildren \Archive \Sent) "/" Old/Mail'
    assert asked(raw, b'LIST "" Old/%')[:-1] == [line]
    assert line in asked(raw, b'LIST (SPECIAL-USE) "" *')
    # RFC 6154 §4: the same as an annotation, also of the folders that every mailbox has.
    assert asked(raw, b"GETMETADATA Old/Mail /private/specialuse")[0] == (
        rb'* METADATA Old/Mail (/private/specialuse "\\Archive \\Sent")'
    )
    assert b'"\\\\Junk"' in asked(raw, b'GETMETADATA "Junk E-mail" (/private/specialuse)')[0]
    assert asked(raw, rb'SETMETADATA Old/Mail (/private/specialuse "\\drafts")')[-1].startswith(b"OK")
    assert asked(raw, b'LIST "" Old/%')[:-1] == [rb'* LIST (\HasNoChildren \Drafts) "/" Old/Mail']
    for folder, value in ((b"Old/Mail", rb'"\\All"'), (b"Old/Mail", b'""'), (b"Archive", b"NIL"), (b"INBOX", rb'"\\Junk"')):
        refused = asked(raw, b"SETMETADATA %s (/private/specialuse %s)" % (folder, value))[-1]
        assert refused.startswith(b"NO [USEATTR] "), (folder, refused)
    assert asked(raw, b"SETMETADATA Old/Mail (/private/specialuse NIL)")[-1].startswith(b"OK")
    assert asked(raw, b'LIST (SPECIAL-USE) "" Old/%')[:-1] == []


def test_a_command_that_waits_for_a_line_ends_with_its_tag(alice, raw):
    too_long = b"x" * 100_000 + b"\r\n"
    with Raw(alice) as stranger:
        stranger.send(b"p AUTHENTICATE PLAIN\r\n")
        assert stranger.line().startswith(b"+")
        stranger.send(too_long)
        assert stranger.line().startswith(b"p BAD [LIMIT] ")
        stranger.ask(b"n NOOP", b"n OK")
    for line, answer in ((too_long, b"i BAD [LIMIT] "), (b"DONE\n", b"i BAD "), (b"done\r\n", b"i OK ")):
        raw.send(b"i IDLE\r\n")
        assert raw.line().startswith(b"+")
        raw.send(line)
        assert raw.line().startswith(answer)
        raw.ask(b"n NOOP", b"n OK")
