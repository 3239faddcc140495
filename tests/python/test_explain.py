"""ExplainAccessControl and ExplainMobileDeviceAccess of Postroom's own service."""

from entities import NOBODY
from refusals import check_organization_refusals, refused


def test_access_is_explained_rule_by_rule(organization, postroom):
    organization.user("alice")
    organization.put_access_control_rule(Name="office", Effect="DENY", Description="", NotIpRanges=["10.0.0.0/8"])
    asked = {"OrganizationId": organization.id, "IpAddress": "192.0.2.1", "Action": "IMAP"}
    explained = postroom.explain_access_control(UserId="alice", **asked)
    assert (explained["Effect"], explained["MatchedRules"]) == ("DENY", ["office"])
    assert [(rule["RuleId"], rule["Matched"]) for rule in explained["Rules"]] == [("default", True), ("office", True)]
    explain = postroom.explain_access_control
    assert refused(explain, UserId=NOBODY, **asked) == "EntityNotFoundException"
    assert refused(explain, **asked) == "InvalidParameterException"
    role = asked | {"Action": "EWS", "ImpersonationRoleId": "unknown"}
    assert refused(explain, **role) == "ResourceNotFoundException"


def test_a_device_is_explained_rule_by_rule(organization, postroom):
    organization.user("alice")
    asked = {"OrganizationId": organization.id, "DeviceId": "d1"}
    explain = postroom.explain_mobile_device_access
    explained = explain(UserId="alice", **asked)
    assert (explained["Effect"], explained["DecidedBy"]) == ("ALLOW", "RULES")
    organization.put_mobile_device_access_override(UserId="alice", DeviceId="D1", Effect="DENY")
    explained = explain(UserId="alice", **asked)
    assert (explained["Effect"], explained["DecidedBy"]) == ("DENY", "OVERRIDE")
    assert refused(explain, UserId=NOBODY, **asked) == "EntityNotFoundException"
    assert refused(explain, **asked) == "InvalidParameterException"


def test_the_organization_must_be_there_and_active(workmail, postroom):
    check_organization_refusals(
        workmail,
        {
            "explain_access_control": {"IpAddress": "192.0.2.1", "Action": "IMAP", "UserId": NOBODY},
            "explain_mobile_device_access": {},
        },
        postroom,
    )
