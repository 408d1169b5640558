"""Texts, plurals, numbers, times and direction in the six languages."""

import pytest

TEXTS = ("language/texts.js", "language/format.js", "language/languages.js")
OPEN = "await all.openCatalogue(['shared', 'entry', 'docs']); "


@pytest.mark.parametrize(
    ("tag", "direction", "words"),
    [("en", "ltr", "Back"), ("de", "ltr", "Zurück"), ("fr", "ltr", "Retour"), ("es", "ltr", "Volver"),
     ("ar", "rtl", "رجوع"), ("hi", "ltr", "वापस")],
)
def test_a_chosen_language_sets_words_and_direction_and_is_remembered(lab, tag, direction, words):
    assert lab(
        OPEN + f"""await all.chooseLanguage("{tag}");
        const {{ lang, dir }} = document.documentElement;
        return [all.t("action.back"), lang, dir, localStorage.getItem("turn.language")];""",
        *TEXTS,
    ) == [words, tag, direction, tag]


def test_the_browsers_language_is_taken_when_none_was_chosen(browser, standin):
    context = browser.new_context(locale="ar-EG")
    page = context.new_page()
    standin.pages["/lab"] = "<!doctype html><html><body></body></html>"
    page.goto(standin.address + "/lab")
    assert page.evaluate(
        f"""async () => {{ const all = await import('/assets/{standin.served.hash}/language/texts.js');
        await all.openCatalogue(["shared"]); return document.documentElement.dir; }}"""
    ) == "rtl"
    context.close()


@pytest.mark.parametrize(
    ("tag", "counts", "forms"),
    [("en", [0, 1, 2], ["0 operations", "1 operation", "2 operations"]),
     ("fr", [0, 1, 2], ["0 opération", "1 opération", "2 opérations"]),
     ("ar", [0, 1, 2], ["لا توجد عمليات", "عملية واحدة", "عمليتان"]),
     ("hi", [0, 1, 2], ["0 ऑपरेशन", "1 ऑपरेशन", "2 ऑपरेशन"])],
)
def test_plurals_take_the_form_that_the_language_needs(lab, tag, counts, forms):
    assert lab(
        OPEN + f"""await all.chooseLanguage("{tag}");
        return {counts}.map((count) => all.t("docs.found", {{ count }}));""",
        *TEXTS,
    ) == forms


def test_arabic_tells_few_from_many(lab):
    three, eleven = lab(
        OPEN + """await all.chooseLanguage("ar");
        return [3, 11].map((count) => all.t("docs.found", { count }));""", *TEXTS)
    assert three.endswith("عمليات") and eleven.endswith("عملية")


def test_a_text_that_is_bound_follows_the_language(lab):
    assert lab(
        OPEN + """const { html, render } = all;
        render(html`<p>${all.text("action.back")}</p>`, document.body);
        const before = document.body.textContent.trim();
        await all.chooseLanguage("de");
        return [before, document.body.textContent.trim()];""",
        *TEXTS, "reactive/template.js",
    ) == ["Back", "Zurück"]


def test_spans_and_ranges_are_said_as_a_person_would(lab):
    assert lab(
        OPEN + """const { span, range, stopwatch } = all;
        return [span(40), span(360), span(7500), span(7200), span(300000), range(600, 890), range(0, 30),
            range(300, 300), stopwatch(192), stopwatch(3792), span(-5)];""",
        *TEXTS,
    ) == ["40 s", "6 min", "2 h 5 min", "2 h", "3 d", "10–15 min", "under 1 min", "5 min", "03:12", "1:03:12", "0 s"]


def test_times_are_in_the_branchs_time_zone(lab):
    assert lab(
        OPEN + """all.timeZone.value = "Asia/Kolkata";
        const there = all.clock("2026-03-29T00:30:00Z");
        all.timeZone.value = "Europe/Berlin";
        return [there, all.clock("2026-03-29T00:30:00Z"), all.clock("2026-03-29T01:30:00Z"), all.weekdayName(1)];""",
        *TEXTS,
    ) == ["06:00", "01:30", "03:30", "Monday"]


def test_an_unknown_key_is_shown_and_not_thrown(lab):
    assert lab(OPEN + "return [all.t('no.such'), all.hasText('no.such')];", *TEXTS) == ["no.such", False]
