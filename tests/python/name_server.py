"""A small DNS server on a free UDP port of the loopback interface."""

import socket
import struct
import threading

TYPES = {"CNAME": 5, "MX": 15, "TXT": 16}
NAME_ERROR = 3


def encoded(name):
    """A name as labels with their lengths."""
    return b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split(".")) + b"\0"


def data(kind, value):
    """The data of a record."""
    if kind == "TXT":
        text = value.encode()
        return b"".join(bytes([len(text[i : i + 255])]) + text[i : i + 255] for i in range(0, len(text), 255))
    if kind == "MX":
        preference, host = value.split()
        return struct.pack(">H", int(preference)) + encoded(host)
    return encoded(value)


class NameServer:
    """Answers with what was published, at an alias with what it points to, and NXDOMAIN else."""

    def __init__(self):
        self.records = {}
        self.aliases = {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def publish(self, kind, name, value):
        name = name.lower().rstrip(".")
        if kind == "CNAME":
            self.aliases[name] = value.lower().rstrip(".")
        self.records.setdefault((name, TYPES[kind]), []).append(data(kind, value))

    def serve(self):
        while True:
            question, peer = self.socket.recvfrom(4096)
            self.socket.sendto(self.answer(question), peer)

    def answer(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1 : at + 1 + question[at]].decode().lower())
            at += question[at] + 1
        (kind,) = struct.unpack_from(">H", question, at + 1)
        name = ".".join(labels)
        found = [(name, kind, each) for each in self.records.get((name, kind), [])]
        if not found and name in self.aliases:
            target = self.aliases[name]
            found = [(name, TYPES["CNAME"], encoded(target))]
            found += [(target, kind, each) for each in self.records.get((target, kind), [])]
        code = 0 if found else NAME_ERROR
        header = question[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(found), 0, 0)
        records = [
            encoded(owner) + struct.pack(">HHIH", type_, 1, 60, len(each)) + each for owner, type_, each in found
        ]
        return header + question[12 : at + 5] + b"".join(records)
