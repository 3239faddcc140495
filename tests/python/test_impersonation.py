"""Impersonation roles: create, update, get, list, delete, effect, assume."""

import re

from commands import asked, command
from entities import NOBODY
from refusals import check_organization_refusals, refused


def rule(name, effect="ALLOW", **targets):
    return {"ImpersonationRuleId": name, "Name": "rule " + name, "Effect": effect, **targets}


def create(organization, *rules, **more):
    parameters = {"Name": "backup", "Type": "READ_ONLY", "Rules": list(rules)} | more
    return organization.create_impersonation_role(**parameters)["ImpersonationRoleId"]


def effect(organization, role, target):
    answer = organization.get_impersonation_role_effect(ImpersonationRoleId=role, TargetUser=target)
    return answer["Type"], answer["Effect"], [matched["ImpersonationRuleId"] for matched in answer["MatchedRules"]]


def test_a_role_comes_back_with_its_targets_as_ids(organization):
    alice = organization.user("alice")
    rules = [rule("one", TargetUsers=["alice"]), rule("two", "DENY", NotTargetUsers=[organization.address("alice")])]
    role = create(organization, *rules, Description="nightly")
    found = organization.get_impersonation_role(ImpersonationRoleId=role)
    assert (found["Name"], found["Type"], found["Description"]) == ("backup", "READ_ONLY", "nightly")
    assert found["Rules"] == [rule("one", TargetUsers=[alice]), rule("two", "DENY", NotTargetUsers=[alice])]
    assert found["DateCreated"] == found["DateModified"]
    (listed,) = organization.list_impersonation_roles()["Roles"]
    assert set(listed) == {"ImpersonationRoleId", "Name", "Type", "DateCreated", "DateModified"}


def test_deny_wins_and_a_role_without_rules_may_act_nowhere(organization):
    organization.user("alice")
    organization.user("bob")
    role = create(organization)
    assert effect(organization, role, "alice") == ("READ_ONLY", "DENY", [])
    rules = [rule("all"), rule("not-alice", "DENY", TargetUsers=["alice"])]
    organization.update_impersonation_role(ImpersonationRoleId=role, Name="n", Type="FULL_ACCESS", Rules=rules)
    assert effect(organization, role, organization.address("alice")) == ("FULL_ACCESS", "DENY", ["not-alice"])
    assert effect(organization, role, "bob") == ("FULL_ACCESS", "ALLOW", ["all"])
    updated = organization.get_impersonation_role(ImpersonationRoleId=role)
    assert "Description" not in updated and updated["DateModified"] > updated["DateCreated"]


def test_a_client_token_creates_one_role(organization):
    first = create(organization, ClientToken="once")
    assert create(organization, ClientToken="once") == first
    code = refused(
        organization.create_impersonation_role, Name="other", Type="READ_ONLY", Rules=[], ClientToken="once"
    )
    assert code == "InvalidParameterException"
    assert len(organization.list_impersonation_roles()["Roles"]) == 1


def test_a_token_is_given_for_a_quarter_of_an_hour(organization):
    role = create(organization)
    assumed = organization.assume_impersonation_role(ImpersonationRoleId=role)
    assert assumed["ExpiresIn"] == 900
    assert re.fullmatch(r"[\x21-\x7e]{64,256}", assumed["Token"])
    assert organization.assume_impersonation_role(ImpersonationRoleId=role)["Token"] != assumed["Token"]


def test_the_operator_ends_the_tokens_of_a_role(server, organization):
    role = create(organization)
    words = ["token", "revoke-impersonation", "--organization", organization.id, "--role"]
    assert asked(server, *words, role) == {"revoked": 0}
    for _ in range(2):
        organization.assume_impersonation_role(ImpersonationRoleId=role)
    assert command(server, *words, role) == "2 tokens of the role have ended.\n"
    assert "no token was revoked" in command(server, *words, NOBODY[2:], code=1)
    assert "no token was revoked" in command(server, *words, "a role", code=1)


def test_a_deleted_role_is_gone_from_everything_but_rules(organization):
    role = create(organization)
    organization.put_access_control_rule(
        Name="role", Effect="DENY", Description="", Actions=["EWS"], ImpersonationRoleIds=[role]
    )
    question = {"IpAddress": "192.0.2.1", "Action": "EWS", "ImpersonationRoleId": role}
    assert organization.get_access_control_effect(**question)["MatchedRules"] == ["role"]
    organization.delete_impersonation_role(ImpersonationRoleId=role)
    organization.delete_impersonation_role(ImpersonationRoleId=role)
    assert refused(organization.get_access_control_effect, **question) == "ResourceNotFoundException"
    for method in ["get_impersonation_role", "assume_impersonation_role"]:
        assert refused(getattr(organization, method), ImpersonationRoleId=role) == "ResourceNotFoundException"


def test_what_cannot_be_meant_is_refused(organization):
    organization.user("alice")
    organization.user("carol", enabled=False)
    gone = organization.deleted_user()
    role = create(organization)

    def codes(*rules):
        more = {"Name": "n", "Type": "READ_ONLY", "Rules": list(rules)}
        created = refused(organization.create_impersonation_role, **more)
        assert refused(organization.update_impersonation_role, ImpersonationRoleId=role, **more) == created
        return created

    assert codes(rule("x"), rule("x")) == "InvalidParameterException"
    assert codes(rule("x", TargetUsers=[NOBODY])) == "EntityNotFoundException"
    assert codes(rule("x", NotTargetUsers=["carol"])) == "EntityStateException"
    assert codes(rule("x", TargetUsers=[gone])) == "EntityStateException"
    assert codes(rule("x", NotTargetUsers=[gone])) == "EntityStateException"
    assert codes(rule("x", TargetUsers=["gone"])) == "EntityNotFoundException", "its name is free again"
    unknown = {"ImpersonationRoleId": "unknown", "Name": "n", "Type": "READ_ONLY", "Rules": []}
    assert refused(organization.update_impersonation_role, **unknown) == "ResourceNotFoundException"

    def asked(role, target):
        return refused(organization.get_impersonation_role_effect, ImpersonationRoleId=role, TargetUser=target)

    assert asked("unknown", "alice") == "ResourceNotFoundException"
    assert asked(role, NOBODY) == "EntityNotFoundException"
    assert asked(role, "carol") == "EntityStateException"
    assert asked(role, gone) == "EntityStateException"
    assert asked(role, "gone") == "EntityNotFoundException"


def test_twenty_roles_are_listed_in_pages(organization):
    roles = sorted(create(organization) for _ in range(20))
    code = refused(organization.create_impersonation_role, Name="n", Type="READ_ONLY", Rules=[])
    assert code == "LimitExceededException"
    listed = organization.pages("list_impersonation_roles", "Roles", 7)
    assert [role["ImpersonationRoleId"] for role in listed] == roles
    assert refused(organization.list_impersonation_roles, NextToken="broken") == "InvalidParameterException"


def test_the_organization_must_be_there_and_active(workmail):
    role = {"ImpersonationRoleId": "role"}
    whole = {"Name": "n", "Type": "READ_ONLY", "Rules": []}
    check_organization_refusals(
        workmail,
        {
            "create_impersonation_role": whole,
            "update_impersonation_role": role | whole,
            "get_impersonation_role": role,
            "delete_impersonation_role": role,
            "list_impersonation_roles": {},
            "get_impersonation_role_effect": role | {"TargetUser": "alice"},
            "assume_impersonation_role": role,
        },
    )
