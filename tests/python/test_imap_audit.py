"""What people do over IMAP is written down (WorkMail's mailbox access logs), on both engines."""

import json
import time

from commands import command
from entities import PASSWORD
from mail import Mail, good

SECONDS_MAX = 30
MESSAGE = (
    b"From: bob@example.com\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHi there\r\n--b\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment\r\n\r\nAAEC\r\n--b--\r\n"
)


def records(server, organization, log="mailbox-access"):
    words = ["audit", "tail", "--organization", organization.id, "--log", log, "--last", "100", "--output", "json"]
    return [json.loads(line) for line in command(server, *words).splitlines()]


def until(server, organization, holds):
    """The records, once they are as said: they are written down a moment later."""
    deadline = time.monotonic() + SECONDS_MAX
    while not holds(found := records(server, organization)):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def deeds(found):
    return {(each["action"], each["object_type"], each.get("folder_path"), each["event_count"]) for each in found}


def test_what_is_done_in_a_mailbox_is_written_down(alice, server, organization):
    client = alice.log_in()
    good(client.xatom("ID", '("name" "Thunderbird" "version" "128")'))
    good(client.create("Work"))
    for _ in range(3):
        good(client.append("inbox", None, None, MESSAGE))
    client.list()
    client.select("INBOX")
    client.fetch("1:*", "(FLAGS ENVELOPE)")
    client.fetch("1", "(BODY[1])")
    client.fetch("2", "(BODY.PEEK[2])")
    client.store("3", "+FLAGS", r"(\Deleted)")
    client.copy("1:2", "Work")
    client.expunge()
    client.uid("MOVE", "1", "Archive")
    client.rename("Work", "Later")
    client.delete("Later")
    expected = {
        ("create", "Folder", "Work", 1),
        ("create", "Message", "INBOX", 1),
        ("read_hierarchy", "Folder", None, 1),
        ("read", "Folder", "INBOX", 1),
        ("read_summary", "Message", "INBOX", 3),
        ("read", "Message", "INBOX", 1),
        ("update_read_state", "Message", "INBOX", 1),
        ("read_attachment", "Attachment", "INBOX", 1),
        ("update", "Message", "INBOX", 1),
        ("copy", "Message", "INBOX", 2),
        ("copy_to", "Message", "Work", 2),
        ("delete", "Message", "INBOX", 1),
        ("move", "Message", "INBOX", 1),
        ("move_to", "Message", "Archive", 1),
        ("update", "Folder", "Work", 1),
        ("delete", "Folder", "Later", 1),
    }
    found = until(server, organization, lambda found: expected <= deeds(found))
    assert deeds(found) - expected == set(), "one record of what repeats, and of what many messages have in common"
    [user] = {each["user_id"] for each in found}
    for each in found:
        assert each["protocol"] == "IMAP" and each["source_ip"] == "127.0.0.1" and each["owner_id"] == user
        assert each["action_allowed"] is True and each["user_agent"] == "Thunderbird 128"
    [attachment] = [each for each in found if each["action"] == "read_attachment"]
    assert attachment["attachment_path"] == "2" and attachment["item_id"] == "2"
    [read] = [each for each in found if (each["action"], each["object_type"]) == ("read", "Message")]
    assert read["item_id"] == "1" and read["folder_id"].startswith("F")


def test_a_guest_is_written_down_with_the_owner(alice, server, organization):
    bob = organization.user("bob", Password=PASSWORD)
    Mail(server, organization.address("bob"), PASSWORD).log_in().append("INBOX", None, None, MESSAGE)
    organization.put_mailbox_permissions(EntityId="bob", GranteeId="alice", PermissionValues=["FULL_ACCESS"])
    client = alice.log_in()
    good(client.select(f'"Other Users/{organization.address("bob")}/INBOX"'))
    good(client.fetch("1", "(BODY.PEEK[])"))

    def of_guest(found):
        return [each for each in found if each["user_id"] != each["owner_id"] and each["object_type"] == "Message"]

    [read] = of_guest(until(server, organization, of_guest))
    assert read["action"] == "read" and read["owner_id"] == bob and read["folder_path"] == "INBOX"
    log_ins = records(server, organization, "authentication")
    assert read["user_id"] in {each["user_id"] for each in log_ins if each["protocol"] == "IMAP"}
