"""The wizard: from the code to paired devices in few interactions, by mouse, touch and keyboard, through a power cut."""

import pytest
from rehearsal import CODE, PASSPHRASE, Rehearsal

WIDTHS = [(360, 740), (1280, 900), (1920, 1080)]


class Hand:
    """Counts what a person does: one text typed, one press."""

    def __init__(self, page) -> None:
        self.page, self.count = page, 0

    def type(self, locator, words: str) -> None:
        locator.fill(words)
        self.count += 1

    def press(self, locator) -> None:
        locator.click()
        self.count += 1

    def on(self) -> None:
        self.press(self.page.locator(".step-actions button[type=submit]"))

    def at(self, step: int) -> None:
        self.page.get_by_text(f"Step {step} of 6", exact=True).wait_for()


def claim(hand: Hand) -> None:
    page = hand.page
    hand.type(page.get_by_label("Set-up code"), CODE.lower())
    hand.type(page.get_by_label("Your name"), "Ada")
    hand.type(page.get_by_label("New passphrase"), PASSPHRASE)
    hand.on()
    page.get_by_text("K7QM-2XVD-9PRT-HW4N").wait_for()
    hand.press(page.get_by_role("button", name="I have written it down"))
    hand.at(2)


def name_branch(hand: Hand) -> None:
    hand.type(hand.page.get_by_label("Name of the branch"), "Harbour Street")
    hand.on()
    hand.at(3)


def choose_queues(hand: Hand) -> None:
    hand.press(hand.page.get_by_role("radio", name="Bank"))
    hand.on()
    hand.at(4)


def pair(hand: Hand, rehearsal: Rehearsal, kind: str) -> None:
    code = {"kiosk": "BCDFGHJK", "counter": "LMNPQRST", "display": "VWXZBCDF"}[kind]
    rehearsal.asking[code] = {"kind": kind, "address": "192.168.1.31", "expires_at": "2026-11-24T10:00:00Z"}
    hand.type(hand.page.get_by_label("Code on the device"), f"{code[:4].lower()}-{code[4:]}")
    hand.press(hand.page.get_by_role("button", name="Let it in"))
    hand.page.locator("#paired-title").wait_for()
    hand.page.locator(f".lines .line svg + .grow >> text=/^{kind}$/i").first.wait_for()


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_from_the_code_to_three_paired_devices_in_few_interactions(browser, standin, width, height):
    context = browser.new_context(locale="en-GB", viewport={"width": width, "height": height},
                                  timezone_id="Europe/Berlin", has_touch=width < 400, reduced_motion="reduce")
    page = context.new_page()
    rehearsal = Rehearsal(standin, "new", None)
    hand = Hand(page)
    page.goto(standin.address + "/setup")
    claim(hand)
    name_branch(hand)
    choose_queues(hand)
    hand.on()
    hand.at(5)
    hand.type(page.get_by_label("Name", exact=True), "Grace")
    hand.on()
    hand.at(6)
    for kind in ("kiosk", "counter", "display"):
        pair(hand, rehearsal, kind)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    hand.on()
    page.wait_for_url("**/admin#live")
    assert hand.count < 25
    assert rehearsal.set_up["state"] == "done"
    assert rehearsal.branch["name"] == "Harbour Street" and rehearsal.branch["time_zone"] == "Europe/Berlin"
    assert rehearsal.branch["hours"] == [{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00"}]
    queues = list(rehearsal.queues.rows.values())
    assert [(queue["name"], queue["prefix"]) for queue in queues] == [("Cash", "C"), ("Accounts", "A"), ("Loans", "L")]
    assert queues[0]["names"]["de"] == "Kasse" and len(queues[0]["names"]) == 6
    every = [{"queue_id": at, "tier": 1, "help_after": 0} for at in (1, 2, 3)]
    assert [counter["queues"] for counter in rehearsal.counters.rows.values()] == [every] * 3
    assert [(device["name"], device["counter_id"]) for device in rehearsal.devices.rows.values()] == [
        ("Kiosk 1", None), ("Counter 1", 1), ("Display 1", None)]
    assert rehearsal.agents.rows[1]["name"] == "Grace" and rehearsal.agents.rows[1]["has_pin"]
    context.close()


def test_the_first_pages_work_by_keyboard_alone(standin, page):
    rehearsal = Rehearsal(standin, "new", None)
    page.goto(standin.address + "/setup")
    page.get_by_label("Set-up code").focus()
    keys = page.keyboard
    for words in (CODE, "Ada", PASSPHRASE):
        keys.type(words)
        keys.press("Tab")
    page.get_by_label("New passphrase").focus()
    keys.press("Enter")
    page.locator("dialog").wait_for()
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    keys.press("Enter")
    page.get_by_text("Step 2 of 6").wait_for()
    assert page.evaluate("document.activeElement.id") == "step-title"
    page.get_by_label("Name of the branch").wait_for()
    keys.press("Tab")
    keys.type("Harbour Street")
    keys.press("Enter")
    page.get_by_text("Step 3 of 6").wait_for()
    page.locator(".choice").first.wait_for()
    keys.press("Tab")
    keys.press("Space")
    page.locator(".queue-line").first.wait_for()
    keys.press("Enter")
    page.get_by_text("Step 4 of 6").wait_for()
    assert len(rehearsal.queues.rows) == 3


def test_a_power_cut_costs_the_page_that_was_being_filled_in(standin, page, context):
    rehearsal = Rehearsal(standin, "new", None)
    hand = Hand(page)
    page.goto(standin.address + "/setup")
    claim(hand)
    name_branch(hand)
    choose_queues(hand)
    page.get_by_label("Name", exact=True).first.fill("Window A")
    page.close()
    again = context.new_page()
    again.goto(standin.address + "/setup")
    Hand(again).at(4)
    assert again.get_by_label("Name", exact=True).first.input_value() == "Counter 1"
    again.get_by_role("button", name="Back").click()
    Hand(again).at(3)
    again.locator(".queue-line").first.wait_for()
    assert again.locator(".queue-line").count() == 3
    Hand(again).on()
    Hand(again).at(4)
    assert len(rehearsal.queues.rows) == 3


def test_a_session_that_ran_out_is_asked_for_and_the_wizard_goes_on(standin, page):
    rehearsal = Rehearsal(standin, "open", None)
    rehearsal.set_up["step"] = 3
    page.goto(standin.address + "/setup")
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    Hand(page).at(3)


def test_a_wrong_code_is_said_at_the_code_and_nothing_else_is_lost(standin, page):
    Rehearsal(standin, "new", None)
    page.goto(standin.address + "/setup")
    page.get_by_label("Set-up code").fill("ZZZZ-ZZZZ")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("New passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("That is not right").wait_for()
    code = page.get_by_label("Set-up code")
    assert code.get_attribute("aria-invalid") == "true"
    assert page.evaluate("document.activeElement.labels[0].textContent") == "Set-up code"
    assert page.get_by_label("Your name").input_value() == "Ada"


@pytest.mark.parametrize(
    ("typed", "time"),
    [("9", "09:00"), ("930", "09:30"), ("9.30", "09:30"), ("17:05", "17:05"), ("24:00", "24:00"), ("25", ""), ("9:75", ""),
     ("noon", ""), ("", "")],
)
def test_times_are_read_as_people_type_them(lab, typed, time):
    assert lab(f"return all.timeOf({typed!r});", "widgets/timeinput.js") == time


@pytest.mark.parametrize(
    ("pin", "trivial"),
    [("111111", True), ("123456", True), ("654321", True), ("121212", True), ("482482", True), ("482913", False)],
)
def test_pins_that_anybody_would_guess_are_known(lab, pin, trivial):
    assert lab(f"return all.isTrivial('{pin}');", "settings/pin.js") is trivial


def test_proposed_pins_are_six_digits_and_not_trivial(lab):
    assert lab(
        """const pins = Array.from({ length: 300 }, () => all.proposedPIN());
        return [pins.every((pin) => all.isPIN(pin) && !all.isTrivial(pin)), new Set(pins).size > 290];""",
        "settings/pin.js",
    ) == [True, True]


def test_hours_that_cannot_be_meant_are_refused_before_they_are_sent(standin, page):
    rehearsal = Rehearsal(standin, "open")
    rehearsal.set_up["step"] = 2
    page.goto(standin.address + "/setup")
    page.get_by_label("Name of the branch").fill("Harbour Street")
    page.get_by_label("To", exact=True).fill("8")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("The end must be later than the beginning.").wait_for()
    assert rehearsal.branch["name"] == ""
