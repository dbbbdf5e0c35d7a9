"""Pages that misbehave as on the real web: each ends in its own counted outcome, the others are unharmed."""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zlib

import brotli
import zstandard
from badserver import BadServer, Call, page, redirect, rss
from crawl_help import Crawl, outcome

from pipeline.store import Store

LIMIT = 300_000
ZEROS = bytes(30_000_000)


def drip(call: Call) -> None:
    call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n")
    for _ in range(100):
        call.send(b"x")
        time.sleep(0.1)


def hang(call: Call) -> None:
    time.sleep(6)


def endless(call: Call) -> None:
    call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(1_000):
        call.send(b"endless " * 8_000)


def endless_headers(call: Call) -> None:
    call.send(b"HTTP/1.1 200 OK\r\n")
    for n in range(100_000):
        call.send(f"X-Header-{n}: {'y' * 500}\r\n".encode())


def too_short(call: Call) -> None:
    call.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n" + page("cut off")
    )


def too_long(call: Call) -> None:
    call.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 60\r\nConnection: close\r\n\r\n"
        + page("more than said")
    )


def reset(call: Call) -> None:
    call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n<html>")
    call.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    call.sock.close()


def encoded(body: bytes, encoding: str) -> object:
    return lambda call: call.answer(body, Content_Encoding=encoding)


def routes(server: BadServer, other: BadServer) -> dict[str, tuple[object, str]]:
    """path → (route, outcome)"""
    status = lambda code, **headers: lambda call: call.answer(page(), code, **headers)  # noqa: E731
    kind = lambda body, kind: lambda call: call.answer(body, kind=kind)  # noqa: E731
    return {
        "/good": (page("good"), "fetched"),
        "/drip": (drip, "timeout"),
        "/hang": (hang, "timeout"),
        "/endless": (endless, "too_large"),
        "/endless-headers": (endless_headers, "too_large"),
        "/fifty-megabytes": (
            lambda call: call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + ZEROS[:1000]),
            "too_large",
        ),
        "/length-too-large": (too_short, "connection_error"),
        "/length-too-small": (too_long, "fetched"),
        "/reset": (reset, "connection_error"),
        "/no-http": (lambda call: call.send(b"SSH-2.0-OpenSSH_9.2\r\n"), "connection_error"),
        "/gzip-bomb": (encoded(gzip.compress(ZEROS), "gzip"), "too_large"),
        "/gzip-bomb-twice": (encoded(gzip.compress(gzip.compress(ZEROS)), "gzip, gzip"), "too_large"),
        "/deflate-bomb": (encoded(zlib.compress(ZEROS), "deflate"), "too_large"),
        "/brotli-bomb": (encoded(brotli.compress(ZEROS, quality=3), "br"), "too_large"),
        "/zstd-bomb": (encoded(zstandard.compress(ZEROS), "zstd"), "too_large"),
        "/not-brotli": (encoded(page(), "br"), "broken"),
        "/not-gzip": (encoded(page(), "gzip"), "broken"),
        "/torn-gzip": (encoded(gzip.compress(page())[:-6], "gzip"), "fetched"),
        "/not-zstd": (encoded(page(), "zstd"), "broken"),
        "/unknown-encoding": (encoded(page(), "chips"), "broken"),
        "/loop": (redirect("/loop"), "redirect_loop"),
        "/chain": (
            lambda call: call.answer(b"", 301, Location=f"/chain?{len(call.path)}{call.path[-20:]}"),
            "redirect_loop",
        ),
        "/cookie-wall": (
            lambda call: call.answer(b"", 302, Location="/cookie-wall", Set_Cookie="ok=1"),
            "redirect_loop",
        ),
        "/to-link-local": (redirect("http://169.254.169.254/latest/meta-data/"), "private_address"),
        "/to-ten": (redirect("https://10.0.0.1/"), "private_address"),
        "/to-loopback": (redirect(f"http://127.0.0.1:{other.port}/secret"), "private_address"),
        "/to-localhost": (redirect(f"http://localhost:{other.port}/secret"), "private_address"),
        "/to-mapped": (redirect(f"http://[::ffff:127.0.0.1]:{other.port}/secret"), "private_address"),
        "/to-six": (redirect(f"http://[::1]:{other.port}/secret"), "private_address"),
        "/to-decimal": (redirect(f"http://2130706433:{other.port}/secret"), "private_address"),
        "/to-octal": (redirect(f"http://0177.0.0.1:{other.port}/secret"), "private_address"),
        "/to-hex": (redirect(f"http://0x7f.1:{other.port}/secret"), "private_address"),
        "/to-zero": (redirect(f"http://0:{other.port}/secret"), "private_address"),
        "/to-file": (redirect("file:///etc/passwd"), "bad_url"),
        "/to-data": (redirect("data:text/html,<p>hello"), "bad_url"),
        "/to-credentials": (redirect(f"http://me:secret@{server.netloc}/good"), "bad_url"),
        "/to-mail-port": (redirect("http://93.184.216.34:25/"), "bad_url"),
        "/to-elsewhere": (redirect("https://elsewhere.example/"), "off_site"),
        "/to-front": (redirect("/"), "gone"),
        "/challenge": (status(202), "wall"),
        "/cloudflare": (status(403, cf_mitigated="challenge"), "wall"),
        "/login": (status(401), "wall"),
        "/forbidden": (status(403), "http_error"),
        "/broken-server": (status(500), "http_error"),
        "/not-modified-unasked": (lambda call: call.answer(status=304), "http_error"),
        "/not-found": (status(404), "gone"),
        "/empty": (b"", "no_text"),
        "/blank": (b" \r\n\t ", "no_text"),
        "/pdf": (kind(b"%PDF-1.7", "application/pdf"), "not_html"),
        "/pdf-in-disguise": (kind(b"%PDF-1.7 ...", "text/html"), "not_html"),
        "/video": (kind(b"0000", "video/mp4"), "not_html"),
        "/nul-and-bidi": (
            b"<html>\x00\x00<p>\xe2\x80\xae NVDA \xed\xa0\x80 \xff\xfe" + page("odd"),
            "fetched",
        ),
        "/wrong-charset": (
            kind("<p>京东方 ñandú".encode("shift_jis", "ignore"), "text/html; charset=utf-16"),
            "fetched",
        ),
        "/no-such-charset": (kind(page(), "text/html; charset=klingon"), "fetched"),
    }


def test_every_misbehaving_page_ends_in_its_outcome(crawl: Crawl, crawl_store: Store) -> None:
    with BadServer() as server, BadServer({"*": b"the secret"}) as other:
        table = routes(server, other)
        server.routes = {path: route for path, (route, _) in table.items()} | {"/": page("front")}
        strange = [
            "file:///etc/passwd",
            "data:text/html,x",
            f"http://me:pw@{server.netloc}/good",
            f"{server.url}/{'a' * 1_000_000}",
            "javascript:alert(1)",
        ]
        links = [server.url + path for path in table]
        again = [
            f"{server.url}/good?utm_source=feed",
            f"{server.url}/good#top",
            f"HTTP://{server.netloc}/x/../good",
        ]
        refused = [
            f"http://127.0.0.1:{other.port}/secret",
            f"http://[::1]:{other.port}/",
            "http://10.1.2.3/x",
        ]
        server.routes["/feed"] = lambda call: call.answer(
            rss(links + strange + again + refused + ["https://elsewhere.example/x"]), kind="text/xml"
        )

        result = crawl(
            f"{server.url}/feed",
            allow=(server.netloc,),
            domains=["127.0.0.1", "[::1]", "localhost"],
            settings={"max_page_bytes": LIMIT},
        )

        found = {path: outcome(crawl_store, server.url + path) for path in table}
        assert found == {path: word for path, (_, word) in table.items()}
        assert [outcome(crawl_store, url) for url in refused[:2]] == ["private_address"] * 2
        assert other.calls == [], "nothing may reach the private server"
        assert result.outcomes["bad_url"] == len(strange) + 4
        assert result.outcomes["off_site"] == 1 + 1 + 1, "elsewhere, 10.1.2.3 and the redirect"
        assert server.hits["/good"] == 1
        assert result.ok, "bad pages do not make a bad source"
