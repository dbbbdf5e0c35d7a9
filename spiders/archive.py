"""The archive of fetched pages: WARC files in a folder or in any store that fsspec reaches.

A process writes files of its own only, so any number may share an archive. Nothing that ``flush`` has
returned for is lost by a kill, and a record that a kill tore is passed over by the reader.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import fsspec

from pipeline.types import RawPage
from spiders.warc import MAX_BODY, WarcError, info_record, read_record, response_record, revisit_record

MAX_FILE = 1_000_000_000
"""A file longer than this many bytes is closed and the next one begun."""

REMEMBERED = 2_000
"""Bodies whose place is kept in memory to refer to, about 500 bytes each. What repeats (walls, soft 404) does so soon."""


class Archive:
    """Writes pages and reads them back. Safe to share between threads; not between processes that write."""

    def __init__(self, root: str | Path, *, max_file: int = MAX_FILE, user_agent: str = "Chipwire") -> None:
        self.root = str(root).rstrip("/")
        self._fs, self._base = fsspec.core.url_to_fs(self.root)
        self._local = "file" in (
            self._fs.protocol if isinstance(self._fs.protocol, tuple) else (self._fs.protocol,)
        )
        self._max_file = max_file
        self._user_agent = user_agent
        self._lock = threading.RLock()
        self._name = ""
        self._file: IO[bytes] | None = None
        self._buffer = bytearray()
        self._size = 0
        self._seen: OrderedDict[str, tuple[str, str, str]] = OrderedDict()

    def write(self, page: RawPage, *, kind: str = "page", digest: str | None = None) -> str:
        """Add ``page`` and return where it lies, ``<file>#<offset>``, below the archive's root.

        A body that this Archive wrote before becomes a revisit record that refers to it. ``kind`` is page
        or listing. Durable only after ``flush``. Raises OSError where the store cannot be written.
        """
        digest = digest or body_digest(page.body)
        with self._lock:
            if not self._name or self._size >= self._max_file:
                self._begin(page.source)
            known = self._seen.get(digest) if page.body else None
            ref = f"{self._name}#{self._size}"
            if known is not None:
                where, url, when = known
                data = revisit_record(
                    page, digest, kind, refers_to=where, refers_to_url=url, refers_to_date=when
                )
            else:
                data = response_record(page, digest, kind)
                self._seen[digest] = (
                    ref,
                    page.final_url,
                    page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                )
                if len(self._seen) > REMEMBERED:
                    self._seen.popitem(last=False)
            self._append(data)
            return ref

    def flush(self) -> None:
        """Make everything written so far durable."""
        with self._lock:
            if self._file is not None:
                self._file.flush()
                os.fsync(self._file.fileno())
            elif self._buffer:
                # Object stores cannot append: what was gathered becomes an object, the next record begins
                # another.
                self._fs.makedirs(self._path(self._name).rpartition("/")[0], exist_ok=True)
                self._fs.pipe_file(self._path(self._name), bytes(self._buffer))
                self._buffer.clear()
                self._name = ""

    def close(self) -> None:
        """Flush and close the file."""
        with self._lock:
            self.flush()
            if self._file is not None:
                self._file.close()
                self._file = None
            self._name = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, ref: str, *, max_body: int = MAX_BODY) -> RawPage:
        """The page at ``ref``, as ``write`` gave it or ``read_warc`` (absolute). A revisit comes with the
        body that it refers to.

        Raises WarcError where nothing can be read there.
        """
        page, refers_to = self._read(ref, max_body)
        if refers_to is None:
            return page
        first, further = self._read(refers_to, max_body)
        if further is not None:
            raise WarcError(f"{ref}: refers to {refers_to}, which is itself no page but a reference")
        return RawPage(
            page.url,
            page.final_url,
            page.fetched_at,
            page.status,
            page.headers,
            first.body,
            page.source,
            page.warc,
        )

    def files(self) -> list[str]:
        """All WARC files of the archive, oldest first, as paths or URLs for ``read_warc``."""
        found = sorted(path for path in self._fs.find(self._base) if path.endswith(".warc.gz"))
        return [self._fs.unstrip_protocol(path) if not self._local else path for path in found]

    def _read(self, ref: str, max_body: int) -> tuple[RawPage, str | None]:
        path, _, offset = ref.rpartition("#")
        if not path or not offset.isdigit():
            raise WarcError(f"{ref!r} is no place in an archive (file#offset)")
        if "://" not in path and not path.startswith("/"):
            if ".." in Path(path).parts:
                raise WarcError(f"{ref!r} lies outside of the archive")
            path = self._path(path) if self._local else self._fs.unstrip_protocol(self._path(path))
        page, refers_to = read_record(path, int(offset), max_body=max_body)
        return RawPage(
            page.url, page.final_url, page.fetched_at, page.status, page.headers, page.body, page.source, ref
        ), refers_to

    def _begin(self, source: str) -> None:
        self.close()
        now = datetime.now(UTC)
        stem = "".join(char for char in source if char.isalnum() or char == "-")[:60] or "pages"
        self._name = f"{now:%Y/%m/%d}/{stem}-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.warc.gz"
        self._size = 0
        if self._local:
            path = Path(self._path(self._name))
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("xb")
        self._append(info_record(self._name, self._user_agent))

    def _append(self, data: bytes) -> None:
        if self._file is not None:
            self._file.write(data)
        else:
            self._buffer += data
        self._size += len(data)

    def _path(self, name: str) -> str:
        return f"{self._base}/{name}"


def body_digest(body: bytes) -> str:
    """SHA-256 of a body in hex, as the store keeps it."""
    return hashlib.sha256(body).hexdigest()
