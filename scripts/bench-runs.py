"""The measurements of scripts/bench: starts branches, puts load on them, compares, prints one table."""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request

# The most that any program may take, in seconds; what is slower is reported as a failure.
PATIENCE = 900

# Bytes of the event that the branch writes for an issued ticket; the C program writes as many.
EVENT_BYTES = 868

PLAN = """branch:
  name: Bench
  time_zone: UTC
queues:
  - name: Service
    prefix: A
counters:
  - name: Counter 1
    open: true
    queues:
      - queue: Service
        tier: 1
agents:
  - name: Agent 1
"""

# No role is throttled: the tokens of a bench stand for many devices.
UNTHROTTLED = {f"TURN_RATES_{role}_PER_SECOND": "0" for role in ("KIOSK", "DISPLAY", "AGENT")}


class Bench:
    def __init__(self, options):
        self.binaries = pathlib.Path(options.binaries).resolve()
        self.folder = pathlib.Path(options.folder).resolve()
        self.rounds = options.rounds
        self.seconds = options.seconds
        self.log = open(self.folder / f"{time.strftime('%Y%m%d-%H%M%S')}.jsonl", "w", encoding="utf-8")
        self.table = []
        self.sites = 0

    def say(self, text):
        print(f"== {text}", file=sys.stderr, flush=True)

    def keep(self, what, result):
        line = {"what": what, "at": time.time(), "load_average": os.getloadavg()[0], "result": result}
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()

    def row(self, what, measured, goal, met):
        self.table.append((what, measured, goal, "yes" if met else "NO", f"{os.getloadavg()[0]:.2f}"))
        self.keep(what, {"measured": measured, "goal": goal, "met": met})

    def print_table(self):
        heads = ("what", "measured", "goal", "met", "load")
        widths = [max(len(row[i]) for row in [heads, *self.table]) for i in range(len(heads))]
        for row in [heads, *self.table]:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())

    def load(self, *arguments):
        """Runs turn-load and returns its JSON."""
        command = [self.binaries / "turn-load", *map(str, arguments), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode != 0:
            raise RuntimeError(f"turn-load {arguments[0]}: {done.stderr[-2000:]}")
        result = json.loads(done.stdout)
        self.keep(f"turn-load {' '.join(map(str, arguments[:1]))}", result)
        return result

    def site(self):
        self.sites += 1
        return Site(self, self.folder / f"site-{os.getpid()}-{self.sites}")


class Site:
    """A data folder with a branch in it, and the program that serves it."""

    def __init__(self, bench, folder):
        self.bench = bench
        self.folder = folder
        self.data = folder / "data"
        self.process = None
        folder.mkdir(parents=True)
        (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
        self.run("apply", str(folder / "plan.yaml"), "--offline")
        self.tokens = {}
        for role in ("admin", "worker", "display"):
            made = self.run("token", "create", "--role", role, "--name", role, "--json")
            self.tokens[role] = json.loads(made)["token"]

    def environment(self, extra):
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), **UNTHROTTLED, **extra}

    def run(self, *arguments):
        done = subprocess.run(
            [self.bench.binaries / "turn-branch", *arguments, "--data-dir", self.data],
            capture_output=True, text=True, cwd=self.folder, env=self.environment({}), timeout=PATIENCE)
        if done.returncode != 0:
            raise RuntimeError(f"turn-branch {' '.join(arguments)}: {done.stderr[-2000:]}")
        return done.stdout

    def start(self, **settings):
        """Serves, and returns the seconds from the start of the process to a ready answer."""
        extra = {"TURN_COUNTERS_MIN_CALLED": "0", **settings}
        output = self.folder / "serve.txt"
        with open(output, "w", encoding="utf-8") as stream:
            began = time.monotonic()
            self.process = subprocess.Popen(
                [self.bench.binaries / "turn-branch", "serve", "--port", "0", "--data-dir", self.data],
                stdout=stream, stderr=stream, cwd=self.folder, env=self.environment(extra))
        while time.monotonic() - began < 120:
            found = re.search(r"listening on (http://[0-9.]+:\d+)\b", output.read_text(encoding="utf-8"))
            if found:
                self.url = found.group(1)
                with contextlib.suppress(OSError):
                    if urllib.request.urlopen(self.url + "/readyz", timeout=10).status == 200:
                        return time.monotonic() - began
            if self.process.poll() is not None:
                raise RuntimeError(f"serve ended: {output.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.001)
        raise RuntimeError("serve was not ready within 120 s")

    @property
    def pid(self):
        return self.process.pid

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024 / 1e6

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def load(self, kind, *arguments):
        tokens = ["--kiosk-token", self.tokens["worker"]]
        tokens += ["--display-token", self.tokens["display"]] if kind == "displays" else []
        return self.bench.load(kind, "--url", self.url, "--pid", self.pid, *tokens, *arguments)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def served(bench, **settings):
    site = bench.site()
    try:
        site.start(**settings)
        yield site
    finally:
        site.remove()


def of_row(result, name, column):
    """One column of one row of a turn-load result."""
    return next(row[column] for row in result["rows"] if row["name"] == name)


def store(bench):
    """The writer alone against the same work in C."""
    ours, theirs = [], []
    for _ in range(bench.rounds):
        site = bench.site()
        try:
            result = bench.load("store", "--callers", 64, "--duration", bench.seconds)
            ours.append(of_row(result, "issue", "per_second"))
            command = [bench.folder / "store", site.data / "turn.sqlite", str(bench.seconds), "64", str(EVENT_BYTES)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
            theirs.append(json.loads(done.stdout)["per_second"])
            bench.keep("store in C", json.loads(done.stdout))
        finally:
            site.remove()
    share = statistics.median(ours) / statistics.median(theirs)
    measured = f"{share:.0%} ({statistics.median(ours):,.0f}/s of {statistics.median(theirs):,.0f}/s)"
    bench.row("store alone, 64 callers, share of C at batch 64", measured, ">= 50 %", share >= 0.5)


def http(bench):
    """POST /tickets against GET /livez of the same server."""
    with served(bench) as site:
        posts, gets = [], []
        for _ in range(bench.rounds):
            common = ("--connections", 64, "--duration", bench.seconds, "--warmup", 1)
            gets.append(site.load("http", *common, "--path", "/livez")["goodput_per_second"])
            posts.append(site.load("http", *common, "--mix", "issue=1")["goodput_per_second"])
        share = statistics.median(posts) / statistics.median(gets)
        measured = f"{share:.0%} ({statistics.median(posts):,.0f}/s of {statistics.median(gets):,.0f}/s)"
        bench.row("POST /tickets, 64 connections, share of GET /livez", measured, ">= 50 %", share >= 0.5)


def reserve(bench):
    """The same reserve beside a short and beside a long line."""
    with served(bench) as short, served(bench) as long:
        short.load("http", "--connections", 16, "--duration", 60, "--requests", 100)
        long.load("http", "--connections", 64, "--duration", 600, "--requests", 100_000)
        times = {"short": [], "long": []}
        for _ in range(bench.rounds):
            for name, site in (("short", short), ("long", long)):
                mix = ("--mix", "reserve=1,issue=1", "--connections", 1, "--duration", bench.seconds, "--warmup", 1)
                times[name].append(of_row(site.load("http", *mix), "reserve", "p50_ms"))
        ratio = statistics.median(times["long"]) / statistics.median(times["short"])
        measured = f"{ratio:.2f} x ({statistics.median(times['long']):.2f} ms to {statistics.median(times['short']):.2f} ms)"
        bench.row("reserve, 100,000 waiting to 100 waiting, p50", measured, "<= 1.3 x", ratio <= 1.3)


def displays(bench):
    """The slowest of many displays."""
    with served(bench) as site:
        worst = []
        for _ in range(bench.rounds):
            result = site.load("displays", "--count", 500, "--rate", 20, "--duration", max(10, bench.seconds))
            worst.append(of_row(result, "commit → slowest", "p99_ms"))
        p99 = statistics.median(worst)
        bench.row("commit to the slowest of 500 displays, 20/s, p99", f"{p99:.1f} ms", "<= 100 ms", p99 <= 100)


def memory(bench):
    """Resident memory at rest and with idle WebSockets."""
    with served(bench) as site:
        site.load("http", "--connections", 8, "--duration", 30, "--requests", 1000)
        time.sleep(2)
        idle = site.resident_mb()
        bench.row("resident memory, idle", f"{idle:.1f} MB", "<= 60 MB", idle <= 60)
        result = site.load("displays", "--idle", 2000, "--duration", 10)
        held = result["server_resident_mb"]
        met = held <= 150 and result["displays"] == 2000
        bench.row("resident memory, 2,000 idle WebSockets", f"{held:.1f} MB", "<= 150 MB", met)


def overload(bench):
    """Ten times the capacity of a branch made slow on purpose."""
    slow = {"TURN_TESTING_FLUSH_DELAY": "20 ms", "TURN_TESTING_BATCH_MAX": "8"}
    with served(bench, **slow) as site:
        capacity, shares, accepted, others = [], [], [], 0
        for _ in range(bench.rounds):
            closed = ("--connections", 32, "--duration", bench.seconds, "--warmup", 1)
            capacity.append(site.load("http", *closed)["goodput_per_second"])
            flood = ("--connections", 1024, "--rate", 10 * capacity[-1], "--duration", bench.seconds + 3, "--warmup", 3)
            result = site.load("http", *flood)
            shares.append(result["goodput_per_second"] / capacity[-1])
            accepted.append(of_row(result, "issue", "p99_ms"))
            answers = result["answers"]
            others += sum(count for status, count in answers.items() if status not in ("201", "503"))
            others += result["lost"] + result["unanswered"] + result["not_sent"]
        share, p99 = statistics.median(shares), statistics.median(accepted)
        name = f"ten times the capacity of {statistics.median(capacity):,.0f}/s"
        bench.row(f"{name}: goodput", f"{share:.0%}", ">= 90 %", share >= 0.9)
        bench.row(f"{name}: accepted, p99", f"{p99:.0f} ms", "<= 500 ms", p99 <= 500)
        bench.row(f"{name}: neither 201 nor 503", f"{others}", "0", others == 0)


# Every column of ticket_history without a default; times are those of the branch's last event.
FINISH = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO ticket_history (
        id, uid, queue_id, number, day, state, priority, version, rank, arrival_tick, queued_tick, called_tick,
        started_tick, ended_tick, counter_id, call_count, let_ahead_count, arrived_at, queued_at, first_called_at,
        called_at, started_at, ended_at, ended_by_role, ended_by_id, outcome, updated_at)
    SELECT next_ticket_id + i, printf('01BENCH%019d', i), 1, printf('A%03d', i % 999999 + 1), day, 'completed', 1, 3,
        last_tick, last_tick, last_tick, last_tick, last_tick, last_tick, 1, 1, 0, last_at, last_at, last_at, last_at,
        last_at, last_at, 'admin', 1, 'served', last_at
    FROM n, branch"""
LOG = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    INSERT INTO events (seq, uid, type, at, tick, ticket_id, queue_id, chain, body)
    SELECT last_seq + i, printf('01BENCH%019d', i), 'ticket.completed', last_at, last_tick, next_ticket_id + i / 2, 1,
        zeroblob(8), zeroblob(300)
    FROM n, branch"""


def start(bench):
    """From the start of the process to ready, beside a long history."""
    site = bench.site()
    try:
        site.start()
        site.stop()
        with contextlib.closing(sqlite3.connect(site.data / "turn.sqlite")) as database:
            database.execute(FINISH, {"count": 1_000_000})
            database.execute(LOG, {"count": 2_000_000})
            database.execute(
                "UPDATE branch SET next_ticket_id = next_ticket_id + 1000001, last_seq = last_seq + 2000000")
            database.commit()
        times = []
        for _ in range(max(3, bench.rounds)):
            times.append(site.start())
            bench.keep("start", {"seconds": times[-1]})
            site.stop()
        worst = max(times)
        bench.row("start to /readyz, 1,000,000 finished, slowest", f"{worst:.3f} s", "<= 1 s", worst <= 1)
    finally:
        site.remove()


ROWS = {
    "store": store, "http": http, "reserve": reserve, "displays": displays, "start": start, "memory": memory, "overload": overload,
}


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--binaries", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rows", default=",".join(ROWS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    names = options.rows.split(",")
    unknown = [name for name in names if name not in ROWS]
    if unknown or not 1 <= options.rounds <= 100 or not 0.5 <= options.seconds <= 120:
        parser.error(f"rows are {', '.join(ROWS)}; rounds 1 to 100; seconds 0.5 to 120")
    bench = Bench(options)
    for name in names:
        bench.say(f"{name} (load average {os.getloadavg()[0]:.2f})")
        try:
            ROWS[name](bench)
        except (RuntimeError, OSError, subprocess.SubprocessError, sqlite3.Error) as error:
            bench.row(name, f"failed: {str(error)[:300]}", "", False)
    bench.print_table()
    print(f"{os.cpu_count()} cores, Linux {os.uname().release}, {options.rounds} rounds of {options.seconds:g} s")
    print(f"every result: {bench.log.name}", file=sys.stderr)
    sys.exit(0 if all(row[3] == "yes" for row in bench.table) else 1)


if __name__ == "__main__":
    main()
