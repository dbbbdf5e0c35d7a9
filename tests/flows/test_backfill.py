"""Archives come in once, whatever their form, and a run that was cut off goes on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tiny_newsroom import DEAL, GARDEN, OTHER, Tiny, page

from flows import backfill as module
from flows.backfill import BackfillError, backfill
from flows.replay import differences, replay
from flows.run import ingest
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.store.rows import DealFilter
from pipeline.types import RawPage
from spiders.archive import Archive


@pytest.fixture
def settings(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return tiny.settings(monkeypatch)


def warc(folder: Path) -> Path:
    texts = {"a": ("Google to supply TPUs to Anthropic", DEAL), "b": ("Pump stays", GARDEN)}
    with Archive(folder / "old") as archive:
        for name, (title, text) in texts.items():
            url = f"https://old.example/2025/{name}"
            headers = (("Content-Type", "text/html; charset=utf-8"),)
            raw = RawPage(url, url, datetime.now(UTC), 200, headers, page(title, text).body, "")
            archive.write(raw)
        missing = "https://old.example/none"
        archive.write(RawPage(missing, missing, datetime.now(UTC), 404, headers, b"<p>no</p>", ""))
    return next((folder / "old").rglob("*.warc.gz"))


def test_warc_folder_and_lines_become_deals_and_alert_nobody(
    store: Store, settings: Settings, tmp_path: Path, tiny: Tiny
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "c.html").write_bytes(page("Oracle buys Nvidia chips", OTHER).body)
    (pages / "d.html").write_bytes(page("No address", GARDEN).body)
    (pages / "index.jsonl").write_text(
        json.dumps({"html_path": "c.html", "url": "https://new.example/c"}) + "\n"
    )
    lines = tmp_path / "articles.jsonl"
    lines.write_text(
        json.dumps({"id": "x1", "title": "T", "text": " ".join(DEAL), "published": "2025-10-24"}) + "\nbad\n"
    )
    paths = [warc(tmp_path), pages, lines]
    summary = backfill(store, settings, paths)
    assert summary.totals == {"new": 3, "gone": 1, "bad_url": 1, "not_relevant": 1}
    assert list(summary.failed) == ["backfill"] and "line 2" in summary.failed["backfill"]
    assert store.deals.list(DealFilter())
    assert tiny.alerts == []

    again = backfill(store, settings, paths[:2])
    assert set(again.totals) <= {"known", "bad_url"}
    assert ingest_alerts(store, settings) == 0


def test_pages_of_other_news_are_counted_and_not_kept(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    garden = "https://old.example/2025/b"
    assert backfill(store, settings, [warc(tmp_path)]).totals == {"new": 1, "gone": 1, "not_relevant": 1}
    assert not store.pages.known([garden])
    kept = backfill(store, settings, [warc(tmp_path / "again")], everything=True)
    assert kept.totals["not_relevant"] == 1
    assert set(store.pages.known([garden])) == {garden}


def ingest_alerts(store: Store, settings: Settings) -> int:
    from flows.delivery import load_rules, notify

    return notify(store, load_rules(settings))["alerts"]


def test_cut_off_and_run_again_nothing_is_lost(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = tmp_path / "articles.jsonl"
    lines.write_text(
        "".join(json.dumps({"id": f"x{n}", "text": f"Sample {n}. {FILL}"}) + "\n" for n in range(10))
    )
    monkeypatch.setattr(module, "BATCH", 2)
    saved = type(store.articles).save
    calls: list[str] = []

    def save(self: object, article: object, **options: object) -> object:
        calls.append(article.id)  # type: ignore[attr-defined]
        if len(calls) == 6:
            raise KeyboardInterrupt
        return saved(self, article, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(type(store.articles), "save", save)
    with pytest.raises(KeyboardInterrupt):
        backfill(store, settings, [lines])
    backfill(store, settings, [lines])
    assert "x0" not in calls[6:]
    assert len(store.articles.ids()) == 10


FILL = "It says nothing of note and is only here to be counted."


def test_a_path_that_is_not_there_is_named(store: Store, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackfillError, match=r"none\.warc"):
        backfill(store, settings, [tmp_path / "none.warc"])


def test_replay_shows_and_then_makes_what_the_present_extractor_would(
    store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.add("one", {"/2025/a": page("Google to supply TPUs to Anthropic", DEAL)})
    settings = tiny.settings(monkeypatch)
    ingest(store, settings)
    with store._db.transaction() as conn:
        conn.execute("UPDATE article SET title = 'What an older one read', extractor_version = '0'")
    shown = list(differences(store, settings))
    assert [one.old.title for one in shown] == ["What an older one read"]
    assert "+Google to supply TPUs to Anthropic" in shown[0].lines()
    before = len(tiny.alerts)
    assert replay(store, settings).totals == {"changed": 1}
    (article_id,) = store.articles.ids()
    article = store.articles.get(article_id)
    assert article is not None and article.title == "Google to supply TPUs to Anthropic"
    assert list(differences(store, settings)) == []
    assert len(tiny.alerts) == before


def test_replay_shows_other_dates_and_authors_too(
    store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.add("one", {"/2025/a": page("Google to supply TPUs to Anthropic", DEAL)})
    settings = tiny.settings(monkeypatch)
    ingest(store, settings)
    with store._db.transaction() as conn:
        conn.execute(
            "UPDATE article SET published_at = '2020-01-01', authors = '{Menu, Share}', extractor_version = '0'"
        )
    (one,) = differences(store, settings)
    assert "-published: 2020-01-01T00:00:00+00:00" in one.lines()
    assert "+published: 2025-10-24T09:00:00+00:00" in one.lines()
    assert "-authors: Menu, Share" in one.lines()
