"""The pinned AWS CLI knows the services and, being asked for nothing, needs no server."""

import subprocess


def test_the_pinned_cli_makes_requests_for_workmail():
    words = ["aws", "workmail", "create-user", "--generate-cli-skeleton", "--region", "us-east-1"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "OrganizationId" in said and "HiddenFromGlobalAddressList" in said
