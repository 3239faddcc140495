"""RegisterToWorkMail, DeregisterFromWorkMail, CreateAlias, DeleteAlias, ListAliases, UpdatePrimaryEmailAddress, DescribeEntity."""

from entities import NOBODY
from refusals import check_organization_refusals, refused

UNKNOWN = "x@unknown.example"


def test_every_kind_is_registered(organization):
    for name, entity in [
        ("alice", organization.user("alice", enabled=False)),
        ("staff", organization.group("staff", enabled=False)),
        ("room", organization.resource("room", enabled=False)),
    ]:
        email = organization.address(name)
        for _ in range(2):
            organization.register_to_work_mail(EntityId=entity, Email=email)
        kind = {"alice": "USER", "staff": "GROUP", "room": "RESOURCE"}[name]
        for address in [email, email.upper()]:
            found = organization.describe_entity(Email=address)
            assert found == {"EntityId": entity, "Name": name, "Type": kind}
        for _ in range(2):
            organization.deregister_from_work_mail(EntityId=name)
        assert refused(organization.describe_entity, Email=email) == "EntityNotFoundException"
        organization.register_to_work_mail(EntityId=name, Email=email)


def test_registration_is_refused(organization):
    register = organization.register_to_work_mail
    alice, bob = organization.user("alice"), organization.user("bob", enabled=False)
    address = organization.address
    assert refused(register, EntityId=alice, Email=address("a")) == "EntityAlreadyRegisteredException"
    assert refused(register, EntityId=bob, Email=address("alice")) == "EmailAddressInUseException"
    assert refused(register, EntityId=bob, Email=UNKNOWN) == "MailDomainNotFoundException"
    assert refused(register, EntityId=bob, Email="x@" + organization.pending_domain) == "MailDomainStateException"
    assert refused(register, EntityId=bob, Email=address("amazonjournaling")) == "InvalidParameterException"
    assert refused(register, EntityId=NOBODY, Email=address("b")) == "EntityNotFoundException"
    assert refused(register, EntityId=organization.deleted_user(), Email=address("b")) == "EntityStateException"
    assert organization.describe_user(UserId=bob)["State"] == "DISABLED"


def test_deregistration_is_refused(organization):
    deregister = organization.deregister_from_work_mail
    assert refused(deregister, EntityId=NOBODY) == "EntityNotFoundException"
    assert refused(deregister, EntityId=organization.deleted_user()) == "EntityStateException"


def test_aliases_are_made_listed_and_deleted(organization):
    alice = organization.user("alice")
    aliases = [organization.address(name) for name in ["a1", "a2", "a3"]]
    for alias in aliases + aliases[:1]:
        organization.create_alias(EntityId=alice, Alias=alias)
    assert organization.pages("list_aliases", "Aliases", 2, EntityId=alice) == aliases
    assert organization.describe_user(UserId="A2@" + organization.domain)["UserId"] == alice
    for _ in range(2):
        organization.delete_alias(EntityId=alice, Alias=aliases[1])
    assert organization.list_aliases(EntityId=alice) == {"Aliases": [aliases[0], aliases[2]]}


def test_aliases_are_refused(organization):
    create, delete, lists = organization.create_alias, organization.delete_alias, organization.list_aliases
    alice, bob = organization.user("alice"), organization.user("bob", enabled=False)
    address = organization.address
    organization.group("staff")
    assert refused(create, EntityId=alice, Alias=address("staff")) == "EmailAddressInUseException"
    assert refused(create, EntityId=alice, Alias=UNKNOWN) == "MailDomainNotFoundException"
    assert refused(create, EntityId=alice, Alias="x@" + organization.pending_domain) == "MailDomainStateException"
    assert refused(create, EntityId=alice, Alias=address("amazonjournaling")) == "InvalidParameterException"
    assert refused(create, EntityId=bob, Alias=address("b")) == "EntityStateException"
    assert refused(create, EntityId=NOBODY, Alias=address("b")) == "EntityNotFoundException"
    assert refused(delete, EntityId=alice, Alias=address("alice")) == "InvalidParameterException"
    assert refused(delete, EntityId=bob, Alias=address("b")) == "EntityStateException"
    assert refused(delete, EntityId=NOBODY, Alias=address("b")) == "EntityNotFoundException"
    assert refused(lists, EntityId=bob) == "EntityStateException"
    assert refused(lists, EntityId=NOBODY) == "EntityNotFoundException"
    assert refused(lists, EntityId=alice, NextToken="broken") == "InvalidParameterException"


def test_the_hundred_and_first_alias_is_refused(organization):
    alice = organization.user("alice")
    for number in range(100):
        organization.create_alias(EntityId=alice, Alias=organization.address(f"a{number}"))
    more = organization.address("more")
    assert refused(organization.create_alias, EntityId=alice, Alias=more) == "LimitExceededException"
    update = organization.update_primary_email_address
    assert refused(update, EntityId=alice, Email=more) == "InvalidParameterException"
    update(EntityId=alice, Email=organization.address("a0"))


def test_the_primary_address_changes_and_swaps(organization):
    organization.user("alice")
    address = organization.address
    organization.update_primary_email_address(EntityId="alice", Email=address("new"))
    user = organization.describe_user(UserId="alice")
    assert user["Email"] == address("new")
    assert organization.list_aliases(EntityId=user["UserId"])["Aliases"] == [address("alice")]
    organization.update_primary_email_address(EntityId=address("new"), Email=address("alice"))
    assert organization.describe_user(UserId="alice")["Email"] == address("alice")
    assert organization.list_aliases(EntityId=user["UserId"])["Aliases"] == [address("new")]


def test_a_primary_address_is_refused(organization):
    update = organization.update_primary_email_address
    organization.user("alice")
    organization.user("bob")
    organization.user("carol", enabled=False)
    address = organization.address
    assert refused(update, EntityId="alice", Email=address("bob")) == "EmailAddressInUseException"
    assert refused(update, EntityId="alice", Email=UNKNOWN) == "MailDomainNotFoundException"
    assert refused(update, EntityId="alice", Email="x@" + organization.pending_domain) == "MailDomainStateException"
    assert refused(update, EntityId="carol", Email=address("c")) == "EntityStateException"
    assert refused(update, EntityId="nobody", Email=address("c")) == "EntityNotFoundException"


def test_refusals_of_the_organization(workmail):
    entity = {"EntityId": NOBODY}
    check_organization_refusals(
        workmail,
        {
            "register_to_work_mail": {**entity, "Email": UNKNOWN},
            "deregister_from_work_mail": entity,
            "create_alias": {**entity, "Alias": UNKNOWN},
            "delete_alias": {**entity, "Alias": UNKNOWN},
            "list_aliases": entity,
            "update_primary_email_address": {**entity, "Email": UNKNOWN},
            "describe_entity": {"Email": UNKNOWN},
        },
    )
