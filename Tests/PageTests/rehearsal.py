"""A rehearsed branch: the contract of log-in, set-up, devices and configuration in memory, behind the stand-in. It lets
the pages be looked at and clicked through in every state; that the real program keeps the contract is tested with it."""

import itertools
import time

from standin import Answer, Standin, problem

NOW = "2026-11-24T10:00:00Z"
PASSPHRASE = "correct horse battery"
CODE = "ABCD-EFGH"


def queue(**given) -> dict:
    return {"names": None, "first_number": 1, "last_number": 999999, "credit": 600, "strict": False, "open": True,
            "cap": None, "undo_window": 15, "carry_over": False, "auto_start": False, "target_wait": None,
            "hours": None, "waiting": 0, **given}


def counter(**given) -> dict:
    return {"state": "closed", "automatic": False, "queues": [], "agent_id": None, "ticket_id": None, **given}


class Table:
    """Rows with ids and versions, as the branch answers them."""

    def __init__(self, rehearsal: "Rehearsal", path: str, default) -> None:
        self.rows, self.ids, self.default, self.rehearsal = {}, itertools.count(1), default, rehearsal
        standin = rehearsal.standin
        standin.on("GET", path, lambda _: list(self.rows.values()))
        standin.on("POST", path, rehearsal.guarded(lambda request: Answer(201, self.add(**request.body))))
        standin.on("PATCH", path + r"/(\d+)", rehearsal.guarded(self.change))
        standin.on("DELETE", path + r"/(\d+)", rehearsal.guarded(self.drop))

    def add(self, **given) -> dict:
        given = {name: value for name, value in given.items() if value is not None}
        row = {**self.default(**given), "id": next(self.ids), "version": 1}
        if "pin" in row:
            row["has_pin"] = bool(row.pop("pin"))
        row.pop("passphrase", None)
        self.rows[row["id"]] = row
        return row

    def change(self, request) -> dict | Answer:
        row = self.rows.get(int(request.groups[0]))
        if row is None:
            return problem(404, "not_found")
        seen = request.headers.get("If-Match")
        if seen is not None and seen != f'"{row["version"]}"':
            return problem(412, "version_conflict")
        changes = {name: value for name, value in request.body.items() if name not in ("pin", "passphrase")}
        row.update(changes, version=row["version"] + 1)
        if "pin" in request.body:
            row["has_pin"] = True
        self.rehearsal.note("queue.changed", row)
        return row

    def drop(self, request) -> Answer:
        self.rows.pop(int(request.groups[0]), None)
        return Answer(204)


class Rehearsal:
    def __init__(self, standin: Standin, set_up: str = "done", signed_in: str | None = "admin") -> None:
        self.standin = standin
        self.set_up = {"state": set_up, "step": 1}
        self.role = signed_in
        self.device = None
        self.secure = False
        self.stale_login = False
        self.audit: list[dict] = []
        self.asking: dict[str, dict] = {}
        self.branch = {"name": "", "time_zone": "UTC", "language": "en", "names": True, "purge_hours": 24,
                       "hours": None, "exceptions": [], "version": 1}
        self.queues = Table(self, "/queues", queue)
        self.counters = Table(self, "/counters", counter)
        self.agents = Table(self, "/agents", lambda **given: {"active": True, "has_pin": False, **given})
        self.people = Table(self, "/people", lambda **given: {"active": True, "last_seen_at": None, **given})
        self.devices = Table(self, "/devices", lambda **given: {
            "counter_id": None, "created_at": NOW, "last_seen_at": NOW, "address": "192.168.1.31",
            "page_version": "0.1.0", "clock_difference_ms": 40, "connected": True, "missing": False, **given})
        self._routes()

    def guarded(self, work):
        def answer(request):
            if self.role != "admin":
                return problem(401, "unauthorized")
            if self.stale_login:
                return problem(403, "reauthenticate")
            return work(request)

        return answer

    def note(self, action: str, after: dict | None, before: dict | None = None) -> None:
        self.audit.insert(0, {
            "seq": len(self.audit) + 1, "at": NOW, "actor": {"role": "admin", "id": 1, "name": "Ada"},
            "device_id": None, "action": action, "target": str((after or {}).get("name", "")), "before": before,
            "after": after})

    def session(self) -> dict:
        return {"role": self.role or (self.device or {}).get("kind"), "person": {"id": 1, "name": "Ada"} if self.role else None,
                "agent": None, "device": self.device, "agents": None, "set_up": self.set_up["state"],
                "secure": self.secure, "expires_at": None, "reauthenticate_after": None,
                "branch": {name: self.branch[name] for name in ("name", "time_zone", "language")},
                "now": NOW, "version": "0.1.0"}

    def _routes(self) -> None:
        on, guarded = self.standin.on, self.guarded
        on("GET", "/session", lambda _: self.session())
        on("POST", "/session", self._sign_in)
        on("DELETE", "/session", self._sign_out)
        on("PUT", "/session/secret", lambda request: Answer(204) if request.body["current"] == PASSPHRASE
           else problem(401, "wrong_credentials", field="current"))
        on("POST", "/session/recovery", self._recover)
        on("GET", "/setup/state", lambda _: self.set_up)
        on("POST", "/setup", self._claim)
        on("PATCH", "/setup", guarded(lambda request: self.set_up.update(request.body) or self.set_up))
        on("GET", "/branch", lambda _: self.branch)
        on("PATCH", "/branch", guarded(self._change_branch))
        on("POST", "/devices/pair", self._pair)
        on("GET", r"/devices/codes/(\w+)", lambda request: self.asking.get(request.groups[0]) or problem(404, "code_unknown"))
        on("DELETE", r"/devices/codes/(\w+)", lambda request: (self.asking.pop(request.groups[0], None), Answer(204))[1])
        on("POST", "/devices", guarded(self._approve))
        on("GET", "/audit", lambda _: self.audit)
        on("GET", "/configuration", Answer(200, b"queues:\n  - name: Cash\n    prefix: C\n", type="application/yaml"))
        on("POST", "/configuration", guarded(self._apply))
        on("GET", "/status", lambda _: STATUS)

    def _sign_in(self, request):
        body = request.body
        if body.get("passphrase") != PASSPHRASE:
            return problem(401, "wrong_credentials", field=None)
        self.role, self.stale_login = self.role or "admin", False
        return self.session()

    def _sign_out(self, _):
        self.role = None
        return Answer(204)

    def _recover(self, request):
        if request.body["recovery_code"] != "RECO-VERY":
            return problem(401, "wrong_credentials")
        self.role = "admin"
        return {"recovery_code": "NEXT-CODE-AGAIN", "session": self.session()}

    def _claim(self, request):
        if request.body["code"].replace("-", "").upper() != CODE.replace("-", ""):
            return problem(401, "wrong_credentials", field="code")
        self.set_up["state"], self.role = "open", "admin"
        return Answer(201, {"recovery_code": "K7QM-2XVD-9PRT-HW4N", "session": self.session()})

    def _change_branch(self, request):
        self.branch.update(request.body, version=self.branch["version"] + 1)
        return self.branch

    def _pair(self, request):
        if "device_code" in request.body:
            kind = request.body["device_code"]
            if any(one["kind"] == kind for one in self.asking.values()):
                return Answer(202, {"state": "pending"})
            return Answer(200, {"state": "approved", "device": {}})
        kind = request.body["kind"]
        code = {"kiosk": "BCDFGHJK", "counter": "LMNPQRST", "display": "VWXZBCDF"}[kind]
        self.asking[code] = {"kind": kind, "address": "192.168.1.31", "expires_at": NOW}
        return Answer(201, {"device_code": kind, "user_code": f"{code[:4]}-{code[4:]}", "expires_in": 600,
                            "interval": 1, "approve_url": f"{self.standin.address}/admin#devices?code={code}"})

    def _approve(self, request):
        asking = self.asking.pop(request.body["user_code"], None)
        if asking is None:
            return problem(404, "code_unknown", field="user_code")
        return Answer(201, self.devices.add(name=request.body["name"], kind=asking["kind"],
                                            counter_id=request.body["counter_id"]))

    def _apply(self, request):
        if "prefix" not in request.text:
            return problem(400, "bad_configuration", detail="Line 3: queues[0].prefix is missing.")
        return {"dry_run": request.query.get("dry_run") == ["true"], "changes": [
            {"action": "create", "kind": "queue", "name": "Loans"}, {"action": "unchanged", "kind": "queue", "name": "Cash"}]}

    def furnish(self) -> "Rehearsal":
        """A branch in the middle of its day."""
        self.branch.update(name="Harbour Street", time_zone="Europe/Berlin",
                           hours=[{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00"}],
                           exceptions=[{"date": "2026-12-24", "from": "09:00", "to": "12:00", "note": "Christmas Eve"}])
        for name, prefix, target in (("Cash", "C", 300), ("Accounts", "A", 600), ("Loans", "L", 900)):
            self.queues.add(name=name, prefix=prefix, target_wait=target, names={"de": f"{name} (de)"})
        every = [{"queue_id": at, "tier": 1, "help_after": 0} for at in (1, 2, 3)]
        for at in (1, 2, 3, 4):
            state = ("open", "open", "paused", "closed")[at - 1]
            self.counters.add(name=f"Counter {at}", state=state, queues=every if at < 3 else [
                every[0], {"queue_id": 2, "tier": 2, "help_after": 300}], agent_id=at if at < 3 else None)
        for name in ("Ada Lovelace", "Grace Hopper", "Katherine Johnson"):
            self.agents.add(name=name, pin="482913")
        self.people.add(name="Ada", role="admin", passphrase="x")
        self.people.add(name="Edsger", role="supervisor", passphrase="x")
        self.devices.add(name="Kiosk 1", kind="kiosk")
        self.devices.add(name="Counter 1", kind="counter", counter_id=1)
        self.devices.add(name="Display 1", kind="display", connected=False, missing=True, clock_difference_ms=-7200)
        self.note("queue.changed", {"name": "Cash", "target_wait": 300}, {"name": "Cash", "target_wait": 600})
        self.note("session.refused", None)
        self.note("device.paired", {"name": "Kiosk 1", "kind": "kiosk"})
        self.standin.live = self.play
        return self

    def tickets(self) -> list[dict]:
        lines = [("C", 1, 7), ("A", 2, 4), ("L", 3, 12)]
        found, at = [], 0
        for prefix, queue_id, count in lines:
            for number in range(1, count + 1):
                at += 1
                called = number == 1 and queue_id < 3
                found.append({
                    "id": at, "queue_id": queue_id, "number": f"{prefix}{number + 40:03}", "customer_name": None,
                    "status": "processing" if called else "waiting", "priority": 1, "language": None,
                    "state": ("called", "serving")[queue_id - 1] if called else "waiting", "version": 2,
                    "counter_id": queue_id if called else None, "target_counter_id": None, "agent_id": None,
                    "arrived_at": ago(1500 - at * 55), "queued_at": ago(1500 - at * 55),
                    "called_at": ago(95) if called else None, "started_at": ago(60) if called else None})
        return found

    def play(self, line) -> None:
        line.send({"type": "hello", "incarnation": "0123456789abcdef", "seq": 100})
        line.send({"type": "snapshot", "incarnation": "0123456789abcdef", "seq": 100,
                   "queues": list(self.queues.rows.values()), "counters": list(self.counters.rows.values()),
                   "tickets": self.tickets()})
        while True:
            line.send({"type": "beat", "seq": 100, "at": ago(0)})
            time.sleep(1)


def ago(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds))


STATUS = {
    "running": True, "version": "0.1.0", "pid": 1, "started_at": "2026-11-24T05:00:00Z", "data_dir": "/var/lib/turn",
    "branch": "Harbour Street", "day": "2026-11-24", "time_zone": "Europe/Berlin", "schema": 4, "last_seq": 18233,
    "open_tickets": 23, "queues": [], "counters": {"total": 4, "open": 2, "paused": 1},
    "writer": {"commands": 0, "jobs": 0, "expected_wait_ms": 0.2}, "clock": {"now": NOW}, "memory_bytes": 61_000_000,
    "disk": {"free_bytes": 51_000_000_000, "total_bytes": 64_000_000_000, "level": "ample", "alarm": False},
    "uplink": {"branch_id": 12, "connected": False, "pending": 41, "relayed": 0, "safe_seq": 18192,
               "oldest_unsafe_seconds": 321.5, "epoch": 1, "generation": 1, "obstacle": "Redis doesn't answer."},
    "faults": [{"code": "device_missing", "sentence": "Display 1 is missing.", "mend": "See whether it has power."}],
}
