"""The sources of the pages: typed, small, and asking for nothing from outside."""

import re
import subprocess

import pytest
from served import PAGES, ROOT, SITE, Served, weight

# A page's first load, compressed, with the largest language.
BUDGET = 60 * 1024
# What a page asks for as soon as it is opened when it is opened, beside what it imports.
FIRST = {"admin": ["admin/places/live.js"], "setup": ["setup/steps/code.js"]}
IMPORT = re.compile(r"""(?:^|\n)\s*(?:import|export)[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)""")
FILES = sorted(path for path in SITE.rglob("*") if path.suffix in {".js", ".css", ".html"})


def named(path):
    return path.relative_to(SITE).as_posix()


def test_the_types_are_right():
    checked = subprocess.run(
        ["tsc", "-p", str(ROOT / "Sources/BranchWeb/jsconfig.json")], capture_output=True, text=True, timeout=120
    )
    assert checked.stdout == ""
    assert checked.returncode == 0


@pytest.mark.parametrize("path", FILES, ids=named)
def test_files_and_lines_are_short(path):
    lines = path.read_text().split("\n")
    assert len(lines) <= 401
    assert [number for number, line in enumerate(lines, 1) if len(line) > 120] == []


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".js"], ids=named)
def test_functions_are_short(path):
    opened = None
    for number, line in enumerate(path.read_text().split("\n"), 1):
        start = re.match(r"(    )?(?:export )?(?:async )?(?:static )?(?:async )?(?:function )?#?\w+\([^;]*\{$", line)
        if start and opened is None:
            opened = (number, start.group(1) or "")
        elif opened is not None and line == opened[1] + "}":
            assert number - opened[0] < 70, f"line {opened[0]}"
            opened = None


@pytest.mark.parametrize("path", FILES, ids=named)
def test_nothing_comes_from_outside_and_nothing_is_evaluated(path):
    text = path.read_text()
    if path.suffix == ".html":
        assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
        assert re.findall(r"\sstyle=|\son\w+=|<style", text) == []
        addresses = re.findall(r'(?:href|src)="([^"]+)"', text)
        assert [one for one in addresses if not one.startswith("/assets/-/")] == []
    else:
        outside = re.findall(r"https?://[^\s\"'`)]+", text)
        assert [one for one in outside if not one.startswith("http://www.w3.org/2000/svg")] == []
        assert "@import" not in text
    if path.suffix == ".js":
        assert re.findall(r"\beval\(|new Function|insertAdjacentHTML|document\.write", text) == []
        assert text.count("innerHTML") == 0 or named(path) in {"reactive/template.js", "reactive/safety.js"}
        bare = [one for found in IMPORT.findall(text) for one in found if one and not one.startswith(".")]
        assert bare == []


def graph(entry: str) -> list[str]:
    """The entry module and everything that it imports."""
    found, ahead = [], [entry]
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        found.append(name)
        for static, _ in IMPORT.findall((SITE / name).read_text()):
            if static:
                ahead.append(((SITE / name).parent / static).resolve().relative_to(SITE).as_posix())
    return sorted(found)


@pytest.mark.parametrize("page", sorted(set(PAGES.values())))
def test_a_page_names_all_its_modules_and_keeps_its_budget(page):
    text = (SITE / f"pages/{page}.html").read_text()
    entry = re.search(r'<script type="module" src="/assets/-/([^"]+)"', text).group(1)
    modules = graph(entry)
    first = sorted({name for place in FIRST.get(page, []) for name in graph(place)} - set(modules))
    named_modules = re.findall(r'rel="modulepreload" href="/assets/-/([^"]+)"', text)
    assert sorted(named_modules) == sorted([name for name in modules if name != entry] + first)
    styles = re.findall(r'rel="stylesheet" href="/assets/-/([^"]+)"', text)
    parts = ["shared", *re.findall(r'"([a-z]+)"', re.search(r"openPage\(\[([^\]]*)\]", (SITE / entry).read_text()).group(1))]
    catalogues = {
        language: sum(weight((SITE / f"texts/{language}/{part}.json").read_bytes()) for part in parts)
        for language in ("en", "de", "fr", "es", "ar", "hi")
    }
    fixed = weight(text.encode()) + sum(weight((SITE / name).read_bytes()) for name in [*modules, *first, *styles, "favicon.svg"])
    print(f"\n{page}: {fixed} B in {len(modules) + len(first)} modules, texts {catalogues['en']} B (en) "
          f"to {max(catalogues.values())} B")
    assert fixed + max(catalogues.values()) <= BUDGET


def test_the_hash_covers_every_asset():
    served = Served()
    before = served.hash
    assert all(served.get(f"/assets/{before}/{name}") for name in served.files)
    assert not any(name.startswith("pages/") for name in served.files)
