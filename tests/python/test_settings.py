"""Settings of an organization: inbound DMARC, e-mail monitoring, identity provider; IAM Identity Center applications."""

import re

import pytest

from organizations import active, delete
from refusals import check_organization_refusals, refused

LOG_GROUP = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/workmail/emailevents/demo:*"
ROLE = "arn:aws:iam::111122223333:role/events"
INSTANCE = "arn:aws:sso:::instance/ssoins-0123456789abcdef"


@pytest.fixture
def organization(workmail):
    return active(workmail)


def without_metadata(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def provider(application, instance=INSTANCE, status="ACTIVE", **tokens):
    return {
        "AuthenticationMode": "IDENTITY_PROVIDER_AND_DIRECTORY",
        "IdentityCenterConfiguration": {"InstanceArn": instance, "ApplicationArn": application},
        "PersonalAccessTokenConfiguration": {"Status": status, **tokens},
    }


def test_dmarc_is_enforced_until_it_is_switched_off(workmail, organization):
    here = {"OrganizationId": organization}
    assert workmail.describe_inbound_dmarc_settings(**here)["Enforced"] is True
    workmail.put_inbound_dmarc_settings(Enforced=False, **here)
    assert workmail.describe_inbound_dmarc_settings(**here)["Enforced"] is False
    calls = {"put_inbound_dmarc_settings": {"Enforced": True}, "describe_inbound_dmarc_settings": {}}
    check_organization_refusals(workmail, calls)


def test_email_monitoring(workmail, organization):
    here = {"OrganizationId": organization}
    describe = workmail.describe_email_monitoring_configuration
    assert refused(describe, **here) == "ResourceNotFoundException"
    workmail.put_email_monitoring_configuration(LogGroupArn=LOG_GROUP, RoleArn=ROLE, **here)
    assert without_metadata(describe(**here)) == {"LogGroupArn": LOG_GROUP, "RoleArn": ROLE}
    workmail.put_email_monitoring_configuration(LogGroupArn=LOG_GROUP, **here)
    assert without_metadata(describe(**here)) == {"LogGroupArn": LOG_GROUP}
    for _ in range(2):
        workmail.delete_email_monitoring_configuration(**here)
    assert refused(describe, **here) == "ResourceNotFoundException"
    calls = {
        "put_email_monitoring_configuration": {"LogGroupArn": LOG_GROUP},
        "delete_email_monitoring_configuration": {},
        "describe_email_monitoring_configuration": {},
    }
    check_organization_refusals(workmail, calls)


def test_an_identity_provider(workmail, organization):
    here = {"OrganizationId": organization}
    describe = workmail.describe_identity_provider_configuration
    assert refused(describe, **here) == "ResourceNotFoundException"
    create = {"Name": "mail", "InstanceArn": INSTANCE}
    application = workmail.create_identity_center_application(**create)["ApplicationArn"]
    wanted = provider(application, LifetimeInDays=90)
    workmail.put_identity_provider_configuration(**here, **wanted)
    assert without_metadata(describe(**here)) == wanted
    wanted = provider(application, status="INACTIVE")
    workmail.put_identity_provider_configuration(**here, **wanted)
    assert without_metadata(describe(**here)) == wanted
    for _ in range(2):
        workmail.delete_identity_provider_configuration(**here)
    assert refused(describe, **here) == "ResourceNotFoundException"
    put = workmail.put_identity_provider_configuration
    absent = provider("arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef")
    assert refused(put, **here, **absent) == "ResourceNotFoundException"
    elsewhere = provider(application, instance="arn:aws:sso:::instance/ssoins-fedcba9876543210")
    assert refused(put, **here, **elsewhere) == "InvalidParameterException"
    calls = {
        "put_identity_provider_configuration": wanted,
        "delete_identity_provider_configuration": {},
        "describe_identity_provider_configuration": {},
    }
    check_organization_refusals(workmail, calls)


def test_identity_center_applications(workmail, organization):
    create = workmail.create_identity_center_application
    first = create(Name="mail", InstanceArn=INSTANCE, ClientToken="once")["ApplicationArn"]
    assert re.fullmatch("arn:aws:sso::[0-9]{12}:application/ssoins-0123456789abcdef/apl-[0-9a-f]{16}", first)
    assert create(Name="mail", InstanceArn=INSTANCE, ClientToken="once")["ApplicationArn"] == first
    other = {"Name": "other", "InstanceArn": INSTANCE, "ClientToken": "once"}
    assert refused(create, **other) == "InvalidParameterException"
    assert create(Name="mail", InstanceArn=INSTANCE)["ApplicationArn"] != first
    for _ in range(2):
        workmail.delete_identity_center_application(ApplicationArn=first)
    put = workmail.put_identity_provider_configuration
    assert refused(put, OrganizationId=organization, **provider(first)) == "ResourceNotFoundException"


@pytest.mark.parametrize("deleted_too", [True, False])
def test_an_organization_may_take_its_application_along(workmail, organization, deleted_too):
    application = workmail.create_identity_center_application(Name="mail", InstanceArn=INSTANCE)["ApplicationArn"]
    workmail.put_identity_provider_configuration(OrganizationId=organization, **provider(application))
    delete(workmail, organization, DeleteIdentityCenterApplication=deleted_too)
    other = {"OrganizationId": active(workmail), **provider(application)}
    if deleted_too:
        assert refused(workmail.put_identity_provider_configuration, **other) == "ResourceNotFoundException"
    else:
        workmail.put_identity_provider_configuration(**other)
