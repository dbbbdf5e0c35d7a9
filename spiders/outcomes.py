"""What became of a request: one word of the store's OUTCOMES, and the detail for people."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import brotli
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.utils._compression import _DecompressionMaxSizeExceeded
from service_identity import VerificationError

from spiders.guard import Refused, policy

TRANSIENT = frozenset(
    {"timeout", "dns_error", "tls_error", "connection_error", "http_error", "wall", "other"}
)
"""Outcomes after which a page is tried again in a later crawl."""

_TEXT_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "application/xml",
    "text/xml",
    "application/octet-stream",
    "",
)
_BINARY = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"RIFF",
    b"\x1f\x8b",
    b"\x00\x00\x00",
    b"OggS",
    b"ID3",
    b"\x7fELF",
)


class Outcome(NamedTuple):
    """``word`` is a key of OUTCOMES; ``detail`` None where the word says all."""

    word: str
    detail: str | None = None


def of_response(
    response: Response, *, front_pages: frozenset[str] = frozenset(), conditional: bool = False
) -> Outcome:
    """The outcome of an answered request for a page; "fetched" where its body is worth extracting.

    ``front_pages``: paths that are no article's (an article that redirects there is gone). ``conditional``:
    a 304 was asked for.
    """
    status = response.status
    if status == 304:
        return (
            Outcome("not_modified")
            if conditional
            else Outcome("http_error", "answers 304, which was not asked for")
        )
    if status in (404, 410):
        return Outcome("gone", f"HTTP {status}")
    if status == 202 or b"challenge" in (
        response.headers.get("cf-mitigated") or response.headers.get("x-amzn-waf-action") or b""
    ):
        return Outcome("wall", f"a challenge for browsers (HTTP {status})")
    if status in (401, 402, 407):
        return Outcome("wall", f"HTTP {status}")
    if 300 <= status < 400:
        target = (response.headers.get("Location") or b"").decode("latin-1")[:200]
        return Outcome("bad_url", f"redirects to {target!r}")
    if status != 200 and not 203 <= status < 300:
        return Outcome("http_error", f"HTTP {status}")
    left = (response.headers.get("Content-Encoding") or b"").decode("latin-1").strip()
    if left.lower() not in ("", "identity"):
        return Outcome("broken", f"sent in an unknown encoding, {left[:80]!r}")
    if not response.body.strip():
        return Outcome("no_text", "an empty page")
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    if kind not in _TEXT_TYPES:
        return Outcome("not_html", f"content type {kind[:80]}")
    if response.body.startswith(_BINARY):
        return Outcome("not_html", "binary data")
    if response.meta.get("redirect_urls"):
        asked, got = urlsplit(response.meta["redirect_urls"][0]), urlsplit(response.url)
        if not got.query and (got.path in ("", "/") or got.path in front_pages) and asked.path != got.path:
            return Outcome("gone", "redirects to the front page")
    return Outcome("fetched")


def of_failure(error: BaseException | None, url: str) -> Outcome:
    """The outcome of a request that got no answer."""
    if error is None:
        return Outcome("other", "failed without a reason")
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, Refused):
            return Outcome(cause.outcome, cause.detail)
    host = (urlsplit(url).hostname or "").lower()
    if isinstance(error, CannotResolveHostError):
        if host in policy.refused:
            return Outcome(
                "private_address", f"{host} resolves to {policy.refused[host]}, which is not a public address"
            )
        return Outcome("dns_error", f"{host} does not resolve")
    if isinstance(error, DownloadTimeoutError) or type(error).__name__ == "TimeoutError":
        return Outcome("timeout", _short(error))
    if isinstance(error, DownloadCancelledError) or any(
        isinstance(cause, _DecompressionMaxSizeExceeded) for cause in causes
    ):
        return Outcome("too_large", _short(error))
    if isinstance(error, UnsupportedURLSchemeError):
        return Outcome("bad_url", _short(error))
    for cause in causes:
        if isinstance(cause, VerificationError):
            return Outcome("tls_error", "the certificate is for another name")
        if isinstance(cause, SSL.Error):
            reasons = cause.args[0] if cause.args and isinstance(cause.args[0], list) else []
            return Outcome(
                "tls_error", "; ".join(str(reason[-1]) for reason in reasons) or "the TLS handshake failed"
            )
    if (
        isinstance(error, zlib.error | brotli.error | EOFError | gzip.BadGzipFile)
        or type(error).__name__ == "ZstdError"
    ):
        return Outcome("broken", f"cannot be decompressed: {_short(error)}")
    if isinstance(error, IgnoreRequest):
        if "redirections" in str(error):
            return Outcome("redirect_loop", _short(error))
        if "robots.txt" in str(error):
            return Outcome("blocked", _short(error))
        return Outcome("other", _short(error))
    if isinstance(error, OSError) or any(
        "twisted" in type(cause).__module__ or isinstance(cause, OSError) for cause in causes
    ):
        return Outcome("connection_error", _short(error))
    if type(error).__module__.startswith(("scrapy.exceptions", "twisted")):
        return Outcome("connection_error", _short(error))
    return Outcome("other", f"{type(error).__name__}: {_short(error)}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and all that it was raised from or that Twisted wrapped in it."""
    todo, seen = [error], set[int]()
    while todo:
        found = todo.pop(0)
        if id(found) in seen or len(seen) > 50:
            continue
        seen.add(id(found))
        yield found
        todo += [cause for cause in (found.__cause__, found.__context__) if cause is not None]
        todo += [reason.value for reason in getattr(found, "reasons", None) or [] if hasattr(reason, "value")]


def _short(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:300]
