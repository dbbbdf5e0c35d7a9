"""``chipwire sources add | check | list | health`` against a site on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from badserver import BadServer, page, rss
from typer.testing import CliRunner

from flows.cli.sources import app
from pipeline.settings import get_settings


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_a_site_is_added_checked_marked_and_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with BadServer({"*": page("A story")}) as server:
        head = '<link rel="alternate" type="application/rss+xml" href="/the-feed">'
        server.routes |= {
            "/": f"<html><head>{head}</head><body>News</body></html>".encode(),
            "/the-feed": rss([f"/story/{n}" for n in range(9)], base=server.url, title="The Paper"),
            "/robots.txt": lambda asked: asked.answer(b"", 404),
        }
        folder = tmp_path / "sources"
        monkeypatch.setenv("CHIPWIRE_ALLOW_PRIVATE", server.netloc)
        monkeypatch.setenv("CHIPWIRE_HOST_DELAY", "0")
        get_settings.cache_clear()

        code, out = call("add", server.url, "--sources", str(folder), "--id", "paper", "--write")
        assert code == 0
        text = (folder / "paper.yml").read_text()
        assert f'urls: ["{server.url}/the-feed"]' in text and "verified: never" in text
        assert "paper.yml" in out

        code, out = call("check", "--sources", str(folder), "--offline")
        assert (code, "1 of them were never seen to work" in out) == (0, True)
        code, out = call("check", "paper", "--sources", str(folder), "--mark")
        assert (code, "ok  paper: 9 entries" in out) == (0, True), out
        assert "verified: never" not in (folder / "paper.yml").read_text()

        code, out = call("list", "--sources", str(folder), "--json")
        assert [json.loads(line)["id"] for line in out.splitlines()] == ["paper"]

        server.routes["/the-feed"] = page("We have moved")
        code, out = call("check", "--sources", str(folder))
        assert (code, "BAD paper" in out) == (3, True)
        assert "HTML instead of a feed" in out
