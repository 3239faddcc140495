"""Smallest valid parameters for any operation, from botocore's own model."""

import datetime

# One value for each string shape whose pattern a plain word does not meet.
STRINGS = {
    "AmazonResourceName": "arn:aws:workmail:us-east-1:000000000000:organization/m-0",
    "ApplicationArn": "arn:aws:sso::123456789012:application/ssoins-0123456789abcdef/apl-0123456789abcdef",
    "DirectoryId": "d-0123456789",
    "EmailAddress": "someone@example.com",
    "IdentityProviderIdentityStoreId": "d-0123456789",
    "IdentityProviderUserId": "01234567-89ab-cdef-0123-456789abcdef",
    "IdentityProviderUserIdForUpdate": "",
    "InstanceArn": "arn:aws:sso:::instance/ssoins-0123456789abcdef",
    "IpAddress": "192.0.2.1",
    "IpRange": "192.0.2.0/24",
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/0123",
    "LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:availability",
    "LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:postroom:*",
    "OrganizationId": "m-00000000000000000000000000000000",
    "Password": "Abcdefg1",
    "ResourceId": "r-00000000000000000000000000000000",
    "RoleArn": "arn:aws:iam:us-east-1:123456789012:role/example",
    "Url": "https://ews.example.com/EWS/Exchange.asmx",
    "WorkMailIdentifier": "01234567-89ab-cdef-0123-456789abcdef",
}


def parameters(operation):
    """The required members of the operation's input."""
    return _value(operation.input_shape) if operation.input_shape else {}


def _value(shape):
    if shape.type_name == "structure":
        return {name: _value(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [_value(shape.member)] if shape.metadata.get("min", 0) else []
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else STRINGS.get(shape.name, "sample")
    return {
        "boolean": False,
        "integer": max(1, shape.metadata.get("min", 1)),
        "timestamp": datetime.datetime.now(datetime.timezone.utc),
    }[shape.type_name]
