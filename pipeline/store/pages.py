"""Pages: what is known of every URL, and the queue of those that wait for extraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from psycopg.rows import class_row, dict_row

from pipeline.store.counts import Counts
from pipeline.store.db import MAX_URL, Connection, Db, clean, clean_or_none, insert_many
from pipeline.store.outcomes import FAILURES, WAITING
from pipeline.store.rows import KnownPage, LeasedPage, PageRecord, RecordedPage
from pipeline.store.sources import ensure_source

_GAVE_UP = "failed again and again: "


class Pages:
    """``store.pages``."""

    def __init__(self, db: Db, *, max_attempts: int) -> None:
        self._db = db
        self._max_attempts = max_attempts

    def known(self, canonical_urls: Iterable[str]) -> dict[str, KnownPage]:
        """What is known of these URLs, by canonical URL; unknown ones are missing."""
        urls = sorted({clean(url) for url in canonical_urls})
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(KnownPage)) as cursor:
            rows = cursor.execute(
                """
                SELECT page.id, page.canonical_url, page.source_id AS source, page.outcome, page.first_seen,
                    page.last_fetched, coalesce(article.published_at, page.published) AS published, page.etag,
                    page.last_modified, page.digest, page.failures, article.id AS article_id
                FROM page LEFT JOIN LATERAL (
                    SELECT id, published_at FROM article
                    WHERE page_id = page.id OR canonical_url = page.canonical_url LIMIT 1
                ) article ON true
                WHERE page.canonical_url = ANY(%s)
                """,
                [urls],
            ).fetchall()
        return {row.canonical_url: row for row in rows}

    def count_known(self, run_id: int, source: str, canonical_urls: Iterable[str]) -> int:
        """Count listed URLs that are not fetched again, save those recorded in this very run; how many."""
        urls = sorted({clean(url) for url in canonical_urls})
        with self._db.transaction() as conn:
            ensure_source(conn, source)
            row = conn.execute(
                "SELECT count(*) FROM page WHERE canonical_url = ANY(%s) AND run_id = %s AND source_id = %s",
                [urls, run_id, source],
            ).fetchone()
            assert row is not None
            counts = Counts()
            counts.add(run_id, source, "known", len(urls) - int(row[0]))
            counts.write(conn)
        return len(urls) - int(row[0])

    def record(self, run_id: int | None, page: PageRecord) -> RecordedPage:
        """Store and count how one URL ended; "fetched" makes it wait for extraction."""
        return self.record_many(run_id, [page])[0]

    def record_many(self, run_id: int | None, pages: Iterable[PageRecord]) -> list[RecordedPage]:
        """``record`` for several, all or none. The answers are in the order of ``pages``."""
        given = list(pages)
        answers: dict[int, RecordedPage] = {}
        counts = Counts()
        with self._db.transaction() as conn:
            for source in sorted({page.source for page in given}):
                ensure_source(conn, source)
            storable = []
            for place, page in enumerate(given):
                if len(page.canonical_url) <= MAX_URL:
                    storable.append(place)
                    continue
                outcome = page.outcome if page.outcome != WAITING else "bad_url"
                counts.add(run_id, page.source, outcome)
                answers[place] = RecordedPage(0, "bad_url")
            # In one order, so that two batches wait for each other only one way. New addresses, the most, first.
            storable.sort(key=lambda place: clean(given[place].canonical_url))
            rows = [
                _values(run_id, given[place]) | {"first_seen": given[place].fetched_at} for place in storable
            ]
            for place, fresh in zip(storable, insert_many(conn, _INSERT, rows), strict=True):
                page = given[place]
                if fresh is None:
                    answers[place] = _record_known(conn, run_id, page, counts)
                else:
                    counts.add(run_id, page.source, page.outcome)
                    answers[place] = RecordedPage(int(fresh[0]), page.outcome)
            counts.write(conn)
        return [answers[place] for place in range(len(given))]

    def lease(
        self,
        worker: str,
        limit: int = 50,
        seconds: float = 600,
        *,
        run_id: int | None = None,
        source: str | None = None,
    ) -> list[LeasedPage]:
        """Up to ``limit`` pages that wait for extraction, for this worker alone until the lease runs out."""
        asked = {"worker": worker, "limit": limit, "seconds": seconds, "run": run_id, "source": source}
        with self._db.transaction() as conn:
            self._quarantine_exhausted(conn)
            with conn.cursor(row_factory=class_row(LeasedPage)) as cursor:
                return cursor.execute(
                    """
                    WITH due AS MATERIALIZED (
                        SELECT id FROM page
                        WHERE waiting AND (lease_until IS NULL OR lease_until < clock_timestamp())
                            AND (%(run)s::bigint IS NULL OR run_id = %(run)s)
                            AND (%(source)s::text IS NULL OR source_id = %(source)s)
                        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
                    )
                    UPDATE page SET
                        lease_owner = %(worker)s,
                        lease_until = clock_timestamp() + make_interval(secs => %(seconds)s),
                        attempts = attempts + 1
                    FROM due WHERE page.id = due.id
                    RETURNING page.id, source_id AS source, url, canonical_url, final_url,
                        coalesce(last_fetched, first_seen) AS fetched_at, status, warc, published,
                        hint_title, hint_text, run_id, attempts, lease_until
                    """,
                    asked,
                ).fetchall()

    def settle(self, page_id: int, outcome: str, detail: str | None = None) -> None:
        """Extraction found no article: the page's final outcome. Nothing where it does not wait any more."""
        counts = Counts()
        with self._db.transaction() as conn:
            settle_page(conn, page_id, outcome, detail, counts)
            counts.write(conn)

    def settle_many(self, outcomes: Mapping[int, tuple[str, str | None]]) -> None:
        """``settle`` for several pages, by id: outcome and detail. All or none."""
        counts = Counts()
        with self._db.transaction() as conn:
            settle_pages(conn, outcomes, counts)
            counts.write(conn)

    def release(self, page_id: int, error: str) -> None:
        """Extraction failed: the page waits again at once, or is quarantined after the last attempt.

        For faults that will pass (archive out of reach) do nothing: the lease runs out by itself.
        """
        counts = Counts()
        with self._db.transaction() as conn:
            row = conn.execute(
                "SELECT attempts FROM page WHERE id = %s AND waiting FOR UPDATE", [page_id]
            ).fetchone()
            if row and row[0] >= self._max_attempts:
                settle_page(conn, page_id, "quarantined", _GAVE_UP + error, counts)
                counts.write(conn)
            elif row:
                conn.execute(
                    "UPDATE page SET lease_owner = NULL, lease_until = NULL, detail = %s WHERE id = %s",
                    [clean(error), page_id],
                )

    def waiting(self) -> int:
        """How many pages wait for extraction, leased ones included."""
        with self._db.transaction() as conn:
            row = conn.execute("SELECT count(*) FROM page WHERE waiting").fetchone()
        assert row is not None
        return int(row[0])

    def requeue(
        self,
        run_id: int,
        *,
        source: str | None = None,
        extractor: str | None = None,
        version: str | None = None,
        limit: int | None = None,
    ) -> int:
        """Make archived pages wait again, in the name of ``run_id``: for replay with a newer extractor.

        ``extractor``: only pages whose article that one made. ``version``: only where the article was
        made by another version than this, or where there is no article. Returns how many.
        """
        with self._db.transaction() as conn:
            rows = conn.execute(
                """
                WITH due AS MATERIALIZED (
                    SELECT page.id FROM page LEFT JOIN article ON article.page_id = page.id
                    WHERE page.warc IS NOT NULL AND NOT page.waiting
                        AND page.run_id IS DISTINCT FROM %(run)s
                        AND (%(source)s::text IS NULL OR page.source_id = %(source)s)
                        AND (%(extractor)s::text IS NULL OR article.extractor = %(extractor)s)
                        AND (%(version)s::text IS NULL
                            OR article.extractor_version IS DISTINCT FROM %(version)s)
                    ORDER BY page.id LIMIT %(limit)s FOR UPDATE OF page
                )
                UPDATE page SET waiting = true, outcome = 'fetched', run_id = %(run)s, attempts = 0,
                    lease_owner = NULL, lease_until = NULL
                FROM due WHERE page.id = due.id RETURNING page.source_id
                """,
                {"run": run_id, "source": source, "extractor": extractor, "version": version, "limit": limit},
            ).fetchall()
            counts = Counts()
            for (page_source,) in rows:
                counts.add(run_id, page_source, WAITING)
            counts.write(conn)
        return len(rows)

    def _quarantine_exhausted(self, conn: Connection) -> None:
        """Pages whose worker died at every attempt: something in them kills."""
        rows = conn.execute(
            """
            SELECT id FROM page
            WHERE waiting AND attempts >= %s AND (lease_until IS NULL OR lease_until < clock_timestamp())
            ORDER BY id FOR UPDATE SKIP LOCKED
            """,
            [self._max_attempts],
        ).fetchall()
        counts = Counts()
        for (page_id,) in rows:
            settle_page(conn, page_id, "quarantined", _GAVE_UP + "no worker came back from it", counts)
        counts.write(conn)


def settle_page(conn: Connection, page_id: int, outcome: str, detail: str | None, counts: Counts) -> None:
    """Give a page its outcome, if it waits (nobody else was first)."""
    settle_pages(conn, {page_id: (outcome, detail)}, counts)


def settle_pages(conn: Connection, outcomes: Mapping[int, tuple[str, str | None]], counts: Counts) -> None:
    """Give pages their outcomes and details, by id: those that wait."""
    if not outcomes:
        return
    waiting = conn.execute(
        "SELECT id, run_id, source_id, outcome FROM page WHERE id = ANY(%s) AND waiting ORDER BY id FOR UPDATE",
        [sorted(outcomes)],
    ).fetchall()
    conn.execute(
        """
        UPDATE page SET
            waiting = false, outcome = given.outcome, detail = given.detail, attempts = 0, lease_owner = NULL,
            lease_until = NULL, hint_text = NULL
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given (id, outcome, detail)
        WHERE page.id = given.id
        """,
        [
            [row[0] for row in waiting],
            [outcomes[row[0]][0] for row in waiting],
            [clean_or_none(outcomes[row[0]][1]) for row in waiting],
        ],
    )
    for page_id, run_id, source, old in waiting:
        counts.move(run_id, source, old, outcomes[page_id][0])


def _record_known(conn: Connection, run_id: int | None, page: PageRecord, counts: Counts) -> RecordedPage:
    with conn.cursor(row_factory=dict_row) as cursor:
        old = cursor.execute(
            """
            SELECT id, source_id, run_id, outcome, digest, waiting FROM page
            WHERE canonical_url = %s FOR UPDATE
            """,
            [clean(page.canonical_url)],
        ).fetchone()
    assert old is not None
    outcome = _outcome(old, page)
    if old["waiting"] and outcome != WAITING:
        counts.add(run_id, page.source, outcome)  # what waits keeps waiting: it is the better page
        return RecordedPage(old["id"], outcome)
    if run_id is not None and old["run_id"] == run_id and outcome in ("unchanged", "not_modified"):
        outcome = old["outcome"]  # looked at twice in one run: the first look counts
    _recount(old, run_id, page.source, outcome, counts)
    conn.execute(_UPDATE, _values(run_id, replace(page, outcome=outcome)) | {"id": old["id"]})
    return RecordedPage(old["id"], outcome)


def _outcome(old: dict[str, Any], page: PageRecord) -> str:
    same = page.digest is not None and page.digest == old["digest"]
    if page.outcome == WAITING and same and not old["waiting"] and old["outcome"] != "quarantined":
        return "unchanged"
    return page.outcome


def _recount(old: dict[str, Any], run_id: int | None, source: str, outcome: str, counts: Counts) -> None:
    """Each run counts a URL once: again in it, the count moves; what waits from earlier is superseded."""
    if run_id is not None and old["run_id"] == run_id and old["source_id"] == source:
        counts.move(run_id, source, old["outcome"], outcome)
        return
    if old["waiting"]:
        counts.move(old["run_id"], old["source_id"], old["outcome"], "superseded")
    counts.add(run_id, source, outcome)


def _values(run_id: int | None, page: PageRecord) -> dict[str, Any]:
    return {
        "canonical_url": clean(page.canonical_url),
        "url": clean(page.url)[:8_000],
        "source": page.source,
        "run": run_id,
        "outcome": page.outcome,
        "detail": clean_or_none(page.detail),
        "final_url": clean_or_none(page.final_url and page.final_url[:8_000]),
        "status": page.status,
        "fetched_at": page.fetched_at,
        "published": page.published,
        "digest": page.digest,
        "warc": page.warc,
        "etag": clean_or_none(page.etag),
        "last_modified": clean_or_none(page.last_modified),
        "hint_title": clean_or_none(page.hint_title),
        "hint_text": clean_or_none(page.hint_text),
        "failed": page.outcome in FAILURES,
        "waiting": page.outcome == WAITING,
    }


_INSERT = """
    INSERT INTO page (canonical_url, url, source_id, run_id, outcome, detail, final_url, status, first_seen,
        last_fetched, published, digest, warc, etag, last_modified, hint_title, hint_text, failures, waiting)
    VALUES (%(canonical_url)s, %(url)s, %(source)s, %(run)s, %(outcome)s, %(detail)s, %(final_url)s, %(status)s,
        %(first_seen)s, %(fetched_at)s, %(published)s, %(digest)s, %(warc)s, %(etag)s, %(last_modified)s,
        %(hint_title)s, CASE WHEN %(waiting)s THEN %(hint_text)s::text END, %(failed)s::boolean::integer,
        %(waiting)s)
    ON CONFLICT (canonical_url) DO NOTHING RETURNING id
"""

_UPDATE = """
    UPDATE page SET
        source_id = %(source)s,
        run_id = %(run)s,
        outcome = %(outcome)s,
        detail = %(detail)s,
        final_url = coalesce(%(final_url)s, final_url),
        status = coalesce(%(status)s, status),
        last_fetched = %(fetched_at)s,
        published = coalesce(%(published)s, published),
        digest = coalesce(%(digest)s, digest),
        warc = coalesce(%(warc)s, warc),
        etag = CASE WHEN %(waiting)s THEN %(etag)s ELSE coalesce(%(etag)s, etag) END,
        last_modified = CASE
            WHEN %(waiting)s THEN %(last_modified)s ELSE coalesce(%(last_modified)s, last_modified)
        END,
        hint_title = coalesce(%(hint_title)s, hint_title),
        hint_text = CASE WHEN %(waiting)s THEN %(hint_text)s ELSE hint_text END,
        failures = CASE WHEN %(failed)s THEN failures + 1 ELSE 0 END,
        waiting = %(waiting)s,
        attempts = 0,
        lease_owner = NULL,
        lease_until = NULL
    WHERE id = %(id)s
"""
