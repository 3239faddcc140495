"""CreateUser, DescribeUser, UpdateUser, DeleteUser, ResetPassword, ListUsers."""

import re

from entities import NOBODY, PASSWORD
from refusals import check_organization_refusals, refused

PROVIDER_ID = "0123456789-01234567-89ab-cdef-0123-456789abcdef"
ATTRIBUTES = {
    "FirstName": "Alice",
    "LastName": "Example",
    "Initials": "AE",
    "Telephone": "+41 1",
    "Street": "Road 1",
    "JobTitle": "Clerk",
    "City": "Zürich",
    "Company": "Example",
    "ZipCode": "8000",
    "Department": "Books",
    "Country": "CH",
    "Office": "1",
}


def test_a_new_user_is_disabled(organization):
    user = organization.create_user(
        Name="alice",
        DisplayName="",
        Password=PASSWORD,
        FirstName="Alice",
        LastName="Example",
        HiddenFromGlobalAddressList=True,
        IdentityProviderUserId=PROVIDER_ID,
    )["UserId"]
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", user)
    for identifier in [user, "alice", "ALICE"]:
        assert organization.describe_user(UserId=identifier) == {
            "UserId": user,
            "Name": "alice",
            "DisplayName": "",
            "State": "DISABLED",
            "UserRole": "USER",
            "FirstName": "Alice",
            "LastName": "Example",
            "HiddenFromGlobalAddressList": True,
            "IdentityProviderUserId": PROVIDER_ID,
        }


def test_an_enabled_user_has_an_address_and_dates(organization):
    organization.user("alice")
    described = organization.describe_user(UserId=organization.address("alice"))
    assert described["State"] == "ENABLED" and described["Email"] == organization.address("alice")
    assert described["EnabledDate"] == described["MailboxProvisionedDate"]
    assert described["HiddenFromGlobalAddressList"] is False
    assert "DisabledDate" not in described and "MailboxDeprovisionedDate" not in described
    organization.deregister_from_work_mail(EntityId="alice")
    described = organization.describe_user(UserId="alice")
    assert described["State"] == "DISABLED" and "Email" not in described
    assert described["DisabledDate"] == described["MailboxDeprovisionedDate"]


def test_creation_is_refused(organization):
    create = organization.create_user
    organization.user("alice", enabled=False, IdentityProviderUserId=PROVIDER_ID)
    assert refused(create, Name="Alice", DisplayName="x") == "NameAvailabilityException"
    assert refused(create, Name="amazonjournaling", DisplayName="x") == "ReservedNameException"
    assert refused(create, Name="bob", DisplayName="x", Role="SYSTEM_USER") == "InvalidParameterException"
    assert refused(create, Name="bob", DisplayName="a\0b") == "InvalidParameterException"
    taken = {"IdentityProviderUserId": PROVIDER_ID}
    assert refused(create, Name="bob", DisplayName="x", **taken) == "InvalidParameterException"
    for weak in ["abcdefgh", "Abc1", "A1" * 32]:
        assert refused(create, Name="bob", DisplayName="x", Password=weak) == "InvalidPasswordException"
    assert refused(create, Name="a b", DisplayName="x") == "ValidationException"
    assert refused(organization.describe_user, UserId="bob") == "EntityNotFoundException"


def test_attributes_change_one_by_one(organization):
    user = organization.user("alice")
    organization.update_user(UserId="alice", **ATTRIBUTES)
    organization.update_user(UserId=user, DisplayName="Other", HiddenFromGlobalAddressList=True, Office="")
    described = organization.describe_user(UserId=user)
    expected = {name: value for name, value in ATTRIBUTES.items() if name != "Office"}
    assert {name: described[name] for name in expected} == expected
    assert "Office" not in described
    assert described["DisplayName"] == "Other" and described["HiddenFromGlobalAddressList"] is True
    organization.update_user(UserId=user, IdentityProviderUserId=PROVIDER_ID)
    assert organization.describe_user(UserId=user)["IdentityProviderUserId"] == PROVIDER_ID
    organization.update_user(UserId=user, IdentityProviderUserId="")
    assert "IdentityProviderUserId" not in organization.describe_user(UserId=user)


def test_updates_are_refused(organization):
    update = organization.update_user
    organization.user("alice")
    assert refused(update, UserId="bob", DisplayName="x") == "EntityNotFoundException"
    assert refused(update, UserId="alice", Role="REMOTE_USER") == "EntityStateException"
    assert refused(update, UserId="alice", Role="RESOURCE") == "InvalidParameterException"
    assert refused(update, UserId=organization.deleted_user(), City="x") == "EntityStateException"


def test_deletion(organization):
    user = organization.user("alice")
    delete = organization.delete_user
    assert refused(delete, UserId=user) == "EntityStateException"
    organization.deregister_from_work_mail(EntityId=user)
    for identifier in [user, user, "alice", NOBODY]:
        delete(UserId=identifier)
    assert refused(organization.describe_user, UserId=user) == "EntityNotFoundException"
    assert organization.user("alice") != user


def test_passwords_are_reset(organization):
    reset = organization.reset_password
    alice, bob = organization.user("alice"), organization.user("bob", enabled=False)
    reset(UserId=alice, Password=PASSWORD)
    assert refused(reset, UserId=alice, Password="abcdefgh") == "InvalidPasswordException"
    assert refused(reset, UserId=bob, Password=PASSWORD) == "EntityStateException"
    assert refused(reset, UserId=NOBODY, Password=PASSWORD) == "EntityNotFoundException"
    assert refused(reset, UserId=alice, Password="\u0100bcdefG1") == "ValidationException"
    assert refused(reset, UserId="twelve-bytes\0", Password=PASSWORD) == "InvalidParameterException"


def test_a_list_comes_in_pages_and_by_filters(organization):
    names = ["anna", "Berta", "carl", "dora", "emil"]
    for name in names:
        organization.user(name, enabled=name != "emil")
    organization.deleted_user()
    for size in [1, 2, 5, 100]:
        users = organization.pages("list_users", "Users", size)
        assert [user["Name"] for user in users] == names

    def found(**filters):
        return [user["Name"] for user in organization.pages("list_users", "Users", 1, Filters=filters)]

    assert found(UsernamePrefix="b") == ["Berta"]
    assert found(DisplayNamePrefix="CA") == ["carl"]
    assert found(PrimaryEmailPrefix="d") == ["dora"]
    assert found(State="DISABLED") == ["emil"]
    assert found(State="DELETED") == ["gone"]
    organization.update_user(UserId="anna", IdentityProviderUserId=PROVIDER_ID)
    assert found(IdentityProviderUserIdPrefix=PROVIDER_ID[:20]) == ["anna"]
    (anna,) = organization.list_users(Filters={"UsernamePrefix": "a"})["Users"]
    described = organization.describe_user(UserId="anna")
    assert anna == {
        "Id": described["UserId"],
        "EnabledDate": described["EnabledDate"],
        "Email": organization.address("anna"),
        "Name": "anna",
        "DisplayName": "Anna",
        "State": "ENABLED",
        "UserRole": "USER",
        "IdentityProviderUserId": PROVIDER_ID,
    }


def test_a_list_is_refused(organization):
    organization.user("anna")
    organization.user("berta")
    lists = organization.list_users
    two = {"UsernamePrefix": "a", "State": "ENABLED"}
    assert refused(lists, Filters=two) == "InvalidParameterException"
    assert refused(lists, NextToken="broken") == "InvalidParameterException"
    token = lists(MaxResults=1)["NextToken"]
    assert refused(lists, NextToken=token, Filters={"UsernamePrefix": "b"}) == "InvalidParameterException"
    assert refused(organization.list_groups, NextToken=token) == "InvalidParameterException"
    assert refused(lists, MaxResults=101) == "ValidationException"


def test_refusals_of_the_organization(workmail):
    check_organization_refusals(
        workmail,
        {
            "create_user": {"Name": "alice", "DisplayName": "Alice"},
            "describe_user": {"UserId": NOBODY},
            "update_user": {"UserId": NOBODY},
            "delete_user": {"UserId": NOBODY},
            "reset_password": {"UserId": NOBODY, "Password": PASSWORD},
            "list_users": {},
        },
    )
