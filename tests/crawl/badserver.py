# ruff: noqa: E501
"""A small HTTP server that misbehaves on demand, byte by byte. Loopback only."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

PAGE = (
    b"<!doctype html><html><head><title>%s</title></head><body><p>"
    + b"Words of an article about chips. " * 20
    + b"</p></body></html>"
)


@dataclass
class Call:
    """One request: what was asked, and the socket to answer on as one likes."""

    path: str
    headers: dict[str, str]
    sock: socket.socket
    at: float = field(default_factory=time.monotonic)

    def send(self, data: bytes) -> None:
        """Raw bytes."""
        with suppress(OSError):
            self.sock.sendall(data)

    def answer(
        self, body: bytes = b"", status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        """A well-formed answer; header names with _ for -."""
        lines = [
            f"HTTP/1.1 {status} Answer",
            f"Content-Length: {len(body)}",
            f"Content-Type: {kind}",
            "Connection: close",
        ]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)


_PORTS: set[int] = set()

Route = Callable[[Call], None]


class BadServer:
    """Serves ``routes`` (path → function, or bytes for a page) on a free port; ``calls`` keeps every request."""

    def __init__(
        self,
        routes: Mapping[str, Route | bytes] | None = None,
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.routes: dict[str, Route | bytes] = dict(routes or {})
        self.calls: list[Call] = []
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer._handle(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

            def get_request(self) -> tuple[socket.socket, object]:
                sock, address = super().get_request()
                if tls is not None:
                    sock.settimeout(5)
                    sock = tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
                return sock, address

            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Server((host, 0), Handler)
        while (
            self._server.server_address[1] in _PORTS
        ):  # a port used twice would make URLs of another test known
            self._server.server_close()
            self._server = Server((host, 0), Handler)
        _PORTS.add(self._server.server_address[1])
        self.host, self.port = host, self._server.server_address[1]
        self.scheme = "https" if tls else "http"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Base URL without a final slash."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def netloc(self) -> str:
        """host:port."""
        return f"{self.host}:{self.port}"

    @property
    def hits(self) -> Counter[str]:
        """Requests by path."""
        return Counter(call.path for call in self.calls)

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> BadServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _handle(self, sock: socket.socket) -> None:
        sock.settimeout(30)
        data = b""
        with suppress(OSError):
            while b"\r\n\r\n" not in data and len(data) < 2_000_000:
                more = sock.recv(65_536)
                if not more:
                    return
                data += more
                if data[:1] == b"\x16":  # a TLS handshake
                    sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return
        head = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        if len(head[0].split()) < 2:
            return
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        call = Call(head[0].split()[1], headers, sock)
        self.calls.append(call)
        route = next(
            (
                self.routes[path]
                for path in (call.path, call.path.partition("?")[0], "*")
                if path in self.routes
            ),
            None,
        )
        if route is None:
            call.answer(b"<title>not here</title>", 404)
        elif isinstance(route, bytes):
            call.answer(route)
        else:
            route(call)


def page(title: str = "A page") -> bytes:
    """An ordinary article page."""
    return PAGE % title.encode()


def rss(links: list[str], *, base: str = "", title: str = "Feed") -> bytes:
    """A feed of these links."""
    items = "".join(
        f"<item><title>Item {n}</title><link>{(base + link).replace('&', '&amp;')}</link><pubDate>Mon, 23 Nov 2026 05:{n % 60:02d}:00 GMT</pubDate></item>"
        for n, link in enumerate(links)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'.encode()


def feed(links: list[str], **headers: str) -> Route:
    """A route that serves ``rss`` of these links with validators, and 304 to whoever has them."""

    def route(call: Call) -> None:
        body = rss(links, base=f"http://{call.headers['host']}")
        tag = headers.get("ETag", f'"{len(body)}"')
        if call.headers.get("if-none-match") == tag:
            call.answer(status=304, ETag=tag)
        else:
            call.answer(body, kind="application/rss+xml", **({"ETag": tag} | headers))

    return route


def redirect(to: str, status: int = 302) -> Route:
    """A route that redirects."""
    return lambda call: call.answer(b"", status, Location=to)
