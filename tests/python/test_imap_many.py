"""Folders of many messages: flags come from memory there, and are those that the rows have."""

from raw_imap import Raw

MESSAGES = 1_100
AT_ONCE = 100


def fetched(connection, command):
    """The untagged FETCH responses of a command."""
    return [text for text, _ in connection.asked(command) if b" FETCH (" in text]


def test_flags_of_many_messages_are_those_of_the_rows(alice):
    with Raw(alice) as one, Raw(alice) as other:
        one.log_in(alice)
        other.log_in(alice)
        message = b"Subject: one of many\r\n\r\n"
        literal = b" {%d+}\r\n%s" % (len(message), message)
        for _ in range(0, MESSAGES, AT_ONCE):
            one.ask(b"a APPEND INBOX" + literal * AT_ONCE, b"a OK")
        one.asked("SELECT INBOX")
        other.asked("SELECT INBOX")

        def compare():
            for connection in (one, other):
                connection.asked("NOOP")
                for items in ("FLAGS", "(UID FLAGS)"):
                    few = [line for first in range(1, MESSAGES, 500) for line in part(connection, first, items)]
                    assert fetched(connection, f"FETCH 1:* {items}") == few
                    assert len(few) == connection_count[0]
                by_uid = fetched(connection, "UID FETCH 1:* (FLAGS)")
                assert [line.split(b" ")[1] for line in by_uid] == [b"%d" % (at + 1) for at in range(len(few))]
                assert all(b"(UID " in line and b" FLAGS (" in line for line in by_uid)

        def part(connection, first, items):
            last = min(first + 499, connection_count[0])
            return fetched(connection, f"FETCH {first}:{last} {items}") if first <= last else []

        connection_count = [MESSAGES]
        compare()
        other.asked(r"STORE 500:510 +FLAGS.SILENT (\Flagged $Later)")
        compare()
        one.asked(r"UID STORE 20:59 +FLAGS.SILENT (\Deleted)")
        one.asked("UID EXPUNGE 20:59")
        one.ask(b"b APPEND INBOX (\\Seen)" + literal, b"b OK")
        connection_count[0] = MESSAGES - 40 + 1
        compare()
        # What is gone and not told yet is left out; of message numbers that is said.
        other.asked("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
        other.asked("UID EXPUNGE 1")
        one.send(b"c FETCH 1:* (FLAGS)\r\n")
        told = 0
        while not (line := one.line()).startswith(b"c "):
            told += b" FETCH (" in line
        assert line.startswith(b"c NO [EXPUNGEISSUED]")
        assert told == connection_count[0] - 1
