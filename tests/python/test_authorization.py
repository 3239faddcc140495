"""Every operation asks the policies of the access key, before it tells anything else."""

import json
import subprocess

import pytest
from botocore.exceptions import ClientError

from coverage_rules import MISSING
from postroom import program
from samples import parameters

ALLOW_NOTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}


def method_of(client, operation):
    names = client.meta.method_to_api_mapping
    return next(name for name, api in names.items() if api == operation)


def code(client, operation):
    """What the smallest valid call of `operation` answers: an error code, or None."""
    call = getattr(client, method_of(client, operation))
    try:
        call(**parameters(client.meta.service_model.operation_model(operation)))
    except ClientError as refusal:
        return refusal.response["Error"]["Code"]
    return None


def account(server):
    """The AWS account of the administrator."""
    words = [program(), "account", "list", "--data", str(server.data), "--output", "json"]
    for setting in server.settings:
        words += ["--set", setting]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)["accounts"][0]["id"]


@pytest.fixture(scope="module")
def key_with(server, tmp_path_factory):
    """Makes a client whose access key has one policy."""

    def make(policy, service="workmail"):
        path = tmp_path_factory.mktemp("policy") / "policy.json"
        path.write_text(json.dumps(policy))
        words = [program(), "access-key", "create", "--data", str(server.data), "--output", "json"]
        words += ["--policy", str(path), "--account", account(server)]
        for setting in server.settings:
            words += ["--set", setting]
        made = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
        keys = {"aws_access_key_id": made["access_key_id"], "aws_secret_access_key": made["secret_access_key"]}
        return server.extension_client(**keys) if service == "postroom" else server.client(service, **keys)

    return make


@pytest.mark.parametrize("service", ["workmail", "postroom"])
def test_a_key_that_may_do_nothing_is_refused_everywhere(key_with, service):
    denied = key_with(ALLOW_NOTHING, service)
    operations = sorted(set(denied.meta.service_model.operation_names) - MISSING)
    answers = {operation: code(denied, operation) for operation in operations}
    assert answers == dict.fromkeys(operations, "AccessDeniedException")


def test_a_key_that_may_do_one_thing_may_do_that_and_nothing_else(workmail, key_with):
    statement = {"Effect": "Allow", "Action": "workmail:ListOrganizations", "Resource": "*"}
    lists = key_with({"Version": "2012-10-17", "Statement": [statement]})
    assert code(lists, "ListOrganizations") is None
    assert code(lists, "DescribeOrganization") == "AccessDeniedException"


def test_operations_of_our_own_have_actions_of_their_own(key_with):
    statement = {"Effect": "Allow", "Action": ["workmail:*", "postroom:ImportGroup"], "Resource": "*"}
    imports = key_with({"Version": "2012-10-17", "Statement": [statement]}, "postroom")
    assert code(imports, "ImportGroup") == "OrganizationNotFoundException"
    assert code(imports, "ImportUser") == "AccessDeniedException"
    assert code(imports, "ImportOrganization") == "AccessDeniedException"


def test_operations_that_are_missing_say_so(workmail):
    for operation in sorted(MISSING):
        assert code(workmail, operation) in {"UnknownOperationException", "UnsupportedOperationException"}
