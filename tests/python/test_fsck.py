"""`postroom fsck`: beside a running daemon and without one, what it says and what it mends."""

import imaplib
import json
import os
import sqlite3
import subprocess

import pytest

from commands import asked, command
from conftest import ENGINES, new_database
from entities import PASSWORD, Organization
from mail import Mail, good
from organizations import active, alias, wait_for_state
from postroom import Server, program
from raw_imap import Raw
from refusals import refused


@pytest.fixture(params=ENGINES)
def server(request, tmp_path, monkeypatch):
    """A running server on either engine."""
    monkeypatch.delenv("POSTROOM_STORE_URL", raising=False)
    if request.param == "postgres":
        # Servers and commands both read it.
        monkeypatch.setenv("POSTROOM_STORE_URL", new_database())
    running = Server(tmp_path / "data")
    try:
        yield running.start()
    finally:
        if running.process is not None:
            running.kill()


def test_an_organization_that_does_not_open_is_deleted_when_it_is_forced(tmp_path):
    """On the embedded engine: an organization is a file there."""
    server = Server(tmp_path / "data").start()
    try:
        organization = active(server.client(), Alias="damaged")
        assert server.stop() == 0
        with open(server.data / "organizations" / "1" / "store.db", "r+b") as file:
            file.write(b"no database" * 400)
        workmail = server.start().client()
        assert refused(workmail.list_users, OrganizationId=organization) == "ServiceUnavailableException"
        described = workmail.describe_organization(OrganizationId=organization)
        [listed] = workmail.list_organizations()["OrganizationSummaries"]
        for shown in (described, listed):
            assert shown["State"] == "Impaired"
            assert "cannot be opened" in shown["ErrorMessage"] and "postroom status" in shown["ErrorMessage"]
            assert "store.db" not in shown["ErrorMessage"], "what is inside is the operator's to see"
        delete = {"OrganizationId": organization, "DeleteDirectory": True}
        for _ in range(2):
            assert refused(workmail.delete_organization, **delete) == "OrganizationStateException"
        workmail.delete_organization(**delete, ForceDelete=True)
        wait_for_state(workmail, organization, "Deleted")
        assert not (server.data / "organizations" / "1").exists()
        assert asked(server, "fsck")["findings"] == []
        again = active(workmail, Alias="damaged")
        assert "ErrorMessage" not in workmail.describe_organization(OrganizationId=again)
    finally:
        if server.process is not None:
            server.kill()


def test_a_lost_data_key_is_told_and_never_made_anew(server):
    """A new key would open nothing that was sealed before, and hide that."""
    made = Organization(server.client())
    made.user("alice", Password=PASSWORD)
    organization, alice = made.id, made.address("alice")
    damage(server, "DELETE FROM data_keys WHERE organization = 1")
    assert server.stop() == 0
    workmail = server.start().client()
    described = workmail.describe_organization(OrganizationId=organization)
    assert (described["State"], "ErrorMessage" in described) == ("Impaired", True)
    provider = {"EwsEndpoint": "https://mail.example.com/EWS", "EwsUsername": "a", "EwsPassword": "b"}
    configuration = {"OrganizationId": organization, "DomainName": "example.com", "EwsProvider": provider}
    refusal = refused(workmail.create_availability_configuration, **configuration)
    assert refusal == "ServiceUnavailableException"
    user = {"OrganizationId": organization, "Name": "late", "DisplayName": "Late"}
    assert refused(workmail.create_user, **user) == "ServiceUnavailableException"
    domain = {"OrganizationId": organization, "DomainName": "new.example"}
    assert refused(workmail.register_mail_domain, **domain) == "ServiceUnavailableException"
    effect = {"OrganizationId": organization, "DeviceType": "iPhone"}
    assert refused(workmail.get_mobile_device_access_effect, **effect) == "ServiceUnavailableException"
    assert refused(workmail.list_users, OrganizationId=organization) == "ServiceUnavailableException"
    with pytest.raises(imaplib.IMAP4.error, match="UNAVAILABLE"):
        Mail(server, alice, PASSWORD).log_in()
    asking = ["explain", "access", "--organization", organization, "--user", alice]
    asking += ["--address", "192.0.2.7", "--action", "IMAP"]
    assert "postroom status" in command(server, *asking, code=1)
    assert asked(server, "organization", "show", organization)["state"] == "Impaired"
    [alarm] = asked(server, "status")["alarms"]
    assert (alarm["kind"], "data key is lost" in alarm["message"]) == ("organization.impaired", True)
    for _ in range(2):
        report = json.loads(subprocess_fails(server, "fsck", "--repair", "--output", "json").stdout)
        assert ["data key is lost" in found["is_wrong"] for found in report["findings"]] == [True]
    # What the impaired one would bring along is nothing to restore.
    left = subprocess_fails(server, "backup", "--to", str(server.data / "backup"), "--output", "json")
    assert [out["organization_id"] for out in json.loads(left.stdout)["manifest"]["left_out"]] == [organization]
    workmail.delete_organization(OrganizationId=organization, DeleteDirectory=True, ForceDelete=True)
    wait_for_state(workmail, organization, "Deleted")
    assert asked(server, "fsck")["findings"] == []


def break_counter(server):
    """A user of the first organization counts aliases that are not there."""
    damage(server, "UPDATE entities SET aliases_count = 5 WHERE name = 'alice'")


def damage(server, statement):
    """Behind the server's back, in the first organization."""
    url = os.environ.get("POSTROOM_STORE_URL")
    if url:
        psql = os.path.join(os.environ["POSTROOM_TEST_POSTGRES_BIN"], "psql")
        subprocess.run([psql, "-qXc", statement, url], check=True)
        return
    with sqlite3.connect(server.data / "organizations" / "1" / "store.db", timeout=30) as database:
        assert database.execute(statement).rowcount == 1


def test_what_is_wrong_is_said_and_mended(server):
    workmail, name = server.client(), alias()
    organization = active(workmail, Alias=name)
    other = active(workmail)
    workmail.create_user(OrganizationId=organization, Name="alice", DisplayName="Alice")
    assert asked(server, "fsck") == {"organizations": 2, "findings": [], "repair": False}
    assert "2 organizations were looked at: everything holds." in command(server, "fsck")
    break_counter(server)
    said = subprocess_fails(server, "fsck")
    assert f"{organization}: entity " in said.stdout and "counts 5 aliases, which is wrong" in said.stdout
    assert "must hold: an entity counts its aliases" in said.stdout and "not repaired" in said.stdout
    assert "1 found and not repaired" in said.stderr and "postroom fsck --repair" in said.stderr
    assert f"organization {organization} ({name})" in said.stderr, "how far it is"
    # The other organization is not concerned, by id nor with the daemon stopped.
    assert asked(server, "fsck", "--organization", other)["findings"] == []
    assert server.stop() == 0
    found = json.loads(subprocess_fails(server, "fsck", "--organization", name, "--output", "json").stdout)
    assert [finding["organization"] for finding in found["findings"]] == [organization]
    server.start()
    mended = asked(server, "fsck", "--repair", "--organization", name)
    assert [finding["repaired"] for finding in mended["findings"]] == [True]
    assert asked(server, "fsck")["findings"] == []


@pytest.mark.parametrize("waits", ["in IDLE", "between commands"])
def test_who_has_a_mailbox_open_that_is_mended_begins_anew(server, waits):
    organization = Organization(server.client())
    organization.user("alice", Password=PASSWORD)
    mail = Mail(server, organization.address("alice"), PASSWORD)
    client = mail.log_in()
    good(client.append("INBOX", None, None, b"Subject: one\r\n\r\n1\r\n"))
    good(client.select("INBOX"))
    before = good(client.status("INBOX", "(UIDVALIDITY)"))
    open_session = Raw(mail).log_in(mail).ask(b"s SELECT INBOX", b"s OK")
    if waits == "in IDLE":
        open_session.send(b"i IDLE\r\n")
        assert open_session.line().startswith(b"+ ")
    # A folder's next UID is one that is in use: whoever has seen it may know it as another message's.
    damage(server, "UPDATE folders SET uid_next = 1 WHERE items_count = 1")
    assert all(finding["repaired"] for finding in asked(server, "fsck", "--repair")["findings"])
    assert asked(server, "fsck")["findings"] == []
    if waits == "between commands":
        open_session.send(b"f UID FETCH 1 FLAGS\r\n")
    assert open_session.rest()[-1].startswith(b"* BYE The mailbox was put back")
    again = mail.log_in()
    assert good(again.status("INBOX", "(UIDVALIDITY)")) != before


def subprocess_fails(server, *words):
    """A command that ends with status 1."""
    ended = subprocess.run([program(), *words, "--data", str(server.data)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1, ended
    return ended


def test_an_organization_that_is_not_there(server):
    said = command(server, "fsck", "--organization", "nobody", code=1)
    assert "there is no organization nobody" in said and "by its id (m-…) or its alias" in said
    assert "unexpected argument" in command(server, "fsck", "--mend", code=2)
