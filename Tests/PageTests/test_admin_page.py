"""The administration: what is edited is saved, told and taken back; what is dangerous says whom it touches."""

import pytest
from rehearsal import PASSPHRASE, Rehearsal
from standin import problem

PLACES = ["live", "queues", "queues/1", "counters", "counters/3", "devices", "agents", "branch", "data", "people",
          "status", "audit", "configuration", "account", "more"]


@pytest.fixture
def rehearsal(standin):
    return Rehearsal(standin).furnish()


def open_place(page, standin, place: str) -> None:
    page.goto(f"{standin.address}/admin#{place}")
    page.locator(".place h1").wait_for(timeout=5000)


def test_the_live_place_shows_lines_and_counters(standin, rehearsal, page):
    open_place(page, standin, "live")
    page.get_by_text("First in line: C042").wait_for()
    assert page.locator(".figure dd").first.inner_text() == "21"
    assert page.locator(".seat-number").first.inner_text() == "C041"
    assert "over the target" in page.locator(".live-line").first.inner_text()


def test_a_change_is_saved_at_once_and_taken_back_by_its_message(standin, rehearsal, page):
    open_place(page, standin, "queues/1")
    page.get_by_label("Target wait").fill("7")
    page.get_by_label("Target wait").press("Enter")
    page.get_by_role("status").get_by_text("Saved").wait_for()
    assert rehearsal.queues.rows[1]["target_wait"] == 420
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Saved").nth(0).wait_for()
    page.wait_for_timeout(200)
    assert rehearsal.queues.rows[1]["target_wait"] == 300
    assert page.get_by_label("Target wait").input_value() == "5"


def test_saving_keeps_the_focus_and_what_stands_around_it(standin, rehearsal, page):
    open_place(page, standin, "queues/1")
    page.get_by_text("Name in other languages").click()
    name = page.get_by_label("Name", exact=True)
    name.fill("Cash desk")
    name.press("Enter")
    page.get_by_role("heading", name="Cash desk").wait_for()
    assert page.evaluate("document.activeElement.labels[0].textContent") == "Name"
    assert page.get_by_label("Deutsch").is_visible()


def test_what_cannot_be_meant_is_refused_at_its_field_and_not_sent(standin, rehearsal, page):
    open_place(page, standin, "queues/1")
    page.get_by_label("Time to undo").fill("301")
    page.get_by_label("Time to undo").press("Enter")
    page.get_by_text("A whole number from 0 to 300.").wait_for()
    assert page.get_by_label("Time to undo").get_attribute("aria-invalid") == "true"
    assert rehearsal.queues.rows[1]["undo_window"] == 15


def test_a_change_of_somebody_else_is_shown_and_not_overwritten(standin, rehearsal, page):
    open_place(page, standin, "queues/1")
    rehearsal.queues.rows[1].update(name="Cash desk", version=9)
    page.get_by_label("Name", exact=True).fill("Mine")
    page.get_by_label("Name", exact=True).press("Enter")
    page.get_by_text("Someone else has changed this in the meantime").wait_for()
    assert rehearsal.queues.rows[1]["name"] == "Cash desk"
    assert page.get_by_role("heading", level=1).inner_text() == "Cash desk"


def test_removing_a_queue_says_how_many_wait_and_the_safe_answer_has_the_focus(standin, rehearsal, page):
    open_place(page, standin, "queues/3")
    page.get_by_role("button", name="Remove this queue").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("12 people are waiting in this queue.").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Cancel"
    page.keyboard.press("Escape")
    assert 3 in rehearsal.queues.rows
    assert page.evaluate("document.activeElement.textContent.trim()") == "Remove this queue"
    page.get_by_role("button", name="Remove this queue").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove this queue").click()
    page.wait_for_url("**/admin#queues")
    assert 3 not in rehearsal.queues.rows


def test_an_old_log_in_is_asked_for_the_passphrase_and_the_change_goes_through(standin, rehearsal, page):
    open_place(page, standin, "data")
    rehearsal.stale_login = True
    page.get_by_label("Names may be given").uncheck()
    page.get_by_role("dialog", name="Is it still you?").wait_for()
    page.get_by_label("Passphrase", exact=True).fill("wrong")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("That is not right").wait_for()
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("status").get_by_text("Saved").wait_for()
    assert rehearsal.branch["names"] is False


def test_without_the_passphrase_the_switch_goes_back(standin, rehearsal, page):
    open_place(page, standin, "data")
    rehearsal.stale_login = True
    page.get_by_label("Names may be given").uncheck()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_text("The passphrase was not confirmed").wait_for()
    assert page.get_by_label("Names may be given").is_checked()
    assert rehearsal.branch["names"] is True


def test_a_device_is_let_in_by_the_code_in_the_address(standin, rehearsal, page):
    rehearsal.asking["BCDFGHJK"] = {"kind": "counter", "address": "192.168.1.40", "expires_at": "2026-11-24T10:00:00Z"}
    open_place(page, standin, "devices?code=BCDFGHJK")
    page.get_by_text("from 192.168.1.40").wait_for()
    assert page.get_by_label("Name of the device").first.input_value() == "Counter 2"
    page.get_by_role("button", name="Let it in").click()
    page.get_by_role("status").get_by_text("Counter 2 is let in.").wait_for()
    assert rehearsal.devices.rows[4]["counter_id"] == 2


def test_a_code_that_no_device_shows_is_said_at_the_code(standin, rehearsal, page):
    open_place(page, standin, "devices")
    page.get_by_label("Code on the device").fill("ZZZZ-ZZZZ")
    page.get_by_text("No device shows this code").wait_for()


def test_an_import_shows_what_it_would_do_before_it_does(standin, rehearsal, page):
    open_place(page, standin, "configuration")
    page.get_by_label("Or paste it here").fill("queues:\n  - name: Loans\n")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_text("Line 3: queues[0].prefix is missing.").wait_for()
    page.get_by_label("Or paste it here").fill("queues:\n  - name: Loans\n    prefix: L\n")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_text("1 change", exact=True).wait_for()
    page.get_by_role("button", name="Change it").click()
    page.get_by_text("The configuration was changed.").wait_for()
    sent = [request.query["dry_run"] for request in standin.requests if request.path == "/configuration"]
    assert sent == [["true"], ["true"], ["false"]]


def test_a_supervisor_sees_only_what_a_supervisor_may(standin, rehearsal, page):
    rehearsal.role = "supervisor"
    open_place(page, standin, "queues")
    page.get_by_role("heading", name="Live").wait_for()
    links = page.locator("nav.places li a:visible").all_inner_texts()
    assert links == ["Live", "Devices", "Box and head office", "My account"]


def test_a_lost_connection_is_said(standin, rehearsal, page):
    standin.live = lambda line: line.close(1011)
    open_place(page, standin, "live")
    page.get_by_text("Connection lost.").wait_for()


def test_lost_permission_leads_to_signing_in(standin, rehearsal, page):
    def revoked(line):
        rehearsal.role = None
        line.send({"type": "hello", "incarnation": "0123456789abcdef", "seq": 1})
        line.close(4401)

    standin.live = revoked
    page.goto(standin.address + "/admin")
    page.get_by_label("Passphrase", exact=True).wait_for()


def test_nothing_that_the_branch_says_becomes_markup(standin, rehearsal, page):
    attack = "<img src=x onerror=window.broken=1>"
    for table in (rehearsal.queues, rehearsal.counters, rehearsal.agents, rehearsal.devices, rehearsal.people):
        for row in table.rows.values():
            row["name"] = attack
    rehearsal.queues.rows[1]["names"] = {"en": attack}
    rehearsal.branch["name"] = attack
    rehearsal.branch["exceptions"][0]["note"] = attack
    rehearsal.note(attack, {attack: attack}, {attack: None})
    for place in PLACES:
        open_place(page, standin, place)
        page.wait_for_timeout(120)
        assert page.locator("img").count() == 0
    assert page.evaluate("window.broken") is None


@pytest.mark.parametrize("status", [400, 409, 500])
def test_a_refused_switch_goes_back_and_says_why(standin, rehearsal, page, status):
    open_place(page, standin, "queues/1")
    standin.on("PATCH", "/queues/1", problem(status, "some_code"))
    page.get_by_label("Takes tickets").click()
    page.locator(".toast").wait_for()
    assert page.get_by_label("Takes tickets").is_checked()
