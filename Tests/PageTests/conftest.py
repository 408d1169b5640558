"""One browser for the run, a fresh stand-in and a fresh context for each test."""

import pytest
from playwright.sync_api import sync_playwright

from standin import Standin

CHROMIUM = "/usr/bin/chromium"


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
