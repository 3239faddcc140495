"""Groups, their members, and the groups of an entity."""

from entities import NOBODY
from refusals import check_organization_refusals, refused


def test_a_group_from_creation_to_deletion(organization):
    group = organization.create_group(Name="All Staff", HiddenFromGlobalAddressList=True)["GroupId"]
    new = {"GroupId": group, "Name": "All Staff", "State": "DISABLED", "HiddenFromGlobalAddressList": True}
    assert organization.describe_group(GroupId=group) == new
    organization.enable(group, "staff")
    organization.update_group(GroupId=group, HiddenFromGlobalAddressList=False)
    described = organization.describe_group(GroupId=organization.address("staff"))
    assert described.pop("EnabledDate")
    assert described == {
        **new,
        "State": "ENABLED",
        "Email": organization.address("staff"),
        "HiddenFromGlobalAddressList": False,
    }
    assert refused(organization.delete_group, GroupId=group) == "EntityStateException"
    organization.deregister_from_work_mail(EntityId=group)
    assert "DisabledDate" in organization.describe_group(GroupId=group)
    for _ in range(2):
        organization.delete_group(GroupId=group)
    assert refused(organization.describe_group, GroupId=group) == "EntityNotFoundException"
    update = organization.update_group
    assert refused(update, GroupId=group, HiddenFromGlobalAddressList=True) == "EntityStateException"


def test_groups_are_refused(organization):
    organization.user("alice", enabled=False)
    create = organization.create_group
    assert refused(create, Name="ALICE") == "NameAvailabilityException"
    assert refused(create, Name="amazonjournaling") == "ReservedNameException"
    assert refused(organization.describe_group, GroupId="alice") == "EntityNotFoundException"
    assert refused(organization.update_group, GroupId="alice") == "EntityNotFoundException"


def test_groups_are_listed(organization):
    for name in ["board", "Cooks", "all"]:
        organization.group(name, enabled=name != "all")
    groups = organization.pages("list_groups", "Groups", 2)
    assert [group["Name"] for group in groups] == ["all", "board", "Cooks"]
    (cooks,) = organization.list_groups(Filters={"NamePrefix": "c"})["Groups"]
    described = organization.describe_group(GroupId="cooks")
    del described["HiddenFromGlobalAddressList"]
    assert cooks == {"Id": described.pop("GroupId"), **described}
    for filters in [{"PrimaryEmailPrefix": "BO"}, {"State": "ENABLED", "NamePrefix": "b"}, {"State": "DISABLED"}]:
        if len(filters) > 1:
            assert refused(organization.list_groups, Filters=filters) == "InvalidParameterException"
        else:
            assert len(organization.list_groups(Filters=filters)["Groups"]) == 1


def test_members(organization):
    staff, board = organization.group("staff"), organization.group("board")
    alice = organization.user("alice")
    for _ in range(2):
        organization.associate_member_to_group(GroupId="staff", MemberId="alice")
        organization.associate_member_to_group(GroupId=staff, MemberId=board)
    members = organization.pages("list_group_members", "Members", 1, GroupId="staff")
    assert [(member["Id"], member["Name"], member["Type"], member["State"]) for member in members] == [
        (board, "board", "GROUP", "ENABLED"),
        (alice, "alice", "USER", "ENABLED"),
    ]
    assert all("EnabledDate" in member for member in members)
    organization.associate_member_to_group(GroupId=board, MemberId=alice)
    groups = organization.pages("list_groups_for_entity", "Groups", 1, EntityId="alice")
    assert groups == [{"GroupId": board, "GroupName": "board"}, {"GroupId": staff, "GroupName": "staff"}]
    chosen = organization.list_groups_for_entity(EntityId=alice, Filters={"GroupNamePrefix": "S"})
    assert chosen == {"Groups": [{"GroupId": staff, "GroupName": "staff"}]}
    for _ in range(2):
        organization.disassociate_member_from_group(GroupId=staff, MemberId=alice)
    assert len(organization.list_group_members(GroupId=staff)["Members"]) == 1


def test_members_are_refused(organization):
    staff, off = organization.group("staff"), organization.group("off", enabled=False)
    alice = organization.user("alice")
    organization.resource("room")
    add, remove = organization.associate_member_to_group, organization.disassociate_member_from_group
    members, groups = organization.list_group_members, organization.list_groups_for_entity
    assert refused(add, GroupId=staff, MemberId="room") == "InvalidParameterException"
    assert refused(add, GroupId=staff, MemberId=staff) == "InvalidParameterException"
    assert refused(add, GroupId=off, MemberId=alice) == "EntityStateException"
    assert refused(add, GroupId=staff, MemberId=off) == "EntityStateException"
    assert refused(add, GroupId=NOBODY, MemberId=alice) == "EntityNotFoundException"
    assert refused(remove, GroupId=off, MemberId=alice) == "EntityStateException"
    assert refused(remove, GroupId=staff, MemberId=NOBODY) == "EntityNotFoundException"
    assert refused(members, GroupId=off) == "EntityStateException"
    assert refused(members, GroupId=alice) == "EntityNotFoundException"
    assert refused(members, GroupId=staff, NextToken="broken") == "InvalidParameterException"
    assert refused(groups, EntityId=off) == "EntityStateException"
    assert refused(groups, EntityId=NOBODY) == "EntityNotFoundException"
    assert refused(groups, EntityId=alice, NextToken="broken") == "InvalidParameterException"


def test_refusals_of_the_organization(workmail):
    group = {"GroupId": NOBODY}
    check_organization_refusals(
        workmail,
        {
            "create_group": {"Name": "staff"},
            "describe_group": group,
            "update_group": group,
            "delete_group": group,
            "list_groups": {},
            "associate_member_to_group": {**group, "MemberId": NOBODY},
            "disassociate_member_from_group": {**group, "MemberId": NOBODY},
            "list_group_members": group,
            "list_groups_for_entity": {"EntityId": NOBODY},
        },
    )
