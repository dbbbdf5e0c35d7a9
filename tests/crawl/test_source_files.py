"""Source files: ours load, a stranger's errors name file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.types import LANGUAGES
from spiders.source import Source, SourceError, load_sources, parse_source

OURS = Path(__file__).parents[2] / "sources"
GOOD = "id: s\nname: S\nlanguage: en\nkind: feed\nurls: [https://s.example/feed]\n"


def test_our_sources_load_and_cover_the_languages() -> None:
    sources = load_sources(OURS)
    assert len(sources) >= 80
    assert {source.language for source in sources} == set(LANGUAGES)
    assert all(sum(source.language == language for source in sources) >= 5 for language in LANGUAGES)
    assert {"trade", "wire", "newsroom", "regulator", "filings"} <= {source.about for source in sources}
    assert all(source.expect.articles_per_day is not None for source in sources)
    assert all(source.timezone for source in sources if source.language in ("ja", "ko", "zh"))


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (GOOD + "colour: red\n", 6, "colour: no such key"),
        (GOOD.replace("name: S\n", ""), 1, "name: is missing"),
        (GOOD.replace("language: en", "language: xx"), 3, "language: one of en"),
        (GOOD.replace("https://s.example/feed", "https://a:b@s.example/"), 5, "holds credentials"),
        (
            GOOD.replace("[https://s.example/feed]", "\n  - https://s.example/feed\n  - file:///etc/passwd"),
            5,
            "not an http",
        ),
        (
            GOOD.replace("[https://s.example/feed]", "[https://s.example/feed, https://s.example/feed]"),
            5,
            "twice",
        ),
        (GOOD + "limits:\n  pages: 5\n  depth: 2\n", 8, "limits.depth: no such key"),
        (GOOD + "limits: {pages: many}\n", 6, "limits.pages"),
        (GOOD + "allow: ['(']\n", 6, "no regular expression"),
        (GOOD + "rewrite: {'(a)': '\\2'}\n", 6, "no regular expression"),
        (GOOD + "name: T\n", 6, "'name' stands here twice"),
        (GOOD + "verified: sometimes\n", 6, "verified"),
        (GOOD + "timezone: Japan time\n", 6, "no time zone"),
        (GOOD.replace("kind: feed", "kind: listing"), 1, "needs 'allow'"),
        (GOOD.replace("id: s", "id: t"), 1, "like the file's name"),
        ("id: [\n", 2, "not YAML"),
        ("- a\n- b\n", 1, "is a mapping"),
        ("a: &x [1]\nb: *x\n", 1, "aliases"),
        ("", 1, "is a mapping"),
        ("!!python/object/apply:os.system ['true']\n", 1, "not YAML"),
        ("x" * 200_000, 1, "larger than"),
    ],
)
def test_errors_name_file_and_line(text: str, where: int, what: str) -> None:
    with pytest.raises(SourceError) as error:
        parse_source(text, "s.yml", id="s")
    lines = [line for line in str(error.value).splitlines() if what in line]
    assert lines, str(error.value)
    assert lines[0].startswith(f"s.yml:{where}: ")


def test_every_problem_of_every_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD)
    (tmp_path / "b.yml").write_text(GOOD.replace("id: s", "id: b").replace("kind: feed", "kind: fax"))
    (tmp_path / "c.yml").write_text(GOOD.replace("id: s", "id: c"))
    (tmp_path / "d.yml").write_text(GOOD.replace("id: s", "id: d"))
    with pytest.raises(SourceError) as error:
        load_sources(tmp_path)
    message = str(error.value)
    assert f"{tmp_path / 'a.yml'}:1: id must be 'a'" in message
    assert f"{tmp_path / 'b.yml'}:4: kind" in message
    assert "already a URL of source c" in message
    with pytest.raises(SourceError, match="no such folder"):
        load_sources(tmp_path / "none")


def test_what_a_source_covers() -> None:
    def source(*domains: str) -> Source:
        return Source(
            id="s",
            name="s",
            language="en",
            kind="feed",
            urls=("https://feeds.s.co.uk/x", "http://10.0.0.1:8000/"),
            domains=domains,
        )

    assert source().covers("https://www.s.co.uk/a")
    assert not source().covers("https://other.co.uk/a")
    assert not source().covers("https://evil-s.co.uk.example/a")
    assert source().covers("http://10.0.0.1:9/")
    assert not source().covers("http://10.0.0.2/")
    assert source("t.example").covers("https://www.t.example/")
    assert not source("t.example").covers("https://not-t.example/")
    assert source("*").covers("https://anything.example/")
    assert not source("*").covers("file:///etc/passwd")
