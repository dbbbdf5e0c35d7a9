"""Backfill: old pages and articles into the store: WARC files (our own, Common Crawl's), folders of HTML, JSON lines.

Restartable at the record: a sidecar in the data folder keeps how far each file was taken. What is known already stays as
it is, so that running the same again changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flows.stages import SETTLED
from nlp.gate import is_relevant
from nlp.jsonl import BadLine, article_from_json
from pipeline.store import Store
from pipeline.store.rows import PageRecord, SourceRow
from pipeline.types import Article, RawPage
from pipeline.urls import UrlError, canonical_url
from spiders.archive import Archive, body_digest
from spiders.extract import NotAnArticle, article_id, extract_article
from spiders.warc import WarcError, read_warc

logger = logging.getLogger(__name__)

SOURCE = "backfill"
EVERY = 200
"""Records after which the place reached is noted."""

Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file was taken: ``offset`` is a WARC record's byte or a line's number."""

    path: Path

    def load(self, name: str, size: int) -> int:
        """The offset reached in a file of this name and size, 0 where none."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0
        entry = kept.get(name)
        return int(entry["offset"]) if entry and entry.get("size") == size else 0

    def save(self, name: str, size: int, offset: int) -> None:
        """Note the offset reached."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            kept = {}
        kept[name] = {"offset": offset, "size": size}
        part = self.path.with_suffix(".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(kept), encoding="utf-8")
        part.replace(self.path)


def kind_of(path: Path) -> str:
    """warc, html, jsonl or folder, by name. Raises ValueError."""
    name = path.name.lower()
    if path.is_dir():
        return "folder"
    if name.endswith((".warc", ".warc.gz")):
        return "warc"
    if name.endswith((".html", ".htm", ".html.gz")):
        return "html"
    if name.endswith((".jsonl", ".ndjson")):
        return "jsonl"
    raise ValueError(f"{path}: neither a WARC file, an HTML file, JSON lines nor a folder of these")


def files_of(paths: list[Path]) -> list[Path]:
    """The files behind paths, folders opened, in order. Raises ValueError for what cannot be taken."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ValueError(f"{path}: no such file or folder")
        if kind_of(path) != "folder":
            found.append(path)
            continue
        inside = [p for p in sorted(path.rglob("*")) if p.is_file() and _known(p)]
        if not inside:
            raise ValueError(f"{path}: no WARC, HTML or JSON lines in here")
        found += inside
    return found


def _known(path: Path) -> bool:
    try:
        return kind_of(path) != "folder"
    except ValueError:
        return False


def take_file(
    store: Store, archive: Archive, path: Path, run_id: int, place: Place, *, told: Told | None = None, gate: bool = True
) -> Counter[str]:
    """Put one file's pages or articles into the store; the outcomes counted.

    ``gate``: pages that are not about computing hardware are counted and not kept, since a crawl of all the world's
    news would be. A bad line or record is an outcome ("broken"), never the end.
    """
    counts: Counter[str] = Counter()
    size = path.stat().st_size
    name = str(path.resolve())
    start = place.load(name, size)
    kind = kind_of(path)
    if kind == "warc":
        for n, page in enumerate(read_warc(str(path), start=start), 1):
            counts[_take_page(store, archive, page, run_id, gate)] += 1
            if n % EVERY == 0:
                place.save(name, size, int((page.warc or "#0").rpartition("#")[2]))
                if told:
                    told(path.name, n)
    elif kind == "html":
        if not start:
            counts[_take_page(store, archive, _saved_page(path), run_id, gate)] += 1
    else:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for n, line in enumerate(lines, 1):
                if n <= start or not line.strip():
                    continue
                counts[_take_line(store, line, n, path, run_id)] += 1
                if n % EVERY == 0:
                    place.save(name, size, n)
                    if told:
                        told(path.name, n)
    place.save(name, size, size if kind == "warc" else 10**12)
    return counts


def _saved_page(path: Path) -> RawPage:
    import zlib

    body = path.read_bytes()
    if path.suffix == ".gz":
        body = zlib.decompressobj(31).decompress(body, 64_000_000)
    url = f"https://saved.invalid/{hashlib.sha256(body).hexdigest()[:20]}/{path.name}"
    when = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return RawPage(url, url, when, 200, (("Content-Type", "text/html"),), body, SOURCE)


def _take_page(store: Store, archive: Archive, page: RawPage, run_id: int, gate: bool) -> str:
    source = page.source or SOURCE
    try:
        article = extract_article(replace(page, source=source))
        canonical = article.canonical_url
    except NotAnArticle as error:
        return _note(store, page, run_id, SETTLED.get(error.outcome, error.outcome), error.detail)
    except (UrlError, WarcError) as error:
        return _note(store, page, run_id, "broken", str(error))
    if gate and not is_relevant(f"{article.title}\n\n{article.text}"):
        return _note(store, page, run_id, "not_relevant", None)
    if store.articles.by_url(canonical) is not None:
        return _note(store, page, run_id, "known", None)
    where = archive.write(page)
    archive.flush()
    record = _record(page, "fetched", None, where)
    row = store.pages.record(run_id, record)
    return store.articles.save(article, page_id=row.id, run_id=run_id).outcome


def _record(page: RawPage, outcome: str, detail: str | None, where: str | None = None) -> PageRecord:
    try:
        canonical = canonical_url(page.final_url or page.url)
    except UrlError:
        canonical = "https://saved.invalid/" + hashlib.sha256(page.url.encode("utf-8", "replace")).hexdigest()
    return PageRecord(
        source=SOURCE,
        url=page.url[:2000],
        canonical_url=canonical,
        outcome=outcome,
        fetched_at=page.fetched_at,
        final_url=page.final_url[:2000] if page.final_url else None,
        status=page.status,
        digest=body_digest(page.body),
        warc=where,
        detail=detail,
    )


def _note(store: Store, page: RawPage, run_id: int, outcome: str, detail: str | None) -> str:
    """Count what brought no article: the run's counts add up, the page itself is not kept."""
    store.runs.count(run_id, SOURCE, {outcome: 1})
    if detail:
        logger.info("%s: %s: %s", page.url, outcome, detail)
    return outcome


def _take_line(store: Store, line: str, number: int, path: Path, run_id: int) -> str:
    try:
        article = article_from_json(json.loads(line), line=number)
    except (BadLine, ValueError, RecursionError) as error:
        logger.warning("%s: line %s: %s", path, number, error)
        store.runs.count(run_id, SOURCE, {"broken": 1})
        return "broken"
    return store.articles.save(_addressed(article), run_id=run_id).outcome


def _addressed(article: Article) -> Article:
    """An article of a line under a stable address of its own where it has none."""
    try:
        url = canonical_url(article.url) if article.url else ""
    except UrlError:
        url = ""
    url = url or f"https://lines.invalid/{hashlib.sha256(article.id.encode('utf-8', 'replace')).hexdigest()[:20]}"
    return replace(
        article,
        id=article_id(url),
        url=url,
        canonical_url=url,
        source=SOURCE,
        extractor="jsonl",
        extractor_version="1",
    )


def begin(store: Store) -> int:
    """Start a backfill's run."""
    store.sources.upsert([SourceRow(SOURCE, "Backfill", "backfill", "file:", enabled=False)])
    run_id = store.runs.start("backfill")
    store.runs.start_crawl(run_id, SOURCE)
    return run_id

