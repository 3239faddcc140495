"""An administrator with the AWS CLI and the two files that the data directory holds."""

import subprocess

NO_ORGANIZATION = "m-00000000000000000000000000000000"


def aws(server, *words):
    return subprocess.run(["aws", *words], env=server.environment(), capture_output=True, text=True)


def test_an_answer_of_the_server_arrives(server):
    said = aws(server, "workmail", "describe-user", "--organization-id", NO_ORGANIZATION, "--user-id", "someone")
    assert said.returncode != 0
    assert "OrganizationNotFoundException" in said.stderr
