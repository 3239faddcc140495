"""`postroom organization` and what `postroom status` says about organizations."""

import json

import pytest
from botocore.exceptions import ClientError

from commands import asked, command
from organizations import active


@pytest.fixture
def organization(workmail):
    return active(workmail)


def enabled(workmail, organization, kind, name, email):
    if kind == "user":
        made = workmail.create_user(OrganizationId=organization, Name=name, DisplayName=name)["UserId"]
    else:
        made = workmail.create_group(OrganizationId=organization, Name=name)["GroupId"]
    workmail.register_to_work_mail(OrganizationId=organization, EntityId=made, Email=email)
    return made


def test_full_access_for_groups_is_a_switch(server, workmail, organization):
    described = workmail.describe_organization(OrganizationId=organization)
    domain = described["DefaultMailDomain"]
    alice = enabled(workmail, organization, "user", "alice", "alice@" + domain)
    staff = enabled(workmail, organization, "group", "staff", "staff@" + domain)
    give = {"EntityId": alice, "GranteeId": staff, "PermissionValues": ["FULL_ACCESS"]}
    shown = asked(server, "organization", "show", organization)
    assert (shown["alias"], shown["state"]) == (described["Alias"], "Active")
    assert shown["settings"] == {"test_domain_alias": False, "full_access_for_groups": True}
    workmail.put_mailbox_permissions(OrganizationId=organization, **give)
    workmail.delete_mailbox_permissions(OrganizationId=organization, EntityId=alice, GranteeId=staff)

    changed = asked(server, "organization", "set", described["Alias"], "--full-access-for-groups", "off")
    assert changed["settings"] == {"test_domain_alias": False, "full_access_for_groups": False}
    with pytest.raises(ClientError) as refusal:
        workmail.put_mailbox_permissions(OrganizationId=organization, **give)
    assert refusal.value.response["Error"]["Code"] == "InvalidParameterException"
    changed = asked(server, "organization", "set", organization, "--test-domain-alias", "on")
    assert changed["settings"] == {"test_domain_alias": True, "full_access_for_groups": False}, "the other one stays"
    trail = command(server, "audit", "tail", "--organization", organization, "--output", "json").splitlines()
    changes = [entry for entry in map(json.loads, trail) if entry["operation"] == "PutOrganizationSettings"]
    assert [entry["request_parameters"]["testDomainAlias"] for entry in changes] == [None, True]
    assert "full-access-for-groups: off" in command(server, "organization", "show", organization)


def test_refusals_say_what_is_wrong(server, organization):
    assert "there is no organization nobody" in command(server, "organization", "show", "nobody", code=1)
    assert "--test-domain-alias" in command(server, "organization", "set", organization, code=2)
    assert "Examples" in command(server, "organization", "--help")


def test_status_names_what_is_not_in_force(server, organization):
    report = asked(server, "status")
    told = {each["operation"]: each["what"] for each in report["not_in_force"]}
    assert "PutRetentionPolicy" in told and "DeleteRetentionPolicy" not in told
    assert (report["alarms"], report["all_organizations_asked"]) == ([], True)
    assert "PutRetentionPolicy: " in command(server, "status")
