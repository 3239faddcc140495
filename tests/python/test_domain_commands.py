"""`postroom domain`: what to publish where, what the last look saw, and changing the key that signs."""

import json
import time

import pytest

from commands import asked, command
from name_server import NameServer
from organizations import active
from test_commands import NO_ORGANIZATION

WAIT_SECONDS_MAX = 60
NAMES = NameServer()


def settings():
    """Asks the name server of this module; the operator has a zone for keys."""
    resolvers = f'dns.resolvers=["{NAMES.address}"]'
    return [resolvers, "hosts.mail=mail.example.net", "hosts.dkim_zone=keys.example.net"]


@pytest.fixture
def domain(server, workmail):
    """A registered domain, as the words that name it."""
    organization = active(workmail)
    name = organization[2:18] + ".example"
    workmail.register_mail_domain(OrganizationId=organization, DomainName=name)
    return ["--organization", organization, name]


def publish(shown):
    for record in shown["records"] + shown["operator_records"]:
        NAMES.publish(record["type"], record["hostname"], record["value"])


def shown_when(server, domain, seen):
    """What `domain show` prints once `seen` is true of it."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not seen(shown := asked(server, "domain", "show", *domain)):
        assert time.monotonic() < deadline, shown
        time.sleep(0.2)
    return shown


def selectors(shown):
    return {key["role"]: key["selector"] for key in shown["dkim_keys"]}


def test_keys_change_in_the_operators_zone(server, domain):
    shown = asked(server, "domain", "show", *domain)
    name = domain[-1]
    assert (shown["ownership"], shown["dkim"]) == ("PENDING", "PENDING")
    assert (shown["mx"], shown["autodiscover"], shown["alarms"]) == ("MISSING", "MISSING", [])
    aliases = [record for record in shown["records"] if "._domainkey." in record["hostname"]]
    assert {record["type"] for record in aliases} == {"CNAME"} and len(aliases) == 3
    values = {record["hostname"]: record["value"] for record in shown["operator_records"]}
    assert set(values) == {record["value"] for record in aliases}
    assert all(value.startswith("v=DKIM1; k=rsa; p=MIIB") for value in values.values())
    refusal = command(server, "domain", "rotate-dkim", *domain, code=1)
    assert "is not published yet" in refusal and "--force" in refusal

    publish(shown)
    shown = shown_when(server, domain, lambda shown: shown["ownership"] == shown["dkim"] == "VERIFIED")
    assert (shown["mx"], shown["autodiscover"]) == ("VERIFIED", "VERIFIED")
    assert shown["checked_at"] >= shown["registered_at"] and all(key["published"] for key in shown["dkim_keys"])
    rotated = asked(server, "domain", "rotate-dkim", *domain)
    before, after = selectors(shown), selectors(asked(server, "domain", "show", *domain))
    assert (after["ACTIVE"], after["SPARE"], after["NEXT"]) == (before["NEXT"], before["ACTIVE"], before["SPARE"])
    assert (rotated["active_selector"], rotated["previous_selector"]) == (after["ACTIVE"], after["SPARE"])
    new = rotated["next_record"]
    assert new["type"] == "TXT" and new["hostname"] == after["NEXT"] + ".keys.example.net"
    assert new["value"] != values[new["hostname"]], "the next key is a new one behind the same alias"
    entries = command(server, "audit", "tail", *domain[:2], "--output", "json").splitlines()
    entry = json.loads(entries[-1])
    assert (entry["operation"], entry["request_parameters"]["domainName"]) == ("RotateDkimKey", name)


def test_refusals_say_what_is_wrong(server, domain):
    assert "neither an id nor an alias" in command(
        server, "domain", "show", "--organization", NO_ORGANIZATION, "example.com", code=1
    )
    for action in ("show", "rotate-dkim"):
        assert "nowhere.example" in command(server, "domain", action, *domain[:2], "nowhere.example", code=1)


def test_without_a_daemon_and_as_text(server, domain):
    # The last test: the server comes back on other ports.
    server.stop()
    try:
        listed = asked(server, "domain", "list", *domain[:2])["domains"]
        assert [each["domain"] for each in listed if not each["is_test_domain"]] == [domain[-1]]
        assert [each["ownership"] for each in listed if each["is_test_domain"]] == ["VERIFIED"]
        text = command(server, "domain", "show", *domain)
        for words in ("ownership:    Pending", "MX:           Missing", "_amazonses." + domain[-1], "Active"):
            assert words in text
        said = command(server, "domain", "rotate-dkim", *domain, "--force")
        assert "is signed with" in said and "TXT" in said
        assert "OWNERSHIP" in command(server, "domain", "list", *domain[:2])
    finally:
        server.start()
