"""Mailboxes for tests, and the real messages of `cargo xtask with mail` (POSTROOM_TEST_MAIL), as they are and damaged."""

import functools
import imaplib
import os
import pathlib
import socket
import ssl

import pytest

MESSAGES_MIN = 200


class Mail:
    """Connections of one user."""

    def __init__(self, server, user, password):
        self.server, self.user, self.password = server, user, password
        self.authority = str(server.data / "tls" / "ca.pem")
        self.context = ssl.create_default_context(cafile=self.authority)

    def endpoint(self, listener="imaps"):
        """Host and port of a listener."""
        host, port = self.server.endpoints[listener].split(":")
        return host, int(port)

    def connect(self):
        client = imaplib.IMAP4_SSL(*self.endpoint(), ssl_context=self.context)
        # imaplib sends a message and the end of its line apart: without this the second waits 40 ms for the first.
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def log_in(self):
        client = self.connect()
        client.login(self.user, self.password)
        return client


def good(answer):
    """The data of an answer that must be OK."""
    assert answer[0] == "OK", answer
    return answer[1]


@functools.cache
def samples():
    """Real messages as `(name, bytes)`, with CRLF at the ends of lines: what a client of IMAP sends."""
    folders = os.environ.get("POSTROOM_TEST_MAIL")
    if folders == "skip":
        pytest.skip("POSTROOM_TEST_MAIL=skip leaves out the real messages")
    if not folders:
        pytest.fail(
            "POSTROOM_TEST_MAIL names no folders of messages: use `cargo xtask with mail,… -- COMMAND`, "
            "or set POSTROOM_TEST_MAIL=skip to leave them out",
            pytrace=False,
        )
    files = [file for folder in folders.split(os.pathsep) for file in pathlib.Path(folder).rglob("*.*")]
    files = sorted(file for file in files if file.suffix in (".eml", ".txt"))
    assert len(files) >= MESSAGES_MIN, f"only {len(files)} messages"
    return [(file.name, with_crlf(file.read_bytes())) for file in files]


def with_crlf(message):
    """The message with every end of line as CRLF."""
    return message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def damaged(chance, messages):
    """One of `messages`, cut, doubled, spliced with another or with bytes changed, as `chance` (`random.Random`) will."""
    message = bytearray(chance.choice(messages))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(message) + 1)
        end = min(len(message), at + chance.randint(1, 200))
        match chance.randrange(6):
            case 0:
                del message[at:end]
            case 1:
                message[at:at] = message[at:end]
            case 2:
                other = chance.choice(messages)
                cut = chance.randrange(len(other) + 1)
                message[at:] = other[cut:]
            case 3:
                message[at:at] = chance.randbytes(chance.randint(1, 8))
            case 4:
                message[at:at] = chance.choice([b"\r\n", b"\r", b"\n", b"--", b"\0", b'"', b"(", b"=?", b"\xff", b";"])
            case _:
                for index in range(at, end):
                    message[index] = chance.randrange(256)
    return bytes(message)


def no_fault_in(log):
    """What the server has logged tells of no bug of ours."""
    faults = [line for line in log.splitlines() if " ERROR " in line or "panicked" in line or "SERVERBUG" in line]
    assert not faults, faults[:5]
