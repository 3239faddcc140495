"""PutRetentionPolicy, GetDefaultRetentionPolicy, DeleteRetentionPolicy."""

import pytest

from organizations import active
from refusals import check_organization_refusals, refused

JUNK = {"Name": "JUNK_EMAIL", "Action": "PERMANENTLY_DELETE", "Period": 30}
INBOX = {"Name": "INBOX", "Action": "NONE"}


@pytest.fixture
def organization(workmail):
    return active(workmail)


def put(workmail, organization, name="policy", folders=(JUNK,), **more):
    workmail.put_retention_policy(
        OrganizationId=organization, Name=name, FolderConfigurations=list(folders), **more
    )


def get(workmail, organization):
    policy = workmail.get_default_retention_policy(OrganizationId=organization)
    del policy["ResponseMetadata"]
    return policy


def test_a_policy_is_put_replaced_and_deleted(workmail, organization):
    put(workmail, organization, Description="junk goes", folders=[JUNK, INBOX])
    first = get(workmail, organization)
    assert first == {
        "Id": first["Id"],
        "Name": "policy",
        "Description": "junk goes",
        "FolderConfigurations": [JUNK, INBOX],
    }
    put(workmail, organization, name="other", folders=[INBOX], Id=first["Id"])
    assert get(workmail, organization) == {
        "Id": first["Id"],
        "Name": "other",
        "FolderConfigurations": [INBOX],
    }
    workmail.delete_retention_policy(OrganizationId=organization, Id=first["Id"])
    workmail.delete_retention_policy(OrganizationId=organization, Id=first["Id"])
    get_policy = workmail.get_default_retention_policy
    assert refused(get_policy, OrganizationId=organization) == "EntityNotFoundException"


def test_an_organization_has_one_policy(workmail, organization):
    put(workmail, organization)
    call = workmail.put_retention_policy
    parameters = {"OrganizationId": organization, "Name": "x", "FolderConfigurations": [INBOX]}
    assert refused(call, Id="another", **parameters) == "LimitExceededException"


def test_a_folder_is_configured_once_and_with_its_period(workmail, organization):
    call = workmail.put_retention_policy
    for folders in [[JUNK, JUNK], [{"Name": "DRAFTS", "Action": "DELETE"}]]:
        parameters = {"OrganizationId": organization, "Name": "x", "FolderConfigurations": folders}
        assert refused(call, **parameters) == "InvalidParameterException"


def test_refusals_for_the_organization(workmail):
    calls = {
        "put_retention_policy": {"Name": "x", "FolderConfigurations": [INBOX]},
        "get_default_retention_policy": {},
        "delete_retention_policy": {"Id": "x"},
    }
    check_organization_refusals(workmail, calls)
