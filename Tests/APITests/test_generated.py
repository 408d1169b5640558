"""Requests that schemathesis makes up from the description, valid and invalid, against the running branch."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from branch import CALL_WITHIN, DESCRIPTION

# Examples an operation, beside those that the coverage phase lists. More find little and cost minutes.
EXAMPLES = 40

description = schemathesis.openapi.from_path(DESCRIPTION)
description.config.seed = 20260101
description.config.generation.deterministic = True
description.config.generation.with_security_parameters = False
description.config.generation.allow_extra_parameters = False
description.config.generation.database = "none"
# A command may also be refused for what the branch is at: an ended ticket, an old version, a log that moved on.
description.config.checks.negative_data_rejection.expected_statuses += ["408", "410", "412", "413", "421", "426", "431"]

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
bounded = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Steers half of the ids to what exists, so that answers beyond 404 come up."""
    value = (path_parameters or {}).get("id")
    if isinstance(value, int) and value > 0 and value % 2 == 0:
        path_parameters["id"] = value // 2 % 6 + 1
    return path_parameters


@schemathesis.hook
def map_query(context, query):
    """Waits are proven elsewhere; here they would only take time."""
    if query and query.get("wait") not in (None, 0) and isinstance(query["wait"], int) and 0 <= query["wait"] <= 60:
        query["wait"] = 0
    return query


def role_for(case) -> str | None:
    """The strongest role that may call the operation."""
    roles = case.operation.definition.raw["x-roles"]
    return next((role for role in ["admin", "worker", "kiosk"] if role in roles), None)


@description.parametrize()
@bounded
def test_staff(case, branch):
    headers = branch.headers(role_for(case))
    case.call_and_validate(base_url=branch.url, headers=headers, checks=CHECKS, timeout=CALL_WITHIN)


@description.include(operation_id=["issueTicket", "listWaiting", "listQueues", "listCounters"]).parametrize()
@bounded
def test_board(case, branch):
    headers = branch.headers("kiosk")
    case.call_and_validate(base_url=branch.url, headers=headers, checks=CHECKS, timeout=CALL_WITHIN)


@pytest.mark.parametrize("method", ["PUT", "TRACE", "DELETE"])
@pytest.mark.parametrize("path", ["/tickets", "/queues", "/events", "/livez"])
def test_a_method_that_is_not_described_is_405(branch, method, path):
    import requests

    answer = requests.request(method, branch.url + path, headers=branch.headers("admin"), timeout=CALL_WITHIN)
    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "method_not_allowed"
    assert "GET" in answer.headers["Allow"]
