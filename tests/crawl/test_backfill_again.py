# ruff: noqa: E501
"""Backfill from WARC files that was cut off goes on at the record; reprints across sites are one voice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from badserver import BadServer, rss
from crawl_help import test_settings

from flows import backfill as module
from flows.backfill import backfill
from flows.run import ingest
from pipeline.store import Store
from pipeline.store.pages import Pages
from pipeline.store.rows import DealFilter
from pipeline.types import RawPage
from spiders.archive import Archive

DEAL = (
    "Oracle has agreed to buy 400,000 GB200 accelerators from Nvidia for about $40 billion, the companies said on Monday.",
    "The chips will go into a data centre in Abilene, Texas, which is to be ready in the middle of next year.",
    "Neither of the two would say how the purchase is paid for, or whether more of them are to follow later on.",
    "The graphics processors draw more power than the town itself, and a gas plant is being built beside them.",
)
REWRITTEN = (
    "Nvidia will sell Oracle some 400,000 of its GB200 chips, an order of roughly $40 billion, both firms confirmed.",
    "Abilene in Texas is where they are to be installed, and work on the halls there should end by next summer.",
    "Financing was not disclosed; analysts think that leases over fifteen years stand behind what Oracle pays.",
)


def html(
    paragraphs: tuple[str, ...], head: str = "Oracle buys Nvidia chips for a data centre", byline: str = ""
) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    when = f'<meta property="article:published_time" content="{datetime.now(UTC).isoformat()}">'
    return f"<html lang=en><head><title>{head}</title>{when}</head><body><article><h1>{head}</h1>{byline}{body}</article></body></html>".encode()


def test_a_warc_that_was_cut_off_goes_on_at_the_record(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = (("Content-Type", "text/html; charset=utf-8"),)
    with Archive(tmp_path / "old") as archive:
        for n in range(10):
            url = f"https://old.example/{n}"
            archive.write(
                RawPage(url, url, datetime.now(UTC), 200, kind, html((f"Number {n}.", *DEAL)), "old")
            )
    [file] = (tmp_path / "old").rglob("*.warc.gz")
    monkeypatch.setattr(module, "BATCH", 2)
    record_many = Pages.record_many
    batches: list[list[str]] = []

    def recorded(self: Pages, run_id: int, pages: list[object]) -> object:
        batches.append([page.url for page in pages])  # type: ignore[attr-defined]
        if len(batches) == 4:
            raise KeyboardInterrupt
        return record_many(self, run_id, pages)  # type: ignore[arg-type]

    monkeypatch.setattr(Pages, "record_many", recorded)
    settings = test_settings(tmp_path, workers=1)
    with pytest.raises(KeyboardInterrupt):
        backfill(store, settings, [file])
    before = len(batches)
    assert backfill(store, settings, [file]).totals == {"known": 1, "new": 4}
    assert [url for batch in batches[before:] for url in batch] == [
        f"https://old.example/{n}" for n in range(6, 10)
    ]
    assert len(store.articles.ids()) == 10


def test_reprints_are_one_story_with_its_origin_and_one_voice(store: Store, tmp_path: Path) -> None:
    reprints = {
        "wire": html(DEAL),
        "paper": html(
            (*DEAL[:3], "This report came from the wire and was shortened here."),
            byline="<p>By staff and wires</p>",
        ),
        "portal": html(DEAL, head="Oracle in $40 billion order for Nvidia accelerators"),
        "rival": html(REWRITTEN, head="A $40 billion order for Nvidia"),
    }
    servers = {
        name: BadServer({"/story": body, "/robots.txt": lambda call: call.answer(b"", 404)})
        for name, body in reprints.items()
    }
    try:
        folder = tmp_path / "sources"
        folder.mkdir()
        for name, server in servers.items():
            server.routes["/feed"] = rss(["/story"], base=server.url)
            (folder / f"{name}.yml").write_text(
                f"id: {name}\nname: S\nlanguage: en\nkind: feed\nurls: [{server.url}/feed]\n"
            )
        allowed = tuple(server.netloc for server in servers.values())
        assert not ingest(
            store, test_settings(tmp_path, sources_dir=folder, workers=1, allow_private=allowed)
        ).failed
    finally:
        for server in servers.values():
            server.close()
    with store._db.transaction() as conn:
        stories = conn.execute(
            "SELECT array_agg(source_id ORDER BY source_id) FROM article GROUP BY story_id ORDER BY 1"
        ).fetchall()
        [(origins, reports)] = conn.execute(
            "SELECT independent_origins, sources FROM bi.deals WHERE usd_high = 40e9"
        ).fetchall()
    assert [row[0] for row in stories] == [["paper", "portal", "wire"], ["rival"]]
    assert (origins, reports) == (2, 4)
    assert len(store.deals.list(DealFilter())) == 1
