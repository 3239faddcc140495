"""Connections that are no client of IMAP: bytes as the test says, and how the server's end of the socket fares."""

import pathlib
import re
import select
import socket
import struct
import time

SECONDS_MAX = 30
ESTABLISHED = "01"
# How a command ends that did what it could: others may have expunged some of what it is about (RFC 5530 §3).
DONE = (b"q OK", b"q NO [EXPUNGEISSUED]")
# What announces a literal at the end of a line.
LITERAL = re.compile(rb"\{(\d+)\}$")


class Raw:
    """A connection in clear, which is as good as encrypted within one machine."""

    def __init__(self, mail, receive_bytes=None):
        self.socket = socket.socket()
        self.socket.settimeout(SECONDS_MAX)
        if receive_bytes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.connect(mail.endpoint("imap"))
        self.ends = self.socket.getsockname()[1], self.socket.getpeername()[1]
        self.buffer = b""
        assert self.line().startswith(b"* OK ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def log_in(self, mail):
        return self.ask(f"l LOGIN {mail.user} {mail.password}".encode(), b"l OK")

    def send(self, data):
        self.socket.sendall(data)

    def line(self):
        """The next line without CRLF; nothing when the server has closed."""
        while b"\r\n" not in self.buffer:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                return b""
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def response(self):
        """The next response: its text, with `{}` for each literal, and the literals."""
        text, literals = self.line(), []
        while announced := LITERAL.search(text):
            size = int(announced[1])
            while len(self.buffer) < size:
                more = self.socket.recv(65536)
                assert more, "the server closed in a literal"
                self.buffer += more
            literals.append(self.buffer[:size])
            self.buffer = self.buffer[size:]
            text = text[: announced.start()] + b"{}" + self.line()
        return text, literals

    def has_more(self, seconds):
        """Whether something comes within so many seconds."""
        return bool(self.buffer) or bool(select.select([self.socket], [], [], seconds)[0])

    def asked(self, command):
        """Sends a command, which must be carried out, and answers its untagged responses (see `response`)."""
        self.send(b"q " + command.encode() + b"\r\n")
        responses = []
        while not (response := self.response())[0].startswith(b"q "):
            assert response[0], f"the server closed in {command}"
            responses.append(response)
        assert response[0].startswith(DONE), (command, response)
        return responses

    def ask(self, command, answer):
        """Sends a command and reads up to its answer, which must begin as said."""
        self.send(command + b"\r\n")
        return self.until(command.split(b" ", 1)[0] + b" ", answer)

    def until(self, tag, answer):
        """Reads up to a line that begins with `tag`, which must begin with `answer`. Returns self."""
        while not (line := self.line()).startswith(tag):
            assert line, f"the server closed before {answer}"
        assert line.startswith(answer), line
        return self

    def rest(self):
        """All lines up to the end of the connection."""
        lines = []
        while line := self.line():
            lines.append(line)
        return lines

    def cut(self):
        """Drops the connection at once, with a reset, and waits until the server has noticed."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        self.wait_until_let_go()

    def wait_until_let_go(self):
        """Waits until the server's end of the socket is closed or gone."""
        wait_until_let_go(self.ends)

    def is_held(self):
        """Whether the server's end is open, by the kernel's table of sockets."""
        return self.server_end() is not None

    def server_end(self):
        """The server's end in the kernel's table of sockets, in columns; `None` when it is closed."""
        return server_end(self.ends)


def server_end(ends):
    """The server's end of a connection between these ports, ours first, as `Raw.server_end`."""
    ours, theirs = ends
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        _, local, remote, state, *_ = columns
        if (port(local), port(remote), state) == (theirs, ours, ESTABLISHED):
            return columns
    return None


def wait_until_let_go(ends):
    """Waits until the server's end of a connection between these ports is closed or gone."""
    wait_until(lambda: server_end(ends) is None, "the server lets the connection go")


def wait_until(holds, what):
    """Waits until `holds` says so; `what` is what is waited for."""
    deadline = time.monotonic() + SECONDS_MAX
    while not holds():
        assert time.monotonic() < deadline, f"not within {SECONDS_MAX} s: {what}"
        time.sleep(0.05)


def port(address):
    return int(address.split(":")[1], 16)
