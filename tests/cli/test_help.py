"""Every command explains itself, quickly, and says what is wrong in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from flows.cli.app import app

COMMANDS = [
    "run",
    "demo",
    "extract",
    "article",
    "resolve",
    "deals",
    "show",
    "sources",
    "alerts",
    "backfill",
    "replay",
    "report",
    "db",
    "serve",
]


def documented() -> Iterator[tuple[list[str], str]]:
    for command in app.registered_commands:
        assert command.name and command.callback
        yield [command.name], command.callback.__doc__ or ""
    for group in app.registered_groups:
        assert group.name and isinstance(group.typer_instance, typer.Typer)
        for command in group.typer_instance.registered_commands:
            assert command.callback
            yield [group.name, command.name or command.callback.__name__], command.callback.__doc__ or ""


def test_all_commands_of_the_design_are_there() -> None:
    assert {words[0] for words, _ in documented()} == set(COMMANDS)


@pytest.mark.parametrize(
    ("words", "doc"), list(documented()), ids=lambda value: "-".join(value) if isinstance(value, list) else ""
)
def test_each_has_help_with_an_example(words: list[str], doc: str) -> None:
    shown = CliRunner().invoke(app, [*words, "--help"])
    assert shown.exit_code == 0
    assert "Example: " in doc
    assert " ".join(words) in doc.split("Example:")[1]


def run(*arguments: str, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import sys; from flows.cli import main; sys.exit(main())", *arguments],
        input=stdin, capture_output=True, text=True, check=False, cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip


def test_help_loads_neither_prefect_nor_spacy_nor_scrapy() -> None:
    code = (
        "import sys; from flows.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([m for m in ('prefect', 'spacy', 'scrapy', 'psycopg', 'apprise') if m in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=False)
    assert ran.stderr.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["extract", "--workers", "0"],
        ["deals", "--since", "yesterday"],
        ["deals", "--type", "gift"],
        ["show"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert run(*arguments).returncode == 2


def test_a_file_that_is_not_there_is_named() -> None:
    ran = run("extract", "/no/such/file.jsonl")
    assert ran.returncode == 1
    assert "/no/such/file.jsonl" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_misspelt_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPWIRE_DATABSE_URL", "x")
    ran = run("deals")
    assert ran.returncode == 1
    assert "CHIPWIRE_DATABASE_URL" in ran.stderr


def test_extract_writes_good_lines_in_order_and_names_bad_ones() -> None:
    text = "Google will supply Anthropic with up to one million TPUs, the companies said on Thursday."
    lines = [json.dumps({"id": "a", "lang": "en", "title": "", "text": text}), "{not json", "[1]", "",
             json.dumps({"id": "b", "lang": "en", "text": "Nothing here."}), json.dumps({"id": "c"})]  # fmt: skip
    for workers in ("1", "2"):
        ran = run("extract", "-", "--workers", workers, stdin="\n".join(lines) + "\n")
        assert ran.returncode == 1
        found = [json.loads(line) for line in ran.stdout.splitlines()]
        assert [one["id"] for one in found] == ["a", "b"]
        told = ran.stderr.strip().splitlines()
        assert [line.split(":")[0] for line in told] == ["line 2", "line 3", "line 6"]
    deal = found[0]["deals"][0]
    assert {(p["name"].split("|")[0], p["role"]) for p in deal["parties"]} == {
        ("Google", "supplier"),
        ("Anthropic", "customer"),
    }
    for span in deal["evidence"]:
        assert text[span["start"] : span["end"]] == span["quote"]


def test_a_page_is_kept_as_a_fixture_and_paths_count_from_the_working_directory_too(tmp_path: Path) -> None:
    text = "Chips are made here. " * 40
    html = f"<html><head><title>Chips</title></head><body><h1>Chips</h1><p>{text}</p></body></html>"
    (tmp_path / "page.html").write_text(html)
    ran = run(
        "article",
        str(tmp_path / "page.html"),
        "--url",
        "https://example.com/a",
        "--save-fixture",
        str(tmp_path / "kept"),
    )
    assert ran.returncode == 0, ran.stderr
    (output,) = (tmp_path / "kept").glob("*/output.json")
    assert json.loads(output.read_text())["title"] == "Chips"
    (tmp_path / "lines").mkdir()
    line = {
        "id": "1",
        "url": "https://example.com/a",
        "html_path": str((tmp_path / "page.html").relative_to(tmp_path)),
    }
    (tmp_path / "lines" / "in.jsonl").write_text(json.dumps(line) + "\n")
    ran = run("article", str(tmp_path / "lines" / "in.jsonl"), "--jsonl", cwd=tmp_path)
    assert json.loads(ran.stdout)["title"] == "Chips", ran.stderr


def test_article_and_resolve_work_without_a_database(tmp_path: object) -> None:
    html = (
        "<html><head><title>Chips</title></head><body><article><h1>Chips</h1><p>"
        + "Oracle ordered servers from Dell in a deal that was announced on Monday, both companies said. " * 4
        + "</p></article></body></html>"
    )
    ran = run("article", "-", "--url", "https://example.com/2025/chips?utm_source=x", stdin=html)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["canonical_url"] == "https://example.com/2025/chips"
    assert found["text"].startswith("Oracle ordered servers")

    reading = {"id": "a", "published": "2025-10-01", "source": "s", "deals": [
        {"type": "supply", "parties": [{"name": "Dell", "role": "supplier"}, {"name": "Oracle", "role": "customer"}]}]}  # fmt: skip
    ran = run(
        "resolve", "-", stdin=json.dumps(reading) + "\n" + json.dumps(reading | {"id": "b"}) + "\nbad\n"
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("line 3")
    deals = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [sorted(deal["reports"]) for deal in deals] == [[["a", 0], ["b", 0]]]
