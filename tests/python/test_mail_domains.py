"""RegisterMailDomain, DeregisterMailDomain, GetMailDomain, ListMailDomains, UpdateDefaultMailDomain."""

import time

import pytest

from name_server import NameServer
from organizations import active
from refusals import check_organization_refusals, refused

WAIT_SECONDS_MAX = 30
NAMES = NameServer()


def settings():
    """Asks the name server of this module."""
    return [f'dns.resolvers=["{NAMES.address}"]', "hosts.mail=mail.example.net"]


@pytest.fixture
def organization(workmail):
    return active(workmail)


def name(organization):
    """A domain that no other test has."""
    return organization[2:18] + ".example"


def records(workmail, organization, domain):
    return workmail.get_mail_domain(OrganizationId=organization, DomainName=domain)["Records"]


def publish(workmail, organization, domain):
    for record in records(workmail, organization, domain):
        NAMES.publish(record["Type"], record["Hostname"], record["Value"])


def wait_until_verified(workmail, organization, domain):
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        found = workmail.get_mail_domain(OrganizationId=organization, DomainName=domain)
        states = found["OwnershipVerificationStatus"], found["DkimVerificationStatus"]
        if states == ("VERIFIED", "VERIFIED"):
            return
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def test_a_domain_is_verified_by_its_records(workmail, organization):
    domain = name(organization)
    workmail.register_mail_domain(OrganizationId=organization, DomainName=domain.upper())
    found = workmail.get_mail_domain(OrganizationId=organization, DomainName=domain)
    assert found["OwnershipVerificationStatus"] == "PENDING" and found["DkimVerificationStatus"] == "PENDING"
    assert found["IsTestDomain"] is False and found["IsDefault"] is False
    listed = {(record["Type"], record["Hostname"]): record["Value"] for record in found["Records"]}
    assert len(listed["TXT", "_amazonses." + domain]) == 44
    assert listed["MX", domain] == "10 mail.example.net"
    assert listed["CNAME", "autodiscover." + domain] == "mail.example.net"
    assert sum("._domainkey." in host for _, host in listed) == 2
    publish(workmail, organization, domain)
    wait_until_verified(workmail, organization, domain)
    workmail.update_default_mail_domain(OrganizationId=organization, DomainName=domain)
    assert workmail.describe_organization(OrganizationId=organization)["DefaultMailDomain"] == domain
    summaries = workmail.list_mail_domains(OrganizationId=organization)["MailDomains"]
    assert [each["DomainName"] for each in summaries if each["DefaultDomain"]] == [domain]
    assert len(summaries) == 2


def test_the_test_domain_is_verified_and_stays(workmail, organization):
    domain = workmail.describe_organization(OrganizationId=organization)["DefaultMailDomain"]
    found = workmail.get_mail_domain(OrganizationId=organization, DomainName=domain)
    assert found["IsTestDomain"] is True and found["IsDefault"] is True
    assert found["OwnershipVerificationStatus"] == "VERIFIED" and found["DkimVerificationStatus"] == "VERIFIED"
    deregister = workmail.deregister_mail_domain
    assert refused(deregister, OrganizationId=organization, DomainName=domain) == "MailDomainInUseException"


def test_a_domain_is_in_one_organization_of_the_account(workmail, organization):
    domain, other = name(organization), active(workmail)
    for _ in range(2):
        workmail.register_mail_domain(OrganizationId=organization, DomainName=domain)
    register = workmail.register_mail_domain
    assert refused(register, OrganizationId=other, DomainName=domain) == "MailDomainInUseException"
    workmail.deregister_mail_domain(OrganizationId=organization, DomainName=domain)
    workmail.deregister_mail_domain(OrganizationId=organization, DomainName=domain)
    workmail.register_mail_domain(OrganizationId=other, DomainName=domain)


def test_a_domain_with_addresses_is_in_use(workmail, organization):
    domain = name(organization)
    workmail.register_mail_domain(OrganizationId=organization, DomainName=domain)
    user = workmail.create_user(OrganizationId=organization, Name="alice", DisplayName="Alice")["UserId"]
    enable = {"OrganizationId": organization, "EntityId": user, "Email": "alice@" + domain}
    assert refused(workmail.register_to_work_mail, **enable) == "MailDomainStateException"
    publish(workmail, organization, domain)
    wait_until_verified(workmail, organization, domain)
    workmail.register_to_work_mail(**enable)
    deregister = workmail.deregister_mail_domain
    assert refused(deregister, OrganizationId=organization, DomainName=domain) == "MailDomainInUseException"
    workmail.deregister_from_work_mail(OrganizationId=organization, EntityId=user)
    deregister(OrganizationId=organization, DomainName=domain)


def test_a_client_token_registers_one_domain(workmail, organization):
    domain = name(organization)
    register = workmail.register_mail_domain
    register(OrganizationId=organization, DomainName=domain, ClientToken="once")
    register(OrganizationId=organization, DomainName=domain, ClientToken="once")
    other = {"OrganizationId": organization, "DomainName": "other-" + domain, "ClientToken": "once"}
    assert refused(register, **other) == "InvalidParameterException"


def test_refusals(workmail, organization):
    here = {"OrganizationId": organization, "DomainName": "absent.example"}
    assert refused(workmail.get_mail_domain, **here) == "MailDomainNotFoundException"
    assert refused(workmail.update_default_mail_domain, **here) == "MailDomainNotFoundException"
    workmail.register_mail_domain(OrganizationId=organization, DomainName=name(organization))
    unproved = {"OrganizationId": organization, "DomainName": name(organization)}
    assert refused(workmail.update_default_mail_domain, **unproved) == "MailDomainStateException"
    register = workmail.register_mail_domain
    for domain in ["no-dot", "a..example", "other.postroom.test"]:
        wrong = {"OrganizationId": organization, "DomainName": domain}
        assert refused(register, **wrong) == "InvalidParameterException", domain
    assert refused(register, OrganizationId=organization, DomainName="a_b.example") == "ValidationException"
    broken = {"OrganizationId": organization, "NextToken": "broken"}
    assert refused(workmail.list_mail_domains, **broken) == "InvalidParameterException"
    domain = {"DomainName": "example.com"}
    check_organization_refusals(
        workmail,
        {
            "register_mail_domain": domain,
            "deregister_mail_domain": domain,
            "get_mail_domain": domain,
            "update_default_mail_domain": domain,
            "list_mail_domains": {},
        },
    )


def test_domains_are_listed_in_pages(workmail, organization):
    made = [f"d{n}-{name(organization)}" for n in range(3)]
    for domain in made:
        workmail.register_mail_domain(OrganizationId=organization, DomainName=domain)
    found, token = [], {}
    while True:
        page = workmail.list_mail_domains(OrganizationId=organization, MaxResults=2, **token)
        found += [each["DomainName"] for each in page["MailDomains"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    test = workmail.describe_organization(OrganizationId=organization)["DefaultMailDomain"]
    assert found == sorted(made + [test])


def test_domains_of_a_creation(workmail):
    domain = name(active(workmail))
    created = active(workmail, Domains=[{"DomainName": domain, "HostedZoneId": "Z123"}])
    publish(workmail, created, domain)
    wait_until_verified(workmail, created, domain)


def test_the_thousand_and_first_domain_is_refused(workmail, organization):
    for n in range(999):
        workmail.register_mail_domain(OrganizationId=organization, DomainName=f"d{n}-{name(organization)}")
    over = {"OrganizationId": organization, "DomainName": name(organization)}
    assert refused(workmail.register_mail_domain, **over) == "LimitExceededException"
