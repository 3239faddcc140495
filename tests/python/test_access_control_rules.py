"""PutAccessControlRule, DeleteAccessControlRule, ListAccessControlRules, GetAccessControlEffect."""

import datetime

import pytest

from organizations import active
from refusals import check_organization_refusals, refused

NOBODY = "01234567-89ab-4def-8123-456789abcdef"
ADDRESS = "192.0.2.1"


@pytest.fixture
def organization(workmail):
    return active(workmail)


@pytest.fixture
def user(workmail, organization):
    return workmail.create_user(OrganizationId=organization, Name="alice", DisplayName="Alice")["UserId"]


def put(workmail, organization, name, effect="DENY", **conditions):
    workmail.put_access_control_rule(
        OrganizationId=organization, Name=name, Effect=effect, Description="about " + name, **conditions
    )


def effect(workmail, organization, action="IMAP", address=ADDRESS, **principal):
    answer = workmail.get_access_control_effect(
        OrganizationId=organization, IpAddress=address, Action=action, **principal
    )
    return answer["Effect"], answer["MatchedRules"]


def test_a_new_organization_has_workmails_default_rule(workmail, organization):
    (rule,) = workmail.list_access_control_rules(OrganizationId=organization)["Rules"]
    epoch = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)
    assert rule == {
        "Name": "default",
        "Effect": "ALLOW",
        "Description": "Default WorkMail Rule",
        "DateCreated": epoch,
        "DateModified": epoch,
    }


def test_a_rule_comes_back_as_it_was_put_and_is_replaced_as_a_whole(workmail, organization, user):
    conditions = {"IpRanges": ["10.0.0.0/8"], "NotActions": ["EWS", "WebMail"], "UserIds": [user]}
    put(workmail, organization, "a-rule", **conditions)
    first = workmail.list_access_control_rules(OrganizationId=organization)["Rules"][0]
    assert {name: first[name] for name in conditions} == conditions
    assert (first["Name"], first["Effect"], first["Description"]) == ("a-rule", "DENY", "about a-rule")
    assert first["DateCreated"] == first["DateModified"]
    put(workmail, organization, "a-rule", effect="ALLOW", Actions=[])
    second = workmail.list_access_control_rules(OrganizationId=organization)["Rules"][0]
    assert set(second) == {"Name", "Effect", "Description", "DateCreated", "DateModified"}
    assert second["DateCreated"] == first["DateCreated"]
    assert second["DateModified"] > first["DateModified"]


def test_deny_wins_and_names_only_the_rules_that_decided(workmail, organization, user):
    assert effect(workmail, organization, UserId=user) == ("ALLOW", ["default"])
    put(workmail, organization, "no-imap", UserIds=[user], Actions=["IMAP"])
    assert effect(workmail, organization, UserId=user) == ("DENY", ["no-imap"])
    assert effect(workmail, organization, "EWS", UserId=user) == ("ALLOW", ["default"])
    put(workmail, organization, "office", NotIpRanges=["10.0.0.0/8"])
    assert effect(workmail, organization, UserId=user) == ("DENY", ["no-imap", "office"])
    assert effect(workmail, organization, "EWS", "10.1.2.3", UserId=user) == ("ALLOW", ["default"])


def test_without_a_matching_rule_nobody_gets_in(workmail, organization, user):
    workmail.delete_access_control_rule(OrganizationId=organization, Name="default")
    assert effect(workmail, organization, UserId=user) == ("DENY", [])
    put(workmail, organization, "web", effect="ALLOW", Actions=["WebMail"])
    assert effect(workmail, organization, UserId=user) == ("DENY", [])
    assert effect(workmail, organization, "WebMail", UserId=user) == ("ALLOW", ["web"])


def test_deleting_a_rule_that_is_not_there_succeeds(workmail, organization):
    workmail.delete_access_control_rule(OrganizationId=organization, Name="unknown")


def test_a_put_is_refused(workmail, organization, user):
    def code(**conditions):
        return refused(
            workmail.put_access_control_rule,
            OrganizationId=organization,
            Name="rule",
            Effect="DENY",
            Description="",
            **conditions,
        )

    assert code(Actions=["Gopher"]) == "InvalidParameterException"
    assert code(Actions=["EWS"], NotActions=["IMAP"]) == "InvalidParameterException"
    assert code(UserIds=[NOBODY]) == "EntityNotFoundException"
    group = workmail.create_user(OrganizationId=organization, Name="bob", DisplayName="Bob")["UserId"]
    assert code(UserIds=[group, NOBODY]) == "EntityNotFoundException"
    assert code(NotImpersonationRoleIds=["unknown"]) == "ResourceNotFoundException"
    assert code(IpRanges=["10.0.0.0/33"]) == "ValidationException"
    for number in range(9):
        put(workmail, organization, f"rule-{number}")
    assert code() == "LimitExceededException"


def test_a_question_is_refused(workmail, organization, user):
    def code(action="IMAP", **principal):
        return refused(
            workmail.get_access_control_effect,
            OrganizationId=organization,
            IpAddress=ADDRESS,
            Action=action,
            **principal,
        )

    assert code() == "InvalidParameterException"
    assert code(UserId=user, ImpersonationRoleId="role") == "InvalidParameterException"
    assert code(ImpersonationRoleId="role") == "InvalidParameterException"
    assert code("Gopher", UserId=user) == "InvalidParameterException"
    assert code("EWS", ImpersonationRoleId="role") == "ResourceNotFoundException"
    assert code(UserId=NOBODY) == "EntityNotFoundException"


def test_the_organization_must_be_there_and_active(workmail):
    check_organization_refusals(
        workmail,
        {
            "put_access_control_rule": {"Name": "rule", "Effect": "DENY", "Description": ""},
            "delete_access_control_rule": {"Name": "rule"},
            "list_access_control_rules": {},
            "get_access_control_effect": {"IpAddress": ADDRESS, "Action": "IMAP", "UserId": NOBODY},
        },
    )
