"""The way in: everybody to the place of their role, signing in, recovering, pairing; and the interface's own page."""

import os
import time

import pytest
from rehearsal import PASSPHRASE, Rehearsal
from served import ROOT
from standin import Answer, problem


@pytest.mark.parametrize(
    ("role", "device", "set_up", "place"),
    [("admin", None, "done", "/admin"), ("supervisor", None, "done", "/admin"), (None, None, "new", "/setup"),
     (None, None, "open", "/setup"), ("admin", None, "open", "/setup"), (None, "counter", "done", "/counter"),
     ("kiosk", "kiosk", "done", "/kiosk"), ("display", "display", "done", "/display"), ("agent", "counter", "done", "/counter")],
)
def test_everybody_is_led_to_their_place(standin, page, role, device, set_up, place):
    rehearsal = Rehearsal(standin, set_up, role)
    rehearsal.device = device and {"id": 1, "name": "x", "kind": device, "counter_id": 1}
    for target in ("/counter", "/kiosk", "/display"):
        standin.pages[target] = "<!doctype html><title>there</title>"
    standin.on("GET", "/session", lambda _: {**rehearsal.session(), "role": role})
    page.goto(standin.address + "/")
    page.wait_for_url(f"**{place}")


def test_who_has_no_role_may_sign_in_or_pair(standin, page):
    Rehearsal(standin, "done", None).branch["name"] = "Harbour Street"
    page.goto(standin.address + "/")
    page.get_by_role("heading", name="Harbour Street").wait_for()
    assert page.get_by_role("link", name="Kiosk").get_attribute("href") == "#pair-kiosk"
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Passphrase", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").get_by_text("That is not right").wait_for()
    assert page.get_by_label("Passphrase").input_value() == ""
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin")


def test_a_lock_out_says_how_long(standin, page):
    Rehearsal(standin, "done", None)
    standin.on("POST", "/session", problem(429, "locked_out", retry_after=30))
    page.goto(standin.address + "/")
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Passphrase", exact=True).fill("x")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Wait 30 seconds").wait_for()


def test_a_lost_passphrase_is_replaced_by_the_recovery_code_and_a_new_one_is_shown(standin, page):
    Rehearsal(standin, "done", None)
    page.goto(standin.address + "/")
    page.get_by_role("button", name="Passphrase lost?").click()
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Recovery code").fill("RECO-VERY")
    page.get_by_label("New passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Set the new passphrase").click()
    page.get_by_text("NEXT-CODE-AGAIN").wait_for()
    page.get_by_role("button", name="I have written it down").click()
    page.wait_for_url("**/admin")


def test_a_device_shows_its_code_and_goes_on_when_it_is_let_in(standin, page):
    rehearsal = Rehearsal(standin, "done", None)
    standin.pages["/kiosk"] = "<!doctype html><title>kiosk</title>"
    page.goto(standin.address + "/")
    page.get_by_role("link", name="Kiosk").click()
    page.get_by_text("BCDF-GHJK").wait_for()
    assert page.locator("svg.qr").get_attribute("role") == "img"
    rehearsal.asking.clear()
    page.wait_for_url("**/kiosk")


@pytest.mark.parametrize(("status", "code", "words"), [(410, "code_expired", "The code has run out."),
                                                       (403, "code_denied", "An administrator has refused this code.")])
def test_a_code_that_ends_offers_a_new_one(standin, page, status, code, words):
    Rehearsal(standin, "done", None)
    offer = {"device_code": "d", "user_code": "BCDF-GHJK", "expires_in": 600, "interval": 1, "approve_url": "http://a/"}
    standin.on("POST", "/devices/pair",
               lambda request: problem(status, code) if "device_code" in request.body else Answer(201, offer))
    page.goto(standin.address + "/pair#pair-display")
    page.get_by_text(words).wait_for()
    page.get_by_role("button", name="New code").click()
    page.get_by_text("BCDF-GHJK").wait_for()


def test_leaving_the_pairing_asks_no_more(standin, page):
    Rehearsal(standin, "done", None)
    page.goto(standin.address + "/#pair-kiosk")
    page.get_by_text("BCDF-GHJK").wait_for()
    page.get_by_role("button", name="Back").click()
    page.locator(".tile").first.wait_for()
    asked = len([request for request in standin.requests if request.path == "/devices/pair"])
    time.sleep(1.5)
    assert len([request for request in standin.requests if request.path == "/devices/pair"]) <= asked


def test_a_branch_that_is_gone_is_said_and_asked_again(standin, page):
    rehearsal = Rehearsal(standin, "done", None)
    standin.on("GET", "/session", problem(503, "unavailable"))
    page.goto(standin.address + "/")
    page.get_by_role("alert").get_by_text("The box could not do that now").wait_for()
    standin.on("GET", "/session", lambda _: rehearsal.session())
    page.locator(".tile").first.wait_for()


def test_the_interface_is_shown_searched_and_opened(standin, page):
    source = (ROOT / "Sources/BranchServer/OpenAPI/openapi.yaml").read_bytes()
    standin.on("GET", "/openapi.yaml", Answer(200, source, type="application/yaml"))
    page.goto(standin.address + "/docs#issueTicket")
    page.locator("#issueTicket .insides").wait_for()
    inside = page.locator("#issueTicket .insides").inner_text()
    assert "queue_id" in inside and "numbers_exhausted" in inside and "Idempotency-Key: $(" in inside
    every = page.locator("details.operation").count()
    page.get_by_role("searchbox").fill("call-next counter_changed")
    page.get_by_text("1 operation", exact=True).wait_for()
    assert page.locator("details.operation").count() == 1 < every
    page.get_by_role("searchbox").fill("no such words")
    page.get_by_text("Nothing has all these words").wait_for()


def test_the_look_is_kept_in_this_browser(standin, page):
    Rehearsal(standin, "done", None)
    page.goto(standin.address + "/")
    page.locator(".head button").click()
    page.get_by_label("Dark").check()
    page.get_by_label("High").check()
    page.get_by_label("Large").check()
    page.get_by_label("Language", exact=True).select_option("ar")
    page.locator("dialog .primary").click()
    page.reload()
    page.locator(".tile").first.wait_for()
    root = "document.documentElement"
    assert page.evaluate(f"[{root}.dataset.appearance, {root}.dataset.contrast, {root}.dataset.text, {root}.dir]") == [
        "dark", "more", "large", "rtl"]


@pytest.mark.parametrize("path", ["/", "/docs", "/setup", "/admin"])
def test_a_page_is_there_soon_and_stays_still(browser, standin, path):
    """A page's largest content within a second at a quarter of the speed; nothing jumps."""
    Rehearsal(standin, "new" if path == "/setup" else "done", "admin" if path == "/admin" else None).furnish()
    standin.on("GET", "/openapi.yaml",
               Answer(200, (ROOT / "Sources/BranchServer/OpenAPI/openapi.yaml").read_bytes(), type="application/yaml"))
    times, shifts = [], []
    for _ in range(5):
        context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.add_init_script(
            """window.seen = { lcp: 0, cls: 0 };
            new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.lcp = one.startTime; })
                .observe({ type: "largest-contentful-paint", buffered: true });
            new PerformanceObserver((list) => {
                for (const one of list.getEntries()) if (!one.hadRecentInput) seen.cls += one.value;
            }).observe({ type: "layout-shift", buffered: true });"""
        )
        page.goto(standin.address + path)
        page.locator("h1").first.wait_for()
        page.wait_for_timeout(700)
        seen = page.evaluate("seen")
        times.append(seen["lcp"])
        shifts.append(seen["cls"])
        context.close()
    print(f"\n{path}: largest content after {sorted(times)[2]:.0f} ms, shifts {max(shifts):.3f}")
    assert max(shifts) <= 0.05
    load = os.getloadavg()[0]
    if sorted(times)[2] > 1000 and load > (os.cpu_count() or 1):
        pytest.skip(f"{sorted(times)[2]:.0f} ms, measured beside other work (load {load:.1f}), which says nothing")
    assert sorted(times)[2] <= 1000
