"""Starting and ending: files of the data directory, wrong invocations, what is in flight when the end comes."""

import json
import os
import signal
import socket
import stat
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from postroom import Server, program

NO_ORGANIZATION = "m-00000000000000000000000000000000"


def run(*words, **environment):
    """Runs a command to its end."""
    return subprocess.run(
        [program(), *words], capture_output=True, text=True, timeout=60, env=dict(os.environ, **environment)
    )


@pytest.fixture
def start(tmp_path):
    """Starts servers that end with the test."""
    started = []

    def start_one(*settings, name="data"):
        started.append(Server(tmp_path / name, settings))
        return started[-1].start()

    yield start_one
    for server in started:
        if server.process is not None:
            server.kill()


def answered_by(server, **options):
    """The error that a call about no organization is answered with: the whole way was gone."""
    with pytest.raises(ClientError) as refusal:
        server.client(**options).describe_user(OrganizationId=NO_ORGANIZATION, UserId="someone")
    return refusal.value.response["Error"]["Code"]


def test_what_the_data_directory_holds_is_for_its_owner_only(start):
    server = start()
    assert set(server.endpoints) == {"http", "https", "imap", "imaps"}
    files = [path for path in server.data.rglob("*")]
    assert {path.name for path in files} >= {"config", "credentials", "endpoints.json", "master.key", "ca.pem"}
    for path in files:
        assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0, path


def test_endpoints_are_there_exactly_while_it_listens(start):
    server = start()
    host, port = server.endpoints["http"].split(":")
    assert host == "127.0.0.1" and int(port) > 0
    assert server.stop() == 0
    assert not (server.data / "endpoints.json").exists()


def test_the_environment_gives_the_first_key(tmp_path, monkeypatch):
    monkeypatch.setenv("POSTROOM_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("POSTROOM_SECRET_ACCESS_KEY", "secret-of-forty-characters-for-the-tests")
    server = Server(tmp_path / "data").start()
    try:
        assert answered_by(
            server,
            aws_access_key_id="AKIAEXAMPLEEXAMPLE00",
            aws_secret_access_key="secret-of-forty-characters-for-the-tests",
        ) == "OrganizationNotFoundException"
        assert "AKIAEXAMPLEEXAMPLE00" in (server.data / "aws" / "credentials").read_text()
        assert server.stop() == 0
        assert "POSTROOM_ACCESS_KEY_ID is not used" not in server.log()
        monkeypatch.setenv("POSTROOM_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE99")
        server.start()
        assert server.log().count("POSTROOM_ACCESS_KEY_ID is not used") == 1
        assert "AKIAEXAMPLEEXAMPLE99" not in (server.data / "aws" / "credentials").read_text()
    finally:
        server.kill()


def test_half_a_first_key_is_refused(tmp_path):
    ended = run("serve", "--any-port", "--data", str(tmp_path / "data"), POSTROOM_ACCESS_KEY_ID="AKIAEXAMPLEEXAMPLE00")
    assert ended.returncode == 2
    assert "POSTROOM_SECRET_ACCESS_KEY" in ended.stderr


def test_a_second_daemon_on_the_same_directory_is_refused(start):
    server = start()
    ended = run("serve", "--any-port", "--data", str(server.data))
    assert ended.returncode == 1
    assert "is in use" in ended.stderr and str(server.process.pid) in ended.stderr
    assert (server.data / "endpoints.json").exists()
    assert answered_by(server) == "OrganizationNotFoundException"


def test_a_killed_daemon_leaves_no_lock_behind(start):
    server = start()
    server.kill()
    server.start()
    assert answered_by(server) == "OrganizationNotFoundException"


def test_a_lost_master_key_is_told_and_not_replaced(start):
    server = start()
    assert server.stop() == 0
    key = server.data / "master.key"
    kept = key.read_bytes()
    key.unlink()
    ended = run("serve", "--any-port", "--data", str(server.data))
    assert ended.returncode == 1 and "master.key" in ended.stderr
    assert not key.exists()
    key.write_bytes(kept)
    server.start()
    assert answered_by(server) == "OrganizationNotFoundException"


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        ended = run("serve", "--data", str(tmp_path / "data"), "--set", "http.listen=" + address)
    assert ended.returncode == 1
    assert f"http.listen: cannot listen on {address}" in ended.stderr


@pytest.mark.parametrize(
    "words, said",
    [
        (["serve", "--set", "store.ulr=x"], "there is no setting store.ulr; did you mean store.url?"),
        (["serve", "--set", "log.format=xml"], '--set: log.format = xml is not allowed; it takes "text" or "json"'),
        (["check-config", "--config", "/nowhere/postroom.toml"], "/nowhere/postroom.toml: the configuration file"),
        (["serve", "--prot", "1"], "unexpected argument '--prot'"),
        (["sevre"], "similar subcommands exist: 'restore', 'serve'"),
    ],
)
def test_wrong_invocations_end_with_2_and_say_what_is_wrong(words, said, tmp_path):
    ended = run(*words, "--data", str(tmp_path / "data"))
    assert ended.returncode == 2
    assert said in ended.stderr
    assert not (tmp_path / "data").exists()


def test_a_file_with_problems_names_each_with_its_line(tmp_path):
    file = tmp_path / "postroom.toml"
    file.write_text('regions = []\n[limits]\nconections = 5\ncalls_burst = 1\n[tls]\ncertificates = [{ chain = "a" }]\n')
    ended = run("check-config", "--config", str(file))
    assert ended.returncode == 2
    for line, name in [(1, "regions"), (3, "limits.conections"), (4, "limits.calls_burst"), (6, "tls.certificates")]:
        assert f"{file}:{line}: " in ended.stderr and name in ended.stderr


def test_config_prints_values_with_their_sources(tmp_path):
    file = tmp_path / "postroom.toml"
    file.write_text('store.url = "postgres://app:hush@db/mail"\n')
    words = ["config", "--config", str(file), "--set", "log.format=json", "--output", "json"]
    ended = run(*words, POSTROOM_LIMITS_CONNECTIONS="7")
    assert ended.returncode == 0 and "hush" not in ended.stdout
    config = json.loads(ended.stdout)
    assert config["store.url"] == {"value": "postgres://app:***@db/mail", "source": f"{file}:1"}
    assert config["log.format"] == {"value": "json", "source": "--set"}
    assert config["limits.connections"] == {
        "value": 7,
        "source": "environment variable POSTROOM_LIMITS_CONNECTIONS",
    }
    assert config["http.listen"]["source"] == "default"


def test_the_sample_is_a_good_configuration(tmp_path):
    file = tmp_path / "postroom.toml"
    file.write_text(run("config", "--sample").stdout)
    assert run("check-config", "--config", str(file)).returncode == 0


def test_sigterm_finishes_the_request_in_flight(start):
    server = start()
    host, port = server.endpoints["http"].split(":")
    body = b"{}" + b" " * 998
    head = (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.1\r\n"
        b"X-Amz-Target: WorkMailService.ListOrganizations\r\nContent-Length: 1000\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=30) as begun:
        # The interim answer proves that the request is being served before the signal comes.
        begun.sendall(head.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
        assert begun.recv(100).startswith(b"HTTP/1.1 100")
        begun.sendall(body[:500])
        server.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 30
        while listens(host, int(port)):
            assert server.process.poll() is None and time.monotonic() < deadline
        begun.sendall(body[500:])
        answer = b""
        while chunk := begun.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 4") and b"MissingAuthenticationToken" in answer
    assert server.process.wait(30) == 0, server.log()


def listens(host, port):
    try:
        with socket.create_connection((host, port), timeout=30):
            return True
    except ConnectionError:
        return False


def test_sigterm_does_not_wait_for_idle_connections(start):
    server = start("limits.drain_seconds=3600", "limits.head_seconds=3600")
    host, port = server.endpoints["http"].split(":")
    with socket.create_connection((host, int(port))), socket.create_connection((host, int(port))) as kept:
        kept.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert kept.recv(100).startswith(b"HTTP/1.1 4")
        assert server.stop() == 0, server.log()


def test_what_does_not_end_is_cut_off(start):
    server = start("limits.drain_seconds=0")
    host, port = server.endpoints["http"].split(":")
    with socket.create_connection((host, int(port))) as stuck:
        stuck.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
        assert stuck.recv(100).startswith(b"HTTP/1.1 100")
        assert server.stop() == 0, server.log()
        assert "cut off" in server.log()
