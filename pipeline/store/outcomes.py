"""What a URL of a run may end in."""

from __future__ import annotations

WAITING = "fetched"
"""The one page outcome that is not final: the page waits for extraction."""

OUTCOMES: dict[str, str] = {
    "fetched": "fetched, waiting for extraction",
    "new": "a new article",
    "changed": "a known article whose text changed",
    "unchanged": "fetched again, nothing changed",
    "not_modified": "the site answered 304",
    "known": "listed again, not fetched again",
    "not_relevant": "an article, but not about computing hardware",
    "no_text": "no article text found",
    "wall": "captcha, consent, login or paywall stub instead of the article",
    "blocked": "robots.txt forbids it",
    "too_large": "larger than the limits allow, before or after decompression",
    "broken": "cannot be decoded or parsed",
    "not_html": "neither HTML nor text",
    "http_error": "the site answered with an error status",
    "gone": "404 or 410, also a soft 404",
    "timeout": "no answer in time",
    "dns_error": "the name does not resolve",
    "tls_error": "the certificate or handshake failed",
    "connection_error": "refused, reset or cut off",
    "private_address": "points, redirects or resolves to a private address",
    "bad_url": "not a URL that may be fetched",
    "redirect_loop": "too many redirects",
    "off_site": "redirected to a site that the source does not cover",
    "superseded": "fetched again before it was extracted",
    "too_many": "above the source's limit of a run",
    "quarantined": "extraction or reading failed again and again; the page is kept",
    "other": "anything else, see the detail",
}
"""Every outcome that a URL of a run may end in → what it means. Each URL ends in exactly one."""

FAILURES = frozenset(
    {
        "http_error", "timeout", "dns_error", "tls_error", "connection_error", "broken", "too_large",
        "private_address", "redirect_loop", "off_site", "not_html", "other", "blocked", "gone", "wall",
    }
)  # fmt: skip
"""Outcomes that count as a failed fetch of the page."""
