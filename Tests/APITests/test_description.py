"""The description by itself."""

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from branch import DESCRIPTION
from contract import DOCUMENT, operations, resolve

ROLES = {"admin", "supervisor", "agent", "worker", "kiosk", "display", "metrics", "link", "anyone"}


def test_it_is_valid_openapi():
    assert DOCUMENT["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_it_is_written_in_block_style():
    for line in DESCRIPTION.read_text().splitlines():
        assert not re.search(r"(:|-) [\[{](?!\]|\})", line), line


def test_operation_ids_are_unique():
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)


def test_every_component_is_used_or_a_frame():
    text = DESCRIPTION.read_text()
    for kind in ["schemas", "parameters", "headers", "responses"]:
        for name in DOCUMENT["components"][kind]:
            frame = name in ["Hello", "Snapshot", "Beat"]
            assert frame or f"#/components/{kind}/{name}'" in text or f"#/components/{kind}/{name}\n" in text, name


@pytest.mark.parametrize("path,method,operation", operations(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_operation_says_who_may_and_what_can_go_wrong(path, method, operation):
    roles, answers = set(operation["x-roles"]), set(operation["responses"])
    assert roles and roles <= ROLES
    assert {"400", "503"} <= answers
    if operation.get("security") == []:
        assert roles <= {"link", "anyone"}
    else:
        assert {"401", "403", "429"} <= answers
        # admin includes supervisor includes agent.
        assert not ("agent" in roles and "supervisor" not in roles)
        assert not ("supervisor" in roles and "admin" not in roles)
    if "requestBody" in operation:
        assert {"413", "415"} <= answers
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            assert list(resolve(answer)["content"]) == ["application/problem+json"]
