"""Every operation as every role: who is not named is refused, who is named is not."""

import pytest

from branch import DESCRIPTION, ROLES
from contract import Client, operations, resolve

CLOSED = [each for each in operations() if each[2].get("security") != []]


def filled(path: str) -> str:
    """A path that names something which does not exist, so that nothing is changed by an allowed call."""
    return path.replace("{id}", "987654321")


def query(operation: dict) -> str:
    needed = [resolve(each) for each in operation.get("parameters", [])]
    return "&".join(f"{each['name']}=987654321" for each in needed if each["in"] == "query" and each.get("required"))


def ask(branch, role, path, method, operation):
    body = {} if "requestBody" in operation else None
    return Client(branch, role)(method.upper(), f"{filled(path)}?{query(operation)}".rstrip("?"), body)


@pytest.mark.parametrize("path,method,operation", CLOSED, ids=[each[2]["operationId"] for each in CLOSED])
def test_only_the_named_roles_get_in(branch, path, method, operation):
    for role in ROLES:
        answer = ask(branch, role, path, method, operation)
        if role in operation["x-roles"]:
            assert answer.status_code not in (401, 403), f"{role}: {answer.text}"
        else:
            assert answer.status_code == 403, f"{role}: {answer.status_code}"
            assert answer.json()["code"] == "forbidden"


@pytest.mark.parametrize("path,method,operation", CLOSED, ids=[each[2]["operationId"] for each in CLOSED])
def test_nobody_gets_in_without_a_token(branch, path, method, operation):
    assert ask(branch, None, path, method, operation).status_code == 401


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/openapi.yaml"])
def test_anyone_may_ask_how_it_is(branch, path):
    Client(branch, None).get(path)


def test_the_server_gives_this_description(branch):
    assert Client(branch, None).get("/openapi.yaml").text == DESCRIPTION.read_text()


def test_an_unknown_token_is_refused(branch):
    answer = Client(branch, None).get("/queues", 401, Authorization="Bearer turn_a_" + "A" * 43)
    assert answer.json()["code"] == "unauthorized"


def test_an_agent_bound_to_a_counter_cannot_act_at_another(branch):
    assert Client(branch, "counter").post("/counters/2/call-next", {}, 403).json()["code"] == "forbidden"


def test_boards_get_the_board_view_and_staff_the_whole(branch):
    number = Client(branch, "kiosk").post("/tickets", {"queue_id": 3, "customer_name": "Ada"}, 201).json()["number"]
    for role, whole in [("display", False), ("kiosk", False), ("agent", True), ("worker", True), ("admin", True)]:
        line = Client(branch, role).get("/tickets/waiting?queue_id=3").json()
        found = next(each for each in line if each["number"] == number)
        assert ("customer_name" in found) == whole, role
