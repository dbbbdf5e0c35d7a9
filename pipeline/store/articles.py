"""Articles, the texts they had before, and the queue of those that wait for a reader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from psycopg.rows import class_row, dict_row

from pipeline.store.counts import Counts
from pipeline.store.db import MAX_URL, Connection, Db, clean, clean_or_none, insert_many
from pipeline.store.pages import settle_page, settle_pages
from pipeline.store.rows import ArticleRevision, LeasedArticle, SavedArticle
from pipeline.store.sources import ensure_source
from pipeline.types import Article
from pipeline.zones import is_assumed

COLUMNS = """article.id, article.url, article.canonical_url, article.source_id, article.title, article.text,
    article.authors, article.published_at, article.language, article.extractor, article.extractor_version,
    article.site_name"""


def article_of(row: dict[str, Any]) -> Article:
    """The Article in a row that has ``COLUMNS``."""
    return Article(
        id=row["id"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        source=row["source_id"],
        title=row["title"],
        text=row["text"],
        authors=tuple(row["authors"]),
        published_at=row["published_at"],
        language=row["language"],
        extractor=row["extractor"],
        extractor_version=row["extractor_version"],
        site_name=row["site_name"],
    )


class Articles:
    """``store.articles``."""

    def __init__(self, db: Db, *, max_attempts: int) -> None:
        self._db = db
        self._max_attempts = max_attempts

    def save(
        self, article: Article, *, page_id: int | None = None, run_id: int | None = None
    ) -> SavedArticle:
        """Store an article under its canonical URL and settle its page.

        A known article whose title or text differ becomes a new revision and waits for its reader again.
        ``page_id`` None (backfill): a page is noted, counted into ``run_id``. The id of a known article
        stays: use the one that is returned.
        """
        _check(article)
        counts = Counts()
        with self._db.transaction() as conn:
            ensure_source(conn, article.source)
            if page_id is None:
                page_id = _note_page(conn, article, run_id, counts)
            saved = _save(conn, article, page_id)
            settle_page(conn, page_id, saved.outcome, None, counts)
            counts.write(conn)
        return saved

    def save_many(self, articles: Iterable[tuple[int, Article]]) -> list[SavedArticle]:
        """``save`` for several, each with its page's id: all or none, in one transaction. The answers are in the
        order given.
        """
        given = list(articles)
        for _, article in given:
            _check(article)
        # In one order, so that two batches with articles of the same address wait for each other only one way.
        order = sorted(range(len(given)), key=lambda place: clean(given[place][1].canonical_url))
        answers: dict[int, SavedArticle] = {}
        counts = Counts()
        with self._db.transaction() as conn:
            for source in sorted({article.source for _, article in given}):
                ensure_source(conn, source)
            fresh = insert_many(conn, _INSERT, [_values(given[place][1], given[place][0]) for place in order])
            for place, row in zip(order, fresh, strict=True):
                page_id, article = given[place]
                answers[place] = (
                    _save(conn, article, page_id) if row is None else SavedArticle(str(row[0]), 1, "new")
                )
            outcomes: dict[int, tuple[str, str | None]] = {}
            for place, (page_id, _) in enumerate(given):
                outcomes.setdefault(page_id, (answers[place].outcome, None))
            settle_pages(conn, outcomes, counts)
            counts.write(conn)
        return [answers[place] for place in range(len(given))]

    def get(self, article_id: str) -> Article | None:
        """One article as it is now; None: no such."""
        return self._one(f"SELECT {COLUMNS} FROM article WHERE id = %s", article_id)

    def by_url(self, canonical_url: str) -> Article | None:
        """The article under a canonical URL; None: no such."""
        return self._one(f"SELECT {COLUMNS} FROM article WHERE canonical_url = %s", canonical_url)

    def _one(self, query: str, value: str) -> Article | None:
        with self._db.transaction() as conn, conn.cursor(row_factory=dict_row) as cursor:
            row = cursor.execute(query, [clean(value)]).fetchone()
        return None if row is None else article_of(row)

    def ids(self, *, source: str | None = None, limit: int | None = None) -> list[str]:
        """Ids of articles, in the order in which they came."""
        with self._db.transaction() as conn:
            rows = conn.execute(
                """
                SELECT id FROM article WHERE %(source)s::text IS NULL OR source_id = %(source)s
                ORDER BY first_seen, id LIMIT %(limit)s
                """,
                {"source": source, "limit": limit},
            ).fetchall()
        return [str(row[0]) for row in rows]

    def page_warc(self, article_id: str) -> str | None:
        """Where the article's page lies in the archive (``<file>#<offset>``)."""
        with self._db.transaction() as conn:
            row = conn.execute(
                "SELECT page.warc FROM article JOIN page ON page.id = article.page_id WHERE article.id = %s",
                [article_id],
            ).fetchone()
        return None if row is None else row[0]

    def revisions(self, article_id: str) -> list[ArticleRevision]:
        """The texts that the article had before, oldest first."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(ArticleRevision)) as cursor:
            return cursor.execute(
                """
                SELECT
                    article_id, revision, title, text, published_at, extractor, extractor_version, replaced_at
                FROM article_revision WHERE article_id = %s ORDER BY revision
                """,
                [article_id],
            ).fetchall()

    def lease(
        self, worker: str, reader_version: str, limit: int = 50, seconds: float = 600
    ) -> list[LeasedArticle]:
        """Up to ``limit`` articles whose current text that reader version has not read; unread ones first."""
        leased: list[LeasedArticle] = []
        with self._db.transaction() as conn:
            self._quarantine_exhausted(conn, reader_version)
            # Three questions, each with an index of its own: "IS DISTINCT FROM" would have none.
            for condition in (
                "read_version IS NULL",
                "read_version < %(version)s",
                "read_version > %(version)s",
            ):
                if len(leased) < limit:
                    asked = {
                        "worker": worker,
                        "version": reader_version,
                        "seconds": seconds,
                        "limit": limit - len(leased),
                    }
                    leased += _lease(conn, condition, asked)
        return leased

    def release(self, article_id: str, error: str, *, reader_version: str) -> None:
        """Reading failed: the article waits again, or is left alone until its text or the reader change."""
        with self._db.transaction() as conn:
            row = conn.execute(
                "SELECT attempts FROM article WHERE id = %s FOR UPDATE", [article_id]
            ).fetchone()
            if row and row[0] >= self._max_attempts:
                self._quarantine(conn, article_id, error, reader_version)
            elif row:
                conn.execute(
                    """
                    UPDATE article SET lease_until = NULL, lease_owner = NULL, read_error = %s WHERE id = %s
                    """,
                    [clean(error), article_id],
                )

    def waiting(self, reader_version: str) -> int:
        """How many articles wait for that reader version, leased ones included."""
        with self._db.transaction() as conn:
            row = conn.execute(
                "SELECT count(*) FROM article WHERE read_version IS DISTINCT FROM %s", [reader_version]
            ).fetchone()
        assert row is not None
        return int(row[0])

    def _quarantine_exhausted(self, conn: Connection, reader_version: str) -> None:
        rows = conn.execute(
            """
            SELECT id FROM article
            WHERE attempts >= %s AND (lease_until IS NULL OR lease_until < clock_timestamp())
            ORDER BY id FOR UPDATE SKIP LOCKED
            """,
            [self._max_attempts],
        ).fetchall()
        for (article_id,) in rows:
            self._quarantine(conn, article_id, "no worker came back from it", reader_version)

    def _quarantine(self, conn: Connection, article_id: str, error: str, reader_version: str) -> None:
        conn.execute(
            """
            UPDATE article SET
                read_version = %s, read_error = %s, attempts = 0, lease_owner = NULL, lease_until = NULL
            WHERE id = %s
            """,
            [reader_version, clean(error), article_id],
        )
        counts = Counts()
        move_page_outcome(conn, article_id, ("new", "changed"), "quarantined", counts)
        counts.write(conn)


def move_page_outcome(
    conn: Connection, article_id: str, old: tuple[str, ...], new: str, counts: Counts
) -> None:
    """Reading decides over an article: its page's outcome, and the count of its run, follow."""
    row = conn.execute(
        """
        SELECT page.id, page.run_id, page.source_id, page.outcome
        FROM article JOIN page ON page.id = article.page_id
        WHERE article.id = %s AND page.outcome = ANY(%s) AND NOT page.waiting FOR UPDATE OF page
        """,
        [article_id, list(old)],
    ).fetchone()
    if row is not None:
        conn.execute("UPDATE page SET outcome = %s WHERE id = %s", [new, row[0]])
        counts.move(row[1], row[2], row[3], new)


def _lease(conn: Connection, condition: str, asked: dict[str, Any]) -> list[LeasedArticle]:
    query = f"""
        WITH due AS MATERIALIZED (
            SELECT id FROM article
            WHERE {condition} AND (lease_until IS NULL OR lease_until < clock_timestamp())
            ORDER BY first_seen, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        UPDATE article SET
            lease_owner = %(worker)s,
            lease_until = clock_timestamp() + make_interval(secs => %(seconds)s),
            attempts = attempts + 1
        FROM due WHERE article.id = due.id
        RETURNING {COLUMNS}, article.revision, article.attempts, article.lease_until
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query, asked).fetchall()
    return [
        LeasedArticle(article_of(row), row["revision"], row["attempts"], row["lease_until"]) for row in rows
    ]


def _note_page(conn: Connection, article: Article, run_id: int | None, counts: Counts) -> int:
    """A page for an article that came without one, so that it is known and counted like all others."""
    url = clean(article.canonical_url)
    row = conn.execute(
        """
        INSERT INTO page (canonical_url, url, source_id, run_id, outcome, waiting, published)
        VALUES (%s, %s, %s, %s, 'fetched', true, %s)
        ON CONFLICT (canonical_url) DO NOTHING RETURNING id
        """,
        [url, clean(article.url)[:8_000], article.source, run_id, article.published_at],
    ).fetchone()
    if row is not None:
        counts.add(run_id, article.source, "fetched")
        return int(row[0])
    old = conn.execute(
        "SELECT id, run_id, source_id, outcome, waiting FROM page WHERE canonical_url = %s FOR UPDATE", [url]
    ).fetchone()
    assert old is not None
    same = run_id is not None and old[1] == run_id and old[2] == article.source
    if same and not old[4]:
        counts.add(run_id, article.source, old[3], -1)
        counts.add(run_id, article.source, "fetched")
    elif not same:
        if old[4]:
            counts.move(old[1], old[2], old[3], "superseded")
        counts.add(run_id, article.source, "fetched")
    conn.execute(
        "UPDATE page SET run_id = %s, source_id = %s, outcome = 'fetched', waiting = true WHERE id = %s",
        [run_id, article.source, old[0]],
    )
    return int(old[0])


def _check(article: Article) -> None:
    if len(article.canonical_url) > MAX_URL:
        raise ValueError(
            f"canonical URL of {len(article.canonical_url)} characters; at most {MAX_URL} can be stored"
        )


def _values(article: Article, page_id: int) -> dict[str, Any]:
    return {
        "id": article.id,
        "url": clean(article.url)[:8_000],
        "canonical_url": clean(article.canonical_url),
        "source": article.source,
        "page": page_id,
        "title": clean(article.title),
        "text": clean(article.text),
        "authors": [clean(author) for author in article.authors],
        "published_at": article.published_at,
        "zone_assumed": is_assumed(article.published_at),
        "language": article.language,
        "extractor": article.extractor,
        "extractor_version": article.extractor_version,
        "site_name": clean_or_none(article.site_name),
    }


def _save(conn: Connection, article: Article, page_id: int) -> SavedArticle:
    values = _values(article, page_id)
    fresh = _insert(conn, values)
    if fresh is not None:
        return SavedArticle(fresh, 1, "new")
    with conn.cursor(row_factory=dict_row) as cursor:
        old = cursor.execute(
            """
            SELECT id, revision, title, text, published_at FROM article
            WHERE canonical_url = %(canonical_url)s FOR UPDATE
            """,
            values,
        ).fetchone()
    if old is None:  # the id is another article's (two files that both number from 1)
        digest = hashlib.sha256(str(values["canonical_url"]).encode()).hexdigest()[:16]
        fresh = _insert(conn, values | {"id": f"{article.id}-{digest}"})
        if fresh is None:
            raise ValueError(f"article id {article.id!r} cannot be made unique")
        return SavedArticle(fresh, 1, "new")
    values["id"] = old["id"]
    changed = (old["title"], old["text"]) != (values["title"], values["text"])
    if changed:
        conn.execute(
            """
            INSERT INTO article_revision
                (article_id, revision, title, text, published_at, extractor, extractor_version)
            SELECT id, revision, title, text, published_at, extractor, extractor_version
            FROM article WHERE id = %s
            """,
            [old["id"]],
        )
    conn.execute(
        """
        UPDATE article SET
            url = %(url)s, title = %(title)s, text = %(text)s, authors = %(authors)s, page_id = %(page)s,
            published_at = coalesce(%(published_at)s, published_at),
            zone_assumed = CASE WHEN %(published_at)s::timestamptz IS NULL THEN zone_assumed ELSE %(zone_assumed)s END,
            language = coalesce(%(language)s, language),
            extractor = %(extractor)s, extractor_version = %(extractor_version)s,
            site_name = coalesce(%(site_name)s, site_name)
        WHERE id = %(id)s
        """,
        values,
    )
    if changed:
        conn.execute(
            """
            UPDATE article SET revision = revision + 1, updated_at = clock_timestamp(), read_version = NULL,
                read_error = NULL, attempts = 0, lease_owner = NULL, lease_until = NULL
            WHERE id = %s
            """,
            [old["id"]],
        )
    elif article.published_at not in (None, old["published_at"]):
        conn.execute(  # the date matters to resolution
            "UPDATE claim SET waiting = true, waiting_since = clock_timestamp() WHERE article_id = %s",
            [old["id"]],
        )
    return SavedArticle(old["id"], old["revision"] + changed, "changed" if changed else "unchanged")


def _insert(conn: Connection, values: dict[str, Any]) -> str | None:
    row = conn.execute(_INSERT, values).fetchone()
    return None if row is None else str(row[0])


_INSERT = """
    INSERT INTO article (id, url, canonical_url, source_id, page_id, title, text, authors, published_at,
        zone_assumed, language, extractor, extractor_version, site_name)
    VALUES (%(id)s, %(url)s, %(canonical_url)s, %(source)s, %(page)s, %(title)s, %(text)s, %(authors)s,
        %(published_at)s, %(zone_assumed)s, %(language)s, %(extractor)s, %(extractor_version)s, %(site_name)s)
    ON CONFLICT DO NOTHING RETURNING id
"""
