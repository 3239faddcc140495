"""Mobile device access rules, overrides and effects."""

from entities import NOBODY
from refusals import check_organization_refusals, refused


def create(organization, name="rule", effect="DENY", **conditions):
    created = organization.create_mobile_device_access_rule(Name=name, Effect=effect, **conditions)
    return created["MobileDeviceAccessRuleId"]


def rules(organization):
    return organization.list_mobile_device_access_rules()["Rules"]


def effect(organization, **properties):
    answer = organization.get_mobile_device_access_effect(**properties)
    return answer["Effect"], [rule["Name"] for rule in answer["MatchedRules"]]


def without_default(organization):
    (default,) = rules(organization)
    organization.delete_mobile_device_access_rule(MobileDeviceAccessRuleId=default["MobileDeviceAccessRuleId"])


def put(organization, user, device, effect="ALLOW", **more):
    organization.put_mobile_device_access_override(UserId=user, DeviceId=device, Effect=effect, **more)


def test_a_new_organization_lets_every_phone_in(organization):
    (rule,) = rules(organization)
    assert (rule["Name"], rule["Effect"]) == ("DefaultAllowAll", "ALLOW")
    assert effect(organization) == ("ALLOW", ["DefaultAllowAll"])


def test_a_rule_comes_back_as_it_was_created_and_is_replaced_as_a_whole(organization):
    conditions = {
        "Description": "old ones",
        "DeviceTypes": ["Android", "$NONE"],
        "NotDeviceModels": ["Pixel"],
        "DeviceOperatingSystems": ["Android 4"],
        "NotDeviceUserAgents": ["Outlook"],
    }
    rule = create(organization, "old", **conditions)
    found = rules(organization)[1]
    dates = {"DateCreated": found["DateCreated"], "DateModified": found["DateModified"]}
    assert found == {"MobileDeviceAccessRuleId": rule, "Name": "old", "Effect": "DENY"} | conditions | dates
    organization.update_mobile_device_access_rule(MobileDeviceAccessRuleId=rule, Name="new", Effect="ALLOW")
    found = rules(organization)[1]
    assert set(found) == {"MobileDeviceAccessRuleId", "Name", "Effect", "DateCreated", "DateModified"}
    assert (found["Name"], found["DateCreated"]) == ("new", dates["DateCreated"])


def test_conditions_are_prefixes_and_none_stands_for_what_is_not_reported(organization):
    without_default(organization)
    assert effect(organization, DeviceType="iPhone") == ("DENY", [])
    create(organization, "apple", "ALLOW", DeviceTypes=["iphone", "ipad", "$NONE"])
    assert effect(organization, DeviceType="iPhone14C5") == ("ALLOW", ["apple"])
    assert effect(organization) == ("ALLOW", ["apple"])
    assert effect(organization, DeviceType="Android") == ("DENY", [])
    create(organization, "others", "ALLOW", NotDeviceTypes=["android"])
    assert effect(organization, DeviceType="Windows") == ("ALLOW", ["others"])
    assert effect(organization, DeviceType="iPad", DeviceModel="x") == ("ALLOW", ["apple", "others"])
    assert effect(organization) == ("ALLOW", ["apple"])


def test_a_rule_is_refused(organization):
    def code(**conditions):
        return refused(organization.create_mobile_device_access_rule, Name="r", Effect="DENY", **conditions)

    rule = create(organization, ClientToken="once")
    assert create(organization, ClientToken="once") == rule
    assert code(ClientToken="once") == "InvalidParameterException"
    assert code(DeviceTypes=["a"], NotDeviceTypes=["b"]) == "InvalidParameterException"
    update = {"MobileDeviceAccessRuleId": "unknown", "Name": "r", "Effect": "DENY"}
    assert refused(organization.update_mobile_device_access_rule, **update) == "EntityNotFoundException"
    twins = update | {"MobileDeviceAccessRuleId": rule, "DeviceModels": ["a"], "NotDeviceModels": ["b"]}
    assert refused(organization.update_mobile_device_access_rule, **twins) == "InvalidParameterException"
    organization.delete_mobile_device_access_rule(MobileDeviceAccessRuleId="unknown")
    for _ in range(8):
        create(organization)
    assert code() == "LimitExceededException"


def test_an_override_is_found_by_any_name_and_in_any_letters(organization):
    alice = organization.user("alice")
    put(organization, organization.address("alice"), "AbC1", Description="from the MDM")
    found = organization.get_mobile_device_access_override(UserId=alice, DeviceId="abc1")
    assert (found["UserId"], found["DeviceId"], found["Effect"]) == (alice, "AbC1", "ALLOW")
    assert found["Description"] == "from the MDM" and found["DateCreated"] == found["DateModified"]
    put(organization, "alice", "ABC1", "DENY")
    again = organization.get_mobile_device_access_override(UserId="alice", DeviceId="AbC1")
    assert (again["DeviceId"], again["Effect"]) == ("AbC1", "DENY")
    assert again["DateCreated"] == found["DateCreated"] < again["DateModified"]
    assert "Description" not in again
    for _ in range(2):
        organization.delete_mobile_device_access_override(UserId="alice", DeviceId="abc1")
    missing = {"UserId": "alice", "DeviceId": "abc1"}
    assert refused(organization.get_mobile_device_access_override, **missing) == "ResourceNotFoundException"


def test_overrides_are_listed_in_pages_by_user_and_by_device(organization):
    users = sorted(organization.user(name) for name in ["alice", "bob"])
    for user in users:
        for device in ["d1", "D2"]:
            put(organization, user, device)

    def listed(**filters):
        rows = organization.pages("list_mobile_device_access_overrides", "Overrides", 1, **filters)
        return [(row["UserId"], row["DeviceId"]) for row in rows]

    assert listed() == [(user, device) for user in users for device in ["d1", "D2"]]
    assert listed(UserId="alice") == [row for row in listed() if row[0] == organization.describe_user(UserId="alice")["UserId"]]
    assert listed(DeviceId="d2") == [(user, "D2") for user in users]
    assert listed(UserId=users[1], DeviceId="D1") == [(users[1], "d1")]
    token = organization.list_mobile_device_access_overrides(MaxResults=1)["NextToken"]
    code = refused(organization.list_mobile_device_access_overrides, UserId="alice", NextToken=token)
    assert code == "InvalidParameterException"


def test_overrides_go_with_their_user(organization):
    alice = organization.user("alice")
    put(organization, "alice", "d1")
    organization.deregister_from_work_mail(EntityId=alice)
    organization.delete_user(UserId=alice)
    assert organization.list_mobile_device_access_overrides()["Overrides"] == []


def test_an_override_is_refused(organization):
    organization.user("carol", enabled=False)
    gone = organization.deleted_user()
    override = {"UserId": NOBODY, "DeviceId": "d1"}
    for method, more in {
        "put_mobile_device_access_override": {"Effect": "DENY"},
        "get_mobile_device_access_override": {},
        "delete_mobile_device_access_override": {},
        "list_mobile_device_access_overrides": {},
    }.items():
        assert refused(getattr(organization, method), **override, **more) == "EntityNotFoundException", method
        # The others do not declare EntityStateException.
        expected = "EntityStateException" if method.startswith("put") else "EntityNotFoundException"
        assert refused(getattr(organization, method), **override | {"UserId": gone}, **more) == expected, method
    asleep = {"UserId": "carol", "DeviceId": "d1", "Effect": "DENY"}
    assert refused(organization.put_mobile_device_access_override, **asleep) == "EntityStateException"
    unstorable = asleep | {"UserId": organization.user("anna"), "Description": "no text may have \0"}
    assert refused(organization.put_mobile_device_access_override, **unstorable) == "InvalidParameterException"


def test_the_organization_must_be_there_and_active(workmail):
    rule = {"MobileDeviceAccessRuleId": "rule"}
    whole = {"Name": "n", "Effect": "DENY"}
    override = {"UserId": NOBODY, "DeviceId": "d1"}
    check_organization_refusals(
        workmail,
        {
            "create_mobile_device_access_rule": whole,
            "update_mobile_device_access_rule": rule | whole,
            "delete_mobile_device_access_rule": rule,
            "list_mobile_device_access_rules": {},
            "get_mobile_device_access_effect": {},
            "put_mobile_device_access_override": override | {"Effect": "DENY"},
            "get_mobile_device_access_override": override,
            "delete_mobile_device_access_override": override,
            "list_mobile_device_access_overrides": {},
        },
    )
