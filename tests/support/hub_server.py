"""A hub for tests: serves files of one repository at two commits over HTTP, with ranges, and misbehaves on request."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPOSITORY = "timm/tiny"
FIRST, SECOND = "a" * 40, "b" * 40  # commits; the branch main is at the second one


class Hub(ThreadingHTTPServer):
    """`files[commit][name]` is what it serves.

    Attributes:
        requests: (method, Range header or None) of each request for a file, in order.
        body: A function that may replace the bytes sent (not those promised).
        status: If set, the status of every answer, without content.
        stall_after: Bytes after which an answer stops without ending, or None.
    """

    daemon_threads = True

    def __init__(self, files: dict[str, dict[str, bytes]]):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.requests: list[tuple[str, str | None]] = []
        self.body = lambda content: content
        self.status: int | None = None
        self.stall_after: int | None = None
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def ranges(self) -> list[str | None]:
        """The Range headers of the downloads."""
        return [header for method, header in self.requests if method == "GET"]


class _Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(send=False)

    def do_GET(self) -> None:
        self._answer(send=True)

    def _answer(self, send: bool) -> None:
        wanted = self.headers.get("Range")
        if "/resolve/" in self.path:  # the library also asks the hub about other things
            self.server.requests.append((self.command, wanted))
        match = re.fullmatch(rf"/{REPOSITORY}/resolve/(\w+)/(.+)", self.path)
        if self.server.status is not None:
            return self._refuse("Unavailable", self.server.status)
        if match is None:
            return self._refuse("RepoNotFound")
        commit = SECOND if match[1] == "main" else match[1]
        if commit not in self.server.files:
            return self._refuse("RevisionNotFound")
        if match[2] not in self.server.files[commit]:
            return self._refuse("EntryNotFound")
        content = self.server.files[commit][match[2]]
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted else 0
        body = self.server.body(content)[start:]
        self.send_response(206 if wanted else 200)
        self.send_header("X-Repo-Commit", commit)
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Linked-Size", str(len(content)))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if send:
            self.wfile.write(body[: self.server.stall_after])
            if self.server.stall_after is not None:
                self.server.release.wait(30)
        return None

    def _refuse(self, code: str, status: int = 404) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def serving(files: dict[str, dict[str, bytes]]) -> Iterator[Hub]:
    """A running hub."""
    hub = Hub(files)
    threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield hub
    finally:
        hub.release.set()
        hub.shutdown()
        hub.server_close()
