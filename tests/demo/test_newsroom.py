"""The newsroom carries every sample, says everywhere that it is one, and answers as sites do."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from demo.newsroom import load_items, load_outlets, share, site
from demo.run import DemoError, newsroom, wipe
from demo.serve import Site
from spiders.extract import article_from_html
from spiders.source import load_sources


def test_every_article_is_carried_by_one_outlet_and_reprints_by_another() -> None:
    outlets, items = load_outlets(), load_items()
    shares = share(outlets, items)
    carried = [item.id for group in shares.values() for item in group]
    assert len(carried) == len(set(carried))
    assert {item.id for item in items} <= set(carried)
    assert sum(name.startswith("r-") for name in carried) == 4


def test_every_page_says_that_it_is_a_sample_of_an_invented_outlet() -> None:
    outlets = load_outlets()
    shares = share(outlets, load_items())
    for outlet in outlets:
        for path, answer in site(outlet, shares[outlet.id], "http://127.0.0.1:1").items():
            if answer.content_type.startswith("text/html"):
                text = answer.body.decode(_charset(answer.body))
                assert "Sample page written for testing. This is not news" in text, path
                assert f"{outlet.name} is an invented outlet" in text, path


def test_pages_in_old_charsets_read_back_without_their_furniture() -> None:
    outlets = {outlet.id: outlet for outlet in load_outlets()}
    items = share(list(outlets.values()), load_items())
    seen = set()
    for name, outlet in outlets.items():
        answers = site(outlet, items[name], "http://127.0.0.1:1")
        for item in items[name]:
            if item.kind != "article" or (name, item.lang) in seen:
                continue
            seen.add((name, item.lang))
            path = next(path for path in answers if path.endswith(f"/{item.id}.html"))
            answer = answers[path]
            found = article_from_html(answer.body, f"http://127.0.0.1:1{path}", answer.content_type)
            assert found.title == " ".join(item.title.split())
            longest = max(item.text.split("\n\n"), key=len)
            assert " ".join(longest.split())[:80] in " ".join(found.text.split())
            assert "comment is invented" not in found.text
            assert "Sign up" not in found.text
    assert {_charset(a.body) for a in site(outlets["five-rivers-wire"], items["five-rivers-wire"], "").values()} >= {
        "shift_jis", "euc-kr", "gb18030", "windows-1252",
    }  # fmt: skip


def test_the_sites_honour_validators(tmp_path: Path) -> None:
    with newsroom(tmp_path / "demo") as running:
        base = next(iter(running.sites.values())).base
        with urllib.request.urlopen(f"{base}/feed.xml") as first:
            etag = first.headers["ETag"]
            assert first.headers["Last-Modified"]
        for header in ({"If-None-Match": etag}, {"If-Modified-Since": first.headers["Last-Modified"]}):
            with pytest.raises(urllib.error.HTTPError) as again:
                urllib.request.urlopen(urllib.request.Request(f"{base}/feed.xml", headers=header))
            assert again.value.code == 304
        sources = load_sources(tmp_path / "demo" / "sources")
        assert {source.kind for source in sources} == {"feed", "sitemap", "listing"}
        ports = {name: one.port for name, one in running.sites.items()}
    with newsroom(tmp_path / "demo") as running:
        assert {name: one.port for name, one in running.sites.items()} == ports


def test_a_port_that_another_program_took_is_told(tmp_path: Path) -> None:
    with newsroom(tmp_path / "demo") as running:
        port = next(iter(running.sites.values())).port
    other = Site(port)
    try:
        with pytest.raises(DemoError, match=f"{port}.*--fresh"), newsroom(tmp_path / "demo"):
            pass
    finally:
        other.close()


def test_starting_over_deletes_only_what_is_the_demos(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "precious").write_text("x")
    with pytest.raises(DemoError):
        wipe(mine)
    assert (mine / "precious").exists()
    with newsroom(tmp_path / "demo"):
        pass
    wipe(tmp_path / "demo")
    assert not (tmp_path / "demo").exists()


def _charset(body: bytes) -> str:
    head = body[:400].decode("ascii", "replace")
    return head.partition('charset="')[2].partition('"')[0] or "utf-8"
