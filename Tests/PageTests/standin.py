"""A stand-in for the branch, for tests of the pages' own parts: a small HTTP server with routes and a scripted
WebSocket. What a page does against the real program is tested elsewhere."""

import base64
import hashlib
import json
import re
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from served import POLICY, Served

HANDSHAKE = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    text: str
    groups: tuple[str, ...] = ()

    @property
    def body(self):
        return json.loads(self.text) if self.text else {}


@dataclass
class Answer:
    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    type: str | None = None


def problem(status: int, code: str, **more) -> Answer:
    headers = {"Retry-After": str(more.pop("retry_after"))} if "retry_after" in more else {}
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": None, "field": None}
    return Answer(status, {**body, **more}, headers, "application/problem+json")


class Line:
    """One open WebSocket."""

    def __init__(self, handler: BaseHTTPRequestHandler, query: dict[str, list[str]]) -> None:
        self.handler = handler
        self.query = query

    def send(self, frame: object) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self._write(0x1, text.encode())

    def close(self, code: int) -> None:
        self._write(0x8, struct.pack(">H", code))
        self.handler.connection.settimeout(2)
        try:
            self.handler.rfile.read(6)
        except OSError:
            pass

    def drain(self) -> None:
        """Waits until the other side is gone."""
        try:
            while self.handler.connection.recv(4096):
                pass
        except OSError:
            pass

    def _write(self, kind: int, content: bytes) -> None:
        size = len(content)
        head = bytes([0x80 | kind]) + (bytes([size]) if size < 126 else
                                       struct.pack(">BH", 126, size) if size < 65536 else struct.pack(">BQ", 127, size))
        self.handler.wfile.write(head + content)
        self.handler.wfile.flush()


class Standin:
    """Starts at once on a free port of the loopback."""

    def __init__(self) -> None:
        self.served = Served()
        self.routes: list[tuple[str, re.Pattern, object]] = []
        self.requests: list[Request] = []
        self.live = lambda line: line.drain()
        self.pages: dict[str, str] = {}
        self.lock = threading.RLock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def on(self, method: str, pattern: str, answer) -> None:
        """The newest route wins. The answer is a value, or a function of the request."""
        self.routes.insert(0, (method, re.compile(pattern + r"\Z"), answer))

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: Request) -> Answer:
        with self.lock:
            self.requests.append(request)
            for method, pattern, answer in self.routes:
                found = pattern.match(request.path)
                if method != request.method or found is None:
                    continue
                request.groups = found.groups()
                given = answer(request) if callable(answer) else answer
                return given if isinstance(given, Answer) else Answer(200, given)
        return problem(404, "not_found")

    def _handler(self):
        standin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body leave together; apart, the second would wait for the acknowledgement of the first.
            wbufsize = 1 << 20

            def log_message(self, *_):
                pass

            def do_any(self):
                parts = urlsplit(self.path)
                query = parse_qs(parts.query)
                if parts.path == "/ws":
                    standin._talk(self, query)
                    return
                if self.command == "GET" and "Sec-Fetch-Mode" in self.headers:
                    page = standin.pages.get(parts.path)
                    found = ("text/html", page.encode()) if page is not None else standin.served.get(parts.path)
                    is_page = self.headers["Sec-Fetch-Mode"] == "navigate" or parts.path.startswith("/assets/")
                    if found is not None and is_page:
                        self.send(200, found[1], {"Content-Type": found[0]})
                        return
                text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                request = Request(self.command, parts.path, query, dict(self.headers), text)
                answer = standin.answer(request)
                content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                kind = answer.type or "application/json"
                self.send(answer.status, b"" if answer.status == 204 else content, {**answer.headers, "Content-Type": kind})

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any

            def send(self, status, content, headers):
                self.send_response(status)
                for name, value in {**headers, "Content-Security-Policy": POLICY}.items():
                    self.send_header(name, value)
                self.send_header("X-Content-Type-Options", "nosniff")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler

    def _talk(self, handler, query) -> None:
        accept = hashlib.sha1((handler.headers["Sec-WebSocket-Key"] + HANDSHAKE).encode()).digest()
        handler.send_response(101)
        handler.send_header("Upgrade", "websocket")
        handler.send_header("Connection", "Upgrade")
        handler.send_header("Sec-WebSocket-Accept", base64.b64encode(accept).decode())
        handler.end_headers()
        handler.wfile.flush()
        handler.close_connection = True
        try:
            self.live(Line(handler, query))
        except OSError:
            pass
