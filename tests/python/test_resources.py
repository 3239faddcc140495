"""Resources and their delegates."""

import re

from entities import NOBODY
from refusals import check_organization_refusals, refused

DEFAULT_BOOKING = {
    "AutoAcceptRequests": True,
    "AutoDeclineRecurringRequests": False,
    "AutoDeclineConflictingRequests": True,
}


def test_a_resource_from_creation_to_deletion(organization):
    room = organization.create_resource(
        Name="room", Type="ROOM", Description="by the lake", HiddenFromGlobalAddressList=True
    )["ResourceId"]
    assert re.fullmatch("r-[0-9a-f]{32}", room)
    new = {
        "ResourceId": room,
        "Name": "room",
        "Type": "ROOM",
        "BookingOptions": DEFAULT_BOOKING,
        "State": "DISABLED",
        "Description": "by the lake",
        "HiddenFromGlobalAddressList": True,
    }
    assert organization.describe_resource(ResourceId="room") == new
    organization.enable(room, "room")
    organization.update_resource(
        ResourceId=organization.address("room"),
        Name="hall",
        Type="EQUIPMENT",
        Description="",
        BookingOptions={"AutoAcceptRequests": True},
        HiddenFromGlobalAddressList=False,
    )
    described = organization.describe_resource(ResourceId="hall")
    assert described.pop("EnabledDate")
    assert described == {
        "ResourceId": room,
        "Name": "hall",
        "Type": "EQUIPMENT",
        "Email": organization.address("room"),
        "BookingOptions": {**DEFAULT_BOOKING, "AutoDeclineConflictingRequests": False},
        "State": "ENABLED",
        "HiddenFromGlobalAddressList": False,
    }
    assert refused(organization.delete_resource, ResourceId=room) == "EntityStateException"
    organization.deregister_from_work_mail(EntityId=room)
    for _ in range(2):
        organization.delete_resource(ResourceId=room)
    assert refused(organization.describe_resource, ResourceId=room) == "EntityNotFoundException"
    assert refused(organization.update_resource, ResourceId=room, Name="x") == "EntityStateException"


def test_resources_are_refused(organization):
    organization.user("alice", enabled=False)
    organization.resource("room")
    create, update = organization.create_resource, organization.update_resource
    assert refused(create, Name="Room", Type="ROOM") == "NameAvailabilityException"
    assert refused(create, Name="amazonjournaling", Type="ROOM") == "ReservedNameException"
    assert refused(create, Name="hall", Type="ROOM", Description="a\0b") == "InvalidParameterException"
    assert refused(update, ResourceId="room", Name="alice") == "NameAvailabilityException"
    assert refused(update, ResourceId="room", Name="amazonjournaling") == "InvalidParameterException"
    off = {"AutoAcceptRequests": False}
    assert refused(update, ResourceId="room", BookingOptions=off) == "InvalidConfigurationException"
    assert refused(update, ResourceId=NOBODY, Name="x") == "EntityNotFoundException"


def test_resources_are_listed(organization):
    for name in ["hall", "Room", "car"]:
        organization.resource(name, enabled=name != "car")
    organization.update_resource(ResourceId="hall", Description="large")
    resources = organization.pages("list_resources", "Resources", 2)
    assert [resource["Name"] for resource in resources] == ["car", "hall", "Room"]
    (hall,) = organization.list_resources(Filters={"NamePrefix": "H"})["Resources"]
    described = organization.describe_resource(ResourceId="hall")
    del described["HiddenFromGlobalAddressList"], described["BookingOptions"]
    assert hall == {"Id": described.pop("ResourceId"), **described}
    for filters in [{"PrimaryEmailPrefix": "ro"}, {"State": "DISABLED"}]:
        assert len(organization.list_resources(Filters=filters)["Resources"]) == 1
    two = {"State": "ENABLED", "NamePrefix": "h"}
    assert refused(organization.list_resources, Filters=two) == "InvalidParameterException"


def test_delegates(organization):
    room = organization.resource("room")
    alice, staff = organization.user("alice"), organization.group("staff")
    for _ in range(2):
        organization.associate_delegate_to_resource(ResourceId=room, EntityId="alice")
        organization.associate_delegate_to_resource(ResourceId="room", EntityId=staff)
    delegates = organization.pages("list_resource_delegates", "Delegates", 1, ResourceId="room")
    assert sorted(delegate["Type"] for delegate in delegates) == ["GROUP", "USER"]
    assert {delegate["Id"] for delegate in delegates} == {alice, staff}
    organization.update_resource(ResourceId=room, BookingOptions={"AutoAcceptRequests": False})
    for _ in range(2):
        organization.disassociate_delegate_from_resource(ResourceId=room, EntityId=alice)
    remove = organization.disassociate_delegate_from_resource
    assert refused(remove, ResourceId=room, EntityId=staff) == "InvalidParameterException"


def test_delegates_are_refused(organization):
    room, off = organization.resource("room"), organization.resource("off", enabled=False)
    alice, bob = organization.user("alice"), organization.user("bob", enabled=False)
    organization.resource("hall")
    add, remove = organization.associate_delegate_to_resource, organization.disassociate_delegate_from_resource
    lists = organization.list_resource_delegates
    assert refused(add, ResourceId=room, EntityId="hall") == "InvalidParameterException"
    assert refused(add, ResourceId=room, EntityId=bob) == "EntityStateException"
    assert refused(add, ResourceId=room, EntityId=NOBODY) == "EntityNotFoundException"
    assert refused(remove, ResourceId=off, EntityId=alice) == "EntityStateException"
    assert refused(remove, ResourceId=alice, EntityId=alice) == "EntityNotFoundException"
    assert refused(lists, ResourceId=off) == "EntityStateException"
    assert refused(lists, ResourceId=NOBODY) == "EntityNotFoundException"
    assert refused(lists, ResourceId=room, NextToken="broken") == "InvalidParameterException"


def test_refusals_of_the_organization(workmail):
    resource = {"ResourceId": NOBODY}
    check_organization_refusals(
        workmail,
        {
            "create_resource": {"Name": "room", "Type": "ROOM"},
            "describe_resource": resource,
            "update_resource": resource,
            "delete_resource": resource,
            "list_resources": {},
            "associate_delegate_to_resource": {**resource, "EntityId": NOBODY},
            "disassociate_delegate_from_resource": {**resource, "EntityId": NOBODY},
            "list_resource_delegates": resource,
        },
    )
