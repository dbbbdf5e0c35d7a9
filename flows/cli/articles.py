"""``chipwire extract``, ``article`` and ``resolve``: files in, JSON lines out, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from flows.cli import common

File = Annotated[str, typer.Argument(help='A file, or "-" for stdin.')]
Out = Annotated[Path | None, typer.Option(help="Where to write; appears when complete. Default: stdout.")]
Workers = Annotated[int, typer.Option(min=1, max=256, help="Processes.")]


def extract(file: File = "-", out: Out = None, workers: Workers = 1) -> None:
    """Articles as JSON lines to readings as JSON lines: companies, chips, sizes and deals, with offsets. No
    database.

    A line in: {"id", "title", "text"} and, where known, "lang", "published", "url". A bad line gives an error
    with its number on stderr and exit code 1 at the end; the good lines are all written, in their order.

    Example: [bold]chipwire extract articles.jsonl --out readings.jsonl --workers 2[/bold]
    """
    from flows.lines import extract_lines

    with common.opened(file) as lines, common.written(out) as target:
        bad = extract_lines(lines, target.write, _complain, workers=workers)
    raise typer.Exit(common.BAD_LINES if bad else 0)


def article(
    file: Annotated[str, typer.Argument(help='A page, or with --jsonl a file of lines; "-" for stdin.')],
    url: Annotated[str | None, typer.Option(help="The page's address.")] = None,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='FILE holds lines {"id", "url", "html_path"}; a line each comes out.'),
    ] = False,
    fixture: Annotated[
        Path | None, typer.Option("--save-fixture", help="Keep the page and its article under this folder.")
    ] = None,
    out: Out = None,
    workers: Workers = 1,
) -> None:
    """One HTML page to one article as JSON: url, canonical_url, title, text, authors, published_at, language.

    A page that is none (wall, no text) gives exit code 1 and says why; with --jsonl it gives a line with
    "outcome". A relative "html_path" counts from the folder of FILE, else from the working directory.

    --save-fixture keeps page and article as a test of the extractor: read its output.json before you commit it.

    Example: [bold]chipwire article page.html --url https://example.com/2026/chips[/bold]
    Example: [bold]chipwire article page.html --url https://example.com/2026/chips --save-fixture tests/extract/pages[/bold]
    """
    from flows.lines import article_lines, article_of

    if jsonl:
        base = Path.cwd() if file == "-" else Path(file).parent
        with common.opened(file) as lines, common.written(out) as target:
            bad = article_lines(lines, base, target.write, _complain, workers=workers)
        raise typer.Exit(common.BAD_LINES if bad else 0)
    if url is None:
        raise typer.BadParameter("--url is needed: it is part of what the article is", param_hint="--url")
    with common.opened(file) as handle:
        html = handle.read()
    if fixture is not None:
        from spiders.extract.article import page_of
        from spiders.extract.fixtures import save_fixture

        place = save_fixture(page_of(html, url), fixture)
        sys.stderr.write(f"kept in {place}\n")
    found = article_of(html, url)
    if "outcome" in found:
        sys.stderr.write(f"Error: {file}: no article ({found['outcome']}): {found['detail']}\n")
        raise typer.Exit(common.BAD_LINES)
    with common.written(out) as target:
        target.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def resolve(file: File = "-", out: Out = None) -> None:
    """Readings as JSON lines to resolved deals as JSON lines, each with its reports. No database.

    A line in: {"id", "published", "source", "deals": […]}, as `chipwire extract` writes them. A bad line
    gives an error with its number and exit code 1 at the end; the good ones are resolved.

    Example: [bold]chipwire extract articles.jsonl | chipwire resolve - --out deals.jsonl[/bold]
    """
    from flows.knowledge import companies
    from pipeline import fx
    from pipeline.resolve import resolve_jsonl

    with common.opened(file) as lines, common.written(out) as target:
        result = resolve_jsonl(
            _decoded(lines),
            lambda line: target.write(line + "\n"),
            _complain,
            companies=companies(),
            to_usd=fx.to_usd,
        )
    raise typer.Exit(common.BAD_LINES if result.bad else 0)


def _decoded(lines: IO[bytes]) -> Iterator[str]:
    for line in lines:
        yield line.decode("utf-8", "replace")


def _complain(number: int, what: Any) -> None:
    text = str(what)
    prefix = f"line {number}"
    sys.stderr.write(f"{text if text.startswith(prefix) else f'{prefix}: {text}'}\n")
