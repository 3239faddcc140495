"""Real messages, and damaged ones, through IMAP: byte for byte, and their structures read by IMAPClient's parser."""

import imaplib
import random

from imapclient.response_parser import parse_fetch_response

from mail import damaged, good, no_fault_in, samples

SEED = 20261121
# On each engine, and on each others: 5,000 in all.
DAMAGED = 2_500
DAMAGED_BYTES_MAX = 64 * 1024
AT_ONCE = 50


def store_at_once(client, messages):
    """Appends in order with MULTIAPPEND, which imaplib has no words for. Literal8 may hold any byte."""
    for at in range(0, len(messages), AT_ONCE):
        client.send(b"m APPEND INBOX")
        for message in messages[at : at + AT_ONCE]:
            client.send(b" ~{%d+}\r\n" % len(message) + message)
        client.send(b"\r\n")
        while not (line := client.readline()).startswith(b"m "):
            assert line.startswith(b"* "), line
        assert line.startswith(b"m OK [APPENDUID "), line


def fetched(client, what):
    """The answers to FETCH of all messages by number, read by IMAPClient's parser."""
    return parse_fetch_response(good(client.fetch("1:*", what)), uid_is_key=False)


def leaves(body):
    """How many parts that hold something a structure has."""
    return sum(leaves(part) for part in body[0]) if body.is_multipart else 1


def check_stored(client, messages):
    """All are there as they were sent, and what the server says of them can be read."""
    good(client.select("INBOX", readonly=True))
    bodies = fetched(client, "(RFC822.SIZE BODY.PEEK[])")
    assert sorted(bodies) == list(range(1, len(messages) + 1))
    for number, message in enumerate(messages, 1):
        assert bodies[number][b"BODY[]"] == message, number
        assert bodies[number][b"RFC822.SIZE"] == len(message)
    structures = fetched(client, "(ENVELOPE BODYSTRUCTURE PREVIEW)")
    assert sorted(structures) == sorted(bodies)
    return {number: leaves(structure[b"BODYSTRUCTURE"]) for number, structure in structures.items()}


def test_real_messages_come_back_as_they_went_in(alice):
    client = alice.log_in()
    # What imaplib makes of bare carriage returns.
    messages = [imaplib.MapCRLF.sub(b"\r\n", message) for _, message in samples()]
    for message in messages:
        if b"\0" in message:
            store_at_once(client, [message])
        else:
            good(client.append("INBOX", None, None, message))
    parts = check_stored(client, messages)
    assert sum(parts.values()) > 1.5 * len(messages), "most of them have more than one part"
    headers = fetched(client, "(BODY.PEEK[HEADER] BODY.PEEK[TEXT])")
    for number, message in enumerate(messages, 1):
        assert headers[number][b"BODY[HEADER]"] + headers[number][b"BODY[TEXT]"] == message, number
    no_fault_in(alice.server.log())


def test_damaged_messages_come_back_as_they_went_in(alice, request):
    chance = random.Random(f"{SEED} {request.node.callspec.id}")
    small = [message for _, message in samples() if len(message) <= DAMAGED_BYTES_MAX]
    messages = [damaged(chance, small) or b"\r\n" for _ in range(DAMAGED)]
    client = alice.log_in()
    store_at_once(client, messages)
    check_stored(client, messages)
    no_fault_in(alice.server.log())
