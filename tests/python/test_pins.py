"""The pinned clients are the ones that Postroom's tables were written for."""

import boto3

OPERATIONS = {"workmail": 92, "workmailmessageflow": 2}


def test_the_pinned_model_has_the_operations_that_we_answer():
    for service, count in OPERATIONS.items():
        client = boto3.client(
            service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )
        assert len(client.meta.service_model.operation_names) == count, service
