"""The live feed against a scripted WebSocket: it resumes, it notices silence, it never sends anything."""

import threading

import pytest

LIVE = ("branch/live.js", "branch/board.js", "reactive/signals.js")
INCARNATION = "0123456789abcdef"
SNAPSHOT = {"type": "snapshot", "incarnation": INCARNATION, "seq": 5, "queues": [], "counters": [], "tickets": []}
# Opens a feed that writes down what it hears.
FEED = """const heard = [], feed = new all.LiveFeed({ beat: BEAT, random: () => 0,
    onSnapshot: (snapshot) => heard.push(`snapshot ${snapshot.seq}`), onEvent: (event) => heard.push(event.seq) });
feed.start();
const states = []; all.effect(() => { states.push(feed.state.value); });
const until = async (done, limit = 6000) => {
    for (const end = performance.now() + limit; !done() && performance.now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
};
"""


def feed(code: str, beat: int = 5000) -> str:
    return FEED.replace("BEAT", str(beat)) + code


def hello(line, seq=5, incarnation=INCARNATION):
    line.send({"type": "hello", "incarnation": incarnation, "seq": seq})


def event(seq):
    return {"event": "ticket.created", "seq": seq, "at": "2026-01-01T00:00:00Z", "ticket": None, "details": {}}


def script(standin, *acts):
    """Each connection plays the next act; what was asked for is kept."""
    asked, left, lock = [], list(acts), threading.Lock()

    def live(line):
        with lock:
            asked.append(line.query)
            act = left.pop(0) if left else (lambda line: line.drain())
        act(line)

    standin.live = live
    return asked


def test_it_takes_the_snapshot_then_every_event_and_each_once(standin, lab):
    def act(line):
        hello(line)
        line.send(SNAPSHOT)
        for seq in (5, 6, 6, 8):
            line.send(event(seq))
        line.drain()

    asked = script(standin, act)
    assert lab(feed("await until(() => heard.length === 3); return [heard, states];"), *LIVE) == [
        ["snapshot 5", 6, 8], ["connecting", "live"]]
    assert asked == [{}]


def test_it_resumes_from_the_newest_seq_of_event_or_beat(standin, lab):
    def first(line):
        hello(line)
        line.send(SNAPSHOT)
        line.send(event(6))
        line.send({"type": "beat", "seq": 9, "at": "2026-01-01T00:00:00Z"})
        line.close(1001)

    def second(line):
        hello(line, 11)
        line.send(event(10))
        line.drain()

    asked = script(standin, first, second)
    assert lab(feed("await until(() => heard.length === 3); return [heard, states];"), *LIVE) == [
        ["snapshot 5", 6, 10], ["connecting", "live", "lost", "live"]]
    assert asked == [{}, {"since": [f"{INCARNATION}.9"]}]


def test_another_incarnation_begins_again_from_its_snapshot(standin, lab):
    other = "f" * 16

    def first(line):
        hello(line)
        line.send(SNAPSHOT)
        line.close(1012)

    def second(line):
        hello(line, 2, other)
        line.send({**SNAPSHOT, "incarnation": other, "seq": 2})
        line.send(event(3))
        line.close(1012)

    asked = script(standin, first, second)
    assert lab(feed("await until(() => false, 1200); return [heard, feed.position];"), *LIVE) == [
        ["snapshot 5", "snapshot 2", 3], {"incarnation": other, "seq": 3}]
    assert asked[2] == {"since": [f"{other}.3"]}


def test_three_missing_beats_are_a_lost_connection_and_it_comes_back(standin, lab):
    def silent(line):
        hello(line)
        line.send(SNAPSHOT)
        line.drain()

    script(standin, silent, silent)
    states, first = lab(feed(
        """await until(() => states.includes("live")); const began = performance.now();
        await until(() => states.includes("lost")); const first = performance.now() - began;
        await until(() => states.length >= 4); return [states.slice(0, 4), first];""", beat=100), *LIVE)
    assert states == ["connecting", "live", "lost", "live"]
    assert 250 <= first <= 1000


def test_beats_keep_a_quiet_connection(standin, lab):
    def quiet(line):
        hello(line)
        line.send(SNAPSHOT)
        for _ in range(8):
            threading.Event().wait(0.1)
            line.send({"type": "beat", "seq": 5, "at": "2026-01-01T00:00:00Z"})
        line.drain()

    script(standin, quiet)
    assert lab(feed("await until(() => false, 700); return states;", beat=100), *LIVE) == ["connecting", "live"]


@pytest.mark.parametrize("code", [1013, 1001, 1011])
def test_a_busy_or_leaving_branch_is_asked_again(standin, lab, code):
    def busy(line):
        hello(line)
        line.send(SNAPSHOT)
        line.close(code)

    script(standin, busy)
    assert lab(feed("await until(() => states.includes('lost')); return states;"), *LIVE) == [
        "connecting", "live", "lost"]


def test_lost_permission_signs_out_and_asks_no_more(standin, lab):
    def revoked(line):
        hello(line)
        line.send(SNAPSHOT)
        line.close(4401)

    asked = script(standin, revoked)
    assert lab(feed("await until(() => false, 1000); return states;"), *LIVE) == ["connecting", "live", "signed_out"]
    assert len(asked) == 1


def test_it_waits_longer_with_every_try_but_never_over_five_seconds(standin, lab):
    assert lab(
        """const waits = [], original = setTimeout;
        const sockets = [];
        const feed = new all.LiveFeed({ beat: 1e6, random: () => 1, onSnapshot() {}, onEvent() {}, open: () => {
            const socket = { readyState: 3, close() {} };
            sockets.push(socket);
            return socket;
        } });
        window.setTimeout = (work, wait) => { if (wait < 1e6) { waits.push(wait); work(); } return 0; };
        feed.start();
        for (let at = 0; at < 8; at += 1) sockets.at(-1).onclose({ code: 1006 });
        window.setTimeout = original;
        return waits;""",
        *LIVE,
    ) == [300, 600, 1200, 2400, 4800, 5000, 5000, 5000]


def test_broken_frames_are_a_reason_to_begin_again(standin, lab):
    def broken(line):
        hello(line)
        line.send(SNAPSHOT)
        line.send("{not json")
        line.drain()

    script(standin, broken)
    assert lab(feed("await until(() => states.includes('lost')); return states;"), *LIVE) == [
        "connecting", "live", "lost"]


def test_a_stopped_feed_stays_silent(standin, lab):
    asked = script(standin)
    assert lab(feed("feed.stop(); await until(() => false, 600); return states;"), *LIVE) == ["connecting", "stopped"]
    assert len(asked) <= 1


def test_the_board_follows_tickets_queues_and_counters(standin, lab):
    assert lab(
        """const board = new all.Board();
        const ticket = (id, state, more = {}) => ({ id, state, queue_id: 1, counter_id: null, number: `A00${id}`,
            arrived_at: `2026-01-01T00:0${id}:00Z`, ...more });
        const tell = (ticket, details = {}) => board.apply({ event: "x", seq: 1, at: "", ticket, details });
        board.begin({ queues: [{ id: 1, name: "Cash" }], counters: [], tickets: [
            ticket(2, "waiting", { customer_name: "Ada" }), ticket(1, "waiting"), ticket(3, "completed")] });
        const line = () => (board.waiting.value.get(1) ?? []).map((one) => one.id);
        const seen = [line()];
        tell(ticket(2, "called", { counter_id: 4 })); seen.push(line(), board.atCounters.value.get(4).customer_name);
        tell(ticket(2, "completed", { counter_id: 4 })); seen.push(board.atCounters.value.size, board.tickets.value.size);
        tell(null, { queue: { id: 2, name: "Loans" }, deleted: false }); tell(null, { queue: { id: 1 }, deleted: true });
        seen.push([...board.queues.value.values()].map((queue) => queue.name));
        return seen;""",
        *LIVE,
    ) == [[1, 2], [1], "Ada", 0, 2, ["Loans"]]
