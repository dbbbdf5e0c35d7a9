# ruff: noqa: E501
"""Pages made by JavaScript, with a real browser; and the browser kept from private addresses."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from badserver import BadServer, Call, feed, page, redirect
from crawl_help import Crawl, archived, outcome, test_settings

from flows.run import ingest
from pipeline.store import Store
from pipeline.urls import canonical_url
from spiders.archive import Archive
from spiders.browser import BrowserMissing, browser_settings, checked_address
from spiders.guard import Policy

needs_browser = pytest.mark.skipif(
    find_spec("scrapy_playwright") is None or shutil.which("chromium") is None,
    reason="the optional extra `browser` (scrapy-playwright) or Chromium is not installed",
)
SCRIPT = b"<html><body><div id=x></div><script>document.getElementById('x').textContent = ['made', 'by', 'script'].join(' ') + ' news '.repeat(50)</script>"


@needs_browser
def test_a_page_made_by_a_script(crawl: Crawl, crawl_store: Store, tmp_path: Path) -> None:
    with BadServer({"*": page()}) as server, BadServer({"*": b"the secret"}) as private:
        away = f"http://127.0.0.1:{private.port}/secret"
        server.routes |= {
            "/feed": feed(["/script", "/away", "/frame"]),
            "/script": SCRIPT,
            "/away": redirect(away),
            "/frame": f'<iframe src="{away}"></iframe><p>framed</p><script>fetch("{away}")</script>'.encode(),
        }
        crawl(f"{server.url}/feed", allow=(server.netloc,), js=True, settings={"fetch_timeout": 20.0})
        ref = archived(crawl_store, f"{server.url}/script")
        assert b"made by script news" in Archive(tmp_path / "archive").read(str(ref)).body
        assert outcome(crawl_store, f"{server.url}/away") != "fetched"
        assert private.calls == [], "neither a redirect, a frame nor a script reaches a private address"


ARTICLE = [
    "The chipmaker will build a further plant beside the one which opened there in spring, it said on Monday.",
    "Some four hundred people are to work there, and the first wafers are to leave it in the year after next.",
    "A spokesman named neither the sum nor the customers, and left open whether the state pays a part of it.",
    "The town's council had agreed to the plans in the autumn, after two years of talks about water and roads.",
]


@needs_browser
def test_a_scripted_site_from_the_request_to_the_stored_article(store: Store, tmp_path: Path) -> None:
    lines = "".join(f"<p>{line}</p>" for line in ARTICLE)
    app = """<html><head><title>wait</title></head><body><div id=app></div><script>
        fetch('/api/story').then(answer => answer.json()).then(story => {
            document.title = story.title
            document.getElementById('app').innerHTML = '<article><h1>' + story.title + '</h1>' + story.html + '</article>'
        })</script></body></html>"""
    story = json.dumps({"title": "A plant beside the plant", "html": lines}).encode()

    def late(call: Call) -> None:
        time.sleep(1)  # long after the page has loaded
        call.answer(story, kind="application/json")

    with BadServer({"*": page()}) as server:
        server.routes |= {
            "/robots.txt": lambda call: call.answer(b"", 404),
            "/feed": feed(["/app", "/asks", "/grows"]),
            "/app": app.encode(),
            "/api/story": late,
            "/asks": f"<html><body><script>alert('Buy!'); confirm('Really?'); prompt('Who?')</script><article><h1>Asked</h1>{lines}".encode(),
            "/grows": b"<html><body><script>document.body.textContent = 'x'.repeat(30e6)</script></body></html>",
        }
        folder = tmp_path / "sources"
        folder.mkdir()
        (folder / "app.yml").write_text(
            f"id: app\nname: App\nlanguage: en\nkind: feed\nurls: [{server.url}/feed]\njs: true\nlimits: {{retries: 0}}\n"
        )
        settings = test_settings(
            tmp_path, sources_dir=folder, workers=1, allow_private=(server.netloc,), fetch_timeout=40.0, max_page_bytes=5_000_000,
        )  # fmt: skip
        summary = ingest(store, settings)
        assert not summary.failed
        article = store.articles.by_url(canonical_url(f"{server.url}/app"))
        assert article is not None
        assert (article.title, article.text.split("\n\n")) == ("A plant beside the plant", ARTICLE)
        assert store.articles.by_url(canonical_url(f"{server.url}/asks")) is not None
        assert outcome(store, f"{server.url}/grows") == "too_large"
        assert summary.listed == 3
        assert server.hits["/api/story"] == 1


@needs_browser
def test_a_script_that_never_ends_is_left(crawl: Crawl, crawl_store: Store) -> None:
    with BadServer({"/stuck": b"<html><body><script>while (true) {}</script></body></html>"}) as server:
        server.routes["/feed"] = feed(["/stuck"])
        result = crawl(f"{server.url}/feed", allow=(server.netloc,), js=True, settings={"fetch_timeout": 6.0})
        assert result.outcomes == {"timeout": 1}


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("spiders.browser.find_spec", lambda name: None)
    with pytest.raises(BrowserMissing, match=r"chipwire\[browser\]"):
        browser_settings(test_settings(tmp_path), {})


def test_the_browsers_names_are_looked_up_by_us() -> None:
    async def look() -> list[str | None]:
        return [
            await checked_address("127.0.0.1", 80, Policy()),
            await checked_address("localhost", 80, Policy()),
            await checked_address("2130706433", 80, Policy()),
            await checked_address("127.0.0.1", 80, Policy(["127.0.0.1:80"])),
        ]

    assert asyncio.run(look()) == [None, None, None, "127.0.0.1"]
