"""Commands of the operator: the same beside a running daemon and without one, as text and as JSON."""

import json
import os
import socket
import stat
import subprocess
import threading
import uuid

import pytest
from botocore.exceptions import ClientError

from commands import asked, command
from conftest import ENGINES, new_database
from organizations import active
from postroom import Server, program

NO_ORGANIZATION = "m-00000000000000000000000000000000"


@pytest.fixture(params=ENGINES)
def server(request, tmp_path, monkeypatch):
    """A running server on either engine, with a data directory whose name is long."""
    if request.param == "postgres":
        # Servers and commands both read it.
        monkeypatch.setenv("POSTROOM_STORE_URL", new_database())
    running = Server(tmp_path / ("data" + "x" * 100))
    try:
        yield running.start()
    finally:
        if running.process is not None:
            running.kill()


def called_with(server, key):
    """What a call with an access key is answered with."""
    client = server.client(
        aws_access_key_id=key["access_key_id"], aws_secret_access_key=key["secret_access_key"]
    )
    with pytest.raises(ClientError) as refusal:
        client.describe_user(OrganizationId=NO_ORGANIZATION, UserId="someone")
    return refusal.value.response["Error"]["Code"]


def test_access_keys_are_in_force_at_once(server):
    account = asked(server, "account", "create", "--name", "Example Ltd")["id"]
    key = asked(server, "access-key", "create", "--account", account, "--description", "sync")
    assert called_with(server, key) == "OrganizationNotFoundException"
    command(server, "access-key", "disable", key["access_key_id"])
    assert called_with(server, key) == "UnrecognizedClientException"
    command(server, "access-key", "enable", key["access_key_id"])
    assert called_with(server, key) == "OrganizationNotFoundException"
    command(server, "access-key", "delete", key["access_key_id"])
    assert called_with(server, key) == "UnrecognizedClientException"
    assert asked(server, "access-key", "list", "--account", account) == {"access_keys": []}


def test_without_a_daemon_a_command_does_it_itself(server):
    account = asked(server, "account", "create", "--name", "Example Ltd", "--id", "123456789012")
    assert server.stop() == 0
    key = asked(server, "access-key", "create", "--account", account["id"])
    listed = asked(server, "access-key", "list", "--account", account["id"])["access_keys"]
    assert [entry["access_key_id"] for entry in listed] == [key["access_key_id"]]
    assert not any(key["secret_access_key"] in str(entry) for entry in listed)
    names = [entry["name"] for entry in asked(server, "account", "list")["accounts"]]
    assert sorted(names) == ["Administration", "Example Ltd"]
    server.start()
    assert called_with(server, key) == "OrganizationNotFoundException"


WRONG = [
    (["organization", "show", "nowhere"], "by its id"),
    (["domain", "show", "--organization", "here", "nowhere.example"], "postroom domain list"),
    (["domain", "rotate-dkim", "--organization", "here", "nowhere.example"], "postroom domain list"),
    (["domain", "rotate-dkim", "--organization", "here", "--force", "here.postroom.test"], "test domains have none"),
    (["explain", "access", "--organization", "here", "--user", "nobody", "--address", "192.0.2.1",
      "--action", "IMAP"], "id, name or address"),
    (["explain", "access", "--organization", "here", "--user", "nobody", "--address", "192.0.2.1",
      "--action", "Fax"], "a protocol"),
    (["access-key", "disable", "NOPE"], "access-key list"),
    (["access-key", "list", "--account", "12"], "account list"),
    (["account", "create", "--name", "Two", "--id", "x"], "--help"),
    (["token", "create", "--organization", "here", "--user", "nobody", "--name", "one"], "id, name or address"),
    (["mailbox", "export", "--organization", "here", "--user", "nobody", "--format",
      "maildir", "there"], "id, name or address"),
    (["backup", "--to", "/proc/there"], "try again"),
    (["restore", "--from", "/proc", "--organization", "here"], "backup"),
]


def test_what_is_refused_says_what_to_do(server, tmp_path):
    active(server.client(), Alias="here")
    for words, advice in WRONG:
        said = command(server, *words, code=1).split("\n→ ")[1]
        assert advice in said, (words, said)
    policy = tmp_path / "policy.json"
    policy.write_text('{"Statement": [{"Effect": "Perhaps", "Action": "*", "Resource": "*"}]}')
    account = asked(server, "account", "create", "--name", "Example Ltd")["id"]
    words = ["access-key", "create", "--account", account, "--policy", str(policy)]
    assert "mend the file" in command(server, *words, code=1).split("\n→ ")[1]


def test_status(server):
    report = asked(server, "status")
    assert report["running"] and report["process"] == server.process.pid
    assert report["endpoints"] == server.endpoints
    assert server.stop() == 0
    assert not asked(server, "status")["running"]
    assert "does not run" in command(server, "status")


def test_audit_says_who_changed_what_from_where(server):
    workmail = server.client()
    organization = active(workmail)
    words = [program(), "audit", "tail", "--data", str(server.data), "--organization", organization, "--output", "json"]
    with subprocess.Popen([*words, "--follow"], stdout=subprocess.PIPE, text=True) as following:
        made = workmail.create_user(OrganizationId=organization, Name="alice", DisplayName="Alice")
        entry = next(entry for entry in map(json.loads, following.stdout) if entry["operation"] == "CreateUser")
        following.kill()
    assert entry["request_id"] == made["ResponseMetadata"]["RequestId"]
    assert entry["source_ip"] == "127.0.0.1" and entry["result"] == "success"
    assert entry["actor"].endswith(workmail._request_signer._credentials.access_key)
    assert server.stop() == 0
    assert json.loads(command(server, *words[1:3], *words[5:]).splitlines()[-1]) == entry


def test_audit_without_an_organization_says_what_changed_in_the_directory(server):
    def tail(*words):
        return [json.loads(line) for line in command(server, "audit", "tail", *words, "--output", "json").splitlines()]

    workmail = server.client()
    organization = active(workmail)
    account = asked(server, "account", "create", "--name", "Example Ltd")["id"]
    key = asked(server, "access-key", "create", "--account", account)
    command(server, "access-key", "delete", key["access_key_id"])
    workmail.describe_organization(OrganizationId=organization)
    changes = tail()
    operations = [entry["operation"] for entry in changes]
    assert operations[0] == "CreateAccessKey" and changes[0]["actor"] == "system: first start"
    assert operations[-4:] == ["CreateOrganization", "CreateAwsAccount", "CreateAccessKey", "DeleteAccessKey"]
    assert changes[-4]["organization_id"] == organization
    assert changes[-1]["actor"] == "operator: access-key delete"
    assert changes[-1]["request_parameters"] == {"accessKeyId": key["access_key_id"]}
    assert key["secret_access_key"] not in str(changes)
    words = [program(), "audit", "tail", "--data", str(server.data), "--calls", "--output", "json", "--follow"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as following:
        with pytest.raises(ClientError):
            workmail.describe_user(OrganizationId=NO_ORGANIZATION, UserId="someone")
        entry = next(e for e in map(json.loads, following.stdout) if e["operation"] == "DescribeUser")
        following.kill()
    assert entry["result"] == "OrganizationNotFoundException" and entry["organization_id"] == NO_ORGANIZATION
    assert server.stop() == 0
    calls = tail("--calls", "--organization", organization)
    assert "DescribeOrganization" in [call["operation"] for call in calls]
    assert {call["organization_id"] for call in calls} == {organization}


def test_logs_of_what_people_do_are_an_organizations(server):
    organization = active(server.client())
    for log in ("authentication", "access-control", "mailbox-access"):
        words = ["audit", "tail", "--log", log]
        assert command(server, *words, "--organization", organization) == ""
        assert "--organization is missing" in command(server, *words, code=2)
        assert "--calls goes with" in command(server, *words, "--calls", "--organization", organization, code=2)
    assert "CreateOrganization" in command(server, "audit", "tail", "--log", "admin")


def test_a_personal_access_token(server):
    workmail = server.client()
    organization = active(workmail)
    user = workmail.create_user(OrganizationId=organization, Name="alice", DisplayName="Alice")["UserId"]
    words = ["token", "create", "--organization", organization, "--user", "alice", "--name", "laptop"]
    assert "ENABLED" in command(server, *words, code=1).upper()
    domain = workmail.describe_organization(OrganizationId=organization)["DefaultMailDomain"]
    workmail.register_to_work_mail(OrganizationId=organization, EntityId=user, Email="alice@" + domain)
    made = asked(server, *words, *["--scope", "IMAP"] * 11, "--days", "30")
    assert made["scopes"] == ["IMAP"] and made["user_id"] == user and made["expires_at"]
    listed = workmail.list_personal_access_tokens(OrganizationId=organization)["PersonalAccessTokenSummaries"]
    assert [(token["PersonalAccessTokenId"], token["Name"]) for token in listed] == [(made["token_id"], "laptop")]
    assert made["token"] not in str(listed)
    assert "there is no scope FTP" in command(server, *words, "--scope", "FTP", code=1)


def test_the_socket_is_for_its_owner_only_and_goes_with_the_daemon(server):
    socket = server.data / "control.sock"
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600
    assert server.stop() == 0
    assert not socket.exists()


def test_a_killed_daemon_leaves_a_socket_that_does_no_harm(server):
    server.kill()
    assert (server.data / "control.sock").exists()
    assert not asked(server, "status")["running"]
    server.start()
    assert asked(server, "status")["running"]


def test_a_followed_trail_outlives_the_daemon_and_is_not_in_its_way(server):
    organization = active(server.client())
    words = [program(), "audit", "tail", "--data", str(server.data), "--organization", organization, "--follow"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    server.client().create_group(OrganizationId=organization, Name="before")
    with subprocess.Popen([*words, "--output", "json"], **streams) as following:
        # It follows from here on: what asks for the first time is told when the daemon ends under it.
        assert any("before" in line for line in following.stdout)
        for end in (server.kill, server.stop, server.kill):
            end()
            if "POSTROOM_STORE_URL" not in os.environ:
                assert "no daemon runs now" in following.stderr.readline()
            server.start()
            name = uuid.uuid4().hex
            server.client().create_group(OrganizationId=organization, Name=name)
            assert any(name in line for line in following.stdout), following.stderr.read()
        following.kill()


@pytest.mark.parametrize("sent", [b"", b'{"Done"'])
def test_a_daemon_that_ends_under_a_command(server, sent, monkeypatch):
    server.kill()
    (server.data / "control.sock").unlink()
    # The whole path may be too long for a socket's address.
    monkeypatch.chdir(server.data)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("control.sock")
        listener.listen()

        def end():
            peer, _ = listener.accept()
            with peer:
                while peer.recv(4096):
                    pass
                peer.sendall(sent)

        ending = threading.Thread(target=end)
        ending.start()
        said = command(server, "account", "list", code=1)
        ending.join()
    assert "does not answer: it ended, or cut the command off" in said
    assert "whether the command was carried out" in said


@pytest.mark.parametrize(
    "words, code, said",
    [
        (["access-key", "create", "--account", "123456789012"], 1, "There is no AWS account 123456789012."),
        (["account", "create", "--name", "x", "--id", "12"], 1, "An AWS account id is twelve digits."),
        (["account", "create", "--name", " "], 1, "The name of an account is 1 to"),
        (["access-key", "list", "--account", "999999999999"], 1, "There is no AWS account 999999999999."),
        (["access-key", "list", "--account", "12"], 1, "cannot be listed: An AWS account id is twelve digits."),
        (["access-key", "disable", "AKIANOSUCHKEY0000000"], 1, "There is no access key AKIANOSUCHKEY0000000."),
        (["access-key", "create", "--account", "1", "--policy", "/nowhere"], 2, "/nowhere cannot be used"),
    ],
)
def test_refusals_say_what_is_wrong(server, words, code, said):
    assert said in command(server, *words, code=code)


def test_a_directory_that_is_not_there_is_not_made(tmp_path):
    server = Server(tmp_path / "slip")
    assert "there is no data in" in command(server, "account", "list", code=1)
    assert not server.data.exists()


def test_completions_and_help_of_every_command():
    for shell in ("bash", "zsh", "fish"):
        said = subprocess.run([program(), "completions", shell], capture_output=True, text=True, check=True)
        assert "access-key" in said.stdout
    for words in (["serve"], ["config"], ["access-key"], ["account"], ["status"], ["fsck"], ["backup"], ["restore"]):
        said = subprocess.run([program(), *words, "--help"], capture_output=True, text=True, check=True).stdout
        assert "Example" in said, words


def test_long_lists_are_whole(server):
    account = asked(server, "account", "create", "--name", "many")["id"]
    made = {asked(server, "access-key", "create", "--account", account)["access_key_id"] for _ in range(103)}
    listed = asked(server, "access-key", "list", "--account", account)["access_keys"]
    assert {entry["access_key_id"] for entry in listed} == made and len(listed) == 103
    assert os.path.exists(server.data / "control.sock")


def test_an_organization_is_named_by_its_id_or_its_alias(server):
    workmail = server.client()
    identifier = active(workmail, Alias="by-name")
    workmail.create_user(OrganizationId=identifier, Name="alice", DisplayName="Alice")
    access = ["--address", "192.0.2.1", "--action", "EWS"]
    for name in (identifier, "By-Name"):
        chosen = ["--organization", name]
        explained = command(server, "explain", "access", *chosen, *access, "--user", "alice")
        assert explained.startswith("ALLOW by rule default\n")
        assert asked(server, "domain", "list", *chosen)["domains"][0]["domain"].startswith("by-name.")
        assert "CreateUser" in command(server, "audit", "tail", *chosen)
        revoke = ["token", "revoke-impersonation", *chosen, "--role", "unknown"]
        assert "role unknown was not found" in command(server, *revoke, code=1)
    refusal = command(server, "audit", "tail", "--organization", "nobody", code=1)
    assert "no organization nobody" in refusal and "its alias" in refusal
    assert "--user" in command(server, "explain", "access", "--organization", "by-name", *access, code=2)
