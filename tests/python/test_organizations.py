"""CreateOrganization, DescribeOrganization, ListOrganizations, DeleteOrganization."""

import re

from organizations import active, alias, delete, wait_for_state
from refusals import UNKNOWN_ORGANIZATION, refused


def test_an_organization_becomes_active(workmail):
    name = alias()
    created = workmail.create_organization(Alias=name)["OrganizationId"]
    assert re.fullmatch("m-[0-9a-f]{32}", created)
    described = wait_for_state(workmail, created, "Active")
    assert described["Alias"] == name
    assert described["DefaultMailDomain"] == f"{name}.postroom.test"
    assert re.fullmatch("d-[0-9a-f]{10}", described["DirectoryId"])
    assert described["DirectoryType"] == "VpcDirectory"
    assert re.fullmatch(f"arn:aws:workmail:us-east-1:[0-9]{{12}}:organization/{created}", described["ARN"])
    assert described["CompletedDate"].year >= 2024
    assert described["InteroperabilityEnabled"] is False
    assert "ErrorMessage" not in described
    rules = workmail.list_access_control_rules(OrganizationId=created)["Rules"]
    assert [(rule["Name"], rule["Effect"], rule["Description"]) for rule in rules] == [
        ("default", "ALLOW", "Default WorkMail Rule")
    ]


def test_an_alias_is_taken_once(workmail):
    name = alias()
    workmail.create_organization(Alias=name)
    assert refused(workmail.create_organization, Alias=name.upper()) == "NameAvailabilityException"


def test_a_client_token_creates_one_organization(server, workmail):
    name = alias()
    first = workmail.create_organization(Alias=name, ClientToken="once")
    assert workmail.create_organization(Alias=name, ClientToken="once")["OrganizationId"] == first["OrganizationId"]
    assert refused(workmail.create_organization, Alias=alias(), ClientToken="once") == "InvalidParameterException"
    # In another region it is another token: the first one's organization is not to be found there.
    ireland = server.client("workmail", region="eu-west-1")
    second = active(ireland, ClientToken="once")
    assert second != first["OrganizationId"]
    delete(ireland, second)


def test_creation_is_refused(workmail):
    create = workmail.create_organization
    assert refused(create, Alias=alias(), EnableInteroperability=True) == "InvalidParameterException"
    assert refused(create, Alias=alias(), DirectoryId="d-0123456789") == "DirectoryUnavailableException"
    twice = [{"DomainName": "twice.example"}, {"DomainName": "TWICE.example"}]
    assert refused(create, Alias=alias(), Domains=twice) == "InvalidParameterException"
    below = [{"DomainName": "other.postroom.test"}]
    assert refused(create, Alias=alias(), Domains=below) == "InvalidParameterException"
    assert refused(create, Alias="d-1") == "ValidationException"


def test_a_directory_that_is_used_or_kept(workmail):
    name = alias()
    first = active(workmail, Alias=name)
    directory = workmail.describe_organization(OrganizationId=first)["DirectoryId"]
    assert refused(workmail.create_organization, Alias=name, DirectoryId=directory) == "DirectoryInUseException"
    delete(workmail, first, DeleteDirectory=False)
    assert refused(workmail.create_organization, Alias=name) == "NameAvailabilityException"
    second = active(workmail, Alias=name, DirectoryId=directory)
    assert workmail.describe_organization(OrganizationId=second)["DirectoryId"] == directory
    delete(workmail, second)
    active(workmail, Alias=name)


def test_deletion(workmail):
    created = active(workmail)
    answer = workmail.delete_organization(OrganizationId=created, DeleteDirectory=True, ClientToken="gone")
    assert answer["OrganizationId"] == created and answer["State"] == "Deleting"
    wait_for_state(workmail, created, "Deleted")
    again = workmail.delete_organization(OrganizationId=created, DeleteDirectory=True, ClientToken="gone")
    assert again["State"] == "Deleting"
    delete_again = workmail.delete_organization
    other = {"OrganizationId": created, "DeleteDirectory": False, "ClientToken": "gone"}
    assert refused(delete_again, **other) == "InvalidParameterException"
    assert refused(delete_again, OrganizationId=created, DeleteDirectory=True) == "OrganizationStateException"
    assert refused(delete_again, OrganizationId=UNKNOWN_ORGANIZATION, DeleteDirectory=True) == "OrganizationNotFoundException"
    described = workmail.describe_user
    assert refused(described, OrganizationId=created, UserId="someone") == "OrganizationStateException"


def test_enabled_users_keep_an_organization(workmail):
    created = active(workmail)
    user = workmail.create_user(OrganizationId=created, Name="alice", DisplayName="Alice")["UserId"]
    domain = workmail.describe_organization(OrganizationId=created)["DefaultMailDomain"]
    workmail.register_to_work_mail(OrganizationId=created, EntityId=user, Email="alice@" + domain)
    remove = {"OrganizationId": created, "DeleteDirectory": True, "ClientToken": "later"}
    assert refused(workmail.delete_organization, **remove) == "OrganizationStateException"
    assert workmail.describe_organization(OrganizationId=created)["State"] == "Active"
    workmail.create_group(OrganizationId=created, Name="it takes changes again")
    assert refused(workmail.delete_organization, **remove) == "OrganizationStateException"
    workmail.delete_organization(OrganizationId=created, DeleteDirectory=True, ForceDelete=True)
    wait_for_state(workmail, created, "Deleted")


def test_an_unknown_organization(workmail):
    assert refused(workmail.describe_organization, OrganizationId=UNKNOWN_ORGANIZATION) == "OrganizationNotFoundException"
    assert refused(workmail.describe_organization, OrganizationId="m-" + "g" * 32) == "ValidationException"


def test_organizations_are_listed_in_pages(workmail):
    made = {active(workmail) for _ in range(3)}
    gone = active(workmail)
    delete(workmail, gone)
    pages = workmail.get_paginator("list_organizations").paginate(PaginationConfig={"PageSize": 2})
    pages = [page["OrganizationSummaries"] for page in pages]
    assert all(len(page) <= 2 for page in pages)
    listed = {summary["OrganizationId"]: summary for page in pages for summary in page}
    assert made <= listed.keys() and gone not in listed
    summary = listed[min(made)]
    assert summary["State"] == "Active" and summary["DefaultMailDomain"] == f"{summary['Alias']}.postroom.test"
    assert refused(workmail.list_organizations, NextToken="broken") == "InvalidParameterException"


def test_another_region_lists_its_own(server, workmail):
    here = active(workmail)
    there = server.client("workmail", region="eu-west-1")
    elsewhere = active(there)
    assert [each["OrganizationId"] for each in there.list_organizations()["OrganizationSummaries"]] == [elsewhere]
    assert elsewhere not in [each["OrganizationId"] for each in workmail.list_organizations()["OrganizationSummaries"]]
    assert refused(there.describe_organization, OrganizationId=here) == "OrganizationNotFoundException"


def test_the_hundred_and_first_is_refused(server):
    west = server.client("workmail", region="us-west-2")
    for _ in range(100):
        west.create_organization(Alias=alias())
    assert refused(west.create_organization, Alias=alias()) == "LimitExceededException"
