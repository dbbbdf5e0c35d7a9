# ruff: noqa: E501
"""Pages made by JavaScript, with a real browser; and the browser kept from private addresses."""

from __future__ import annotations

import asyncio
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from badserver import BadServer, feed, page, redirect
from crawl_help import Crawl, outcome, test_settings

from pipeline.store import Store
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
        (ref,) = [one.warc for one in crawl_store.pages.lease("t", 99) if one.url == f"{server.url}/script"]
        assert b"made by script news" in Archive(tmp_path / "archive").read(str(ref)).body
        assert outcome(crawl_store, f"{server.url}/away") != "fetched"
        assert private.calls == [], "neither a redirect, a frame nor a script reaches a private address"


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
