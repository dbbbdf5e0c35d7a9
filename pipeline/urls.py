"""URLs: the one canonical form, which URLs may be fetched at all, which addresses are public.

Nothing here opens a connection.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from importlib import resources
from typing import Any
from urllib.parse import SplitResult, urlsplit

import idna
import yaml

MAX_URL = 2_000
"""Longest canonical URL in characters: what a Postgres index entry holds with room to spare."""

MAX_RAW_URL = 8_000
"""Longest URL that is looked at before tracking parameters are dropped."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_IN_PATH = _UNRESERVED | frozenset(b"/!$&'()*+,;=:@")
_IN_QUERY = _UNRESERVED | frozenset(b"/?!$'()*,;:@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)
_LOOKS_RANDOM = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9._-]{16,}")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")

_NOT_PUBLIC = tuple(
    ipaddress.ip_network(net)
    for net in [
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    ]
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class UrlError(ValueError):
    """A URL that is not one, or may not be fetched. The message says why, without credentials."""


def canonical_url(url: str) -> str:
    """The one form of a page's URL, for telling pages apart; idempotent.

    Case of scheme and host, international names (as ASCII), default ports, dot segments, percent-encoding,
    credentials, fragments, tracking parameters, session ids and the order of parameters make no difference.
    Raises UrlError for anything but http and https, for a host or port that cannot be, and above MAX_URL.
    """
    parts = _split(url)
    host = canonical_host(parts.hostname or "")
    port = _port(parts)
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path = _dot_segments(_encode(_PATH_SESSION.sub("", parts.path.replace("\\", "/")), _IN_PATH)) or "/"
    query = _query(parts.query)
    result = f"{parts.scheme}://{netloc}{path}{'?' + query if query else ''}"
    if len(result) > MAX_URL:
        raise UrlError(f"URL of {len(result)} characters; {MAX_URL} are the most: {result[:80]}…")
    return result


def check_url(url: str) -> str:
    """``url`` as it may be requested: trimmed, ASCII, without fragment. Raises UrlError where it may not.

    Refused are other schemes than http and https, credentials, overlong URLs, impossible hosts and ports.
    That the host's addresses are public is known only on connecting and is checked there.
    """
    parts = _split(url)
    if "@" in parts.netloc:
        raise UrlError(
            f"URL holds credentials: {parts.scheme}://…@{parts.netloc.rpartition('@')[2]}{parts.path[:80]}"
        )
    host = canonical_host(parts.hostname or "")
    port = _port(parts)
    path = _encode(parts.path.replace("\\", "/"), _IN_PATH, decode=False) or "/"
    query = _encode(parts.query, _IN_QUERY | frozenset(b"&=+"), decode=False)
    result = (
        f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{path}{'?' + query if query else ''}"
    )
    if len(result) > MAX_URL:
        raise UrlError(f"URL of {len(result)} characters; {MAX_URL} are the most: {result[:80]}…")
    return result


def canonical_host(host: str) -> str:
    """Host in one form: lower case, IDNA ASCII, no final dot; IPv4 dotted, IPv6 short in brackets. Raises
    UrlError.
    """
    address = host_address(host)
    if isinstance(address, ipaddress.IPv6Address):
        return f"[{address.compressed}]"
    if address is not None:
        return str(address)
    name = host.strip().rstrip(".。．｡")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise UrlError(f"impossible host name {host[:80]!r}") from None
        if (address := host_address(name)) is not None:
            return str(address)
    name = name.lower()
    labels = name.split(".")
    if len(name) > 253 or not all(len(label) <= 63 and _LABEL.fullmatch(label) for label in labels):
        raise UrlError(f"impossible host name {host[:80]!r}")
    return name


def host_address(host: str) -> IPAddress | None:
    """The address that a host literal means, None for a name.

    Knows what browsers and C libraries know: IPv6 in brackets, decimal, octal, hexadecimal and shortened
    IPv4 ("2130706433", "0x7f.1", "0177.0.0.1").
    """
    text = host.strip().strip("[]").rstrip(".").partition("%")[0]
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        pass
    numbers = text.lower().split(".")
    if not 1 <= len(numbers) <= 4:
        return None
    values = [_number(part) for part in numbers]
    if any(value is None for value in values):
        return None
    *first, last = (value for value in values if value is not None)
    if any(value > 255 for value in first) or last >= 256 ** (4 - len(first)):
        return None
    total = last + sum(value << (24 - 8 * place) for place, value in enumerate(first))
    return ipaddress.IPv4Address(total)


def is_public_address(address: str | IPAddress) -> bool:
    """True where a request to ``address`` leaves for the open internet.

    False for private, loopback, link-local, shared (CGNAT), documentation, multicast and reserved
    addresses, for IPv6 forms that carry such an IPv4 address (mapped, NAT64, 6to4), and for text that is no
    address.
    """
    if isinstance(address, str):
        parsed = host_address(address)
        if parsed is None:
            return False
        address = parsed
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public_address(inner)
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address.version == net.version and address in net for net in _NOT_PUBLIC)


def _split(url: str) -> SplitResult:
    if len(url) > MAX_RAW_URL:
        raise UrlError(f"URL of {len(url)} characters; {MAX_RAW_URL} are the most: {url[:80]!r}…")
    cleaned = _CONTROL.sub("", url).strip()
    scheme, colon, rest = cleaned.partition(":")
    if not colon or scheme.lower() not in _DEFAULT_PORTS:
        raise UrlError(f"not an http or https URL: {cleaned[:80]!r}")
    # Browsers take backslashes and any number of slashes before the host; so must we, or we and they differ
    # on the host.
    head = re.match(r"[/\\]*", rest)
    rest = rest[head.end() if head else 0 :]
    end = re.search(r"[/\\?#]", rest)
    authority, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    if tail.startswith("\\"):
        tail = "/" + tail[1:]
    try:
        parts = urlsplit(f"{scheme.lower()}://{authority}{tail}")
        host = parts.hostname
    except ValueError as error:
        raise UrlError(f"not a URL ({error}): {cleaned[:80]!r}") from None
    if not host:
        raise UrlError(f"URL without a host: {cleaned[:80]!r}")
    return parts


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        raise UrlError(f"impossible port in {parts.netloc.rpartition('@')[2][:80]!r}") from None
    if port == 0:
        raise UrlError(f"impossible port in {parts.netloc.rpartition('@')[2][:80]!r}")
    return port


def _number(text: str) -> int | None:
    try:
        if text.startswith("0x"):
            return int(text[2:] or "0", 16)
        if not text.isascii() or not text.isdigit() or len(text) > 16:
            return None
        return int(text, 8) if len(text) > 1 and text.startswith("0") else int(text)
    except ValueError:
        return None


def _encode(text: str, keep: frozenset[int], *, decode: bool = True) -> str:
    """Percent-encode all but ``keep``. Present escapes stay, in capitals; those of unreserved characters are
    undone.
    """
    raw = text.encode("utf-8", "replace")
    out: list[str] = []
    at = 0
    while at < len(raw):
        byte = raw[at]
        if byte == 0x25 and re.fullmatch(rb"[0-9A-Fa-f]{2}", raw[at + 1 : at + 3]):
            value = int(raw[at + 1 : at + 3], 16)
            out.append(chr(value) if decode and value in _UNRESERVED else f"%{value:02X}")
            at += 3
            continue
        out.append(chr(byte) if byte in keep else f"%{byte:02X}")
        at += 1
    return "".join(out)


def _dot_segments(path: str) -> str:
    if not path.startswith("/"):
        path = f"/{path}" if path else ""
    out: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(out) > 1:
                out.pop()
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", "..") and out[-1:] != [""]:
        out.append("")
    result = "/".join(out)
    return result if result.startswith("/") or not path else f"/{result}"


def _query(query: str) -> str:
    pairs: list[tuple[str, str]] = []
    for part in query.split("&"):
        if not part:
            continue
        name, equals, value = part.partition("=")
        name = _encode(name.replace("+", "%20"), _IN_QUERY)
        value = _encode(value.replace("+", "%20"), _IN_QUERY | frozenset(b"="))
        if not _is_tracking(name.lower(), value):
            pairs.append((name, f"{equals}{value}"))
    pairs.sort(key=lambda pair: pair[0])
    return "&".join(name + value for name, value in pairs)


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    data: dict[str, Any] = yaml.safe_load(
        resources.files("pipeline").joinpath("url_rules.yml").read_text("utf-8")
    )
    names = frozenset(data["names"]) | frozenset(data["sessions"]["always"])
    return tuple(data["prefixes"]), names, frozenset(data["sessions"]["looks_random"])


def _is_tracking(name: str, value: str) -> bool:
    prefixes, names, random_names = _rules()
    if name in names or name.startswith(prefixes):
        return True
    return name in random_names and _LOOKS_RANDOM.fullmatch(value) is not None
