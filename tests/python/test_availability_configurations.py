"""Create-, Update-, Delete- and ListAvailabilityConfiguration(s)."""

import pytest

from organizations import active
from refusals import check_organization_refusals, refused

EWS = {"EwsEndpoint": "https://ews.example.com/EWS/Exchange.asmx", "EwsUsername": "svc", "EwsPassword": "secret word"}
LAMBDA = {"LambdaArn": "arn:aws:lambda:us-east-1:111122223333:function:availability"}


@pytest.fixture
def here(workmail):
    return {"OrganizationId": active(workmail)}


def listed(workmail, here):
    return workmail.list_availability_configurations(**here)["AvailabilityConfigurations"]


def test_a_configuration_is_created_changed_and_deleted(server, workmail, here):
    workmail.create_availability_configuration(DomainName="Example.com", EwsProvider=EWS, **here)
    (found,) = listed(workmail, here)
    assert found["DomainName"] == "Example.com" and found["ProviderType"] == "EWS"
    assert found["EwsProvider"] == {"EwsEndpoint": EWS["EwsEndpoint"], "EwsUsername": "svc"}
    assert "LambdaProvider" not in found and found["DateCreated"] == found["DateModified"]
    workmail.update_availability_configuration(DomainName="example.COM", LambdaProvider=LAMBDA, **here)
    (changed,) = listed(workmail, here)
    assert changed["ProviderType"] == "LAMBDA" and changed["LambdaProvider"] == LAMBDA
    assert "EwsProvider" not in changed
    assert changed["DateCreated"] == found["DateCreated"] < changed["DateModified"]
    for _ in range(2):
        workmail.delete_availability_configuration(DomainName="example.com", **here)
    assert listed(workmail, here) == []
    assert "secret word" not in server.log()


def test_a_client_token_creates_one_configuration(workmail, here):
    create = workmail.create_availability_configuration
    for _ in range(2):
        create(DomainName="example.com", EwsProvider=EWS, ClientToken="once", **here)
    other = {"DomainName": "example.com", "EwsProvider": {**EWS, "EwsPassword": "other"}, "ClientToken": "once"}
    assert refused(create, **other, **here) == "InvalidParameterException"


def test_refusals(workmail, here):
    create, update = workmail.create_availability_configuration, workmail.update_availability_configuration
    for call in create, update:
        both = {"DomainName": "example.com", "EwsProvider": EWS, "LambdaProvider": LAMBDA}
        assert refused(call, **both, **here) == "InvalidParameterException"
        assert refused(call, DomainName="example.com", **here) == "InvalidParameterException"
    absent = {"DomainName": "example.com", "EwsProvider": EWS}
    assert refused(update, **absent, **here) == "ResourceNotFoundException"
    create(DomainName="example.com", EwsProvider=EWS, **here)
    again = {"DomainName": "EXAMPLE.com", "LambdaProvider": LAMBDA}
    assert refused(create, **again, **here) == "NameAvailabilityException"
    for n in range(99):
        create(DomainName=f"d{n}.example", LambdaProvider=LAMBDA, **here)
    over = {"DomainName": "one-more.example", "LambdaProvider": LAMBDA}
    assert refused(create, **over, **here) == "LimitExceededException"
    broken = {"NextToken": "broken"}
    assert refused(workmail.list_availability_configurations, **broken, **here) == "InvalidParameterException"
    domain = {"DomainName": "example.com"}
    check_organization_refusals(
        workmail,
        {
            "create_availability_configuration": {**domain, "EwsProvider": EWS},
            "update_availability_configuration": {**domain, "EwsProvider": EWS},
            "delete_availability_configuration": domain,
            "list_availability_configurations": {},
        },
    )


def test_configurations_are_listed_in_pages(workmail, here):
    made = [f"d{n}.example" for n in range(5)]
    for domain in made:
        workmail.create_availability_configuration(DomainName=domain, LambdaProvider=LAMBDA, **here)
    pages = workmail.get_paginator("list_availability_configurations")
    pages = list(pages.paginate(PaginationConfig={"PageSize": 2}, **here))
    assert [len(page["AvailabilityConfigurations"]) for page in pages] == [2, 2, 1]
    found = [each["DomainName"] for page in pages for each in page["AvailabilityConfigurations"]]
    assert found == made
