"""A day of an administrator's scripts with the AWS CLI and the two files that the data directory holds."""

import json
import subprocess
import time

NO_ORGANIZATION = "m-00000000000000000000000000000000"
WAIT_SECONDS_MAX = 30


def aws(server, *words):
    """Runs `aws workmail` with `words`."""
    words = ["aws", "workmail", *words, "--output", "json"]
    return subprocess.run(words, env=server.environment(), capture_output=True, text=True)


def answer(server, *words):
    """What `aws workmail` with `words` prints, as JSON; `None` for an answer without members."""
    said = aws(server, *words)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout) if said.stdout.strip() else None


def refusal(server, *words):
    """The name of the error with which `aws workmail` with `words` ends."""
    said = aws(server, *words)
    assert said.returncode != 0, said.stdout
    return said.stderr.split("(", 1)[1].split(")", 1)[0]


def wait_for_state(server, organization, state):
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        described = answer(server, "describe-organization", "--organization-id", organization)
        if described["State"] == state:
            return described
        assert time.monotonic() < deadline, described


def test_an_organization_from_its_creation_to_its_end(server):
    created = answer(server, "create-organization", "--alias", "script")
    organization = created["OrganizationId"]
    domain = wait_for_state(server, organization, "Active")["DefaultMailDomain"]
    here = ["--organization-id", organization]

    user = answer(server, "create-user", *here, "--name", "anna", "--display-name", "Anna", "--password", "Long-enough-1")
    user = user["UserId"]
    assert answer(server, "register-to-work-mail", *here, "--entity-id", user, "--email", f"anna@{domain}") is None
    described = answer(server, "describe-user", *here, "--user-id", "anna")
    assert (described["UserId"], described["State"], described["Email"]) == (user, "ENABLED", f"anna@{domain}")
    assert abs(described["EnabledDate"] - time.time()) < 3600, "seconds, as this version of the CLI prints times"

    group = answer(server, "create-group", *here, "--name", "team")["GroupId"]
    answer(server, "register-to-work-mail", *here, "--entity-id", group, "--email", f"team@{domain}")
    answer(server, "associate-member-to-group", *here, "--group-id", group, "--member-id", user)
    members = answer(server, "list-group-members", *here, "--group-id", group)["Members"]
    assert [member["Id"] for member in members] == [user]

    for name in ["p1", "p2", "p3"]:
        answer(server, "create-user", *here, "--name", name, "--display-name", name)
    listed = answer(server, "list-users", *here, "--filters", "UsernamePrefix=p", "--page-size", "2")["Users"]
    assert [user["Name"] for user in listed] == ["p1", "p2", "p3"], "the CLI follows NextToken"

    answer(
        server, "put-access-control-rule", *here, "--name", "office", "--effect", "DENY", "--description", "d",
        "--not-ip-ranges", "10.0.0.0/8", "--actions", "IMAP",
    )
    asked = ["--ip-address", "192.0.2.1", "--action", "IMAP", "--user-id", user]
    assert answer(server, "get-access-control-effect", *here, *asked) == {"Effect": "DENY", "MatchedRules": ["office"]}

    device = ["--user-id", user, "--device-id", "ApplDNPSMX6HG5MJ"]
    answer(server, "put-mobile-device-access-override", *here, *device, "--effect", "DENY")
    assert answer(server, "get-mobile-device-access-override", *here, *device)["Effect"] == "DENY"

    assert refusal(server, "delete-user", *here, "--user-id", user) == "EntityStateException"
    answer(server, "delete-organization", *here, "--delete-directory", "--force-delete")
    wait_for_state(server, organization, "Deleted")


def test_refusals_have_their_names(server):
    unknown = ["--organization-id", NO_ORGANIZATION]
    assert refusal(server, "describe-user", *unknown, "--user-id", "someone") == "OrganizationNotFoundException"
    assert refusal(server, "create-organization", "--alias", "Not an alias") == "ValidationException"
    missing = refusal(server, "list-mailbox-export-jobs", *unknown)
    assert missing == "UnsupportedOperationException", "it is not there yet, and says so"
