"""A ticket's life over HTTP; every answer is held against the description on the way."""

import pytest
import requests

from contract import faults

KIOSK_FIELDS = {"customer_name", "note", "reason", "agent_id", "holder", "priority"}


@pytest.fixture
def kiosk(speak):
    return speak("kiosk")


@pytest.fixture
def admin(speak):
    return speak("admin")


@pytest.fixture
def queue(admin):
    """A queue of its own with a counter that serves it, so that a test sees nobody else's tickets."""
    made = len(admin.get("/queues").json()) + 1
    prefix = "Q" + chr(ord("A") + made // 26) + chr(ord("A") + made % 26)
    queue = admin.post("/queues", {"name": f"Line {made}", "prefix": prefix}, 201).json()
    counter = admin.post(
        "/counters", {"name": f"Place {made}", "queues": [{"queue_id": queue["id"], "tier": 1}]}, 201).json()
    admin.post(f"/counters/{counter['id']}/open", {})
    return queue["id"], counter["id"]


def take(client, queue_id, **fields):
    return client.post("/tickets", {"queue_id": queue_id, "customer_name": "Ada", **fields}, 201).json()


def test_from_kiosk_to_done(kiosk, admin, queue):
    line, counter = queue
    issued = take(kiosk, line)
    assert issued["state"] == "waiting" and issued["people_ahead"] == 0 and issued["number"].endswith("001")
    assert KIOSK_FIELDS.isdisjoint(issued)
    assert issued["public_url"].startswith(kiosk.branch.url + "/t/")
    assert [each["id"] for each in kiosk.get(f"/tickets/waiting?queue_id={line}").json()] == [issued["id"]]

    called = admin.post(f"/counters/{counter}/call-next", {}).json()
    assert (called["id"], called["state"], called["status"], called["counter_id"], called["call_count"]) == (
        issued["id"], "called", "processing", counter, 1)
    assert called["customer_name"] == "Ada" and called["waiting_time"] >= 0
    assert next(each for each in admin.get("/counters").json() if each["id"] == counter)["ticket_id"] == called["id"]

    recalled = admin.post(f"/tickets/{called['id']}/recall", {}).json()
    assert (recalled["call_count"], recalled["version"]) == (2, called["version"] + 1)
    started = admin.post(f"/tickets/{called['id']}/start", {}).json()
    assert started["state"] == "serving" and started["walking_time"] >= 0
    done = admin.post(f"/tickets/{called['id']}/complete", {}).json()
    assert (done["state"], done["status"], done["outcome"], done["number"]) == (
        "completed", "done", "completed", issued["number"])
    assert done["ended_by"]["role"] == "admin" and done["handling_time"] >= 0
    assert admin.get(f"/tickets/{done['id']}").json() == done
    assert admin.get(f"/tickets?state=completed&queue_id={line}").json() == [done]
    refused = admin.post(f"/tickets/{done['id']}/complete", {}, 409).json()
    assert refused["ticket"]["id"] == done["id"]


def test_calling_next_names_what_it_completes(kiosk, admin, queue):
    line, counter = queue
    first, second = take(kiosk, line), take(kiosk, line)
    call = f"/counters/{counter}/call-next"
    at_counter = admin.post(call, {}).json()
    assert at_counter["id"] == first["id"]
    refused = admin.post(call, {"completes": None}, 409).json()
    assert refused["code"] == "counter_changed" and refused["ticket"]["id"] == first["id"]
    following = admin.post(call, {"completes": {"id": first["id"], "version": at_counter["version"]}}).json()
    assert following["id"] == second["id"]
    assert admin.get(f"/tickets/{first['id']}").json()["state"] == "completed"
    admin.post(call, {"completes": {"id": second["id"], "version": following["version"]}}, 204)
    assert admin.get(f"/tickets/{second['id']}").json()["state"] == "completed"


def test_an_answer_that_was_lost_is_fetched_again(kiosk, queue):
    line, _ = queue
    body = {"queue_id": line, "customer_name": "Grace"}
    first = kiosk.post("/tickets", body, 201, Idempotency_Key="once")
    again = kiosk.post("/tickets", body, 201, Idempotency_Key="once")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert again.json() == first.json()
    other = kiosk.post("/tickets", {**body, "priority": 2}, 422, Idempotency_Key="once")
    assert other.json()["code"] == "idempotency_key_reused"
    assert len(kiosk.get(f"/tickets/waiting?queue_id={line}").json()) == 1


def test_a_stale_version_is_refused_with_the_ticket_as_it_is(kiosk, admin, queue):
    line, _ = queue
    ticket = take(kiosk, line)
    path = f"/tickets/{ticket['id']}"
    tag = admin.get(path).headers["ETag"]
    assert tag == f'"{ticket["version"]}"'
    changed = admin.patch(path, {"priority": 3, "customer_name": "Linus"}, 200, If_Match=tag)
    assert changed.headers["ETag"] == f'"{ticket["version"] + 1}"'
    stale = admin.patch(path, {"priority": 4}, 412, If_Match=tag).json()
    assert stale["ticket"]["priority"] == 3 and stale["ticket"]["customer_name"] == "Linus"
    stale = admin.post(f"{path}/cancel", {"version": ticket["version"]}, 409).json()
    assert stale["code"] == "version_conflict" and stale["ticket"]["version"] == ticket["version"] + 1


def test_priority_decides_the_order_of_the_line(kiosk, admin, queue):
    line, _ = queue
    plain, urgent = take(admin, line), take(admin, line, priority=10)
    order = [each["id"] for each in admin.get(f"/tickets/waiting?queue_id={line}").json()]
    assert order == [urgent["id"], plain["id"]]


def test_park_resume_requeue_transfer(kiosk, admin, queue):
    line, counter = queue
    ticket = take(kiosk, line)
    path = f"/tickets/{ticket['id']}"
    admin.post(f"{path}/call", {"counter_id": counter})
    parked = admin.post(f"{path}/park", {"until": None, "reason": "fetches a form"}).json()
    assert (parked["state"], parked["status"], parked["park_until"]) == ("parked", "processing", None)
    assert admin.post(f"{path}/resume", {"counter_id": counter}).json()["state"] == "serving"
    assert admin.post(f"{path}/requeue", {}).json()["state"] == "waiting"
    # It waits already; only a called or serving one is transferred.
    assert admin.post(f"{path}/transfer", {"queue_id": 1}, 409).json()["code"] == "invalid_transition"
    admin.post(f"{path}/call", {"counter_id": counter})
    moved = admin.post(f"{path}/transfer", {"queue_id": 1, "place": "first"}).json()
    assert (moved["queue_id"], moved["number"], moved["target_counter_id"]) == (1, ticket["number"], None)
    admin.post(f"{path}/call", {"counter_id": counter})
    moved = admin.post(f"{path}/transfer", {"counter_id": counter}).json()
    assert (moved["state"], moved["target_counter_id"]) == ("waiting", counter)
    assert admin.post(f"/counters/{counter}/call-next", {}).json()["id"] == ticket["id"]
    admin.post(f"{path}/complete", {})


def test_undo_and_reinstate(kiosk, admin, speak, queue):
    line, counter = queue
    ticket = take(kiosk, line)
    path = f"/tickets/{ticket['id']}"
    called = admin.post(f"/counters/{counter}/call-next", {}).json()
    gone = admin.post(f"{path}/no-show", {}).json()
    assert (gone["state"], gone["outcome"]) == ("no_show", "no_show")
    back = admin.post(f"{path}/undo", {}).json()
    assert (back["state"], back["counter_id"], back["counter_taken"]) == ("called", counter, False)
    assert back["version"] > gone["version"] > called["version"]
    assert admin.post(f"{path}/undo", {}, 409).json()["code"] == "nothing_to_undo"
    admin.post(f"{path}/complete", {})
    assert speak("supervisor").post(f"{path}/reinstate", {}).json()["state"] == "waiting"
    admin.post(f"{path}/abandon", {})


def test_a_worker_reserves_updates_and_completes(kiosk, speak, queue):
    line, _ = queue
    worker = speak("worker")
    worker.post(f"/queues/{line}/reserve", None, 204)
    ticket = take(kiosk, line)
    held = worker.post(f"/queues/{line}/reserve?wait=1", {}).json()
    assert (held["id"], held["state"], held["counter_id"]) == (ticket["id"], "called", None) and held["holder"] >= 1
    updated = worker.post(f"/tickets/{held['id']}/updates", {"progress": 40, "estimated_time": 90}).json()
    assert (updated["progress"], updated["estimated_time"], updated["version"]) == (40, 90, held["version"] + 1)
    change = {"expected_status": "processing", "status": "done", "version": held["version"]}
    worker.post(f"/tickets/{held['id']}/status", change, 409)
    change["version"] = updated["version"]
    assert worker.post(f"/tickets/{held['id']}/status", change).json()["state"] == "completed"
    change["expected_status"] = "waiting"
    worker.post(f"/tickets/{held['id']}/status", change, 409)


def test_the_original_interface_compares_and_sets_the_status(kiosk, speak, queue):
    line, _ = queue
    worker = speak("worker")
    ticket = take(kiosk, line)
    path = f"/tickets/{ticket['id']}/status"
    change = {"expected_status": "waiting", "status": "processing", "version": ticket["version"]}
    called = worker.post(path, change).json()
    assert called["state"] == "called" and called["counter_id"] is None
    worker.post(path, change, 409)
    change = {"expected_status": "processing", "status": "waiting", "version": called["version"]}
    assert worker.post(path, change).json()["state"] == "waiting"


def test_the_customer_follows_the_link(kiosk, speak, admin, queue):
    line, _ = queue
    first, second = take(kiosk, line), take(kiosk, line)
    anyone = speak(None)
    path = "/api/public/tickets/" + first["public_url"].rsplit("/", 1)[1]
    assert anyone.get(path).json()["number"] == first["number"]
    assert anyone.post(f"{path}/let-ahead", None).json()["people_ahead"] == 1
    order = [each["id"] for each in kiosk.get(f"/tickets/waiting?queue_id={line}").json()]
    assert order == [second["id"], first["id"]]
    assert anyone.post(f"{path}/let-ahead", None, 409).json()["code"] == "nobody_behind"
    left = anyone.post(f"{path}/leave", None, Idempotency_Key="leave").json()
    assert left["state"] == "abandoned"
    again = anyone.post(f"{path}/leave", None, Idempotency_Key="leave")
    assert again.json() == left and again.headers["Idempotency-Replayed"] == "true"
    assert anyone.post(f"{path}/undo", None).json()["state"] == "waiting"
    anyone.get("/api/public/tickets/" + "A" * 22, 404)


def test_the_log_tells_what_happened_without_names(kiosk, admin, queue):
    line, counter = queue
    ticket = kiosk.post("/tickets", {"queue_id": line, "customer_name": "Canary Ünique"}, 201).json()
    admin.post(f"/counters/{counter}/call-next", {})
    events, place = [], ""
    while page := admin.get(f"/events?limit=200{place}").json():
        events += page
        place = f"&after={incarnation(admin)}.{page[-1]['seq']}"
    assert [each["seq"] for each in events] == list(range(1, len(events) + 1))
    assert [each["event"] for each in events if each["ticket_id"] == ticket["id"]] == [
        "ticket.created", "ticket.reserved"]
    assert "Canary" not in str(events)
    assert len({each["uid"] for each in events}) == len(events)
    admin.get("/events?after=0000000000000000.1", 410)


def incarnation(admin) -> str:
    """The next page's link names it."""
    link = admin.get("/events?limit=1").headers["Link"]
    return link.split("after=")[1].split(".")[0]


def test_lists_are_paged_by_their_link(kiosk, admin, queue):
    line, _ = queue
    issued = [take(kiosk, line)["id"] for _ in range(5)]
    seen, path = [], f"/tickets?queue_id={line}&limit=2"
    while path:
        page = admin.get(path)
        assert len(page.json()) <= 2
        seen += [each["id"] for each in page.json()]
        link = page.headers.get("Link", "")
        path = link.split(">")[0].lstrip("<") if 'rel="next"' in link else None
    assert seen == issued


def test_configuration_is_made_changed_and_deleted(admin, speak):
    queue = admin.post("/queues", {"name": "Passports", "prefix": "PX", "target_wait": 300, "cap": None}, 201)
    made = queue.json()
    assert (made["target_wait"], made["cap"], made["open"], made["waiting"]) == (300, None, True, 0)
    path = f"/queues/{made['id']}"
    assert admin.post("/queues", {"name": "Other", "prefix": "PX"}, 409).json()["code"] == "prefix_in_use"
    closed = admin.patch(path, {"open": False}, 200, If_Match=queue.headers["ETag"]).json()
    assert closed["open"] is False and closed["version"] == made["version"] + 1
    admin.patch(path, {"open": True}, 412, If_Match=queue.headers["ETag"])
    refused = speak("kiosk").post("/tickets", {"queue_id": made["id"], "customer_name": ""}, 409).json()
    assert refused["code"] == "queue_closed" and refused["ticket"] is None
    wrong = admin.patch(path, {"undo_window": 301}, 400).json()
    assert wrong["field"] == "undo_window"
    admin.delete(path)
    admin.patch(path, {"open": True}, 404)

    agent = admin.post("/agents", {"name": "Barbara"}, 201).json()
    assert admin.patch(f"/agents/{agent['id']}", {"active": False}).json()["active"] is False
    assert "Barbara" in [each["name"] for each in speak("supervisor").get("/agents").json()]
    admin.delete(f"/agents/{agent['id']}")

    counter = admin.post("/counters", {"name": "Desk", "automatic": True}, 201).json()
    assert counter["state"] == "closed" and counter["automatic"] is True
    assert admin.post(f"/counters/{counter['id']}/open", {}).json()["state"] == "open"
    assert admin.post(f"/counters/{counter['id']}/pause", {}).json()["state"] == "paused"
    assert admin.post(f"/counters/{counter['id']}/close", {}).json()["state"] == "closed"
    admin.delete(f"/counters/{counter['id']}")


@pytest.mark.parametrize("body,field", [
    ({"customer_name": "Ada"}, "queue_id"),
    ({"queue_id": "1", "customer_name": "Ada"}, "queue_id"),
    ({"queue_id": 0}, "queue_id"),
    ({"queue_id": 1, "customer_name": 7}, "customer_name"),
    ({"queue_id": 1, "customer_name": "a\u0000b"}, None),
    ({"queue_id": 1, "customer_name": "a" * 201}, "customer_name"),
    ({"queue_id": 1, "customer_name": "Ada", "priority": 0}, "priority"),
    ({"queue_id": 1, "customer_name": "Ada", "priority": 11}, "priority"),
    ({"queue_id": 1, "customer_name": "Ada", "priority": 1.5}, "priority"),
])
def test_a_wrong_field_is_named(kiosk, body, field):
    wrong = kiosk.post("/tickets", body, 400).json()
    assert wrong["code"] == "bad_request" and wrong["field"] == field


@pytest.mark.parametrize("raw", [
    b"", b"{", b"[]", b'{"queue_id":1,"queue_id":2,"customer_name":"a"}', b'{"queue_id":1,"customer_name":"a",}',
    b'{"queue_id":01,"customer_name":"a"}', b'\xff\xfe{\x00}\x00', b'{"queue_id":1e400,"customer_name":"a"}',
    b'{"queue_id":9223372036854775808,"customer_name":"a"}', b'{"queue_id":1,"customer_name":"\\ud800"}', b"[" * 5000,
])
def test_bad_json_is_refused(branch, raw):
    headers = {**branch.headers("kiosk"), "Content-Type": "application/json"}
    answer = requests.post(f"{branch.url}/tickets", data=raw, headers=headers, timeout=20)
    assert answer.status_code == 400, answer.text
    assert faults({"$ref": "#/components/schemas/Problem"}, answer.json()) == []


def test_checks_come_in_their_order(branch):
    url, json_type = f"{branch.url}/tickets", {"Content-Type": "application/json"}
    kiosk = branch.headers("kiosk")

    def status(**kwargs):
        return requests.post(url, timeout=20, **kwargs).status_code

    assert status(data=b"{", headers={**json_type, "Host": "elsewhere.example"}) == 421
    assert status(data=b"{", headers={**json_type, **kiosk, "Origin": "http://elsewhere.example"}) == 403
    assert status(data=b"{", headers={"Content-Type": "text/plain"}) == 401
    assert status(data=b"{", headers={**branch.headers("display"), "Content-Type": "text/plain"}) == 403
    assert status(data=b"{", headers={**kiosk, "Content-Type": "text/plain"}) == 415
    assert status(data=b"{", headers={**json_type, **kiosk}) == 400
    assert status(data=b" " * 70_000, headers={**json_type, **kiosk}) == 413
