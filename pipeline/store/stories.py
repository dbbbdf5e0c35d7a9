"""Stories: articles that are near-duplicates of each other. Signatures are made by the caller, kept here."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg.rows import class_row, dict_row

from pipeline.store.articles import COLUMNS, article_of
from pipeline.store.db import Db, clean
from pipeline.store.rows import Story, StoryMatch
from pipeline.types import Article

_LOCK = 4_714_208_112
_STORY = """
    SELECT story.id, story.origin, story.first_article,
        array(SELECT article.id FROM article WHERE story_id = story.id
              ORDER BY published_at NULLS LAST, first_seen, article.id) AS articles
    FROM story WHERE story.id = %s
"""


class Stories:
    """``store.stories``."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def unassigned(self, limit: int = 500) -> list[Article]:
        """Articles that belong to no story yet, oldest first."""
        with self._db.transaction() as conn, conn.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(
                f"SELECT {COLUMNS} FROM article WHERE story_id IS NULL ORDER BY first_seen, id LIMIT %s",
                [limit],
            ).fetchall()
        return [article_of(row) for row in rows]

    def similar(self, bands: Iterable[int]) -> list[StoryMatch]:
        """Articles that share one of these bands, each once."""
        with self._db.transaction() as conn, conn.cursor(row_factory=class_row(StoryMatch)) as cursor:
            return cursor.execute(
                """
                SELECT article.id AS article_id, article.story_id, signature.signature, article.published_at
                FROM article JOIN signature ON signature.article_id = article.id
                WHERE article.story_id IS NOT NULL
                    AND article.id IN (SELECT article_id FROM signature_band WHERE band = ANY(%s))
                ORDER BY article.id
                """,
                [list(bands)],
            ).fetchall()

    def assign(
        self,
        article_id: str,
        *,
        signature: bytes,
        bands: Iterable[int],
        origin: str,
        same_as: Iterable[str] = (),
    ) -> Story:
        """Put an article into the story of ``same_as`` (article ids), or into a new one told by ``origin``.

        Several stories are joined: the oldest keeps its id and origin. Called again, it changes nothing.
        """
        with self._db.transaction() as conn:
            conn.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])  # joins must not cross
            conn.execute(
                """
                INSERT INTO signature (article_id, signature) VALUES (%s, %s)
                ON CONFLICT (article_id) DO UPDATE SET signature = excluded.signature
                """,
                [article_id, signature],
            )
            wanted = sorted(set(bands))
            conn.execute(
                "DELETE FROM signature_band WHERE article_id = %s AND band <> ALL(%s)", [article_id, wanted]
            )
            conn.execute(
                """
                INSERT INTO signature_band (band, article_id) SELECT unnest(%s::bigint[]), %s
                ON CONFLICT DO NOTHING
                """,
                [wanted, article_id],
            )
            stories = [
                str(row[0])
                for row in conn.execute(
                    """
                    SELECT id FROM story WHERE id IN (SELECT story_id FROM article WHERE id = ANY(%s))
                    ORDER BY created_at, id
                    """,
                    [[article_id, *same_as]],
                ).fetchall()
            ]
            if not stories:
                stories = [f"s-{article_id}"]
                conn.execute(
                    "INSERT INTO story (id, origin, first_article) VALUES (%s, %s, %s)",
                    [stories[0], clean(origin), article_id],
                )
            conn.execute(
                """
                WITH moved AS (
                    UPDATE article SET story_id = %(story)s
                    WHERE (id = %(id)s OR story_id = ANY(%(stories)s)) AND story_id IS DISTINCT FROM %(story)s
                    RETURNING id
                )
                -- the origin of their reports may be another now
                UPDATE claim SET waiting = true, waiting_since = clock_timestamp()
                FROM moved WHERE claim.article_id = moved.id
                """,
                {"story": stories[0], "id": article_id, "stories": stories},
            )
            conn.execute("DELETE FROM story WHERE id = ANY(%s)", [stories[1:]])
            with conn.cursor(row_factory=dict_row) as cursor:
                row = cursor.execute(_STORY, [stories[0]]).fetchone()
        assert row is not None
        return Story(row["id"], row["origin"], row["first_article"], tuple(row["articles"]))

    def get(self, story_id: str) -> Story | None:
        """One story with its articles, first published first; None: no such."""
        with self._db.transaction() as conn, conn.cursor(row_factory=dict_row) as cursor:
            row = cursor.execute(_STORY, [story_id]).fetchone()
        return (
            None
            if row is None
            else Story(row["id"], row["origin"], row["first_article"], tuple(row["articles"]))
        )
