"""Mailbox permissions, GetMailboxDetails, UpdateMailboxQuota."""

from entities import NOBODY
from refusals import check_organization_refusals, refused


def test_permissions_are_put_listed_and_deleted(organization):
    organization.user("alice")
    bob, staff = organization.user("bob"), organization.group("staff")
    put = organization.put_mailbox_permissions
    put(EntityId="alice", GranteeId="bob", PermissionValues=["SEND_AS", "FULL_ACCESS"])
    put(EntityId=organization.address("alice"), GranteeId=staff, PermissionValues=["SEND_ON_BEHALF"])
    put(EntityId="alice", GranteeId=bob, PermissionValues=["SEND_AS"])
    permissions = organization.pages("list_mailbox_permissions", "Permissions", 1, EntityId="alice")
    assert sorted(permissions, key=lambda permission: permission["GranteeType"]) == [
        {"GranteeId": staff, "GranteeType": "GROUP", "PermissionValues": ["SEND_ON_BEHALF"]},
        {"GranteeId": bob, "GranteeType": "USER", "PermissionValues": ["SEND_AS"]},
    ]
    for _ in range(2):
        organization.delete_mailbox_permissions(EntityId="alice", GranteeId=bob)
    put(EntityId="alice", GranteeId="staff", PermissionValues=[])
    assert organization.list_mailbox_permissions(EntityId="alice") == {"Permissions": []}


def test_permissions_are_refused(organization):
    put, delete = organization.put_mailbox_permissions, organization.delete_mailbox_permissions
    organization.user("alice")
    organization.user("bob", enabled=False)
    organization.group("staff")
    full = {"PermissionValues": ["FULL_ACCESS"]}
    assert refused(put, EntityId="alice", GranteeId="alice", **full) == "InvalidParameterException"
    assert refused(put, EntityId="staff", GranteeId="alice", **full) == "InvalidParameterException"
    assert refused(put, EntityId="alice", GranteeId="bob", **full) == "EntityStateException"
    assert refused(put, EntityId="alice", GranteeId=NOBODY, **full) == "EntityNotFoundException"
    assert refused(put, EntityId="alice", GranteeId="staff", PermissionValues=["ALL"]) == "ValidationException"
    assert refused(delete, EntityId="bob", GranteeId="alice") == "EntityStateException"
    assert refused(delete, EntityId=NOBODY, GranteeId="alice") == "EntityNotFoundException"
    lists = organization.list_mailbox_permissions
    assert refused(lists, EntityId=NOBODY) == "EntityNotFoundException"
    assert refused(lists, EntityId="alice", NextToken="broken") == "InvalidParameterException"


def test_the_quota_of_a_mailbox(organization):
    organization.user("alice")
    details = organization.get_mailbox_details
    assert details(UserId="alice") == {"MailboxQuota": 51200, "MailboxSize": 0.0}
    update = organization.update_mailbox_quota
    update(UserId=organization.address("alice"), MailboxQuota=1)
    assert details(UserId="alice")["MailboxQuota"] == 1
    assert refused(update, UserId="alice", MailboxQuota=51201) == "InvalidParameterException"
    assert refused(update, UserId="nobody", MailboxQuota=1) == "EntityNotFoundException"
    assert refused(details, UserId="nobody") == "EntityNotFoundException"
    organization.deregister_from_work_mail(EntityId="alice")
    assert refused(update, UserId="alice", MailboxQuota=2) == "EntityStateException"
    assert refused(details, UserId="alice") == "EntityNotFoundException"
    organization.enable("alice", "alice")
    assert details(UserId="alice")["MailboxQuota"] == 1, "the mailbox came back"


def test_refusals_of_the_organization(workmail):
    owner, user = {"EntityId": NOBODY}, {"UserId": NOBODY}
    check_organization_refusals(
        workmail,
        {
            "put_mailbox_permissions": {**owner, "GranteeId": NOBODY, "PermissionValues": []},
            "delete_mailbox_permissions": {**owner, "GranteeId": NOBODY},
            "list_mailbox_permissions": owner,
            "get_mailbox_details": user,
            "update_mailbox_quota": {**user, "MailboxQuota": 1},
        },
    )
