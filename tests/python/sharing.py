"""Folders that one user shares with another, and what IMAP answers about rights (RFC 4314)."""

import imaplib
import re

from entities import PASSWORD
from mail import Mail, good

RIGHTS = "lrswipkxtea"
imaplib.Commands["REPLACE"] = ("SELECTED",)
MESSAGE = b"Subject: Shared\r\n\r\nHers and his\r\n"


class Shared:
    """bob's folders "Work", "Work/Inner" and "Secret" with a message each, and alice, who is to see some of them."""

    def __init__(self, server, organization, alice):
        self.organization, self.alice = organization, alice
        self.guest_address = alice.user
        self.bob = organization.user("bob", Password=PASSWORD)
        self.address = organization.address("bob")
        self.owner = Mail(server, self.address, PASSWORD).log_in()
        for folder in ["Work", "Work/Inner", "Secret"]:
            good(self.owner.create(folder))
            good(self.owner.append(folder, None, None, MESSAGE))
        self.root = f"Other Users/{self.address}"

    def path(self, folder):
        """What alice calls a folder of bob."""
        return f'"{self.root}/{folder}"'

    def give(self, folder, rights, to=None):
        good(self.owner.setacl(folder, to or self.guest_address, rights))

    def flags(self, folder, number=1):
        """The flags of a message of bob, as a set."""
        good(self.owner.select(folder, readonly=True))
        text = good(self.owner.fetch(str(number), "(FLAGS)"))[0].decode()
        return set(re.search(r"FLAGS \(([^)]*)\)", text)[1].split())

    def count(self, folder):
        return int(re.search(rb"MESSAGES (\d+)", good(self.owner.status(folder, "(MESSAGES)"))[0])[1])


def refused(answer, *codes):
    assert answer[0] == "NO" and any(answer[1][0].startswith(b"[%s]" % code) for code in codes), answer


def select(client, folder):
    """SELECT, of which imaplib takes READ-ONLY for a failure."""
    client.untagged_responses, client.is_readonly = {}, True
    answer = client._simple_command("SELECT", folder)
    client.state = "SELECTED" if answer[0] == "OK" else "AUTH"
    return answer


def listed(client, reference='""', pattern="*"):
    return [line.decode() for line in good(client.list(reference, pattern)) if line]


def names(client, pattern="*"):
    """The names of folders of others, without what is above them."""
    found = [re.fullmatch(r'\((.*?)\) "/" "?(.*?)"?', line).groups() for line in listed(client, '""', pattern)]
    return {name for flags, name in found if name.startswith("Other Users") and r"\NonExistent" not in flags}


def acl(client, folder):
    """GETACL as a dictionary."""
    words = re.findall(r'"[^"]*"|\S+', good(client.getacl(folder))[0].decode())[1:]
    return {who.strip('"'): rights.strip('"') for who, rights in zip(words[::2], words[1::2], strict=True)}


def my_rights(client, folder):
    return good(client.myrights(folder))[0].decode().rsplit(" ", 1)[1].strip('"')


def list_rights(client, folder, who):
    """LISTRIGHTS: what is there in any case, and what may be given."""
    typ, data = client.xatom("LISTRIGHTS", folder, who)
    good((typ, data))
    line = client.response("LISTRIGHTS")[1][0].decode()
    required, *optional = line[line.index(who.strip('"')) + len(who.strip('"')) :].strip('" ').split() or [""]
    return required, optional
