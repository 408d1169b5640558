"""The pages with the real program: from the printed code to the first ticket, with a kill in the middle."""

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from served import ROOT
from test_setup_page import Hand

PASSPHRASE = "correct horse battery staple"
READY_WITHIN = 60


def program() -> Path:
    folders = [os.environ.get("TURN_BINARIES"), ROOT / ".build/release", ROOT / ".build/debug"]
    for folder in folders:
        if folder and (path := Path(folder) / "turn-branch").exists():
            return path
    raise FileNotFoundError("turn-branch is not built: swift build -c release --product turn-branch")


class Box:
    """A branch that was just unpacked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        with open(self.folder / "said", "ab") as said:
            self.process = subprocess.Popen(
                [program(), "serve", "--data-dir", str(self.folder / "data"), "--port", str(self.port)],
                cwd=self.folder, env={"PATH": os.environ["PATH"]}, stdout=said, stderr=said)
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(self.address + "/readyz", timeout=2).close()
                return
            except OSError:
                assert self.process.poll() is None, self.said()
                time.sleep(0.05)
        raise TimeoutError(self.said())

    def said(self) -> str:
        return (self.folder / "said").read_text()

    def code(self) -> str:
        return re.findall(r"set-up code: ([B-Z]{4}-[B-Z]{4})", self.said())[-1]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def box(tmp_path):
    box = Box(tmp_path)
    yield box
    box.kill()
    shutil.rmtree(tmp_path, ignore_errors=True)


def ask(page, method: str, path: str, body=None):
    """What a page of this browser gets, with the cookies that no script can read."""
    return page.evaluate(
        """async ([method, path, body]) => {
            const answer = await fetch(path, {method, headers: {'Content-Type': 'application/json'},
                body: body === null ? undefined : JSON.stringify(body)});
            return [answer.status, answer.status === 204 ? null : await answer.json()];
        }""", [method, path, body])


def paired(browser, box: Box, kind: str):
    """Another browser that shows a code; its page and the code."""
    page = browser.new_context(locale="en-GB", reduced_motion="reduce").new_page()
    page.goto(box.address + "/docs")
    status, begun = ask(page, "POST", "/devices/pair", {"kind": kind})
    assert status == 201
    return page, begun


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_from_the_printed_code_to_the_first_ticket(browser, box, width, height):
    began = time.monotonic()
    context = browser.new_context(locale="en-GB", viewport={"width": width, "height": height},
                                  timezone_id="Europe/Berlin", has_touch=width < 400, reduced_motion="reduce")
    page = context.new_page()
    hand = Hand(page)
    page.goto(box.address)
    page.wait_for_url("**/setup")
    hand.type(page.get_by_label("Set-up code"), box.code().lower())
    hand.type(page.get_by_label("Your name"), "Ada")
    hand.type(page.get_by_label("New passphrase"), PASSPHRASE)
    hand.on()
    hand.press(page.get_by_role("button", name="I have written it down"))
    hand.at(2)
    hand.type(page.get_by_label("Name of the branch"), "Harbour Street")
    hand.press(page.get_by_label("Always"))
    hand.on()
    hand.at(3)
    hand.press(page.get_by_role("radio", name="Bank"))
    hand.on()
    hand.at(4)

    # The plug is pulled; what was finished is there, and the person still signed in.
    box.kill()
    box.start()
    page.goto(box.address + "/setup")
    hand.at(4)
    hand.on()
    hand.at(5)
    hand.type(page.get_by_label("Name", exact=True), "Grace")
    hand.on()
    hand.at(6)
    devices = {}
    for kind in ("kiosk", "counter", "display"):
        device, begun = paired(browser, box, kind)
        hand.type(page.get_by_label("Code on the device"), begun["user_code"].lower())
        hand.press(page.get_by_role("button", name="Let it in"))
        page.locator(f".lines .line svg + .grow >> text=/^{kind}$/i").first.wait_for()
        assert ask(device, "POST", "/devices/pair", {"device_code": begun["device_code"]})[0] == 200
        devices[kind] = device
    hand.on()
    page.wait_for_url("**/admin#live")
    assert hand.count < 25
    status, ticket = ask(devices["kiosk"], "POST", "/tickets", {"queue_id": 1})
    assert status == 201 and ticket["number"] == "C001"
    page.get_by_text("C001").first.wait_for()
    assert ask(devices["display"], "GET", "/session")[1]["role"] == "display"
    assert ask(devices["counter"], "GET", "/session")[1]["agents"][0]["name"] == "Grace"
    assert time.monotonic() - began < 300
    branch = ask(page, "GET", "/branch")[1]
    assert branch["name"] == "Harbour Street" and branch["time_zone"] == "Europe/Berlin" and branch["hours"] is None
    for each in [context, *(device.context for device in devices.values())]:
        each.close()


def test_every_place_of_the_administration_opens(browser, box):
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.goto(box.address + "/docs")
    order = {"code": box.code(), "name": "Ada", "passphrase": PASSPHRASE}
    assert ask(page, "POST", "/setup", order)[0] == 201
    assert ask(page, "PATCH", "/setup", {"state": "done"})[0] == 200
    hostile = "<img src=x onerror=window.broken=1>"
    assert ask(page, "POST", "/queues", {"name": hostile, "prefix": "X"})[0] == 201
    assert ask(page, "POST", "/counters", {"name": hostile, "queues": [{"queue_id": 1}]})[0] == 201
    assert ask(page, "POST", "/agents", {"name": hostile, "pin": "482915"})[0] == 201
    for place in ("live", "queues", "queues/1", "counters", "counters/1", "agents", "devices", "branch", "data",
                  "people", "status", "audit", "configuration", "account"):
        page.goto(f"{box.address}/admin#{place}")
        page.locator("main h1, main h2").first.wait_for()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.broken === undefined"), place
    assert wrong == []
    context.close()
