"""QR codes are read by somebody else's reader; the interface's YAML is read like somebody else's parser does."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from served import ROOT

YAML_FILE = ROOT / "Sources/BranchServer/OpenAPI/openapi.yaml"
# The longest content of each version from 1 to 10, and the shortest.
LENGTHS = [1, 14, 26, 42, 62, 84, 106, 122, 152, 180, 213]


def content_of(length: int) -> str:
    address = "http://192.168.1.20:8080/admin#devices?code=BCDFGHJK&more=" + "0123456789abcdefghij" * 10
    return address[:length]


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg of zbar-tools isn't installed")
@pytest.mark.parametrize("length", LENGTHS)
def test_a_reader_reads_what_was_written(lab, tmp_path: Path, length):
    modules = lab(f"return all.encode({json.dumps(content_of(length))});", "qr/encoder.js")
    size = len(modules)
    assert (size - 17) % 4 == 0
    scale, quiet = 4, 4
    side = (size + 2 * quiet) * scale
    rows = []
    for y in range(side):
        row, at = [], y // scale - quiet
        for x in range(side):
            column = x // scale - quiet
            row.append("1" if 0 <= at < size and 0 <= column < size and modules[at][column] else "0")
        rows.append(" ".join(row))
    picture = tmp_path / "code.pbm"
    picture.write_text(f"P1\n{side} {side}\n" + "\n".join(rows))
    read = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, timeout=30)
    assert read.stdout.rstrip("\n") == content_of(length)


def test_too_much_for_a_code_is_refused(lab):
    assert lab("try { all.encode('x'.repeat(214)); return 'drawn'; } catch (error) { return error.name; }",
               "qr/encoder.js") == "RangeError"


def read_yaml(lab, source: str):
    return lab(
        f"try {{ return all.readYAML({json.dumps(source)}); }} catch (error) {{ return `refused: ${{error.message}}`; }}",
        "docs/yaml.js",
    )


def test_the_description_is_read_like_pyyaml_reads_it(lab):
    yaml = pytest.importorskip("yaml")
    source = YAML_FILE.read_text()
    expected = json.loads(json.dumps(yaml.safe_load(source)))
    # The largest id is beyond what a double tells apart.
    as_double = json.loads(json.dumps(expected), parse_int=float)
    assert json.loads(json.dumps(read_yaml(lab, source)), parse_int=float) == as_double


@pytest.mark.parametrize(
    ("source", "value"),
    [("a: 1\nb:\n  - x\n  - y: 2\n    z: 3\n", {"a": 1, "b": ["x", {"y": 2, "z": 3}]}),
     ("a:\n- 1\n- 2\nb: ~\n", {"a": [1, 2], "b": None}),
     ("a: 'it''s\n  long'\nb: \"x\\n\\u00e9\"\n", {"a": "it's long", "b": "x\né"}),
     ("a: >-\n  one\n  two\nb: |\n  one\n   two\n", {"a": "one two", "b": "one\n two\n"}),
     ("a: plain text\n  goes on # remark\nb: {}\nc: []\nd: true\n",
      {"a": "plain text goes on", "b": {}, "c": [], "d": True}),
     ("'200':\n  x: 'a: b'\n", {"200": {"x": "a: b"}}),
     ("# nothing\n\n- - 1\n  - 2\n-\n  a: b\n", [[1, 2], {"a": "b"}])],
)
def test_block_style_is_read(lab, source, value):
    assert read_yaml(lab, source) == value


@pytest.mark.parametrize("source", ["a: &x 1\n", "a: [1, 2]\n", "a: 1\na: 2\n", "a: 1\n   b: 2\n", "a: 'open\n", "a: !t x\n"])
def test_what_the_reader_doesnt_know_is_refused(lab, source):
    assert str(read_yaml(lab, source)).startswith("refused")
