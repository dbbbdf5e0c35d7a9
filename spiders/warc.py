"""WARC records ↔ RawPages, with limits on everything that a stranger's file may hold.

Reads our own archive, Common Crawl's CC-NEWS and any other WARC that warcio reads.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO

import brotli
import fsspec
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from pipeline.types import RawPage

MAX_BODY = 32_000_000
"""Largest body in bytes, decoded, that is read out of a record unless told otherwise."""

MAX_HEADERS = 1_000_000
"""Most bytes of headers of one record."""

MAX_SKIP = 2_000_000_000
"""Most bytes, decompressed, that one record may make us read through to reach the next."""

SOURCE_HEADER = "Chipwire-Source"
KIND_HEADER = "Chipwire-Kind"
REFERS_TO_HEADER = "Chipwire-Refers-To"

_NOT_KEPT = {"content-encoding", "transfer-encoding", "content-length"}
_CHUNK = 65_536


class WarcError(ValueError):
    """A WARC file or record that cannot be read. The message names file and offset."""


@dataclass(slots=True)
class WarcCounts:
    """What became of the records of a file: ``pages`` given, and the others by reason."""

    pages: int = 0
    passed_over: dict[str, int] = field(default_factory=dict)

    def skip(self, reason: str) -> None:
        """Count a record that gave no page."""
        self.passed_over[reason] = self.passed_over.get(reason, 0) + 1


def response_record(page: RawPage, digest: str, kind: str) -> bytes:
    """``page`` as one gzip member holding a response record. ``digest``: SHA-256 of the body in hex."""
    extra = _warc_headers(page, kind) | {"WARC-Payload-Digest": f"sha256:{digest}"}
    body = io.BytesIO(page.body)
    writer, out = _writer()
    record = writer.create_warc_record(
        _line(page.final_url),
        "response",
        payload=body,
        length=len(page.body),
        warc_headers_dict=extra,
        http_headers=_http_headers(page),
    )
    writer.write_record(record)
    return _gzip_member(out.getvalue())


def revisit_record(
    page: RawPage, digest: str, kind: str, *, refers_to: str, refers_to_url: str, refers_to_date: str
) -> bytes:
    """``page`` as a gzip member holding a revisit record: same body as the record at ``refers_to``."""
    writer, out = _writer()
    record = writer.create_revisit_record(
        _line(page.final_url),
        f"sha256:{digest}",
        refers_to_url,
        refers_to_date,
        http_headers=_http_headers(page),
        warc_headers_dict=_warc_headers(page, kind) | {REFERS_TO_HEADER: refers_to},
    )
    writer.write_record(record)
    return _gzip_member(out.getvalue())


def info_record(name: str, user_agent: str) -> bytes:
    """The warcinfo record that begins a file."""
    writer, out = _writer()
    info = {"software": "Chipwire", "format": "WARC File Format 1.0", "http-header-user-agent": user_agent}
    writer.write_record(writer.create_warcinfo_record(name, info))
    return _gzip_member(out.getvalue())


def read_warc(
    path: str,
    *,
    max_body: int = MAX_BODY,
    start: int = 0,
    kinds: tuple[str, ...] = ("page",),
    counts: WarcCounts | None = None,
) -> Iterator[RawPage]:
    """The pages of a WARC file (a path or any fsspec URL) from byte ``start`` on, one at a time.

    ``RawPage.warc`` is ``<path>#<offset>``: give the last offset as ``start`` to go on from there (that
    record comes again). ``counts`` is filled as it goes. Records that are no HTTP response, or larger than
    ``max_body``, are counted and passed over; a torn last record ends the file quietly ("torn"). Raises
    WarcError where it is no WARC at all.
    """
    counts = counts if counts is not None else WarcCounts()
    with fsspec.open(path, "rb") as file:
        if start:
            file.seek(start)
        for record, offset in _records(file, path, counts):
            page = _page(record, f"{path}#{offset}", max_body, kinds, counts)
            if page is not None:
                counts.pages += 1
                yield page


def read_record(path: str, offset: int, *, max_body: int = MAX_BODY) -> tuple[RawPage, str | None]:
    """The page at ``offset`` and, where the record is a revisit, what it refers to. Raises WarcError."""
    counts = WarcCounts()
    try:
        with fsspec.open(path, "rb") as file:
            file.seek(offset)
            for record, _ in _records(file, path, counts):
                page = _page(record, f"{path}#{offset}", max_body, None, counts)
                if page is None:
                    break
                return page, record.rec_headers.get_header(REFERS_TO_HEADER)
    except OSError as error:
        raise WarcError(f"{path}#{offset}: {error.strerror or error}") from error
    why = ", ".join(counts.passed_over) or "nothing there"
    raise WarcError(f"{path}#{offset}: no page can be read there ({why})")


class _BoundedReader(DecompressingBufferedReader):  # type: ignore[misc]
    """warcio's reader with an end to headers: without one, a line may be as long as a bomb unpacks to."""

    budget = MAX_HEADERS

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(min(length or MAX_HEADERS, MAX_HEADERS))
        self.budget -= len(line)
        if self.budget < 0:
            raise ArchiveLoadFailed(f"more than {MAX_HEADERS} bytes of headers")
        return line


def _records(file: IO[bytes], path: str, counts: WarcCounts) -> Iterator[tuple[ArcWarcRecord, int]]:
    begin = file.tell()
    records = ArchiveIterator(file, arc2warc=True)
    records.reader = reader = _BoundedReader(file, block_size=16_384)
    count = 0
    while True:
        reader.budget = MAX_HEADERS
        before = file.tell() - reader.rem_length()
        try:
            record = next(records, None)
            if record is None:
                return
            count += 1
            yield record, records.offset
            _read_through(record)
        except (
            ArchiveLoadFailed,
            StatusAndHeadersParserException,
            EOFError,
            zlib.error,
            ValueError,
            AttributeError,
        ) as error:
            if count == 0 and before == begin:
                raise WarcError(f"{path}#{begin}: no WARC record begins there: {str(error)[:200]}") from error
            counts.skip("torn")
            return


def _read_through(record: ArcWarcRecord) -> None:
    left = MAX_SKIP
    while left > 0:
        data = record.raw_stream.read(_CHUNK)
        if not data:
            return
        left -= len(data)
    raise ArchiveLoadFailed(f"a record longer than {MAX_SKIP} bytes")


def _page(
    record: ArcWarcRecord, ref: str, max_body: int, kinds: tuple[str, ...] | None, counts: WarcCounts
) -> RawPage | None:
    if record.rec_type not in ("response", "revisit") or record.http_headers is None:
        if record.rec_type in ("response", "revisit"):
            counts.skip("no_http")
        return None
    headers = record.rec_headers
    kind = headers.get_header(KIND_HEADER) or "page"
    if kinds is not None and (kind not in kinds or record.rec_type == "revisit"):
        counts.skip("revisit" if record.rec_type == "revisit" else kind)
        return None
    body = b""
    if record.rec_type == "response":
        read = _body(record, max_body)
        if isinstance(read, str):
            counts.skip(read)
            return None
        body = read
    url = (headers.get_header("WARC-Target-URI") or "").strip("<>")
    try:
        status = int(record.http_headers.get_statuscode())
    except ValueError:
        counts.skip("no_http")
        return None
    return RawPage(
        url=headers.get_header("Chipwire-Requested") or url,
        final_url=url,
        fetched_at=_date(headers.get_header("WARC-Date")),
        status=status,
        headers=tuple(
            (str(name), str(value))
            for name, value in record.http_headers.headers
            if str(name).lower() not in _NOT_KEPT
        ),
        body=body,
        source=headers.get_header(SOURCE_HEADER) or "",
        warc=ref,
    )


def _body(record: ArcWarcRecord, max_body: int) -> bytes | str:
    """The decoded body, or why there is none."""
    encoding = (record.http_headers.get_header("content-encoding") or "").strip().lower()
    stream = record.content_stream()
    chunks: list[bytes] = []
    size = 0
    while data := stream.read(_CHUNK):
        size += len(data)
        if size > max_body:
            return "too_large"
        chunks.append(data)
    if getattr(record.raw_stream, "limit", 0):
        return "torn"
    body = b"".join(chunks)
    if encoding == "br":
        return _unbrotli(body, max_body)
    return body


def _unbrotli(data: bytes, max_body: int) -> bytes | str:
    decoder = brotli.Decompressor()
    out: list[bytes] = []
    size = 0
    try:
        piece = decoder.process(data, output_buffer_limit=_CHUNK)
        while piece:
            size += len(piece)
            if size > max_body:
                return "too_large"
            out.append(piece)
            piece = b"" if decoder.is_finished() else decoder.process(b"", output_buffer_limit=_CHUNK)
    except brotli.error:
        return data if not out else "broken"
    return b"".join(out)


def _date(text: str | None) -> datetime:
    try:
        parsed = datetime.fromisoformat(text or "")
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _writer() -> tuple[WARCWriter, io.BytesIO]:
    out = io.BytesIO()
    return WARCWriter(out, gzip=False), out


def _gzip_member(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return packer.compress(data) + packer.flush()


def _warc_headers(page: RawPage, kind: str) -> dict[str, str]:
    headers = {
        "WARC-Date": page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "WARC-Target-URI": _line(page.final_url),
        SOURCE_HEADER: _line(page.source),
        KIND_HEADER: kind,
    }
    if page.url != page.final_url:
        headers["Chipwire-Requested"] = _line(page.url)
    return headers


def _http_headers(page: RawPage) -> StatusAndHeaders:
    headers: list[tuple[str, str]] = []
    for name, value in page.headers:
        # The body is kept decoded, as Common Crawl does; what was sent is told under another name.
        kept = f"X-Crawler-{name}" if name.lower() in _NOT_KEPT else name
        headers.append((_line(kept), _line(value)))
    headers.append(("Content-Length", str(len(page.body))))
    return StatusAndHeaders(f"{page.status} Answer", headers, protocol="HTTP/1.1")


def _line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip().encode("latin-1", "replace").decode("latin-1")


def is_warc(path: str) -> bool:
    """Whether a file's name says WARC."""
    return path.lower().endswith((".warc", ".warc.gz", ".arc", ".arc.gz"))
