"""The message flow API (WB §0.2), which Postroom does not have yet."""

import botocore.exceptions
import pytest


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("GetRawMessageContent", {}),
        ("PutRawMessageContent", {"content": {"s3Reference": {"bucket": "bucket", "key": "key"}}}),
    ],
)
def test_an_operation_that_is_missing_says_so(server, operation, more):
    client = server.client("workmailmessageflow")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client._make_api_call(operation, {"messageId": "abc-1", **more})
    assert caught.value.response["Error"]["Code"] == "UnsupportedOperationException"
    assert operation in caught.value.response["Error"]["Message"]
