"""`postroom demo`: what its page says is so, on the first start and on later ones."""

import json
import re
import signal
import subprocess

import pytest

from organizations import active, wait_for_state
from postroom import Server, program


class Demo(Server):
    """A `postroom demo` and its page."""

    def start(self):
        words = [program(), "demo", "--data", str(self.data), "--any-port"]
        self.data.parent.mkdir(parents=True, exist_ok=True)
        log = open(self.data.parent / (self.data.name + ".log"), "ab")
        with log:
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self.page = ""
        for line in self.process.stdout:
            self.page += line
            if line.startswith("Ctrl-C"):
                break
        else:
            raise AssertionError(f"postroom demo ended while starting:\n{self.log()}")
        self.endpoints = {"http": re.search(r"http://(\S+)", self.page)[1]}
        return self

    def stop(self):
        with self.process.stdout:
            self.process.send_signal(signal.SIGINT)
            code = self.process.wait(30)
        self.process = None
        return code

    def said(self, pattern):
        return re.findall(pattern, self.page)


@pytest.fixture
def demo(tmp_path):
    running = Demo(tmp_path / "data")
    try:
        yield running.start()
    finally:
        if running.process is not None:
            running.kill()


def names(answer):
    (listed,) = [value for key, value in answer.items() if key != "ResponseMetadata"]
    return {entry["Name"] for entry in listed if entry["State"] == "ENABLED"}


def test_the_organization_of_the_page_is_there(demo):
    (organization,) = set(demo.said(r"m-[0-9a-f]{32}"))
    workmail = demo.client()
    assert names(workmail.list_users(OrganizationId=organization)) == {"alice", "bob"}
    groups = workmail.list_groups(OrganizationId=organization)
    assert names(groups) == {"staff"}
    members = workmail.list_group_members(OrganizationId=organization, GroupId=groups["Groups"][0]["Id"])
    assert {member["Name"] for member in members["Members"]} == {"alice", "bob"}
    assert names(workmail.list_resources(OrganizationId=organization)) == {"library"}
    rules = workmail.list_mobile_device_access_rules(OrganizationId=organization)["Rules"]
    assert ("No old phones", "DENY") in {(rule["Name"], rule["Effect"]) for rule in rules}
    effect = workmail.get_mobile_device_access_effect(
        OrganizationId=organization, DeviceOperatingSystem="Android 7.1.2"
    )
    assert effect["Effect"] == "DENY"
    overrides = workmail.list_mobile_device_access_overrides(OrganizationId=organization)["Overrides"]
    assert [override["Effect"] for override in overrides] == ["ALLOW"]


def test_what_is_there_stays(demo):
    workmail = demo.client()
    (organization,) = set(demo.said(r"m-[0-9a-f]{32}"))
    before = workmail.list_users(OrganizationId=organization)["Users"]
    passwords = demo.said(r"(\S+@\S+)  (\S+)")
    assert len(passwords) == 2
    assert demo.stop() == 0, demo.log()
    demo.start()
    assert demo.client().list_users(OrganizationId=organization)["Users"] == before
    assert demo.said(r"(\S+@\S+)  (\S+)") == passwords
    assert demo.stop() == 0, demo.log()


def test_what_was_taken_away_comes_back(demo):
    workmail = demo.client()
    (organization,) = set(demo.said(r"m-[0-9a-f]{32}"))
    (room,) = workmail.list_resources(OrganizationId=organization)["Resources"]
    workmail.deregister_from_work_mail(OrganizationId=organization, EntityId=room["Id"])
    workmail.delete_resource(OrganizationId=organization, ResourceId=room["Id"])
    assert demo.stop() == 0, demo.log()
    (demo.data / "demo.json").unlink()
    demo.start()
    assert names(demo.client().list_resources(OrganizationId=organization)) == {"library"}
    assert len(demo.said(r"alice@\S+  (\S+)")) == 1


def test_it_starts_whatever_was_made_of_it(demo):
    workmail = demo.client()
    (organization,) = set(demo.said(r"m-[0-9a-f]{32}"))
    (rule,) = [
        rule["MobileDeviceAccessRuleId"]
        for rule in workmail.list_mobile_device_access_rules(OrganizationId=organization)["Rules"]
        if rule["Name"] == "No old phones"
    ]
    workmail.delete_mobile_device_access_rule(OrganizationId=organization, MobileDeviceAccessRuleId=rule)
    for number in range(9):
        workmail.create_mobile_device_access_rule(OrganizationId=organization, Name=f"r{number}", Effect="ALLOW")
    for user in ("alice", "bob"):
        workmail.deregister_from_work_mail(OrganizationId=organization, EntityId=user)
        workmail.delete_user(OrganizationId=organization, UserId=user)
        workmail.create_group(OrganizationId=organization, Name=user)
    assert demo.stop() == 0, demo.log()
    demo.start()
    for what in ("the user alice", "the user bob", 'the rule "No old phones"', "the override for ALICESOLDPHONE"):
        assert demo.said(rf"\n  {what}: \w+Exception: .*\n"), demo.page
    assert len(demo.said(r"\n  aws workmail ")) == 5
    assert demo.said(r"EntityNotFoundException") and not demo.said("password Demo-")
    assert demo.stop() == 0, demo.log()


def test_its_organization_is_made_anew(demo):
    """By hand under a name in capitals; then by the demo, where a directory that was kept keeps the alias."""
    workmail = demo.client()
    for alias, keeps_directory in (("DEMO", False), ("demo", True)):
        (organization,) = set(demo.said(r"m-[0-9a-f]{32}"))
        workmail = demo.client()
        words = {"OrganizationId": organization, "DeleteDirectory": not keeps_directory, "ForceDelete": True}
        workmail.delete_organization(**words)
        wait_for_state(workmail, organization, "Deleted")
        if not keeps_directory:
            active(workmail, Alias=alias)
        assert demo.stop() == 0, demo.log()
        demo.start()
        assert demo.said(r"serves the organization `(\S+)`") == ["demo-2" if keeps_directory else "DEMO"]
        assert len(demo.said(r"(\S+@\S+)  (\S+)")) == 2
    (again,) = set(demo.said(r"m-[0-9a-f]{32}"))
    assert demo.stop() == 0, demo.log()
    demo.start()
    assert set(demo.said(r"m-[0-9a-f]{32}")) == {again}


def test_the_page_shows_commands_that_were_tried(demo):
    assert len(demo.said(r"\n  aws workmail ")) == 5
    assert demo.said("export AWS_CONFIG_FILE=(.*)") == [str(demo.data / "aws" / "config")]
    assert demo.said("export AWS_SHARED_CREDENTIALS_FILE=(.*)") == [str(demo.data / "aws" / "credentials")]


def test_why_a_device_is_refused_and_why_the_override_lets_it_in(demo):
    (organization,) = set(demo.said(r"m-[0-9a-f]{32}"))

    def explained(*words):
        words = [program(), "explain", "device-access", "--data", str(demo.data), "--organization", organization, *words]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    old = ["--os", "iOS 12.5.7"]
    assert explained(*old).startswith("DENY by rule No old phones\n")
    assert "No old phones (DENY) matches" in explained(*old)
    assert explained("--os", "iOS 18.1").startswith("ALLOW by rule DefaultAllowAll\n")
    override = explained(*old, "--user", "alice", "--device-id", "ALICESOLDPHONE")
    assert override.startswith("ALLOW by the override for this device")
    assert explained(*old, "--user", "bob", "--device-id", "ALICESOLDPHONE").startswith("DENY")


def test_the_page_as_a_value(tmp_path):
    server = Server(tmp_path / "data")
    words = [program(), "demo", "--data", str(server.data), "--any-port", "--output", "json"]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = ""
            for line in process.stdout:
                said += line
                if line == "}\n":
                    break
            page = json.loads(said)
            server.endpoints = page["endpoints"]
            users = server.client().list_users(OrganizationId=page["organization_id"])["Users"]
        finally:
            process.kill()
    addresses = {user["address"] for user in page["users"]}
    assert addresses == {user["Email"] for user in users if user.get("Email")} and len(addresses) == 2
    assert len(page["commands"]) == 5 and page["commands"][0]["answer"]["Users"]
    assert page["environment"]["AWS_CONFIG_FILE"] == str(server.data / "aws" / "config")
