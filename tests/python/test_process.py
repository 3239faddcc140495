"""The program itself: its help, its start, its end, its first administrator's key."""

import re
import stat
import subprocess
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from postroom import Server, program

NO_ORGANIZATION = "m-00000000000000000000000000000000"


def test_help_names_the_commands():
    said = subprocess.run([program(), "--help"], capture_output=True, text=True, check=True).stdout
    assert "postroom" in said and "serve" in said


def test_the_key_of_the_first_start_outlives_a_restart(tmp_path):
    server = Server(tmp_path / "data").start()
    try:
        credentials = server.data / "aws" / "credentials"
        first = credentials.read_text()
        assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
        assert server.stop() == 0, server.log()
        server.start()
        assert credentials.read_text() == first
        with pytest.raises(ClientError) as refusal:
            server.client().describe_user(OrganizationId=NO_ORGANIZATION, UserId="someone")
        assert refusal.value.response["Error"]["Code"] == "OrganizationNotFoundException"
        assert server.stop() == 0, server.log()
    finally:
        if server.process is not None:
            server.kill()


def test_it_lives_on_when_nobody_reads_its_log(tmp_path):
    words = [program(), "serve", "--data", str(tmp_path / "data"), "--any-port", "--set", "log.filter=debug"]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        ready = next(line for line in process.stderr if "ready" in line)
        url = "http://" + re.search(r'"http":"([^"]+)"', ready).group(1)
        process.stderr.close()
        for _ in range(3):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(url, b"{}")
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()


def test_a_request_without_a_signature_is_refused(server):
    headers = {"X-Amz-Target": "WorkMailService.ListOrganizations", "Content-Type": "application/x-amz-json-1.1"}
    request = urllib.request.Request(server.url, b"{}", headers)
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request)
    assert refusal.value.code in (400, 403)
    assert b"MissingAuthenticationToken" in refusal.value.read()


def test_a_wrong_secret_is_refused(server):
    wrong = server.client(aws_access_key_id=access_key_id(server), aws_secret_access_key="x" * 40)
    with pytest.raises(ClientError) as refusal:
        wrong.list_organizations()
    assert refusal.value.response["Error"]["Code"] in ("InvalidSignatureException", "SignatureDoesNotMatch")


def access_key_id(server):
    lines = (server.data / "aws" / "credentials").read_text().splitlines()
    return next(line.split("=")[1].strip() for line in lines if line.startswith("aws_access_key_id"))
