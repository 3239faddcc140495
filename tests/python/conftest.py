"""Fixtures: a running Postroom per module on each engine, and clients for it."""

import os
import subprocess
import uuid

import pytest

from entities import PASSWORD, Organization
from mail import Mail
from postroom import Server
from sharing import Shared

ENGINES = ["embedded", "postgres"]


def new_database():
    """Creates an empty database in the run's cluster and returns its URL."""
    cluster = os.environ.get("POSTROOM_TEST_POSTGRES")
    if cluster == "skip":
        pytest.skip("POSTROOM_TEST_POSTGRES=skip leaves out PostgreSQL")
    if not cluster:
        pytest.fail(
            "POSTROOM_TEST_POSTGRES names no cluster: use `cargo xtask test --only python`, "
            "or set POSTROOM_TEST_POSTGRES=skip to leave out PostgreSQL",
            pytrace=False,
        )
    name = "t" + uuid.uuid4().hex
    psql = os.path.join(os.environ["POSTROOM_TEST_POSTGRES_BIN"], "psql")
    subprocess.run([psql, "-qXc", f"CREATE DATABASE {name}", cluster], check=True)
    return cluster.rsplit("/", 1)[0] + "/" + name


@pytest.fixture(scope="module", params=ENGINES)
def server(request, tmp_path_factory):
    """A running server; every test that uses it runs on both engines.

    A module may have a function `settings` that answers more `--set` words.
    """
    # Nobody listens on the discard port: no test asks the name servers of the machine.
    settings = ['dns.resolvers=["127.0.0.1:9"]'] + getattr(request.module, "settings", list)()
    if request.param == "postgres":
        settings.append("store.url=" + new_database())
    running = Server(tmp_path_factory.mktemp("postroom") / "data", settings)
    try:
        yield running.start()
        assert running.stop() == 0, running.log()
    finally:
        if running.process is not None:
            running.kill()


@pytest.fixture(scope="module")
def workmail(server):
    """A boto3 client of the administrator."""
    return server.client("workmail")


@pytest.fixture(scope="module")
def postroom(server):
    """A boto3 client of the administrator for Postroom's own operations."""
    return server.extension_client()


@pytest.fixture
def organization(workmail):
    """An active organization of its own for the test (`entities.Organization`)."""
    return Organization(workmail)


@pytest.fixture
def alice(server, organization):
    """A user with a mailbox (`mail.Mail`)."""
    organization.user("alice", Password=PASSWORD)
    return Mail(server, organization.address("alice"), PASSWORD)


@pytest.fixture
def shared(server, organization, alice):
    """Folders of bob's that alice is to see (`sharing.Shared`)."""
    return Shared(server, organization, alice)


# Tests of mail, which the gate runs as a part of their own, beside the others.
MAIL = ("test_imap", "test_mbsync", "test_mailbox_files")


def pytest_addoption(parser):
    parser.addoption("--mail", choices=["with", "without", "only"], default="with", help="the tests of mail")


def pytest_ignore_collect(collection_path, config):
    """Leaves out what `--mail` says."""
    mail = config.getoption("mail")
    if mail == "with" or not collection_path.name.startswith("test_"):
        return None
    # None: whatever else there is to decide it.
    return True if collection_path.name.startswith(MAIL) == (mail == "without") else None


def pytest_configure(config):
    config.whole_run = pytest.StashKey[bool]()


def pytest_collection_modifyitems(config, items):
    """The coverage test comes last, and counts only when every test file of this folder was collected.

    It can go without the tests of mail: they do not show what calls end with.
    """
    items.sort(key=lambda item: "test_zz_coverage" in item.nodeid)
    folder = os.path.dirname(__file__)
    files = {name for name in os.listdir(folder) if name.startswith("test_") and name.endswith(".py")}
    if config.getoption("mail") == "without":
        files = {name for name in files if not name.startswith(MAIL)}
    collected = {os.path.basename(str(item.path)) for item in items if os.path.dirname(str(item.path)) == folder}
    plain = not config.option.keyword and not any("::" in word for word in config.args)
    config.stash[config.whole_run] = plain and files <= collected
