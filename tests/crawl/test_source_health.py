"""How sources do: what is expected against what is seen, and that the operator hears of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from badserver import BadServer, page, rss
from crawl_help import test_settings

from flows.maintain import maintain
from flows.run import ingest
from pipeline.alerts import Config
from pipeline.store import Store
from pipeline.store.health import SourceHealth
from pipeline.store.rows import SourceRow
from pipeline.types import Article
from pipeline.zones import ASSUMED_UTC

NOW = datetime.now(UTC)
FIELDS = ("title", "text", "published")


class Desk:
    """Sources, their crawls and articles, as days past."""

    def __init__(self, store: Store) -> None:
        self.store, self.count = store, 0

    def source(self, name: str, per_day: str | None = None, fields: tuple[str, ...] = FIELDS) -> None:
        expected = Decimal(per_day) if per_day else None
        row = SourceRow(
            name, name, "feed", "https://x.example/", expected_per_day=expected, expected_fields=fields
        )
        self.store.sources.upsert([row])

    def crawl(
        self, name: str, days: float, state: str = "ok", error: str | None = None, **outcomes: int
    ) -> None:
        run = self.store.runs.start("ingest")
        self.store.runs.start_crawl(run, name)
        self.store.runs.count(run, name, outcomes)
        self.store.runs.finish_crawl(run, name, state, error)  # type: ignore[arg-type]
        self._age(
            "crawl SET started_at = started_at - %s, finished_at = finished_at - %s WHERE run_id = %s",
            days,
            run,
        )
        self._age("run SET started_at = started_at - %s, seen_at = seen_at - %s WHERE id = %s", days, run)

    def articles(self, name: str, number: int, days: float = 0, **fields: object) -> None:
        for _ in range(number):
            self.count += 1
            url = f"https://x.example/{name}/{self.count}"
            usual = {"title": "T", "text": "Text.", "authors": ("Mia Holt",), "published_at": NOW}
            article = Article(
                id=f"a{self.count}", url=url, canonical_url=url, source=name, **(usual | fields)
            )  # type: ignore[arg-type]
            self.store.articles.save(article)
            self._age(
                "article SET first_seen = first_seen - %s, updated_at = updated_at - %s WHERE id = %s",
                days,
                article.id,
            )

    def _age(self, what: str, days: float, key: object) -> None:
        with psycopg.connect(self.store.url) as conn:
            by = timedelta(days=days)
            conn.execute(f"UPDATE chipwire.{what}", [by, by, key])  # type: ignore[arg-type]

    @property
    def health(self) -> dict[str, SourceHealth]:
        return {row.source: row for row in self.store.health.sources()}


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_each_way_to_be_ill_has_its_verdict_and_reason(desk: Desk) -> None:
    def old(name: str, per_day: str | None, fields: tuple[str, ...] = FIELDS) -> None:
        desk.source(name, per_day, fields)
        desk.crawl(name, 40)
        desk.crawl(name, 0.1)

    old("fine", "2")
    desk.articles("fine", 12)
    old("nothing-expected", None)
    old("silent", "2")
    desk.articles("silent", 20, days=9)
    old("slow-and-silent", "0.25")
    desk.articles("slow-and-silent", 3, days=33)
    old("slow-and-fine", "0.25")
    desk.articles("slow-and-fine", 1, days=20)
    old("low", "10")
    desk.articles("low", 5)
    old("walled", "2")
    desk.articles("walled", 3)
    desk.crawl("walled", 0, wall=9)
    old("textless", "2")
    desk.articles("textless", 3)
    desk.crawl("textless", 0, no_text=9)
    old("undated", "2")
    desk.articles("undated", 8, published_at=None)
    desk.articles("undated", 4)
    old("untitled-but-not-expected", "2", ("text",))
    desk.articles("untitled-but-not-expected", 9, title="")
    old("unsigned", "2", ("title", "authors"))
    desk.articles("unsigned", 9, authors=())
    old("zoneless", "2")
    desk.articles("zoneless", 9, published_at=NOW.replace(tzinfo=ASSUMED_UTC))
    desk.source("broken", "2")
    desk.crawl("broken", 3)
    for days in (2, 1, 0.5):
        desk.crawl("broken", days, "failed", f"HTTP 50{days:.0f}")
    desk.source("left", None)
    desk.crawl("left", 5)
    desk.source("fresh", "2")
    desk.articles("loaded", 3)

    health = desk.health
    assert {name: row.verdict for name, row in health.items()} == {
        "fine": "ok",
        "nothing-expected": "ok",
        "silent": "silent",
        "slow-and-silent": "silent",
        "slow-and-fine": "ok",
        "low": "low",
        "walled": "walled",
        "textless": "no text",
        "undated": "fields missing",
        "untitled-but-not-expected": "ok",
        "unsigned": "fields missing",
        "zoneless": "ok",
        "broken": "failing",
        "left": "not crawled",
        "fresh": "never crawled",
        "loaded": "paused",
    }
    assert health["silent"].reason == "0 articles in a week, about 14 expected"
    assert health["slow-and-silent"].reason == "no article in 30 days, about 8 expected"
    assert health["undated"].reason == "in most articles of a week: no published"
    assert health["unsigned"].reason == "in most articles of a week: no authors"
    assert health["broken"].reason.startswith("3 failed in a row: HTTP 50")
    assert "no crawl for 5 days" in health["left"].reason
    assert (health["broken"].failures_in_a_row, health["walled"].walls_7d) == (3, 9)
    assert (health["undated"].undated_7d, health["unsigned"].unsigned_7d) == (8, 9)
    assert (health["zoneless"].zone_assumed_7d, health["textless"].empty_text_7d) == (9, 9)
    assert health["fine"].expected_7d == 14
    fresh = health["fresh"]
    assert (fresh.articles_7d, fresh.walls_7d, fresh.undated_7d, fresh.last_success) == (None,) * 4, (
        "no false zero"
    )


def test_the_operator_hears_of_each_until_it_is_well_or_gone(desk: Desk, tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl"
    config = Config({"operator": f"chipwire-file://{told}"}, ())
    desk.source("fine", "2")
    desk.crawl("fine", 8)
    desk.crawl("fine", 0)
    desk.articles("fine", 12)
    desk.source("silent", "2")
    desk.crawl("silent", 8)
    desk.crawl("silent", 0)
    desk.source("broken", "2")
    desk.crawl("broken", 0, "failed", "HTTP 500")
    desk.source("long-gone", "2")
    desk.crawl("long-gone", 20)

    def alerts() -> dict[str, str]:
        lines = told.read_text().splitlines() if told.exists() else []
        return {(alert := json.loads(line))["title"]: alert["body"] for line in lines}

    for _ in range(2):
        maintain(desk.store, config)
        assert alerts().keys() == {"Source silent: silent", "Source broken: failing"}
    assert "about 14 expected" in alerts()["Source silent: silent"]
    assert "HTTP 500" in alerts()["Source broken: failing"]
    assert "Last success: never. Failures in a row: 1." in alerts()["Source broken: failing"]
    told.unlink()
    desk.crawl("broken", 0)
    desk.articles("silent", 9)
    maintain(desk.store, config)
    assert alerts() == {}


def test_a_site_that_dies_silently_on_the_way(store: Store, tmp_path: Path) -> None:
    wall = b"<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x.js'></script>"
    with BadServer({"*": wall, "/robots.txt": lambda call: call.answer(b"", 404)}) as server:
        server.routes["/walled"] = rss([f"/story/{n}" for n in range(6)], base=server.url)
        server.routes["/emptied"] = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
        server.routes["/moved"] = page("We have moved")
        folder = tmp_path / "sources"
        folder.mkdir()
        for name in ("walled", "emptied", "moved"):
            (folder / f"{name}.yml").write_text(
                f"id: {name}\nname: S\nlanguage: en\nkind: feed\nurls: [{server.url}/{name}]\nexpect: {{articles_per_day: 5}}\n"
            )
        settings = test_settings(tmp_path, sources_dir=folder, workers=1, allow_private=(server.netloc,))
        summary = ingest(store, settings)
        assert summary.failed.keys() == {"moved"}
        assert summary.outcomes["walled"] == {"wall": 6}
        with psycopg.connect(store.url) as conn:  # the first look was a week ago
            conn.execute("INSERT INTO chipwire.run (kind, state, worker) VALUES ('ingest', 'ok', 'w')")
            conn.execute(
                "INSERT INTO chipwire.crawl (run_id, source_id, state, started_at) "
                "SELECT (SELECT max(id) FROM chipwire.run), id, 'ok', now() - interval '7 days' FROM chipwire.source"
            )
        health = {row.source: row for row in store.health.sources()}
        assert {name: row.verdict for name, row in health.items()} == {
            "walled": "walled",
            "emptied": "silent",
            "moved": "failing",
        }
        assert health["walled"].reason == "6 walls against 0 articles in a week"
        assert "HTML instead of a feed" in health["moved"].reason
        assert health["walled"].next_look is not None
