"""The newsroom on loopback: one small server a site, with validators and 304, and the receiver of the demo's
webhook.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from demo.newsroom import Answer

CHANGED = datetime(2025, 11, 1, 8, 0, tzinfo=UTC)
"""When all pages changed last: they are samples and never do."""


class PortTaken(OSError):
    """Another program listens on the port."""


class Server:
    """An HTTP server on 127.0.0.1 in a thread of its own. ``port`` 0: any free one."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], port: int = 0) -> None:
        try:
            self._server = _Quiet(("127.0.0.1", port), handler)
        except OSError as error:
            raise PortTaken(f"port {port} on 127.0.0.1 cannot be had: {error.strerror}") from None
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def base(self) -> str:
        """``http://127.0.0.1:PORT``"""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class Site(Server):
    """One site. Fill ``answers`` once the port, which the pages name, is known."""

    def __init__(self, port: int = 0) -> None:
        self.answers: Mapping[str, Answer] = {}
        self.requests: list[tuple[str, int]] = []
        site = self

        class Handler(_Handler):
            def do_GET(self) -> None:
                status = self.answer(
                    site.answers.get(self.path) or site.answers.get(self.path.partition("?")[0])
                )
                site.requests.append((self.path, status))

        super().__init__(Handler, port)


class Webhook(Server):
    """Takes alerts by POST and notes each as a JSON line in a file."""

    def __init__(self, file: Path, port: int = 0) -> None:
        self.received: list[dict[str, Any]] = []
        webhook = self

        class Handler(_Handler):
            def do_POST(self) -> None:
                raw = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1_000_000))
                try:
                    payload = json.loads(raw)
                except ValueError:
                    self.send_error(400)
                    return
                got = {
                    "key": self.headers.get("Idempotency-Key"),
                    "title": payload.get("title"),
                    "body": payload.get("message"),
                }
                webhook.received.append(got)
                with file.open("a", encoding="utf-8") as handle:
                    handle.write(json.dumps(got, ensure_ascii=False) + "\n")
                self.answer(Answer(b'{"ok": true}', "application/json"), validators=False)

        super().__init__(Handler, port)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A crawler that hangs up is none of the newsroom's business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleNewsroom"

    def answer(self, found: Answer | None, *, validators: bool = True) -> int:
        if found is None:
            found, validators = (
                Answer(b"<h1>404</h1><p>No such sample page.</p>", "text/html; charset=utf-8", 404),
                False,
            )
        etag = f'"{hashlib.sha256(found.body).hexdigest()[:20]}"'
        status = 304 if validators and self._fresh(etag) else found.status
        self.send_response(status)
        if validators:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", format_datetime(CHANGED, usegmt=True))
        if status != 304:
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(found.body)
        return status

    def _fresh(self, etag: str) -> bool:
        if asked := self.headers.get("If-None-Match"):
            return etag in {tag.strip().removeprefix("W/") for tag in asked.split(",")}
        try:
            return parsedate_to_datetime(self.headers.get("If-Modified-Since") or "") >= CHANGED
        except (TypeError, ValueError):
            return False

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal."""
