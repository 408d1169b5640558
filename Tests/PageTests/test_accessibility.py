"""axe-core finds nothing in any state that can be reached: in English and Arabic everywhere, in each language once."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from rehearsal import CODE, PASSPHRASE, Rehearsal
from served import ROOT
from standin import Answer

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PLACES = ["live", "queues", "queues/1", "counters", "counters/3", "devices", "agents", "branch", "data", "people",
          "status", "audit", "configuration", "account", "more"]
# Language, appearance, contrast, letters, width.
LOOKS = [("en-GB", "light", "normal", "normal", 1280), ("ar", "dark", "normal", "normal", 360),
         ("en-GB", "dark", "more", "large", 360), ("ar", "light", "more", "normal", 1280)]


def violations(page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def opened(browser, language, appearance, contrast, text, width):
    context = browser.new_context(locale=language, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    look = f'{{"appearance":"{appearance}","contrast":"{contrast}","text":"{text}"}}'
    context.add_init_script(f"localStorage.setItem('turn.look', '{look}')")
    return context.new_page()


@pytest.fixture(params=LOOKS, ids=["english", "arabic-phone", "dark-contrast-large-phone", "arabic-contrast"])
def page(request, browser):
    page = opened(browser, *request.param)
    yield page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen."
    page.context.close()


def test_every_place_of_the_administration(standin, page):
    Rehearsal(standin).furnish()
    for place in PLACES:
        page.goto(f"{standin.address}/admin#{place}")
        page.locator(".place h1").wait_for()
        page.wait_for_timeout(250)
        assert violations(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place


def test_dialogs_details_and_messages(standin, page):
    Rehearsal(standin).furnish()
    page.goto(f"{standin.address}/admin#agents")
    page.locator(".place-head .button").click()
    page.locator("dialog").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".button.danger").first.click()
    page.locator("dialog").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.goto(f"{standin.address}/admin#devices")
    page.locator(".device-line summary").first.click()
    page.locator("input.code").fill("ZZZZZZZZ")
    page.locator(".error").wait_for()
    assert violations(page) == []
    page.goto(f"{standin.address}/admin#data")
    page.locator("[role=switch]").first.click()
    page.locator(".toast").wait_for()
    assert violations(page) == []
    page.locator(".head button").last.click()
    page.locator("dialog").wait_for()
    assert violations(page) == []


def test_every_page_of_the_wizard_with_its_errors(standin, page):
    rehearsal = Rehearsal(standin, "new", None)
    page.goto(f"{standin.address}/setup")
    page.locator(".step-actions .primary").click()
    page.locator(".error").first.wait_for()
    assert violations(page) == []
    page.locator("input.code").fill(CODE)
    page.locator("input[autocomplete=username]").fill("Ada")
    page.locator("input[type=password]").fill(PASSPHRASE)
    page.locator(".step-actions .primary").click()
    page.locator("dialog .primary").wait_for()
    assert violations(page) == []
    page.locator("dialog .primary").click()
    page.locator(".chips").wait_for()
    page.locator(".panel input").first.fill("Harbour Street")
    page.locator(".button.flush").last.click()
    assert violations(page) == []
    page.locator(".span-row .button").last.click()
    page.locator(".step-actions .primary").click()
    page.locator(".choice input[value=bank]").check()
    page.locator(".queue-line").first.wait_for()
    assert violations(page) == []
    page.locator(".step-actions .primary").click()
    page.locator(".serves summary").first.click()
    page.locator(".served select").first.select_option("help")
    assert violations(page) == []
    page.locator(".step-actions .primary").click()
    page.locator(".agent-line").wait_for()
    assert violations(page) == []
    page.locator(".step-actions .primary").click()
    rehearsal.asking["LMNPQRST"] = {"kind": "counter", "address": "192.168.1.31", "expires_at": "2026-11-24T10:00:00Z"}
    page.locator("input.code").fill("LMNPQRST")
    page.locator(".approval .notice").wait_for()
    assert violations(page) == []


def test_the_way_in(standin, page):
    Rehearsal(standin, "done", None).branch["name"] = "Harbour Street"
    page.goto(f"{standin.address}/")
    page.locator(".tile").first.wait_for()
    assert violations(page) == []
    page.locator("form .primary").click()
    page.locator(".error").first.wait_for()
    assert violations(page) == []
    page.locator("form .quiet").click()
    assert violations(page) == []
    page.goto(f"{standin.address}/pair#pair-display")
    page.locator(".qr").wait_for()
    assert violations(page) == []


def test_the_interface(standin, page):
    source = (ROOT / "Sources/BranchServer/OpenAPI/openapi.yaml").read_bytes()
    standin.on("GET", "/openapi.yaml", Answer(200, source, type="application/yaml"))
    page.goto(f"{standin.address}/docs#issueTicket")
    page.locator(".insides").wait_for()
    page.locator(".shape summary").first.click()
    assert violations(page) == []


@pytest.mark.parametrize("language", ["de-DE", "fr-FR", "es-ES", "hi-IN"])
def test_one_state_in_every_other_language(browser, standin, language):
    Rehearsal(standin).furnish()
    page = opened(browser, language, "light", "normal", "normal", 360)
    page.goto(f"{standin.address}/admin#queues/1")
    page.locator(".place .form").first.wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.lang") == language[:2]
    page.context.close()
