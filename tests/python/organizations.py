"""Making organizations for tests, and waiting for them."""

import time
import uuid

WAIT_SECONDS_MAX = 30


def alias():
    """An alias that no other test has."""
    return "t" + uuid.uuid4().hex[:20]


def wait_for_state(workmail, organization_id, state):
    """Waits until the organization is in `state`; answers its description."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        described = workmail.describe_organization(OrganizationId=organization_id)
        if described["State"] == state:
            return described
        assert time.monotonic() < deadline, described
        time.sleep(0.02)


def active(workmail, **parameters):
    """Creates an organization and waits until it is active; answers its id."""
    parameters.setdefault("Alias", alias())
    organization_id = workmail.create_organization(**parameters)["OrganizationId"]
    wait_for_state(workmail, organization_id, "Active")
    return organization_id


def delete(workmail, organization_id, **parameters):
    """Deletes an organization and waits until it is gone."""
    parameters.setdefault("DeleteDirectory", True)
    workmail.delete_organization(OrganizationId=organization_id, **parameters)
    wait_for_state(workmail, organization_id, "Deleted")
