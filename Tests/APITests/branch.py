"""Starts the branch's own binary on a data folder of its own and ends it again."""

import json
import os
import pathlib
import socket
import subprocess
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT / "Sources/BranchServer/OpenAPI/openapi.yaml"
ROLES = ["admin", "supervisor", "agent", "worker", "kiosk", "display", "metrics"]
READY_WITHIN = 60  # seconds, on a slow machine
CALL_WITHIN = 20

BRANCH = """
branch:
  name: Test branch
  time_zone: Europe/Berlin
queues:
  - name: Counter services
    prefix: A
  - name: Loans
    prefix: B
  - name: Cash
    prefix: C
counters:
  - name: Counter 1
    open: true
    queues:
      - queue: A
        tier: 1
  - name: Counter 2
    open: true
    queues:
      - queue: B
        tier: 1
      - queue: A
        tier: 2
agents:
  - name: Ada
  - name: Grace
"""

# Nothing here is about rates or patience: a run must not be refused for being fast.
SETTINGS = {
    "TURN_COUNTERS_MIN_CALLED": "0",
    **{
        f"TURN_RATES_{name}_{part}": "100000"
        for name in ["KIOSK", "DISPLAY", "AGENT", "PUBLIC_LINK", "UNKNOWN_LINK", "PUBLIC_TOTAL"]
        for part in ["PER_SECOND", "BURST"]
    },
}


def program() -> pathlib.Path:
    """The release binary: where TURN_BINARIES says, else where a release build leaves it."""
    folders = [os.environ.get("TURN_BINARIES"), ROOT / ".build/release", ROOT / ".build/debug"]
    for folder in folders:
        if folder and (path := pathlib.Path(folder) / "turn-branch").exists():
            return path
    raise FileNotFoundError("turn-branch is not built: swift build -c release --product turn-branch")


class Branch:
    """A running branch with one token for each role, and `counter`: an agent bound to counter 1."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.data = folder / "data"
        # Nothing of the test's own environment: an unknown TURN_ variable stops the program.
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **SETTINGS}
        (folder / "branch.yaml").write_text(BRANCH)
        self.verb("apply", str(folder / "branch.yaml"), "--offline")
        self.tokens = {role: self.token(role) for role in ROLES}
        self.tokens["counter"] = self.token("agent", "--agent", "1", "--counter", "1", name="counter")
        self.start()

    def verb(self, *arguments: str) -> str:
        answer = subprocess.run(
            [program(), *arguments, "--data-dir", self.data], env=self.environment, cwd=self.folder,
            capture_output=True, text=True, timeout=READY_WITHIN, check=False)
        assert answer.returncode == 0, f"turn-branch {' '.join(arguments)}: {answer.stderr}"
        return answer.stdout

    def token(self, role: str, *options: str, name: str | None = None) -> str:
        name = f"test-{name or role}"
        made = json.loads(self.verb("token", "create", "--role", role, "--name", name, "--json", *options))
        assert made["role"] == role and made["name"] == name and made["id"] >= 1
        return made["token"]

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = open(self.folder / "serve.log", "ab")
        self.process = subprocess.Popen(
            [program(), "serve", "--data-dir", self.data, "--port", str(self.port)],
            env=self.environment, cwd=self.folder, stdout=self.log, stderr=self.log)
        until = time.monotonic() + READY_WITHIN
        while True:
            assert self.process.poll() is None, f"serve ended with {self.process.returncode}: {self.said()}"
            assert time.monotonic() < until, f"not ready: {self.said()}"
            try:
                if requests.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.05)

    def said(self) -> str:
        return (self.folder / "serve.log").read_text(errors="replace")[-4000:]

    def stop(self) -> int:
        self.process.terminate()
        try:
            return self.process.wait(timeout=CALL_WITHIN)
        finally:
            self.process.kill()
            self.process.wait()
            self.log.close()

    def headers(self, role: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}
