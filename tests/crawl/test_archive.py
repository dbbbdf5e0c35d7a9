# ruff: noqa: E501
"""The WARC archive: what goes in comes out, whatever is torn, and strangers' files are bounded."""

from __future__ import annotations

import gzip
import io
import uuid
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.types import RawPage
from spiders.archive import Archive
from spiders.warc import WarcCounts, WarcError, read_warc

WHEN = datetime(2026, 11, 23, 5, 6, 7, tzinfo=UTC)


def raw(url: str = "https://example.com/a", body: bytes = b"<p>x", **given: object) -> RawPage:
    usual: dict[str, object] = {
        "url": url, "final_url": url, "fetched_at": WHEN, "status": 200, "headers": (("Content-Type", "text/html"),), "body": body, "source": "site",
    }  # fmt: skip
    return RawPage(**(usual | given))  # type: ignore[arg-type]


@pytest.fixture(params=["folder", "object store"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "archive") if request.param == "folder" else f"memory://{uuid.uuid4().hex}"


def test_what_goes_in_comes_out(root: str) -> None:
    pages = [
        raw(
            "https://example.com/1",
            b"one",
            final_url="https://example.com/one",
            headers=(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
        ),
        raw("https://example.com/2", b"\x00\xff" * 50_000, status=404),
        raw("https://example.com/3", b""),
        raw("https://example.com/4", b"one"),
        raw(
            "https://example.com/5",
            "京东方".encode("gb18030"),
            headers=(("X-Odd", "a\r\nInjected: yes"), ("Content-Encoding", "br")),
        ),
    ]
    with Archive(root) as archive:
        refs = [archive.write(page) for page in pages]
        listing = archive.write(raw("https://example.com/feed", b"<rss/>"), kind="listing")
        archive.flush()
        read = [Archive(root).read(ref) for ref in refs]
    assert [
        (page.url, page.final_url, page.status, page.body, page.fetched_at, page.source) for page in read
    ] == [(page.url, page.final_url, page.status, page.body, page.fetched_at, page.source) for page in pages]
    assert [page.warc for page in read] == refs
    assert [value for name, value in read[0].headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert ("X-Odd", "a Injected: yes") in read[4].headers
    assert Archive(root).read(listing).body == b"<rss/>"
    counts = WarcCounts()
    (file,) = Archive(root).files()
    again = list(read_warc(file, counts=counts))
    assert [page.url for page in again] == [pages[n].url for n in (0, 1, 2, 4)]
    assert (counts.pages, counts.passed_over) == (4, {"revisit": 1, "listing": 1})
    offset = int(str(again[2].warc).rpartition("#")[2])
    assert [page.url for page in read_warc(file, start=offset)] == [pages[2].url, pages[4].url], (
        "goes on from a record"
    )


def test_files_are_rotated_by_size(root: str) -> None:
    with Archive(root, max_file=20_000) as archive:
        refs = [
            archive.write(
                raw(
                    f"https://example.com/{n}",
                    zlib.compress(bytes([n]) * 10) + n.to_bytes(2, "big") + bytes(range(256)) * 10,
                )
            )
            for n in range(60)
        ]
        archive.flush()
    files = Archive(root).files()
    assert len(files) > 1
    assert sum(1 for file in files for _ in read_warc(file)) == 60
    assert Archive(root).read(refs[-1]).url == "https://example.com/59"


def test_torn_anywhere_the_records_before_are_read(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        refs = [archive.write(raw(f"https://example.com/{n}", f"body {n} ".encode() * 100)) for n in range(4)]
    (name,) = archive.files()
    whole = Path(name).read_bytes()
    starts = [int(ref.rpartition("#")[2]) for ref in refs] + [len(whole)]
    for cut in range(starts[0] + 1, len(whole), 37):
        Path(name).write_bytes(whole[:cut])
        read = [page.body for page in read_warc(name)]
        complete = sum(end <= cut for end in starts[1:])
        assert len(read) in (
            complete,
            complete + 1,
        )  # the last bytes of a member may hold nothing but its checksum
        assert read == [f"body {n} ".encode() * 100 for n in range(len(read))]


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    path = f"memory://any/{uuid.uuid4().hex}.warc"
    import fsspec

    with fsspec.open(path, "wb") as file:
        file.write(data)
    for body in (data, gzip.compress(data)):
        with fsspec.open(path, "wb") as file:
            file.write(body)
        try:
            assert list(read_warc(path)) == []
        except WarcError as error:
            assert path in str(error)


@pytest.mark.parametrize(
    "ref", ["", "x", "x#", "#5", "x#-1", "../../etc/passwd#0", "a/../../b.warc.gz#0", "none.warc.gz#0"]
)
def test_places_that_are_none(tmp_path: Path, ref: str) -> None:
    with pytest.raises(WarcError):
        Archive(tmp_path).read(ref)


def foreign(path: Path, *records: tuple[str, bytes, dict[str, str]], packed: bool = True) -> str:
    """A WARC as others write it."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        writer.write_record(writer.create_warcinfo_record("x", {"software": "another"}))
        for url, body, headers in records:
            http = StatusAndHeaders("200 OK", list(headers.items()), protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url, "request", payload=io.BytesIO(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                )
            )
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), length=len(body), http_headers=http
                )
            )
    return str(path)


@pytest.mark.parametrize("packed", [True, False])
def test_files_of_others(tmp_path: Path, packed: bool) -> None:
    html = {"Content-Type": "text/html"}
    chunked = b"4\r\nchip\r\n4\r\nwire\r\n0\r\n\r\n"
    path = foreign(
        tmp_path / "x.warc.gz",
        ("https://a.example/1", b"<p>one", html),
        ("https://a.example/gzip", gzip.compress(b"packed"), html | {"Content-Encoding": "gzip"}),
        ("https://a.example/chunked", chunked, html | {"Transfer-Encoding": "chunked"}),
        ("https://a.example/bomb", gzip.compress(bytes(5_000_000)), html | {"Content-Encoding": "gzip"}),
        ("https://a.example/last", b"<p>last", html),
        packed=packed,
    )  # fmt: skip
    counts = WarcCounts()
    read = {page.url: page.body for page in read_warc(path, max_body=1_000_000, counts=counts)}
    assert read == {
        "https://a.example/1": b"<p>one", "https://a.example/gzip": b"packed", "https://a.example/chunked": b"chipwire", "https://a.example/last": b"<p>last",
    }  # fmt: skip
    assert counts.passed_over == {"too_large": 1}


def test_endless_headers_end(tmp_path: Path) -> None:
    path = tmp_path / "bomb.warc.gz"
    good = Path(foreign(tmp_path / "good.warc.gz", ("https://a.example/1", b"<p>one", {}))).read_bytes()
    for header in (b"X: " + b"y" * 50_000_000, b"X: y\r\n" * 8_000_000):
        path.write_bytes(good + gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\n" + header))
        counts = WarcCounts()
        assert [page.body for page in read_warc(str(path), counts=counts)] == [b"<p>one"]
        assert counts.passed_over == {"torn": 1}
