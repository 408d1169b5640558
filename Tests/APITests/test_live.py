"""Frames of the WebSocket, held against the description; how fast and how many is proven by the system tests."""

import json

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from branch import CALL_WITHIN
from contract import faults


def dial(branch, role, query=""):
    url = branch.url.replace("http", "ws") + "/ws" + query
    return connect(url, additional_headers=branch.headers(role), open_timeout=CALL_WITHIN, proxy=None)


def receive(socket, schema=None):
    """The next frame that is not a beat, or the one of a schema."""
    while True:
        text = socket.recv(timeout=CALL_WITHIN)
        assert isinstance(text, str)
        frame = json.loads(text)
        assert ("type" in frame) != ("event" in frame), frame
        kind = frame["type"].capitalize() if "type" in frame else "Event"
        assert faults({"$ref": f"#/components/schemas/{kind}"}, frame) == [], frame
        if kind == schema or (schema is None and kind != "Beat"):
            return frame


@pytest.mark.parametrize("role", ["display", "kiosk", "agent", "worker", "admin"])
def test_hello_then_snapshot_then_what_happens(branch, speak, role):
    with dial(branch, role, "?queue_id=1") as socket:
        hello = receive(socket)
        assert hello["type"] == "hello"
        snapshot = receive(socket)
        assert (snapshot["type"], snapshot["incarnation"]) == ("snapshot", hello["incarnation"])
        assert snapshot["seq"] >= hello["seq"]
        speak("kiosk").post("/tickets", {"queue_id": 2, "customer_name": "Canary"}, 201)
        issued = speak("kiosk").post("/tickets", {"queue_id": 1, "customer_name": "Canary"}, 201).json()
        # A snapshot may be a moment old; then what came since it comes first.
        event = receive(socket)
        while event["seq"] <= hello["seq"] or event["ticket_id"] != issued["id"]:
            assert event["seq"] > snapshot["seq"]
            event = receive(socket)
        assert (event["event"], event["queue_id"]) == ("ticket.created", 1)
        assert event["seq"] > snapshot["seq"] + 1
        assert ("priority" in event["ticket"]) == (role in ["agent", "worker", "admin"])
        assert "Canary" not in json.dumps(event)
        assert receive(socket, "Beat")["seq"] >= event["seq"]


def test_a_client_that_comes_back_gets_what_it_missed(branch, speak):
    with dial(branch, "display") as socket:
        hello = receive(socket)
        seen = receive(socket)["seq"]
    missed = [speak("kiosk").post("/tickets", {"queue_id": 3, "customer_name": ""}, 201).json()["id"] for _ in range(3)]
    with dial(branch, "display", f"?since={hello['incarnation']}.{seen}") as socket:
        assert receive(socket)["type"] == "hello"
        assert [receive(socket)["ticket_id"] for _ in missed] == missed
    with dial(branch, "display", f"?since=0123456789abcdef.{seen}") as socket:
        assert receive(socket)["type"] == "hello"
        assert receive(socket)["type"] == "snapshot"


@pytest.mark.parametrize("role,query,status", [
    (None, "", 401), ("display", "?since=nothing", 400), ("display", "?queue_id=x", 400),
])
def test_a_handshake_is_refused_like_any_request(branch, role, query, status):
    with pytest.raises(InvalidStatus) as refusal:
        dial(branch, role, query)
    answer = refusal.value.response
    assert answer.status_code == status
    assert faults({"$ref": "#/components/schemas/Problem"}, json.loads(answer.body)) == []


def test_a_message_from_a_client_ends_the_connection(branch):
    with dial(branch, "display") as socket:
        receive(socket)
        socket.send("hello?")
        with pytest.raises(Exception):
            while True:
                socket.recv(timeout=CALL_WITHIN)
        assert socket.close_code == 1003


def test_a_plain_request_is_told_to_upgrade(speak):
    assert speak("display").get("/ws", 426).headers["Upgrade"] == "websocket"
