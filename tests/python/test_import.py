"""Import…: what WorkMail's own calls say of it afterwards, what the same again does, what is refused."""

import datetime
import uuid

import pytest

from entities import NOBODY, PASSWORD
from organizations import alias, delete, wait_for_state
from refusals import check_organization_refusals, refused

SID = "S-1-1-12-1234567890-123456789-123456789-1234"
ROOM = "r-0123456789abcdef0123456789abcdef"
GROUP = "0a1b2c3d-0000-4000-8000-0123456789ab"
HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$8Hf9X1nGTvW2dNvJ7SxYQ0wzGd5uHkzqzJb1nB0mJ3k"


def day(number):
    return datetime.datetime(2019, 5, number, 12, 30, 15, tzinfo=datetime.timezone.utc)


FUTURE = datetime.datetime(2199, 1, 1, tzinfo=datetime.timezone.utc)
DATES = {"DateCreated": day(1), "DateModified": day(2)}
BACKWARDS = {"DateCreated": day(2), "DateModified": day(1)}


@pytest.fixture
def imported(organization, postroom):
    """Calls `postroom.import_<what>` for the organization, twice unless told otherwise: the second changes nothing."""

    def call(what, times=2, **parameters):
        for _ in range(times):
            getattr(postroom, "import_" + what)(OrganizationId=organization.id, **parameters)

    return call


@pytest.fixture
def code(organization, postroom):
    """The error that `postroom.import_<what>` answers."""

    def call(what, **parameters):
        return refused(getattr(postroom, "import_" + what), OrganizationId=organization.id, **parameters)

    return call


def new_organization_id():
    return "m-" + uuid.uuid4().hex


def test_a_user_keeps_id_attributes_addresses_and_dates(organization, imported):
    attributes = {
        "DisplayName": "Alice A", "FirstName": "Alice", "LastName": "A", "Initials": "AA", "Telephone": "+1",
        "Street": "s", "JobTitle": "j", "City": "c", "Company": "co", "ZipCode": "z", "Department": "d",
        "Country": "cy", "Office": "o", "HiddenFromGlobalAddressList": True,
        "IdentityProviderUserId": "01234567-89ab-cdef-0123-456789abcdef",
        "IdentityProviderIdentityStoreId": "d-0123456789",
        "Email": organization.address("alice"), "EnabledDate": day(2), "MailboxProvisionedDate": day(1),
        "State": "ENABLED", "UserId": SID, "Name": "alice",
    }
    aliases = [organization.address("a1"), organization.address("a2")]
    imported("user", **attributes, Aliases=aliases, MailboxQuota=2000, Password=PASSWORD)
    assert organization.describe_user(UserId="alice") == attributes | {"UserRole": "USER"}
    assert organization.list_aliases(EntityId=SID)["Aliases"] == aliases
    assert organization.get_mailbox_details(UserId=SID)["MailboxQuota"] == 2000
    assert organization.describe_entity(Email=aliases[0])["EntityId"] == SID
    # What came with the import is changed as anything else.
    organization.deregister_from_work_mail(EntityId=SID)
    organization.delete_user(UserId=SID)


def test_users_of_every_role_and_state(organization, imported):
    imported("user", UserId=NOBODY, Name="guest", DisplayName="", Role="SYSTEM_USER", State="DISABLED")
    assert organization.describe_user(UserId=NOBODY)["UserRole"] == "SYSTEM_USER"
    past = {"EnabledDate": day(1), "DisabledDate": day(3)}
    imported("user", UserId=SID, Name="gone", DisplayName="Gone", State="DISABLED", **past)
    described = organization.describe_user(UserId=SID)
    assert {name: described[name] for name in past} == past
    assert "Email" not in described and "MailboxProvisionedDate" not in described
    remote = {"UserId": SID[:-1] + "5", "Name": "remote", "DisplayName": "Remote", "Role": "REMOTE_USER"}
    imported("user", State="ENABLED", Email=organization.address("remote"), PasswordHash=HASH, **remote)
    described = organization.describe_user(UserId="remote")
    assert (described["UserRole"], described["State"]) == ("REMOTE_USER", "ENABLED")
    assert "MailboxProvisionedDate" not in described


def test_a_user_is_refused(organization, imported, code):
    organization.group("staff")
    plain = {"UserId": SID, "Name": "alice", "DisplayName": "Alice", "State": "DISABLED"}
    enabled = plain | {"State": "ENABLED", "Email": organization.address("alice")}

    def user(base=enabled, **more):
        return code("user", **(base | more))

    assert user(Email=organization.address("staff")) == "EmailAddressInUseException"
    assert user(Aliases=[organization.address("staff")]) == "EmailAddressInUseException"
    assert user(Role="SYSTEM_USER") == "EntityStateException"
    assert user(Password="weak") == "InvalidPasswordException"
    assert user(Aliases=[organization.address(f"a{n}") for n in range(101)]) == "LimitExceededException"
    assert user(Email="alice@unknown.example") == "MailDomainNotFoundException"
    assert user(Email=f"alice@{organization.pending_domain}") == "MailDomainStateException"
    assert user(Name="staff") == "NameAvailabilityException"
    assert user(Name="amazonjournaling") == "ReservedNameException"
    for broken in [
        {"UserId": "alice-and-more"}, {"UserId": "S-1-1-12-x-123"}, {"UserId": NOBODY.upper()}, {"UserId": ROOM},
        {"EnabledDate": FUTURE}, {"MailboxProvisionedDate": FUTURE}, {"DisabledDate": day(1)}, {"MailboxQuota": 51201},
        {"State": "DISABLED"}, {"State": "DELETED"}, {"Password": PASSWORD, "PasswordHash": HASH},
        {"PasswordHash": HASH.replace("m=19456", "m=1048576")},
    ]:
        assert user(**broken) == "InvalidParameterException", broken
    assert user(plain, State="ENABLED") == "InvalidParameterException"
    assert user(plain, EnabledDate=day(2), DisabledDate=day(1)) == "InvalidParameterException"
    # Nothing is left of any of them.
    imported("user", **enabled)
    for different in [{"Name": "bob"}, {"DisplayName": "B"}, {"City": "x"}, {"EnabledDate": day(1)}, {"MailboxQuota": 7}]:
        assert user(**different) == "ImportConflictException", different
    assert user(plain) == "ImportConflictException"
    assert code("group", GroupId=SID, Name="other", State="DISABLED") == "ImportConflictException"
    organization.deregister_from_work_mail(EntityId=SID)
    organization.delete_user(UserId=SID)
    assert user() == "EntityStateException"


def test_a_group_keeps_id_addresses_dates_and_members(organization, imported):
    members = [organization.user("alice"), organization.group("inner")]
    whole = {
        "GroupId": GROUP, "Name": "all staff", "State": "ENABLED", "Email": organization.address("staff"),
        "EnabledDate": day(1), "HiddenFromGlobalAddressList": True,
    }
    imported("group", **whole, Aliases=[organization.address("everybody")], Members=["alice", members[1]])
    assert organization.describe_group(GroupId=GROUP) == whole
    listed = organization.list_group_members(GroupId=GROUP)["Members"]
    assert sorted(member["Id"] for member in listed) == sorted(members)
    assert organization.list_aliases(EntityId=GROUP)["Aliases"] == [organization.address("everybody")]


def test_a_group_is_refused(organization, imported, code):
    organization.user("alice")
    organization.user("asleep", enabled=False)
    whole = {"GroupId": GROUP, "Name": "staff", "State": "ENABLED", "Email": organization.address("staff")}

    def group(**more):
        return code("group", **(whole | more))

    assert group(Email=organization.address("alice")) == "EmailAddressInUseException"
    assert group(Members=["nobody"]) == "EntityNotFoundException"
    assert group(Members=["asleep"]) == "EntityStateException"
    assert group(Aliases=[organization.address(f"a{n}") for n in range(101)]) == "LimitExceededException"
    assert group(Email="staff@unknown.example") == "MailDomainNotFoundException"
    assert group(Email=f"staff@{organization.pending_domain}") == "MailDomainStateException"
    assert group(Name="Alice") == "NameAvailabilityException"
    assert group(Name="amazonjournaling") == "ReservedNameException"
    for broken in [{"GroupId": "all-the-staff"}, {"EnabledDate": FUTURE}, {"DisabledDate": day(1)}, {"State": "DISABLED"}]:
        assert group(**broken) == "InvalidParameterException", broken
    assert group(Members=["x"] * 101) == "ValidationException"
    imported("group", **whole)
    assert group(Members=["alice"]) == "ImportConflictException"
    assert group(HiddenFromGlobalAddressList=True) == "ImportConflictException"


def test_a_resource_keeps_id_booking_options_addresses_dates_and_delegates(organization, imported):
    alice = organization.user("alice")
    whole = {
        "ResourceId": ROOM, "Name": "room", "Type": "EQUIPMENT", "State": "ENABLED", "Description": "a beamer",
        "Email": organization.address("room"), "EnabledDate": day(1), "HiddenFromGlobalAddressList": True,
        "BookingOptions": {
            "AutoAcceptRequests": False, "AutoDeclineRecurringRequests": True, "AutoDeclineConflictingRequests": True,
        },
    }
    imported("resource", **whole, Delegates=["alice"], MailboxQuota=10, Aliases=[organization.address("beamer")])
    assert organization.describe_resource(ResourceId="room") == whole
    assert organization.list_resource_delegates(ResourceId=ROOM)["Delegates"] == [{"Id": alice, "Type": "USER"}]
    assert organization.get_mailbox_details(UserId=ROOM)["MailboxQuota"] == 10


def test_a_resource_is_refused(organization, imported, code):
    organization.user("alice")
    organization.user("asleep", enabled=False)
    whole = {
        "ResourceId": ROOM, "Name": "room", "Type": "ROOM", "State": "ENABLED", "Email": organization.address("room")
    }

    def resource(**more):
        return code("resource", **(whole | more))

    assert resource(Email=organization.address("alice")) == "EmailAddressInUseException"
    assert resource(Delegates=["nobody"]) == "EntityNotFoundException"
    assert resource(Delegates=["asleep"]) == "EntityStateException"
    assert resource(BookingOptions={"AutoAcceptRequests": False}) == "InvalidConfigurationException"
    assert resource(Aliases=[organization.address(f"a{n}") for n in range(101)]) == "LimitExceededException"
    assert resource(Email="room@unknown.example") == "MailDomainNotFoundException"
    assert resource(Email=f"room@{organization.pending_domain}") == "MailDomainStateException"
    assert resource(Name="alice") == "NameAvailabilityException"
    assert resource(Name="amazonjournaling") == "ReservedNameException"
    for broken in [{"EnabledDate": FUTURE}, {"State": "DISABLED"}, {"MailboxQuota": 51201}]:
        assert resource(**broken) == "InvalidParameterException", broken
    assert resource(ResourceId=NOBODY) == "ValidationException"
    imported("resource", **whole)
    assert resource(Type="EQUIPMENT") == "ImportConflictException"


def test_an_organization_keeps_id_directory_and_date(workmail, postroom):
    name, organization = alias(), new_organization_id()
    directory = "d-" + uuid.uuid4().hex[:10]
    domain = alias() + ".example"
    whole = {
        "OrganizationId": organization, "Alias": name, "DirectoryId": directory, "CompletedDate": day(1),
        "Domains": [{"DomainName": domain}],
    }
    for _ in range(2):
        assert postroom.import_organization(**whole)["OrganizationId"] == organization
        described = wait_for_state(workmail, organization, "Active")
        assert {key: described[key] for key in ["OrganizationId", "Alias", "DirectoryId", "CompletedDate"]} == {
            key: whole[key] for key in ["OrganizationId", "Alias", "DirectoryId", "CompletedDate"]
        }
        assert described["DefaultMailDomain"] == f"{name}.postroom.test"
        assert described["ARN"].endswith(f":organization/{organization}")
    domains = workmail.list_mail_domains(OrganizationId=organization)["MailDomains"]
    assert domain in [listed["DomainName"] for listed in domains]
    assert organization in [
        listed["OrganizationId"]
        for page in workmail.get_paginator("list_organizations").paginate()
        for listed in page["OrganizationSummaries"]
    ]


def test_an_organization_is_refused(server, workmail, postroom):
    name, organization = alias(), new_organization_id()
    directory = "d-" + uuid.uuid4().hex[:10]
    whole = {"OrganizationId": organization, "Alias": name, "DirectoryId": directory}
    postroom.import_organization(**whole)
    wait_for_state(workmail, organization, "Active")

    def code(**more):
        return refused(postroom.import_organization, **(whole | more))

    assert code(Alias=alias()) == "ImportConflictException"
    assert code(CompletedDate=day(1)) == "ImportConflictException"
    assert code(DirectoryId="d-0000000000") == "ImportConflictException"
    other = {"OrganizationId": new_organization_id(), "Alias": alias()}
    assert code(**other) == "DirectoryInUseException"
    other["DirectoryId"] = "d-" + uuid.uuid4().hex[:10]
    assert code(**other | {"Alias": name.upper()}) == "NameAvailabilityException"
    assert code(**other, CompletedDate=FUTURE) == "InvalidParameterException"
    assert code(OrganizationId="m-" + "g" * 32) == "ValidationException"
    delete(workmail, organization)
    assert code() == "OrganizationStateException"
    # In another region the id is another's.
    elsewhere = server.extension_client(region="eu-west-1")
    assert refused(elsewhere.import_organization, **whole) == "ImportConflictException"


def test_the_hundred_and_first_organization_is_refused(server, postroom):
    west = server.client("workmail", region="us-west-2")
    for _ in range(100):
        west.create_organization(Alias=alias())
    imports = server.extension_client(region="us-west-2")
    code = refused(imports.import_organization, OrganizationId=new_organization_id(), Alias=alias())
    assert code == "LimitExceededException"


def test_an_access_control_rule_keeps_its_dates(organization, imported, code):
    alice = organization.user("alice")
    whole = {
        "Name": "office", "Effect": "DENY", "Description": "old", "IpRanges": ["10.0.0.0/8"], "NotActions": ["EWS"],
        "UserIds": [alice],
    }
    imported("access_control_rule", **whole, **DATES)
    listed = organization.list_access_control_rules()["Rules"]
    assert listed[1] == whole | DATES
    plain = {"Name": "default", "Effect": "DENY", "Description": ""}
    imported("access_control_rule", **plain, **DATES)
    assert organization.list_access_control_rules()["Rules"][0] == plain | DATES

    def rule(**more):
        return code("access_control_rule", **(plain | {"Name": "r"} | more))

    assert code("access_control_rule", **whole | {"Effect": "ALLOW"}) == "ImportConflictException"
    assert rule(UserIds=[NOBODY]) == "EntityNotFoundException"
    assert rule(ImpersonationRoleIds=["unknown"]) == "ResourceNotFoundException"
    for broken in [BACKWARDS, {"DateCreated": FUTURE}, {"DateModified": day(1)}, {"Actions": ["POP"]}]:
        assert rule(**broken) == "InvalidParameterException", broken
    for number in range(8):
        imported("access_control_rule", times=1, **plain | {"Name": f"r{number}"})
    assert rule() == "LimitExceededException"


def test_an_impersonation_role_keeps_its_ids_and_dates(organization, imported, code):
    alice = organization.user("alice")
    organization.user("asleep", enabled=False)
    rule = {"ImpersonationRuleId": "rule-1", "Name": "n", "Effect": "ALLOW", "TargetUsers": [alice]}
    whole = {
        "ImpersonationRoleId": "1a2b3c4d", "Name": "backup", "Type": "READ_ONLY", "Description": "d", "Rules": [rule]
    }
    imported("impersonation_role", **whole, **DATES)
    assert organization.get_impersonation_role(ImpersonationRoleId="1a2b3c4d") == whole | DATES

    def role(**more):
        return code("impersonation_role", **(whole | more))

    assert role(Name="other") == "ImportConflictException"
    new = {"ImpersonationRoleId": "other"}
    assert role(**new, Rules=[rule | {"TargetUsers": ["nobody"]}]) == "EntityNotFoundException"
    assert role(**new, Rules=[rule | {"TargetUsers": ["asleep"]}]) == "EntityStateException"
    for broken in [BACKWARDS, {"Rules": [rule, rule]}]:
        assert role(**new, **broken) == "InvalidParameterException", broken
    for number in range(19):
        imported("impersonation_role", times=1, **whole | {"ImpersonationRoleId": f"role-{number}"})
    assert role(**new) == "LimitExceededException"


def test_a_mobile_device_access_rule_keeps_its_id_and_dates(organization, imported, code):
    whole = {
        "MobileDeviceAccessRuleId": "1a2b3c4d", "Name": "old", "Description": "phones", "Effect": "DENY",
        "DeviceTypes": ["android"], "NotDeviceModels": ["Pixel"],
    }
    imported("mobile_device_access_rule", **whole, **DATES)
    listed = organization.list_mobile_device_access_rules()["Rules"]
    assert whole | DATES in listed and len(listed) == 2
    effect = organization.get_mobile_device_access_effect(DeviceType="Android 4", DeviceModel="Nexus")
    assert effect["MatchedRules"] == [{"MobileDeviceAccessRuleId": "1a2b3c4d", "Name": "old"}]

    def rule(**more):
        return code("mobile_device_access_rule", **(whole | more))

    assert rule(Effect="ALLOW") == "ImportConflictException"
    new = {"MobileDeviceAccessRuleId": "other"}
    for broken in [BACKWARDS, {"NotDeviceTypes": ["x"]}]:
        assert rule(**new, **broken) == "InvalidParameterException", broken
    for number in range(8):
        imported("mobile_device_access_rule", times=1, **whole | {"MobileDeviceAccessRuleId": f"r{number}"})
    assert rule(**new) == "LimitExceededException"


def test_an_override_keeps_its_dates(organization, imported, code):
    alice = organization.user("alice")
    organization.user("asleep", enabled=False)
    whole = {"UserId": alice, "DeviceId": "AbC1", "Effect": "ALLOW", "Description": "from the MDM"}
    imported("mobile_device_access_override", **whole, **DATES)
    assert organization.get_mobile_device_access_override(UserId="alice", DeviceId="abc1") == whole | DATES
    assert organization.list_mobile_device_access_overrides()["Overrides"] == [whole | DATES]

    def override(**more):
        return code("mobile_device_access_override", **(whole | more))

    assert override(Effect="DENY") == "ImportConflictException"
    assert override(UserId=NOBODY) == "EntityNotFoundException"
    assert override(UserId="asleep") == "EntityStateException"
    assert override(DeviceId="other", **BACKWARDS) == "InvalidParameterException"


def test_a_retention_policy_keeps_its_id(organization, imported, code):
    whole = {
        "Id": "1a2b3c4d", "Name": "kept", "Description": "junk goes",
        "FolderConfigurations": [{"Name": "JUNK_EMAIL", "Action": "DELETE", "Period": 30}],
    }
    imported("retention_policy", **whole)
    assert organization.get_default_retention_policy() == whole

    def policy(**more):
        return code("retention_policy", **(whole | more))

    assert policy(Name="other") == "ImportConflictException"
    assert policy(Id="other") == "LimitExceededException"
    organization.delete_retention_policy(Id="1a2b3c4d")
    assert policy(FolderConfigurations=whole["FolderConfigurations"] * 2) == "InvalidParameterException"


def test_the_organization_must_be_there_and_active(workmail, postroom):
    check_organization_refusals(
        workmail,
        {
            "import_user": {"UserId": SID, "Name": "n", "DisplayName": "n", "State": "DISABLED"},
            "import_group": {"GroupId": GROUP, "Name": "n", "State": "DISABLED"},
            "import_resource": {"ResourceId": ROOM, "Name": "n", "Type": "ROOM", "State": "DISABLED"},
            "import_access_control_rule": {"Name": "n", "Effect": "ALLOW", "Description": ""},
            "import_impersonation_role": {
                "ImpersonationRoleId": "r", "Name": "n", "Type": "READ_ONLY", "Rules": []
            },
            "import_mobile_device_access_rule": {"MobileDeviceAccessRuleId": "r", "Name": "n", "Effect": "ALLOW"},
            "import_mobile_device_access_override": {"UserId": SID, "DeviceId": "d", "Effect": "ALLOW"},
            "import_retention_policy": {"Id": "p", "Name": "n", "FolderConfigurations": []},
        },
        postroom,
    )
