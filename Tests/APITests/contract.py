"""Holds each answer against openapi.yaml."""

import re

import jsonschema
import referencing
import requests
import yaml

from branch import CALL_WITHIN, DESCRIPTION, Branch

DOCUMENT = yaml.safe_load(DESCRIPTION.read_text())
REGISTRY = referencing.Registry().with_resource(
    "urn:turn", referencing.Resource.from_contents(DOCUMENT, referencing.jsonschema.DRAFT202012))
METHODS = ["get", "post", "patch", "delete"]


def operations() -> list[tuple[str, str, dict]]:
    """Every operation as (path template, method, operation)."""
    return [
        (path, method, item[method]) for path, item in DOCUMENT["paths"].items() for method in METHODS if method in item
    ]


def resolve(value: dict) -> dict:
    """Follows a reference inside the document."""
    while "$ref" in value:
        found = DOCUMENT
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def located(value):
    """A schema whose references name the document, so that it can be used away from it."""
    if isinstance(value, dict):
        return {
            key: "urn:turn" + each if key == "$ref" and each.startswith("#") else located(each)
            for key, each in value.items()
        }
    return [located(each) for each in value] if isinstance(value, list) else value


def faults(schema: dict, value) -> list[str]:
    """What of a value breaks the schema."""
    checker = jsonschema.Draft202012Validator(
        located(schema), registry=REGISTRY, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message[:300]}" for error in checker.iter_errors(value)]


def template(path: str) -> str:
    """The described path that a request's path belongs to; one without parameters wins."""
    path = path.split("?")[0]
    for each in sorted(DOCUMENT["paths"], key=lambda name: name.count("{")):
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", each), path):
            return each
    raise AssertionError(f"{path} is not described")


def check(method: str, path: str, answer: requests.Response) -> None:
    """Fails unless status, type, headers and body of an answer are described for this operation."""
    place = f"{method} {path} -> {answer.status_code}"
    responses = DOCUMENT["paths"][template(path)][method.lower()]["responses"]
    assert str(answer.status_code) in responses, f"{place} is not described: {answer.text[:500]}"
    described = resolve(responses[str(answer.status_code)])
    for name, header in described.get("headers", {}).items():
        header = resolve(header)
        if header.get("required") or name in answer.headers:
            assert name in answer.headers, f"{place} lacks {name}"
            assert faults(header["schema"], answer.headers[name]) == [], f"{place} {name}: {answer.headers[name]}"
    if "content" not in described:
        assert answer.content == b"", f"{place} has a body"
        return
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    assert kind in described["content"], f"{place} is {kind}"
    if kind.endswith("json"):
        found = faults(described["content"][kind]["schema"], answer.json())
        assert found == [], f"{place}: {found}\n{answer.text[:1500]}"


class Client:
    """Speaks as one role and holds every answer against the description."""

    def __init__(self, branch: Branch, role: str | None):
        self.branch = branch
        self.role = role
        self.session = requests.Session()

    def __call__(self, method: str, path: str, body=None, expect: int | None = None, **headers: str):
        answer = self.session.request(
            method, self.branch.url + path, json=body, timeout=CALL_WITHIN + 60,
            headers={**self.branch.headers(self.role), **{key.replace("_", "-"): value for key, value in headers.items()}})
        check(method, path, answer)
        if expect is not None:
            assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def get(self, path: str, expect: int | None = 200, **headers: str):
        return self("GET", path, None, expect, **headers)

    def post(self, path: str, body=None, expect: int | None = 200, **headers: str):
        return self("POST", path, body, expect, **headers)

    def patch(self, path: str, body=None, expect: int | None = 200, **headers: str):
        return self("PATCH", path, body, expect, **headers)

    def delete(self, path: str, expect: int | None = 204, **headers: str):
        return self("DELETE", path, None, expect, **headers)
