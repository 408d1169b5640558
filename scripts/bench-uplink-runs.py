"""The measurements of scripts/bench-uplink: starts head office beside branches, compares, prints one table."""

import argparse
import contextlib
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time

# The file's name has a hyphen, as all scripts here have.
_spec = importlib.util.spec_from_file_location("bench_runs", pathlib.Path(__file__).with_name("bench-runs.py"))
runs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(runs)

# Seconds that head office may take to get what it is waiting for.
PATIENCE = 300


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(what, ready, seconds=60):
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} took longer than {seconds} s")
        time.sleep(0.02)


class HeadOffice:
    """redis-server, PostgreSQL and, when asked, an ingest; all data are thrown away."""

    def __init__(self, bench):
        self.bench = bench
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turn-bench-hq."))
        self.folder.chmod(0o755)
        self.processes = []
        self.redis_port = free_port()
        self.redis_process = self.begin(
            "redis", ["redis-server", "--port", self.redis_port, "--bind", "127.0.0.1", "--save", "", "--appendonly",
                      "no", "--dir", self.folder])
        self.start_postgres()
        wait_for("Redis", lambda: self.redis("ping", check=False) == "PONG")
        self.hq("migrate")

    def begin(self, name, command, user=()):
        stream = open(self.folder / f"{name}.log", "w", encoding="utf-8")
        process = subprocess.Popen(
            [*user, *map(str, command)], stdout=stream, stderr=stream, env=self.environment(), cwd="/")
        self.processes.append(process)
        return process

    def start_postgres(self):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        # PostgreSQL refuses to run as root, so root lends it the user that its package made.
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
        data = self.folder / "postgres"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, "postgres", "postgres")
        initdb = [*user, programs / "initdb", "--auth=trust", "--username=turn", "--encoding=UTF8", "--pgdata", data]
        subprocess.run(initdb, check=True, capture_output=True, cwd="/")
        port = free_port()
        self.database = f"postgresql://turn@127.0.0.1:{port}/postgres"
        self.begin(
            "postgres", [programs / "postgres", "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c",
                         "unix_socket_directories=", "-c", "track_commit_timestamp=on"], user)
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        wait_for("PostgreSQL", lambda: subprocess.run(ready, check=False).returncode == 0)

    def environment(self):
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "TURN_SERVER_PORT": "0",
            "DATABASE_URL": getattr(self, "database", ""), "UPSTASH_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}",
        }

    def hq(self, *arguments):
        done = subprocess.run(
            [self.bench.binaries / "turn-hq", *arguments], capture_output=True, text=True, env=self.environment(),
            cwd="/", check=True)
        return done.stdout

    def ingest(self):
        return self.begin("ingest", [self.bench.binaries / "turn-hq", "ingest"])

    def redis(self, *words, check=True):
        done = subprocess.run(
            ["redis-cli", "-p", str(self.redis_port), *map(str, words)], capture_output=True, text=True, check=check)
        return done.stdout.strip()

    def sql(self, text):
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.database, "-c", text], capture_output=True,
            text=True, check=True)
        return done.stdout.strip()

    def enrol(self, site, name, port=None):
        """Takes a branch in and enrols it; its way to Redis may lead over another port."""
        enrolment = json.loads(self.hq("branch", "add", name))
        if port:
            enrolment["redis_url"] = f"redis://127.0.0.1:{port}"
        for line in self.hq("branch", "acl").splitlines():
            self.redis("ACL", "SETUSER", *line.split()[1:])
        file = site.folder / "enrolment.json"
        file.write_text(json.dumps(enrolment), encoding="utf-8")
        site.run("enrol", str(file))
        return enrolment["branch_id"]

    def held(self, branch):
        return int(self.sql(f"SELECT coalesce(max(seq), 0) FROM ingest_cursor WHERE branch_id = {branch}"))

    def remove(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def head_office(bench):
    office = HeadOffice(bench)
    try:
        yield office
    finally:
        office.remove()


class SlowLink:
    """A proxy that holds every byte back by half a round trip, in both directions."""

    def __init__(self, target, one_way):
        self.target, self.one_way = target, one_way
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self.carry, args=(source, sink), daemon=True).start()

    def carry(self, source, sink):
        waiting, come = [], threading.Condition()

        def deliver():
            while True:
                with come:
                    while not waiting:
                        come.wait()
                    at, data = waiting.pop(0)
                time.sleep(max(0, at - time.monotonic()))
                try:
                    sink.sendall(data)
                except OSError:
                    return
                if not data:
                    return

        threading.Thread(target=deliver, daemon=True).start()
        while True:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            with come:
                waiting.append((time.monotonic() + self.one_way, data))
                come.notify()
            if not data:
                return

    def close(self):
        self.listener.close()


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


# The same rows once more, in portions as large as an ingest's largest transaction.
UNNEST = """
    DO $$ DECLARE first bigint; BEGIN
        FOR first IN SELECT generate_series(0, (SELECT count(*) FROM bench_source), 8192) LOOP
            INSERT INTO bench_unnest (branch_id, epoch, seq, uid, type, tv, at, chain, body)
            SELECT * FROM unnest(
                (SELECT array_agg(branch_id ORDER BY n) FROM bench_source WHERE n >= first AND n < first + 8192),
                (SELECT array_agg(epoch ORDER BY n) FROM bench_source WHERE n >= first AND n < first + 8192),
                (SELECT array_agg(seq ORDER BY n) FROM bench_source WHERE n >= first AND n < first + 8192),
                (SELECT array_agg(uid ORDER BY n) FROM bench_source WHERE n >= first AND n < first + 8192),
                (SELECT array_agg(type ORDER BY n) FROM bench_source WHERE n >= first AND n < first + 8192),
                (SELECT array_agg(tv ORDER BY n) FROM bench_source WHERE n >= first AND n < first + 8192),
                (SELECT array_agg(at ORDER BY n) FROM bench_source WHERE n >= first AND n < first + 8192),
                (SELECT array_agg(chain ORDER BY n) FROM bench_source WHERE n >= first AND n < first + 8192),
                (SELECT array_agg(body ORDER BY n) FROM bench_source WHERE n >= first AND n < first + 8192));
        END LOOP;
    END $$"""


def ingest(bench):
    """Frames to committed rows, beside what PostgreSQL does with the same rows alone."""
    ours, unnest, copy = [], [], []
    for _ in range(bench.rounds):
        with head_office(bench) as office:
            url = f"redis://127.0.0.1:{office.redis_port}"
            events = 200_000
            result = bench.load("ingest", "--database", office.database, "--redis", url, "--events", events)
            ours.append(result["events_per_second"])
            office.sql("CREATE TABLE bench_source AS SELECT row_number() OVER (ORDER BY branch_id, epoch, seq) - 1 AS n, "
                       "branch_id, epoch, seq, uid, type, tv, at, chain, body FROM branch_event")
            office.sql("CREATE INDEX ON bench_source (n); ANALYZE bench_source")
            count = int(office.sql("SELECT count(*) FROM bench_source"))
            for name in ("bench_unnest", "bench_copy"):
                office.sql(f"CREATE TABLE {name} (LIKE branch_event INCLUDING ALL)")
            began = time.monotonic()
            office.sql(UNNEST)
            unnest.append(count / (time.monotonic() - began))
            file = office.folder / "postgres" / "rows.bin"
            columns = "branch_id, epoch, seq, uid, type, tv, at, chain, body"
            office.sql(f"COPY (SELECT {columns} FROM bench_source ORDER BY n) TO '{file}' (FORMAT binary)")
            began = time.monotonic()
            office.sql(f"COPY bench_copy ({columns}) FROM '{file}' (FORMAT binary)")
            copy.append(count / (time.monotonic() - began))
    ours, unnest, copy = map(statistics.median, (ours, unnest, copy))
    bench.row("ingest, events committed", f"{ours:,.0f}/s", ">= 30,000/s", ours >= 30_000)
    bench.row("  of PostgreSQL's own unnest / COPY", f"{ours / unnest:.0%} / {ours / copy:.0%} "
              f"({unnest:,.0f}/s, {copy:,.0f}/s)", "beside it", True)


def catchup(bench):
    """Three days of a branch over a link of 100 ms."""
    took = []
    for _ in range(bench.rounds):
        with head_office(bench) as office, runs.served(bench) as site:
            site.load("http", "--connections", 64, "--duration", 120, "--requests", 36_000)
            office.ingest()
            link = SlowLink(office.redis_port, 0.05)
            branch = office.enrol(site, "Catch-up", link.port)
            # From the first commit on: when a new branch is noticed is another matter.
            wait_for("the first events", lambda: office.held(branch) > 0)
            began = time.monotonic()
            wait_for("catching up", lambda: office.held(branch) >= 36_000, PATIENCE)
            took.append(time.monotonic() - began)
            link.close()
    seconds = statistics.median(took)
    bench.row("36,000 events over a round trip of 100 ms", f"{seconds:.1f} s", "<= 10 s", seconds <= 10)


class SafeWatch:
    """Asks a branch again and again how far it knows its events to be safe, as `turn-branch status` does."""

    # Seconds between two questions; the measured time is too long by at most this and the answer's own.
    PAUSE = 0.004

    def __init__(self, site):
        self.path = str(site.data / "turn.sock")
        self.seen = []  # (when the answer had come, the newest safe event)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def ask(self):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(10)
            line.connect(self.path)
            line.sendall(b'{"v":1,"verb":"status"}\n')
            answer = b""
            while not answer.endswith(b"\n"):
                part = line.recv(65536)
                if not part:
                    break
                answer += part
        return json.loads(answer)

    def run(self):
        while not self.ended.is_set():
            safe = find(self.ask(), "safe_seq")
            if not self.seen or safe > self.seen[-1][1]:
                self.seen.append((time.time(), safe))
            time.sleep(self.PAUSE)

    def stop(self):
        self.ended.set()
        self.thread.join(10)

    def spans(self, commits):
        """Milliseconds from each (event, its commit) to the first answer that calls it safe."""
        spans, place = [], 0
        for seq, at in sorted(commits):
            while place < len(self.seen) and self.seen[place][1] < seq:
                place += 1
            if place == len(self.seen):
                raise RuntimeError(f"event {seq} was never called safe")
            spans.append(self.seen[place][0] * 1000 - at)
        return spans


def find(value, name):
    """A member of that name, wherever in an answer it stands."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        value = list(value.values())
    for part in value if isinstance(value, list) else []:
        found = find(part, name)
        if found is not None:
            return found
    return None


def steady(bench):
    """From an event's commit at the branch to its commit at head office, and until the branch knows it to be safe."""
    spans, known = [], []
    for _ in range(bench.rounds):
        with head_office(bench) as office, runs.served(bench) as site:
            office.ingest()
            branch = office.enrol(site, "Steady")
            wait_for("the first events", lambda: office.held(branch) > 0)
            first = office.held(branch)
            watch = SafeWatch(site)
            site.load("http", "--connections", 4, "--rate", 50, "--duration", max(10, bench.seconds))
            last = int(json.loads(site.run("status", "--json"))["last_seq"])
            wait_for("the last event", lambda: office.held(branch) >= last)
            wait_for("the branch to know", lambda: watch.seen and watch.seen[-1][1] >= last)
            watch.stop()
            rows = office.sql(
                "SELECT seq, extract(epoch FROM at) * 1000, extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000 "
                f"FROM branch_event WHERE branch_id = {branch} AND seq > {first} AND seq <= {last}")
            rows = [[float(cell) for cell in row.split("|")] for row in rows.splitlines()]
            spans += [stored - at for _, at, stored in rows]
            known += watch.spans([(seq, at) for seq, at, _ in rows])
    for what, found in (("event to head office's commit", spans), ("event to safe, as the branch knows it", known)):
        p50, p99 = percentile(found, 0.5), percentile(found, 0.99)
        bench.row(f"{what}, 50/s, p50 / p99", f"{p50:.0f} ms / {p99:.0f} ms", "p99 <= 150 ms", p99 <= 150)


def bytes_an_event(bench):
    """What Redis holds for one window, and what goes over the wire."""
    with head_office(bench) as office, runs.served(bench) as site:
        site.load("http", "--connections", 16, "--duration", 60, "--requests", 2_000)
        before = int(office.redis("INFO", "stats").split("total_net_input_bytes:")[1].split()[0])
        office.enrol(site, "Bytes")
        wait_for("a window", lambda: office.redis("--scan", "--pattern", "turn:up:*") != "")
        key = office.redis("--scan", "--pattern", "turn:up:*").splitlines()[0]
        report = lambda: json.loads(site.run("status", "--json"))["uplink"]
        # Frames are sent whole, so the window of 1,024 events is not filled to the last one.
        wait_for("a full window", lambda: report()["relayed"] >= 900)
        events = report()["relayed"]
        held = int(office.redis("MEMORY", "USAGE", key, "SAMPLES", 0))
        wire = int(office.redis("INFO", "stats").split("total_net_input_bytes:")[1].split()[0]) - before
        bench.row("Redis, bytes held an event in a full window", f"{held / events:.0f} B", "told", True)
        bench.row("wire to Redis, bytes an event", f"{wire / events:.0f} B", "told", True)


def answers(bench):
    """The branch's own answers, without an uplink, with one, and with a Redis that hangs."""
    found = {"without": [], "with": [], "hanging": []}
    with head_office(bench) as office, runs.served(bench) as alone, runs.served(bench) as linked:
        office.ingest()
        branch = office.enrol(linked, "Answers")
        wait_for("the first events", lambda: office.held(branch) > 0)
        for _ in range(bench.rounds):
            for name, site in (("without", alone), ("with", linked), ("hanging", linked)):
                if name == "hanging":
                    office.redis_process.send_signal(signal.SIGSTOP)
                result = site.load("http", "--connections", 16, "--rate", 200, "--duration", bench.seconds)
                office.redis_process.send_signal(signal.SIGCONT)
                found[name].append(runs.of_row(result, "issue", "p99_ms"))
    without, linked, hanging = (statistics.median(found[name]) for name in ("without", "with", "hanging"))
    bench.row("POST /tickets at 200/s, p99: alone / with uplink / Redis hangs",
              f"{without:.1f} / {linked:.1f} / {hanging:.1f} ms", "unchanged", max(linked, hanging) <= 2 * without + 5)


ROWS = {"ingest": ingest, "catchup": catchup, "steady": steady, "bytes": bytes_an_event, "answers": answers}


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench-uplink")
    parser.add_argument("--binaries", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rows", default=",".join(ROWS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    names = options.rows.split(",")
    unknown = [name for name in names if name not in ROWS]
    if unknown or not 1 <= options.rounds <= 100 or not 1 <= options.seconds <= 120:
        parser.error(f"rows are {', '.join(ROWS)}; rounds 1 to 100; seconds 1 to 120")
    bench = runs.Bench(options)
    for name in names:
        bench.say(f"{name} (load average {os.getloadavg()[0]:.2f})")
        try:
            ROWS[name](bench)
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            bench.row(name, f"failed: {str(error)[:300]}", "", False)
    bench.print_table()
    print(f"{os.cpu_count()} cores, Linux {os.uname().release}, {options.rounds} rounds of {options.seconds:g} s")


if __name__ == "__main__":
    main()
