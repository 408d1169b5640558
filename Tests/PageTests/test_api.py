"""Requests: one key through all tries, few tries, problems as one type, and the passphrase again when it is wanted."""

import time

import pytest
from standin import Answer, problem

API = ("branch/api.js", "branch/problem.js")
CATCH = "try { return await all.%s; } catch (error) { return [error.name, error.status, error.code, error.field]; }"


def answers(standin, method, path, *given):
    """Gives each answer once, the last one for ever; tells the requests."""
    left, asked = list(given), []

    def answer(request):
        asked.append(request)
        return left.pop(0) if len(left) > 1 else left[0]

    standin.on(method, path, answer)
    return asked


def test_a_post_is_tried_again_with_the_same_key(standin, lab):
    asked = answers(standin, "POST", "/tickets", problem(503, "unavailable"), problem(503, "unavailable"),
                    Answer(201, {"id": 1}))
    assert lab("return await all.post('/tickets', { queue_id: 1 });", *API) == {"id": 1}
    keys = {request.headers["Idempotency-Key"] for request in asked}
    assert len(asked) == 3 and len(keys) == 1 and len(keys.pop()) == 32


def test_two_posts_have_two_keys(standin, lab):
    asked = answers(standin, "POST", "/tickets", Answer(201, {}))
    lab("await all.post('/tickets', {}); await all.post('/tickets', {}); return 0;", *API)
    assert len({request.headers["Idempotency-Key"] for request in asked}) == 2


def test_it_gives_up_after_three_tries(standin, lab):
    asked = answers(standin, "POST", "/tickets", problem(503, "unavailable"))
    assert lab(CATCH % "post('/tickets', {})", *API) == ["Problem", 503, "unavailable", None]
    assert len(asked) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 422, 429, 500, 507])
def test_a_refusal_is_final(standin, lab, status):
    asked = answers(standin, "POST", "/tickets", problem(status, "some_code", field="name"))
    assert lab(CATCH % "post('/tickets', {})", *API) == ["Problem", status, "some_code", "name"]
    assert len(asked) == 1


@pytest.mark.parametrize("call", ["patch('/x', {}, 3)", "remove('/x', 3)", "ask('POST', '/x', { body: {} })"])
def test_what_has_no_key_is_not_tried_again(standin, lab, call):
    asked = []
    for method in ("PATCH", "DELETE", "POST"):
        asked.append(answers(standin, method, "/x", problem(503, "unavailable")))
    assert lab(CATCH % call, *API)[1] == 503
    made = [request for some in asked for request in some]
    assert len(made) == 1
    assert made[0].headers.get("If-Match") == (None if "POST" in call else '"3"')


def test_an_answer_in_other_words_is_still_a_problem(standin, lab):
    standin.on("GET", "/x", Answer(502, b"<h1>Bad gateway</h1>", type="text/html"))
    assert lab(CATCH % "get('/x')", *API) == ["Problem", 502, "unknown", None]


def test_no_answer_is_a_problem_of_its_own(standin, lab, page):
    page.route("**/x", lambda route: route.abort())
    assert lab(CATCH % "get('/x')", *API) == ["Problem", 0, "unreachable", None]


def test_401_ends_the_session_but_a_wrong_passphrase_doesnt(standin, lab):
    standin.on("GET", "/a", problem(401, "wrong_credentials"))
    standin.on("GET", "/b", problem(401, "unauthorized"))
    assert lab(
        """const { session, get } = all; const seen = [];
        session.value = { role: "admin" };
        for (const path of ["/a", "/b"]) { await get(path).catch(() => 0); seen.push(session.value === null); }
        return seen;""",
        *API,
    ) == [False, True]


def test_a_change_that_wants_the_passphrase_again_asks_once_and_repeats_with_the_same_key(standin, lab):
    asked = answers(standin, "POST", "/queues", problem(403, "reauthenticate"), Answer(201, {"id": 7}))
    assert lab(
        """let asks = 0;
        all.askAgainBy(async () => { asks += 1; return true; });
        return [(await all.post("/queues", {})).id, asks];""",
        *API,
    ) == [7, 1]
    assert len({request.headers["Idempotency-Key"] for request in asked}) == 1


def test_without_the_passphrase_nothing_is_repeated(standin, lab):
    asked = answers(standin, "POST", "/queues", problem(403, "reauthenticate"))
    assert lab("all.askAgainBy(async () => false); " + CATCH % "post('/queues', {})", *API)[2] == "reauthenticate"
    assert len(asked) == 1


def test_a_list_is_read_page_after_page(standin, lab):
    def rows(request):
        at = int(request.query.get("cursor", ["0"])[0])
        headers = {"Link": f'</queues?limit=2&cursor={at + 2}>; rel="next"'} if at < 4 else {}
        return Answer(200, [at, at + 1], headers)

    standin.on("GET", "/queues", rows)
    assert lab("return await all.getAll('/queues?limit=2');", *API) == [0, 1, 2, 3, 4, 5]


def test_a_branch_that_is_silent_is_left_after_eight_seconds(standin, lab):
    standin.on("PATCH", "/slow", lambda request: time.sleep(9))
    began = time.monotonic()
    assert lab(CATCH % "patch('/slow', {})", *API) == ["Problem", 0, "no_answer", None]
    assert time.monotonic() - began < 8.8
