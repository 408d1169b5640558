"""The words of the pages are complete: every language has every text, with the same values and the plural forms that
it needs, and the pages ask for no text that isn't there."""

import json
import re

import pytest
from served import SITE

LANGUAGES = ["en", "de", "fr", "es", "ar", "hi"]
# What Intl.PluralRules tells apart among whole numbers that a branch meets.
FORMS = {
    "en": {"one", "other"}, "de": {"one", "other"}, "fr": {"one", "other"}, "es": {"one", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"}, "hi": {"one", "other"},
}
PARTS = sorted(path.stem for path in (SITE / "texts/en").glob("*.json"))
VALUE = re.compile(r"\{([a-z_]+)\}")

CALL = re.compile(r'\b(?:t|text|hasText)\(\s*"([^"]+)"')
# Keys that are put together: `problem.${code}`.
BUILT = re.compile(r"`([a-z_]+\.[a-z_.]*\$\{[^`]*)`")
# Keys that stand in tables of the code.
PLAIN = re.compile(r'"([a-z_]+(?:\.[a-z_0-9]+)+)"')


def catalogue(language: str, part: str) -> dict:
    return json.loads((SITE / "texts" / language / f"{part}.json").read_text())


def whole(language: str) -> dict:
    return {key: entry for part in PARTS for key, entry in catalogue(language, part).items()}


def forms(entry) -> dict[str, str]:
    return {"": entry} if isinstance(entry, str) else entry


def sources() -> str:
    return "\n".join(path.read_text() for path in sorted(SITE.rglob("*.js")))


def asked() -> tuple[set[str], list[re.Pattern]]:
    text = sources()
    built = [re.split(r"\$\{[^}]*\}", key) for key in BUILT.findall(text)]
    return set(CALL.findall(text)), [re.compile("[a-z_0-9.]+".join(map(re.escape, pieces)) + r"\Z") for pieces in built]


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("part", PARTS)
def test_every_language_has_every_text(language, part):
    english = catalogue("en", part)
    other = catalogue(language, part)
    assert sorted(other) == sorted(english)
    for key, entry in english.items():
        assert isinstance(other[key], str) == isinstance(entry, str), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_values_and_forms_that_it_needs(language):
    for key, entry in whole(language).items():
        wanted = set(VALUE.findall(forms(whole("en")[key]).get("other", forms(whole("en")[key]).get("", ""))))
        if not isinstance(entry, str):
            assert set(entry) >= FORMS[language], key
            assert all(re.fullmatch(r"=\d+|zero|one|two|few|many|other", form) for form in entry), key
        for form, words in forms(entry).items():
            assert words.strip() == words and words != "", key
            given = set(VALUE.findall(words))
            # "one" and its like may say the number in a word.
            missing = wanted - given - ({"count"} if form not in ("", "other") else set())
            assert given <= wanted and not missing, f"{key} {form}: {given} for {wanted}"
            assert words.count("{") == len(VALUE.findall(words)), key


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_texts_are_translated(language):
    english, other = whole("en"), whole(language)
    same = [key for key, entry in english.items() if entry == other[key] and re.search("[a-z]{4}", json.dumps(entry))]
    # Names and international words may be the same; most texts may not.
    assert len(same) <= len(english) // 12, same
    if language in ("ar", "hi"):
        script = "[\u0600-\u06ff]" if language == "ar" else "[\u0900-\u097f]"
        bare = [key for key, entry in other.items() if not re.search(script, json.dumps(entry, ensure_ascii=False))]
        assert set(bare) <= {"frame.product"}


def test_no_key_stands_in_two_parts():
    keys = [key for part in PARTS for key in catalogue("en", part)]
    assert sorted(keys) == sorted(set(keys))


def test_the_pages_ask_for_no_text_that_is_missing():
    keys, patterns = asked()
    known = whole("en")
    assert sorted(key for key in keys if key not in known) == []
    assert [pattern.pattern for pattern in patterns if not any(map(pattern.match, known))] == []


def test_every_text_is_asked_for():
    keys, patterns = asked()
    keys |= set(PLAIN.findall(sources()))
    unused = [key for key in whole("en") if key not in keys and not any(one.match(key) for one in patterns)]
    assert unused == []
