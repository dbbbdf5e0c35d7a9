"""No request leaves for a private address, whatever a feed, a redirect or a name server says.

Three lines, since each alone has a gap: the middleware refuses URLs (also of redirects and robots.txt)
before anything is looked up; the resolver hands on public addresses only, and exactly those are connected
to, so that a name which changes its mind gains nothing; the protocol looks at the peer once more before it
sends a byte of the request.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from pipeline.urls import UrlError, canonical_host, check_url, host_address, is_public_address

logger = logging.getLogger(__name__)

MAX_HEADER_BYTES = 256_000
"""Most bytes of response headers."""

ALLOW_SETTING = "CHIPWIRE_ALLOW_PRIVATE"


class Refused(IgnoreRequest):
    """A request that is not made, or a response that is not taken; ``outcome`` is a key of the store's
    OUTCOMES.
    """

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail


class Policy:
    """Which hosts and addresses may be connected to.

    ``allowed``: hosts ("intranet.example", "127.0.0.1") or host:port pairs that may be private. ``refused``
    remembers which names resolved to private addresses only, for the message.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self.allowed = frozenset(item.strip().lower() for item in allowed)
        self.refused: dict[str, str] = {}

    def permits(self, host: str, port: int, address: str) -> bool:
        """Whether ``host``, which resolved to ``address``, may be connected to on ``port``."""
        return is_public_address(address) or self.is_allowed(host, port) or self.is_allowed(address, port)

    def is_allowed(self, host: str, port: int) -> bool:
        """Whether the settings name ``host`` as one that may be private."""
        name = host.lower().strip("[]")
        return bool({name, f"[{name}]", f"{name}:{port}", f"[{name}]:{port}"} & self.allowed)


policy = Policy()
"""The process's policy (a crawl is a process); set by ``PublicResolver.from_crawler`` from the settings."""


class GuardMiddleware:
    """Refuses requests, also redirected ones and robots.txt, that no one should make."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises Refused."""
        try:
            check_url(request.url)
        except UrlError as error:
            raise Refused("bad_url", str(error)) from None
        parts = urlsplit(request.url)
        host, port = (
            canonical_host(parts.hostname or ""),
            parts.port or (443 if parts.scheme == "https" else 80),
        )
        address = host_address(host)
        if address is not None and not policy.permits(host, port, str(address)):
            raise Refused("private_address", f"{_whose(request)}{host} is not a public address")
        if port < 1024 and port not in (80, 443) and not policy.is_allowed(host, port):
            raise Refused("bad_url", f"{_whose(request)}port {port} is no web server's")
        source = getattr(self.crawler.spider, "source", None)
        if (
            request.meta.get("redirect_urls")
            and source is not None
            and not request.meta.get("dont_obey_robotstxt")
        ):
            if not source.covers(request.url):
                raise Refused(
                    "off_site", f"redirects to {host}; add it to the source's `domains` if that is right"
                )
            if request.url.startswith("http:") and request.meta["redirect_urls"][0].startswith("https:"):
                logger.info("%s is redirected from https to http", request.meta["redirect_urls"][0])


def _whose(request: Request) -> str:
    return "redirects to " if request.meta.get("redirect_urls") else ""


@implementer(IHostnameResolver)
class PublicResolver:
    """Twisted's resolver, giving on only addresses that may be connected to."""

    def __init__(self, original: Any) -> None:
        self.original = original

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        """Scrapy's constructor; ``crawler`` is the crawler process."""
        policy.allowed = Policy(crawler.settings.getlist(ALLOW_SETTING)).allowed
        resolver = cls(reactor.nameResolver)
        resolver.reactor = reactor
        return resolver

    reactor: Any = None

    def install_on_reactor(self) -> None:
        """Take the place of the reactor's own resolver."""
        self.reactor.installNameResolver(self)

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        """Twisted's interface."""
        receiver = _PublicOnly(resolutionReceiver, hostName, portNumber)
        found: IHostResolution = self.original.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
        return found


@implementer(IResolutionReceiver)
class _PublicOnly:
    def __init__(self, receiver: Any, host: str, port: int) -> None:
        self._receiver, self._host, self._port = receiver, host, port
        self._kept = 0

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if policy.permits(self._host, self._port, address.host):
            self._kept += 1
            self._receiver.addressResolved(address)
        else:
            policy.refused[self._host.lower()] = address.host

    def resolutionComplete(self) -> None:
        if self._kept:
            policy.refused.pop(self._host.lower(), None)
        self._receiver.resolutionComplete()


class _BoundedParser(_LenientHTTPClientParser):
    header_bytes = 0

    def lineReceived(self, line: bytes) -> None:
        self.header_bytes += len(line)
        if self.header_bytes > MAX_HEADER_BYTES:
            raise Refused("too_large", f"more than {MAX_HEADER_BYTES} bytes of headers")
        super().lineReceived(line)


class _GuardedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        transport: Any = self.transport
        peer = transport.getPeer()
        host = (request.headers.getRawHeaders(b"host") or [b""])[0].decode("latin-1")
        name = urlsplit(f"//{host}").hostname or ""
        if not policy.permits(name, peer.port, peer.host):
            transport.abortConnection()
            raise Refused("private_address", f"{name} led to {peer.host}, which is not a public address")
        answer = super().request(request)
        # Scrapy sets the parser's class in the same way; it has no state of its own before the first line.
        self._parser.__class__ = _BoundedParser
        return answer


class _GuardedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _GuardedProtocol:
        return _GuardedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own handler with the guarded protocol."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _GuardedFactory
