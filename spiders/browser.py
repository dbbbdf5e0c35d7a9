"""Pages that need a browser (``js: true``): scrapy-playwright with a Chromium that is on the machine.

A browser looks up names and follows redirects by itself, past the guard. So all of its traffic goes through
a small proxy of our own in the crawl process, which looks up, checks and connects as the guard does, and
counts the bytes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler

from pipeline.settings import Settings
from spiders.guard import Policy, policy

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_SOCKET_SETTING = "CHIPWIRE_BROWSER_PROXY_FD"
_LIMIT_SETTING = "CHIPWIRE_BROWSER_BYTES"
_HEAD = 65_536


class BrowserMissing(RuntimeError):
    """What a page with JavaScript needs is not installed; the message says how to install it."""


def browser_settings(settings: Settings, found: dict[str, Any]) -> dict[str, Any]:
    """Scrapy's settings for a source with ``js: true``, over those in ``found``. Raises BrowserMissing."""
    if find_spec("scrapy_playwright") is None:
        raise BrowserMissing(
            "a source has `js: true`, which needs the extra: pip install 'chipwire[browser]'"
        )
    browser = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise BrowserMissing(
            f"a source has `js: true`, which needs a browser on PATH ({', '.join(_BROWSERS)})"
        )
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    arguments = [
        "--proxy-bypass-list=<-loopback>",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        "--disable-gpu",
        # Nothing that Chromium does for itself: no calls home, no updates, no account.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-default-apps",
        "--no-first-run",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to run as root otherwise
    handler = "spiders.browser_handler.BrowserDownloadHandler"
    return {
        "DOWNLOAD_HANDLERS": found["DOWNLOAD_HANDLERS"] | {"http": handler, "https": handler},
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": browser,
            "args": arguments,
            "proxy": {"server": f"http://127.0.0.1:{listener.getsockname()[1]}"},
        },
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": settings.fetch_timeout * 1_000,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 4,
        "PLAYWRIGHT_ABORT_REQUEST": "spiders.browser.not_needed",
        "EXTENSIONS": found["EXTENSIONS"] | {"spiders.browser.BrowserProxy": 0},
        _SOCKET_SETTING: listener.detach(),
        _LIMIT_SETTING: 8 * settings.max_page_bytes,
    }


def not_needed(request: Any) -> bool:
    """Whether the browser can do without this part of a page."""
    return request.resource_type in ("image", "media", "font", "websocket", "eventsource", "manifest")


class BrowserProxy:
    """The proxy that the browser's traffic goes through; lives as long as the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._socket = socket.socket(fileno=crawler.settings.getint(_SOCKET_SETTING))
        self._limit = crawler.settings.getint(_LIMIT_SETTING)
        self._server: asyncio.Server | None = None
        crawler.signals.connect(self._start, signal=signals.spider_opened)
        crawler.signals.connect(self._stop, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._client, sock=self._socket, limit=_HEAD)

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            try:
                await self._serve(reader, writer)
            finally:
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, _, rest = head.partition(b"\r\n")
        method, target, version = first.decode("latin-1").split(" ", 2)
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        port = parts.port or (443 if tunnel else 80)
        address = await checked_address(parts.hostname or "", port, policy)
        if address is None or (not tunnel and parts.scheme != "http"):
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        far_reader, far_writer = await asyncio.open_connection(address, port)
        if tunnel:
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            path = parts.path or "/"
            path += f"?{parts.query}" if parts.query else ""
            # One request a connection: the next may be for another host.
            kept = [
                line
                for line in rest.split(b"\r\n")
                if line and not line.lower().startswith((b"proxy-", b"connection:"))
            ]
            lines = [f"{method} {path} {version}".encode("latin-1"), *kept, b"Connection: close"]
            far_writer.write(b"\r\n".join(lines) + b"\r\n\r\n")
        try:
            await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))
        finally:
            far_writer.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = self._limit
        with suppress(ConnectionError):
            while left > 0 and (data := await reader.read(65_536)):
                left -= len(data)
                writer.write(data)
                await writer.drain()
        with suppress(ConnectionError, RuntimeError):
            writer.close()


async def checked_address(host: str, port: int, rules: Policy) -> str | None:
    """An address of ``host`` that may be connected to; None where there is none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return None
    addresses = [str(entry[4][0]) for entry in found]
    allowed = next((address for address in addresses if rules.permits(host, port, address)), None)
    if allowed is None and addresses:
        rules.refused[host.lower()] = addresses[0]
    return allowed
