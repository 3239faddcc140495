"""What a call is refused with."""

import pytest
from botocore.exceptions import ClientError

from organizations import active, delete

UNKNOWN_ORGANIZATION = "m-00000000000000000000000000000000"


def refused(call, **parameters):
    """The error code that `call` answers."""
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return refusal.value.response["Error"]["Code"]


def check_organization_refusals(workmail, calls, client=None):
    """Each of `calls` (method name to parameters) is refused for an unknown and for a deleted organization.

    They are calls of `client`, if one is given.
    """
    deleted = active(workmail)
    delete(workmail, deleted)
    for method, parameters in calls.items():
        call = getattr(client or workmail, method)
        unknown = refused(call, OrganizationId=UNKNOWN_ORGANIZATION, **parameters)
        assert unknown == "OrganizationNotFoundException", method
        assert refused(call, OrganizationId=deleted, **parameters) == "OrganizationStateException", method
