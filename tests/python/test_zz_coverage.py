"""Runs last: every operation was seen to succeed, to be refused for want of rights, and with each declared error."""

import pytest

from coverage_rules import EXCEPTIONS, MISSING, NOWHERE, SOMEWHERE
from recorder import CALLS, SUCCESS


def test_every_operation_has_a_success_an_authorization_case_and_its_errors(request, workmail, postroom):
    if not request.config.stash.get(request.config.whole_run, False):
        pytest.skip("only part of the tests was run")
    wanted = set()
    for model in [workmail.meta.service_model, postroom.meta.service_model]:
        for operation in set(model.operation_names) - MISSING:
            wanted |= {(operation, SUCCESS), (operation, "AccessDeniedException")}
            for error in model.operation_model(operation).error_shapes:
                case = (operation, error.name)
                if case in SOMEWHERE or (error.name not in NOWHERE and case not in EXCEPTIONS):
                    wanted.add(case)
    unseen = sorted(wanted - CALLS)
    assert not unseen, "never seen; add a test or a reason in coverage_rules.py:\n" + "\n".join(map(str, unseen))
    wrong = sorted(case for case in EXCEPTIONS if case in CALLS)
    assert not wrong, f"seen although coverage_rules.py says that they cannot occur: {wrong}"
