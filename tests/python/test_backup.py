"""`postroom backup` and `postroom restore`: while the server serves, on either engine and from one to the other."""

import json
import os
import shutil
import stat
import subprocess
import threading

import pytest

from conftest import ENGINES
from organizations import active, alias, delete
from places import Place
from postroom import program


@pytest.fixture(params=ENGINES)
def place(request, tmp_path):
    """A running server on either engine."""
    place = Place(tmp_path / "data", request.param)
    try:
        place.server.start()
        yield place
    finally:
        if place.server.process is not None:
            place.server.kill()


def populated(place, name, users=3):
    """An organization with enabled users; its id."""
    workmail = place.server.client()
    organization = active(workmail, Alias=name)
    domain = workmail.describe_organization(OrganizationId=organization)["DefaultMailDomain"]
    for number in range(users):
        user = workmail.create_user(OrganizationId=organization, Name=f"user{number}", DisplayName=f"User {number}")
        email = f"user{number}@{domain}"
        workmail.register_to_work_mail(OrganizationId=organization, EntityId=user["UserId"], Email=email)
    workmail.tag_resource(
        ResourceARN=workmail.describe_organization(OrganizationId=organization)["ARN"],
        Tags=[{"Key": "team", "Value": "blue"}],
    )
    return organization


def seen(place, organization):
    """What the API shows of an organization."""
    workmail = place.server.client()
    described = workmail.describe_organization(OrganizationId=organization)
    described.pop("ResponseMetadata")
    users = workmail.list_users(OrganizationId=organization)["Users"]
    details = [workmail.get_mailbox_details(OrganizationId=organization, UserId=user["Id"]) for user in users]
    for detail in details:
        detail.pop("ResponseMetadata")
    tags = workmail.list_tags_for_resource(ResourceARN=described["ARN"])["Tags"]
    rules = workmail.list_mobile_device_access_rules(OrganizationId=organization)["Rules"]
    return [described, users, details, tags, rules]


def emails(place, organization):
    """The users' addresses."""
    return sorted(user["Email"] for user in place.server.client().list_users(OrganizationId=organization)["Users"])


@pytest.mark.parametrize("to", ENGINES)
def test_everything_comes_back_on_either_engine(place, to, tmp_path):
    organization = populated(place, alias())
    before = seen(place, organization)
    folder = tmp_path / "backup"
    taken = place.asked("backup", "--to", str(folder))
    assert [entry["organization_id"] for entry in taken["manifest"]["organizations"]] == [organization]
    assert taken["master_key"] == str(place.server.data / "master.key")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["manifest.json", "directory.postroom", f"{organization}.postroom"]
    )
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    place.server.client().create_user(OrganizationId=organization, Name="late", DisplayName="Late")
    assert "never overwritten" in place.command("backup", "--to", str(folder), code=1)

    other = Place(tmp_path / "other", to)
    said = other.command("restore", "--from", str(folder), code=1)
    assert "master.key" in said and "--master-key" in said, said
    assert not other.server.data.exists(), "nothing is made for a restore that cannot be"
    other.server.data.mkdir(mode=0o700)
    key = place.server.data / "master.key"
    shutil.copy(key, other.server.data)
    said = other.command("restore", "--from", str(folder))
    assert "Everything is restored: organizations: 1" in said
    # The administrator's access key is the one that the backup had.
    (other.server.data / "aws").mkdir(mode=0o700)
    shutil.copy(place.server.data / "aws" / "credentials", other.server.data / "aws")
    other.server.start()
    try:
        assert seen(other, organization) == before
        assert other.asked("fsck")["findings"] == []
        assert "a server runs on this store" in other.command("restore", "--from", str(folder), code=1)
        assert other.server.stop() == 0
        assert "the store is in use" in other.command("restore", "--from", str(folder), code=1)
    finally:
        if other.server.process is not None:
            other.server.kill()


def test_another_master_key_and_a_cut_backup_leave_nothing(place, tmp_path):
    populated(place, alias())
    folder = tmp_path / "backup"
    place.command("backup", "--to", str(folder))
    other = Place(tmp_path / "other", "embedded")
    wrong = tmp_path / "wrong.key"
    wrong.write_bytes(os.urandom(32))
    wrong.chmod(0o600)
    said = other.command("restore", "--from", str(folder), "--master-key", str(wrong), code=1)
    assert "the master key is not the one" in said and "--master-key FILE" in said
    assert not other.server.data.exists()
    # The right key beside another store key: what was sealed is sealed anew.
    key = str(place.server.data / "master.key")
    archive = next(folder.glob("m-*.postroom"))
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    assert "was written with" in other.command("restore", "--from", str(folder), "--master-key", key, code=1)
    # Nor is a damaged header, or an archive that is not there, taken for a wrong key or a bad disk.
    at = whole.index(b"wrapped_key") + 24
    archive.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert "not those that were written" in other.command("restore", "--from", str(folder), "--master-key", key, code=1)
    archive.unlink()
    assert "the backup is not whole" in other.command("restore", "--from", str(folder), "--master-key", key, code=1)
    archive.write_bytes(whole)
    other.command("restore", "--from", str(folder), "--master-key", key)
    assert (other.server.data / "master.key").read_bytes() != (place.server.data / "master.key").read_bytes()
    assert other.asked("fsck")["findings"] == []
    (folder / "manifest.json").unlink()
    assert "holds no backup" in other.command("restore", "--from", str(folder), code=1)


def test_one_organization_comes_back_and_beside_itself(place, tmp_path):
    workmail, name = place.server.client(), alias()
    organization = populated(place, name)
    workmail.register_mail_domain(OrganizationId=organization, DomainName="free.example.com")
    before, addresses = seen(place, organization), emails(place, organization)
    folder = tmp_path / "backup"
    taken = place.asked("backup", "--to", str(folder), "--organization", name)
    assert taken["manifest"]["directory"] is None
    assert f"organization {organization} ({name}) is there" in place.command(
        "restore", "--from", str(folder), "--organization", name, code=1
    )
    # Beside the original, while both serve.
    made = place.asked("restore", "--from", str(folder), "--organization", organization, "--as-new", name + "-old")
    assert made["organization_id"] != organization and made["left"] == []
    copy = made["organization_id"]
    # What the original gives up is pending there until it is proved, and nothing is wrong with that.
    workmail.deregister_mail_domain(OrganizationId=organization, DomainName="free.example.com")
    assert place.asked("fsck")["findings"] == []
    pending = workmail.get_mail_domain(OrganizationId=copy, DomainName="free.example.com")
    assert pending["OwnershipVerificationStatus"] == "PENDING"
    workmail.register_mail_domain(OrganizationId=organization, DomainName="free.example.com")
    assert emails(place, copy) == sorted(address.replace(name, name + "-old") for address in addresses)
    assert seen(place, organization) == before
    entry = json.loads(place.command("audit", "tail", "--organization", copy, "--output", "json").splitlines()[-1])
    assert entry["operation"] == "RestoreOrganization"
    # Gone, and back under its own id.
    delete(workmail, organization, ForceDelete=True)
    back = place.asked("restore", "--from", str(folder), "--organization", name)
    assert back["organization_id"] == organization
    assert seen(place, organization) == before
    workmail.create_user(OrganizationId=organization, Name="new", DisplayName="New")
    assert place.asked("fsck")["findings"] == []
    assert place.server.stop() == 0
    # Without a server the same.
    made = place.asked("restore", "--from", str(folder), "--organization", name, "--as-new", name + "-older")
    assert made["left"] == [] and place.asked("fsck")["findings"] == []


def test_a_backup_is_taken_while_others_write(place, tmp_path):
    organization = populated(place, alias())
    stop, failures = threading.Event(), []

    def write(thread):
        client, number = place.server.client(), 0
        while not stop.is_set():
            number += 1
            try:
                name = f"writer{thread}-{number}"
                client.create_user(OrganizationId=organization, Name=name, DisplayName=name)
            except Exception as error:  # the test shows it
                failures.append(error)
                return

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(3):
            place.command("backup", "--to", str(tmp_path / f"backup{number}"))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    other = Place(tmp_path / "other", "embedded")
    key = str(place.server.data / "master.key")
    other.command("restore", "--from", str(tmp_path / "backup2"), "--master-key", key)
    assert other.asked("fsck")["findings"] == []


@pytest.mark.parametrize(
    "words, code, said",
    [
        (["backup"], 2, "--to <FOLDER>"),
        (["backup", "--to", "/nowhere/at/all"], 1, "/nowhere/at/all"),
        (["backup", "--to", "{folder}", "--organization", "nobody"], 1, "there is no organization nobody"),
        (["restore"], 2, "--from <FOLDER>"),
        (["restore", "--from", "/nowhere", "--organization", "x"], 1, "holds no backup"),
        (["restore", "--from", "/nowhere"], 1, "holds no backup"),
        (["restore", "--from", "{folder}", "--as-new", "x"], 2, "--organization"),
        (["restore", "--from", "{folder}", "--organization", "x", "--as-new", "-"], 2, "- is no alias"),
    ],
)
def test_wrong_invocations(place, tmp_path, words, code, said):
    words = [word.replace("{folder}", str(tmp_path / "backup")) for word in words]
    assert said in place.command(*words, code=code)
    assert not (tmp_path / "backup").exists()


def test_a_restore_that_was_cut_off_is_not_served(place, tmp_path):
    populated(place, alias())
    folder, key = tmp_path / "backup", str(place.server.data / "master.key")
    place.command("backup", "--to", str(folder))
    other = Place(tmp_path / "other", "embedded")
    words = [program(), "restore", "--from", str(folder), "--master-key", key, "--data", str(other.server.data)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as restoring:
        for line in restoring.stderr:
            if "restoring the directory" in line:
                restoring.kill()
                break
    with pytest.raises(AssertionError, match="postroom ended while starting"):
        other.server.start()
    assert "a restore from" in other.server.log() and "--abandon" in other.server.log()
    other.server.process = None
    assert "not whole" in other.command("fsck", code=1)
    assert "the store is as new" in other.command("restore", "--abandon")
    other.command("restore", "--from", str(folder), "--master-key", key)
    assert other.asked("fsck")["findings"] == []
