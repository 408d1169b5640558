"""The page files as a branch serves them: one hash over all assets, pages by name, the strict policy on everything."""

import gzip
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "Sources/BranchWeb/Site"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
}
PAGES = {"/": "home", "/pair": "pair", "/docs": "docs", "/setup": "setup", "/admin": "admin"}


def assets() -> dict[str, bytes]:
    """Every file but the pages, by its path in the site."""
    found = {}
    for path in sorted(SITE.rglob("*")):
        name = path.relative_to(SITE).as_posix()
        if path.is_file() and not name.startswith("pages/"):
            found[name] = path.read_bytes()
    return found


class Served:
    """Answers GET for pages and assets; None for what is neither."""

    def __init__(self) -> None:
        self.files = assets()
        digest = hashlib.sha256()
        for name, content in self.files.items():
            digest.update(name.encode() + b"\0" + content)
        self.hash = digest.hexdigest()[:16]

    def get(self, path: str) -> tuple[str, bytes] | None:
        if path in PAGES:
            page = SITE / f"pages/{PAGES[path]}.html"
            if not page.exists():
                return None
            return TYPES[".html"], page.read_text().replace("/assets/-/", f"/assets/{self.hash}/").encode()
        start = f"/assets/{self.hash}/"
        if path.startswith(start) and path[len(start) :] in self.files:
            name = path[len(start) :]
            return TYPES[Path(name).suffix], self.files[name]
        return None


def weight(content: bytes) -> int:
    """Bytes on the line, compressed as the branch does."""
    return len(gzip.compress(content, 9))
