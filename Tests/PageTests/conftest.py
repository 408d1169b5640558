"""One browser for the run, a fresh stand-in and a fresh context for each test."""

import os

import pytest
from playwright.sync_api import sync_playwright

from standin import Standin

CHROMIUM = "/usr/bin/chromium"


# Looks that only a full run tries, and all that is left of the pages when a run is late.
MATRIX = ("dark-contrast-large-phone", "arabic-contrast", "1920-1080")
SMOKE = ("test_sources.py", "test_catalogues.py", "test_program.py")


def pytest_collection_modifyitems(config, items):
    """TURN_PAGES=all tries every look, smoke only whether the pages work at all; without it the usual run."""
    extent = os.environ.get("TURN_PAGES", "usual")
    if extent == "all":
        return
    left = [
        item for item in items
        if (extent != "smoke" or item.path.name in SMOKE) and not any(look in item.name for look in MATRIX)
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in left])
    items[:] = left


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def standin():
    standin = Standin()
    yield standin
    standin.stop()


@pytest.fixture
def context(browser):
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(context):
    """A page whose errors fail the test: nothing may go wrong unseen, and nothing may break the policy."""
    page = context.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert wrong == []


@pytest.fixture
def lab(standin, page):
    """A page with nothing on it, in which a test runs modules of ours: lab("return …", "reactive/signals.js")."""
    standin.pages["/lab"] = "<!doctype html><html><body></body></html>"
    page.goto(standin.address + "/lab")

    def evaluate(code: str, *modules: str):
        imports = "".join(
            f"Object.assign(all, await import('/assets/{standin.served.hash}/{module}'));\n" for module in modules
        )
        return page.evaluate(f"async () => {{ const all = {{}};\n{imports}\n{code} }}")

    return evaluate
