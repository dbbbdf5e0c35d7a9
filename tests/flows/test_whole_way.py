"""From sites to deals and alerts, whole: plainly, as a Prefect flow, twice, with sources that fail."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from tiny_newsroom import DEAL, GARDEN, OTHER, Tiny, page

from demo.newsroom import Answer
from flows.run import ingest
from pipeline.store import Store
from pipeline.store.rows import DealFilter

Contents = Callable[[], dict[str, object]]


def two_sites(tiny: Tiny) -> None:
    tiny.add(
        "one",
        {"/2025/a": page("Google to supply TPUs to Anthropic", DEAL), "/2025/b": page("Pump stays", GARDEN)},
    )
    tiny.add("two", {"/2025/c": page("Oracle buys Nvidia chips", OTHER)})


def test_sites_become_deals_and_a_second_run_brings_nothing(
    tiny: Tiny, store: Store, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_sites(tiny)
    settings = tiny.settings(monkeypatch)

    first = ingest(store, settings)
    assert not first.failed
    assert first.totals == {"new": 2, "not_relevant": 1}
    assert first.listed == 3
    parties = [{party.name for party in deal.parties} for deal in store.deals.list(DealFilter())]
    assert any({"Google", "Anthropic"} <= found for found in parties)
    assert any("Oracle" in found for found in parties)
    told = tiny.alerts
    assert len(told) == len({alert["key"] for alert in told}) > 0
    before = contents()

    second = ingest(store, settings)
    assert not second.failed
    assert second.work["deals"].get("new", 0) == 0
    assert contents() == before
    assert tiny.alerts == told


@pytest.mark.slow
def test_the_flow_does_what_the_plain_calls_do(tiny: Tiny, store: Store, contents: Contents) -> None:
    two_sites(tiny)
    code, out, err = tiny.run("run", "--json", "--quiet")
    assert code == 0, err
    told = json.loads(out)
    assert told["outcomes"] == {"new": 2, "not_relevant": 1}
    assert "Traceback" not in err
    before, alerts = contents(), tiny.alerts
    assert alerts

    code, out, err = tiny.run("run", "--json", "--quiet", "--no-prefect")
    assert (code, json.loads(out)["listed"]) == (0, 0), err
    assert contents() == before
    assert tiny.alerts == alerts


def test_sources_that_fail_are_named_and_harm_no_other(tiny: Tiny, store: Store) -> None:
    good = tiny.add("good", {"/2025/a": page("Google to supply TPUs to Anthropic", DEAL)})
    wrong = tiny.add("error-500", {})
    wrong.answers = {"/feed": Answer(b"broken", "text/plain", 500)}
    html = tiny.add("html-for-feed", {})
    html.answers = {"/feed": Answer(b"<!DOCTYPE html><html><body><p>Moved</p></body></html>", "text/html")}
    closed = tiny.add("down", {})
    closed.close()
    tiny.sites.remove(closed)

    code, out, err = tiny.run("run", "--json", "--no-prefect")
    told = json.loads(out)
    assert code == 3, err
    assert set(told["failed"]) == {"error-500", "html-for-feed", "down"}
    assert all(told["failed"].values())
    assert told["sources"]["good"] == {"new": 1}
    assert "Traceback" not in err
    assert good.requests
    assert store.deals.list(DealFilter())


def test_every_address_of_a_bad_feed_ends_in_one_counted_outcome(
    tiny: Tiny, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {
        "/2025/a": page("Google to supply TPUs to Anthropic", DEAL),
        "/2025/empty": Answer(b"", "text/html"),
        "/2025/picture": Answer(b"\x89PNG\r\n\x1a\n", "image/png"),
    }
    listed = [
        *pages,
        "/2025/gone",
        "https://user:secret@127.0.0.1/x",
        "http://169.254.169.254/latest/meta-data",
    ]
    tiny.add("odd", pages, [*listed, *(f"/2025/many-{number}" for number in range(10_000))], limits={"pages": 6},
             domains=["*"])  # fmt: skip
    summary = ingest(store, tiny.settings(monkeypatch))
    assert summary.listed == len(listed) + 10_000
    outcomes = summary.outcomes["odd"]
    assert outcomes["new"] == 1
    assert outcomes["too_many"] >= 9_990
    assert outcomes["bad_url"] == 1
    assert outcomes["private_address"] == 1
    assert not summary.waiting


def test_a_listing_grows_by_what_is_new_only(
    tiny: Tiny, store: Store, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tiny.add("one", {"/2025/a": page("Google to supply TPUs to Anthropic", DEAL)})
    settings = tiny.settings(monkeypatch)
    ingest(store, settings)
    from tiny_newsroom import feed

    site.answers = {
        **site.answers,
        "/2025/c": page("Oracle buys Nvidia chips", OTHER),
        "/feed": feed(site.base, ["/2025/c", "/2025/a"]),
    }
    second = ingest(store, settings)
    assert second.totals == {"known": 1, "new": 1}
