"""What an admin sets of the branch, and the whole configuration as a file; answers are held against the description."""

import requests
import yaml

from branch import CALL_WITHIN
from contract import check

WEEK = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "24:00"}]


def send(branch, text, dry_run):
    path = f"/configuration?dry_run={dry_run}"
    answer = requests.post(
        branch.url + path, data=text.encode(), timeout=CALL_WITHIN,
        headers={**branch.headers("admin"), "Content-Type": "application/yaml; charset=utf-8"})
    check("POST", path, answer)
    return answer


def test_the_branch_is_shown_and_changed(speak):
    admin = speak("admin")
    before = speak("display").get("/branch")
    assert before.json()["name"] == "Test branch" and before.json()["hours"] is None
    changed = admin.patch(
        "/branch", {"language": "pt-BR", "hours": WEEK, "exceptions": [{"date": "2001-01-01", "note": "Past"}]},
        If_Match=before.headers["ETag"])
    assert changed.json()["version"] == before.json()["version"] + 1
    assert speak("agent").get("/branch").json() == changed.json()
    assert admin.patch("/branch", {"language": "en"}, 412, If_Match=before.headers["ETag"]).json()["ticket"] is None
    assert admin.patch("/branch", {"language": "en", "version": 1}, 409).json()["code"] == "version_conflict"
    assert admin.patch("/branch", {"hours": WEEK + WEEK}, 400).json()["field"] == "hours"


def test_a_queue_takes_nobody_outside_of_its_hours(speak):
    admin, kiosk = speak("admin"), speak("kiosk")
    assert admin.patch("/queues/3", {"hours": [], "names": {"de": "Kasse"}}).json()["open_now"] is False
    shown = next(each for each in kiosk.get("/queues").json() if each["id"] == 3)
    assert shown["names"] == {"de": "Kasse"} and shown["open"] and not shown["open_now"]
    assert kiosk.post("/tickets", {"queue_id": 3}, 409).json()["code"] == "queue_closed"
    assert admin.patch("/queues/3", {"hours": None}).json()["open_now"] is True
    kiosk.post("/tickets", {"queue_id": 3}, 201)


def test_the_configuration_goes_out_and_comes_back(branch, speak):
    admin = speak("admin")
    file = admin.get("/configuration")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert yaml.safe_load(file.text)["queues"][2]["names"] == {"de": "Kasse"}
    for dry_run in ["true", "false"]:
        answer = send(branch, file.text, dry_run).json()
        assert {each["action"] for each in answer["changes"]} == {"unchanged"} and len(answer["changes"]) == 8
    text = file.text.replace('name: "Cash"', 'name: "Tills"')
    assert [each for each in send(branch, text, "true").json()["changes"] if each["action"] != "unchanged"] == [
        {"action": "change", "kind": "queue", "name": "Tills", "fields": ["name"]}]
    assert admin.get("/configuration").text == file.text
    send(branch, text, "false")
    assert admin.get("/configuration").text == text


def test_a_wrong_file_is_told_where(branch):
    answer = send(branch, "queues:\n  - name: Cash\n    cap: many\n", "false")
    assert answer.status_code == 400 and answer.json()["code"] == "invalid_configuration"
    assert answer.json()["detail"] == "configuration.yaml:3: queues[1].cap: it must be a whole number, or null for none"


def test_a_branch_without_names_takes_none(speak):
    admin = speak("admin")
    assert admin.patch("/branch", {"names": False}).json()["names"] is False
    ticket = speak("agent").post("/tickets", {"queue_id": 1, "customer_name": "Ada"}, 201).json()
    assert ticket["customer_name"] is None
