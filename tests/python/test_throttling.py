"""`limits.calls_per_second` and `limits.calls_burst`: ThrottlingException, for each access key by itself."""

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from commands import asked

CALLS_BURST = 4
CALLS_TRIED_MAX = 200


def settings():
    return ["limits.calls_per_second=2", f"limits.calls_burst={CALLS_BURST}"]


@pytest.fixture
def key(server):
    """Words of boto3 for an access key of its own, with a full bucket."""
    account = asked(server, "account", "create", "--name", "throttled")["id"]
    made = asked(server, "access-key", "create", "--account", account)
    return {name: made[name.replace("aws_", "")] for name in ("aws_access_key_id", "aws_secret_access_key")}


def client(server, key, **retries):
    return server.client(config=Config(retries=retries), **key)


def call_until_refused(workmail):
    """Calls without a pause until a call is refused; answers how many were carried out, and the refusal."""
    for carried_out in range(CALLS_TRIED_MAX):
        try:
            workmail.list_organizations()
        except ClientError as refusal:
            return carried_out, refusal.response
    raise AssertionError(f"{CALLS_TRIED_MAX} calls without a pause were carried out")


def test_a_key_that_calls_too_often_is_told_so(server, key):
    carried_out, refusal = call_until_refused(client(server, key, total_max_attempts=1))
    assert carried_out >= CALLS_BURST
    assert refusal["Error"]["Code"] == "ThrottlingException" and refusal["Error"]["Message"] == "Rate exceeded"
    assert refusal["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_another_key_is_not_slowed_down(server, key):
    call_until_refused(client(server, key, total_max_attempts=1))
    made = asked(
        server, "access-key", "create", "--account", asked(server, "account", "create", "--name", "other")["id"]
    )
    other = {name: made[name.replace("aws_", "")] for name in key}
    carried_out, _ = call_until_refused(client(server, other, total_max_attempts=1))
    assert carried_out >= CALLS_BURST, "its bucket was full"


def test_the_retries_of_the_sdk_get_through(server, key):
    call_until_refused(client(server, key, total_max_attempts=1))
    patient = client(server, key, mode="standard", total_max_attempts=10)
    # A machine that is busy elsewhere may call no faster than the bucket fills, for a while.
    for _ in range(CALLS_TRIED_MAX):
        if patient.list_organizations()["ResponseMetadata"]["RetryAttempts"]:
            return
    raise AssertionError(f"{CALLS_TRIED_MAX} calls without a pause, and none was refused first")
