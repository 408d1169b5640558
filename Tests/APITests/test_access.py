"""People and devices at the running program: from the code on the console to a call, over a kill, and without a trace."""

import re

import pytest
import requests

from branch import CALL_WITHIN, Branch

PASSPHRASE = "correct horse battery"
PIN = "482915"


class Browser:
    """Keeps cookies and names its origin, as a browser does."""

    def __init__(self, branch: Branch):
        self.branch = branch
        self.session = requests.Session()
        self.secrets: list[str] = []

    def __call__(self, method: str, path: str, body=None, expected: int | None = None):
        answer = self.session.request(
            method, self.branch.url + path, json=body, timeout=CALL_WITHIN, headers={"Origin": self.branch.url})
        self.secrets += list(answer.cookies.values())
        assert expected is None or answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def house(branch):
    """An admin, and a kiosk, a counter and a display that the admin has paired."""
    code = re.findall(r"set-up code: ([B-Z]{4}-[B-Z]{4})", branch.said())[-1]
    admin = Browser(branch)
    made = admin("POST", "/setup", {"code": code, "name": "Ada", "passphrase": PASSPHRASE}, 201)
    admin("PATCH", "/agents/1", {"pin": PIN}, 200)
    house = {"admin": admin, "recovery": made["recovery_code"], "code": code}
    for kind in ["kiosk", "counter", "display"]:
        device = Browser(branch)
        begun = device("POST", "/devices/pair", {"kind": kind}, 201)
        order = {"user_code": begun["user_code"], "name": f"The {kind}"}
        admin("POST", "/devices", order | ({"counter_id": 1} if kind == "counter" else {}), 201)
        device("POST", "/devices/pair", {"device_code": begun["device_code"]}, 200)
        device.secrets.append(begun["device_code"])
        house[kind] = device
    return house


def test_from_the_first_code_to_the_first_call(house):
    ticket = house["kiosk"]("POST", "/tickets", {"queue_id": 1, "customer_name": "Zenobia Quillfeather"}, 201)
    counter = house["counter"]
    assert counter("GET", "/session")["agents"] == [{"id": 1, "name": "Ada"}]
    counter("POST", "/counters/1/call-next", None, 401)
    counter("POST", "/session", {"agent_id": 1, "pin": "111222"}, 401)
    counter("POST", "/session", {"agent_id": 1, "pin": PIN}, 200)
    called = counter("POST", "/counters/1/call-next", {}, 200)
    assert called["id"] == ticket["id"] and called["agent_id"] == 1 and called["counter_id"] == 1
    assert "customer_name" not in house["display"]("GET", "/tickets/waiting?queue_id=1", None, 200).__str__()


def test_a_kill_signs_nobody_out(branch, house):
    """Sessions, devices and the wizard's place are as durable as tickets."""
    house["admin"]("PATCH", "/setup", {"step": 4}, 200)
    branch.process.kill()
    branch.process.wait()
    branch.start()
    for name, role in [("admin", "admin"), ("kiosk", "kiosk"), ("counter", "agent"), ("display", "display")]:
        browser = house[name]
        # Cookies belong to the host, whatever its port.
        assert browser("GET", "/session")["role"] == role, name
    assert house["admin"]("GET", "/setup/state") == {"state": "open", "step": 4}


def test_nothing_that_was_typed_or_given_is_kept_or_logged(branch, house):
    """Of a secret only its hash is stored; a customer's name is in the database only, and in no log."""
    house["admin"]("POST", "/session", {"name": "Ada", "passphrase": "wrong horse battery"}, 401)
    secrets = [PASSPHRASE, "wrong horse battery", house["recovery"], house["recovery"].replace("-", ""), PIN, "111222"]
    for name in ["admin", "kiosk", "counter", "display"]:
        secrets += house[name].secrets
    files = {path.name: path.read_bytes() for path in branch.data.iterdir() if path.is_file()}
    assert {"turn.sqlite", "turn.sqlite-wal", "turn.pepper"} <= set(files)
    log = (branch.folder / "serve.log").read_bytes()
    for secret in filter(None, secrets):
        # Six digits may stand in any row of numbers; as text they would stand alone.
        found = [name for name, content in files.items() if len(secret) > 6 and secret.encode() in content]
        assert found == [], secret
        assert secret.encode() not in log, secret
    assert b"Quillfeather" not in log
    assert house["code"].replace("-", "").encode() not in b"".join(files.values())


def test_the_audit_log_tells_it_and_holds(branch, house):
    lines = house["admin"]("GET", "/audit?limit=200", None, 200)
    actions = {line["action"] for line in lines}
    assert {"person.created", "session.began", "session.refused", "pin.set", "device.paired"} <= actions
    assert [line["seq"] for line in lines] == list(range(len(lines), 0, -1))
    told = branch.verb("audit", "--json")
    assert "device.paired" in told and PIN not in told


def test_a_revoked_device_is_nobody(house):
    admin, display = house["admin"], house["display"]
    device = next(row for row in admin("GET", "/devices", None, 200) if row["kind"] == "display")
    admin("DELETE", f"/devices/{device['id']}", None, 204)
    display("GET", "/queues", None, 401)
    assert display("GET", "/session")["device"] is None


@pytest.mark.parametrize("path", [
    "/assets/../openapi.yaml", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/0000000000000000/../../turn.sqlite",
    "/assets/0000000000000000/%2e%2e%2f%2e%2e%2fturn.pepper", "//etc/passwd", "/assets/", "/assets/x",
])
def test_no_path_leads_out_of_the_pages(branch, path):
    connection = requests.Session()
    request = requests.Request("GET", branch.url).prepare()
    request.url = branch.url + path
    answer = connection.send(request, timeout=CALL_WITHIN)
    assert answer.status_code in (400, 401, 404), answer.text


def test_pages_say_what_they_may_do(branch):
    answer = requests.get(branch.url + "/", timeout=CALL_WITHIN)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Encoding"] == "gzip"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Referrer-Policy"] == "no-referrer"
    asset = re.search(r'(/assets/[0-9a-f]{16}/[^"]+\.css)"', answer.text).group(1)
    first = requests.get(branch.url + asset, timeout=CALL_WITHIN)
    assert "immutable" in first.headers["Cache-Control"]
    again = requests.get(branch.url + asset, timeout=CALL_WITHIN, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""
    # Another hash is another version.
    other = asset.replace(asset.split("/")[2], "0" * 16)
    assert requests.get(branch.url + other, timeout=CALL_WITHIN).status_code == 404
