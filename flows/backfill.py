"""Backfill: archives become pages and articles of the store, which then go the ordinary way.

Restartable at the record: what a file gave is committed in batches together with its place in it, in a small
file of the data folder, and every write is idempotent.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from flows.folder import folder_pages
from flows.pool import Pool
from flows.progress import Tell, silent
from flows.retry import again
from flows.run import begin, finish, process
from flows.sift import speaks_of_hardware
from flows.summary import Summary
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.store.rows import PageRecord
from pipeline.types import RawPage
from pipeline.urls import UrlError, canonical_url
from spiders.archive import Archive, body_digest
from spiders.warc import WarcCounts, WarcError, is_warc, read_warc

BATCH = 200
DEFAULT_SOURCE = "backfill"
_HTML = ("text/html", "application/xhtml+xml", "text/plain", "")
Thing = TypeVar("Thing")


class BackfillError(Exception):
    """A path that cannot be read at all; the message says why."""


def backfill(
    store: Store,
    settings: Settings,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    alerts: bool = False,
    everything: bool = False,
    tell: Tell = silent,
) -> Summary:
    """Load WARC files, folders of HTML and JSON lines of articles, and read and resolve what they hold.

    Pages that are not about computing hardware are counted and not kept, unless ``everything`` is wanted; they are
    judged in worker processes.

    ``source``: whom to note it under. Without ``alerts`` the desk hears nothing of deals that are news of
    long ago. Where a path cannot be read, the source counts as failed; the others are loaded. Raises
    BackfillError for a path that is not there.
    """
    if missing := [str(path) for path in paths if not path.exists()]:
        raise BackfillError(f"no such file or folder: {', '.join(missing)}")
    run_id = begin(store, settings, kind="backfill")
    name = source or DEFAULT_SOURCE
    store.runs.start_crawl(run_id, name)
    problems = []
    with Pool(settings.workers) as pool:
        sift = None if everything else pool
        for path in paths:
            try:
                _load(store, settings, path, run_id, source=source, sift=sift, tell=tell)
            except (WarcError, BackfillError, OSError) as error:
                problems.append(f"{path}: {error}")
    store.runs.finish_crawl(run_id, name, "failed" if problems else "ok", "; ".join(problems) or None)
    return finish(store, run_id, process(store, settings, tell=tell, alerts=alerts))


def _load(
    store: Store,
    settings: Settings,
    path: Path,
    run_id: int,
    *,
    source: str | None,
    sift: Pool | None,
    tell: Tell,
) -> None:
    if path.is_dir():
        with Archive(settings.archive, user_agent=settings.full_user_agent) as archive:
            for batch in _batched(folder_pages(path, source or DEFAULT_SOURCE), BATCH):
                kept = _sifted(store, run_id, batch, sift)
                _record(store, run_id, [_archived(archive, page) for page in kept], archive.flush)
                tell(f"load {path.name}", len(batch))
    elif is_warc(path.name):
        _load_warc(store, settings, path, run_id, source=source, sift=sift, tell=tell)
    else:
        _load_lines(store, settings, path, run_id, source=source or DEFAULT_SOURCE, tell=tell)


def _load_warc(
    store: Store,
    settings: Settings,
    path: Path,
    run_id: int,
    *,
    source: str | None,
    sift: Pool | None,
    tell: Tell,
) -> None:
    place = _Place(settings, path)
    counts = WarcCounts()
    pages = read_warc(
        str(path.resolve()), max_body=settings.max_page_bytes, start=place.offset, counts=counts
    )
    done = 0
    for batch in _batched(pages, BATCH):
        named = [replace(page, source=source or page.source or DEFAULT_SOURCE) for page in batch]
        _record(store, run_id, _sifted(store, run_id, named, sift), lambda: None)
        place.save(int((batch[-1].warc or "#0").rpartition("#")[2]))
        done += len(batch)
        tell(f"load {path.name}", done)


def _sifted(store: Store, run_id: int, pages: Sequence[RawPage], sift: Pool | None) -> list[RawPage]:
    """The pages worth keeping; the others are counted as not relevant. A page that kills its judge is kept."""
    if sift is None:
        return list(pages)
    kept: list[RawPage] = []
    passed_over: Counter[str] = Counter()
    for page, worth in zip(pages, sift.map(_worth, pages), strict=True):
        if worth is False:
            passed_over[page.source] += 1
        else:
            kept.append(page)
    for name, count in passed_over.items():
        store.runs.count(run_id, name, {"not_relevant": count})
    return kept


def _worth(page: RawPage) -> bool:
    """Whether to keep a page: those that are no articles keep the outcome that says so."""
    try:
        canonical_url(page.final_url)
    except UrlError:
        return True
    return _page_record(page, page.url).outcome != "fetched" or speaks_of_hardware(page)


def _record(store: Store, run_id: int, pages: Sequence[RawPage], flush: Callable[[], object]) -> None:
    """Note pages for extraction; known addresses are counted and left alone."""
    records: dict[str, PageRecord] = {}
    lost: dict[tuple[str, str], int] = {}
    for page in pages:
        try:
            url = canonical_url(page.final_url)
        except UrlError:
            lost[page.source, "bad_url"] = lost.get((page.source, "bad_url"), 0) + 1
            continue
        records[url] = _page_record(page, url)
    known = again(lambda: store.pages.known(records))
    flush()
    for name in {page.source for page in pages}:
        seen = [url for url, record in records.items() if url in known and record.source == name]
        again(lambda name=name, seen=seen: store.pages.count_known(run_id, name, seen))  # type: ignore[misc]
    for (name, outcome), count in lost.items():
        store.runs.count(run_id, name, {outcome: count})
    again(
        lambda: store.pages.record_many(
            run_id, [record for url, record in records.items() if url not in known]
        )
    )


def _page_record(page: RawPage, url: str) -> PageRecord:
    kind = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    outcome = "fetched"
    if page.status in (404, 410):
        outcome = "gone"
    elif page.status != 200:
        outcome = "http_error"
    elif kind.partition(";")[0].strip().lower() not in _HTML:
        outcome = "not_html"
    elif not page.body.strip():
        outcome = "no_text"
    return PageRecord(
        source=page.source,
        url=page.url,
        canonical_url=url,
        outcome=outcome,
        fetched_at=page.fetched_at,
        final_url=page.final_url,
        status=page.status,
        digest=body_digest(page.body),
        warc=page.warc,
    )


def _archived(archive: Archive, page: RawPage) -> RawPage:
    return replace(page, warc=archive.write(page))


def _load_lines(
    store: Store, settings: Settings, path: Path, run_id: int, *, source: str, tell: Tell
) -> None:
    from flows.lines import numbered
    from nlp.jsonl import article_from_json

    place = _Place(settings, path)
    bad: list[str] = []
    with path.open("rb") as lines:
        for number, line in numbered(lines):
            if number <= place.offset:
                continue
            try:
                article = article_from_json(json.loads(line or b""), number)
            except ValueError as error:
                bad.append(str(error) if str(error).startswith("line") else f"line {number}: {error}")
                continue
            url = article.url or f"backfill:{source}/{article.id}"
            try:
                canonical = canonical_url(url) if article.url else url
            except UrlError as error:
                bad.append(f"line {number}: {error}")
                continue
            given = replace(
                article,
                source=source,
                url=url,
                canonical_url=canonical,
                extractor="jsonl",
                extractor_version="1",
            )
            again(lambda given=given: store.articles.save(given, run_id=run_id))  # type: ignore[misc]
            if number % BATCH == 0:
                place.save(number)
                tell(f"load {path.name}", number)
    if bad:
        raise BackfillError(f"{len(bad)} bad lines: {'; '.join(bad[:5])}")
    place.save(0)


class _Place:
    """How far a file was read, kept in the data folder; forgotten when the file changes."""

    def __init__(self, settings: Settings, path: Path) -> None:
        facts = path.stat()
        name = hashlib.sha256(f"{path.resolve()}|{facts.st_size}|{facts.st_mtime_ns}".encode()).hexdigest()[
            :24
        ]
        self._file = settings.data_dir / "backfill" / f"{name}.json"
        try:
            self.offset = int(json.loads(self._file.read_text())["offset"])
        except (OSError, ValueError, KeyError, TypeError):
            self.offset = 0

    def save(self, offset: int) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"offset": offset}))
        fresh.replace(self._file)


def _batched(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch
