"""extract, article, resolve: the commands that work without a database."""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from flows.cli.common import dump, fail, lines_in

CHUNK = 16
"""Articles handed to a worker process at once."""


def extract(
    file: Annotated[str, typer.Argument(help="Articles as JSON lines (id, title, text; optional lang, published, url); - for standard input.")] = "-",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write here instead of standard output.")] = None,
    workers: Annotated[int, typer.Option("--workers", "-w", min=1, max=256, help="Processes to read with.")] = 1,
) -> None:
    """Read articles: companies, chips, sizes and deals as JSON lines. Needs no database.

    A bad line is named on standard error, the others are all written, and the exit code is then 1.

    Example: chipwire extract articles.jsonl --out readings.jsonl --workers 2
    """
    bad = 0
    with lines_in(file) as lines, _output(out) as target:
        for error, reading in _readings(lines, workers):
            if error:
                bad += 1
                print(f"chipwire: {file}: {error}", file=sys.stderr)
            else:
                target.write(reading + "\n")
    if bad:
        raise typer.Exit(1)


def _output(out: Path | None) -> Any:
    if out is None:
        import contextlib

        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        return contextlib.nullcontext(sys.stdout)
    try:
        return out.open("w", encoding="utf-8")
    except OSError as error:
        fail(f"--out {out}: {error.strerror}")


def _readings(lines: IO[str], workers: int) -> Iterator[tuple[str | None, str]]:
    """For each line in order: what is wrong with it and nothing, or nothing and its reading."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    if workers == 1:
        yield from map(read_line, numbered)
        return
    # Spawned, not forked: the children start clean, whatever threads this process has.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(read_line, numbered, chunksize=CHUNK)


_reader: Any = None


def read_line(numbered: tuple[int, str]) -> tuple[str | None, str]:
    """Reads one line in whatever process this is."""
    global _reader
    from nlp.jsonl import BadLine, article_from_json, reading_to_json

    number, line = numbered
    if _reader is None:
        from nlp.reader import Reader

        _reader = Reader()
    try:
        article = article_from_json(json.loads(line), line=number)
    except json.JSONDecodeError as error:
        return f"line {number}: not JSON: {error.msg} at column {error.colno}", ""
    except (BadLine, RecursionError) as error:
        return str(error) or f"line {number}: nested too deeply", ""
    return None, dump(reading_to_json(_reader.read_one(article)))


def article(
    file: Annotated[str, typer.Argument(help="An HTML page, or - for standard input; with --jsonl, lines of {id, url, html_path}.")],
    url: Annotated[str | None, typer.Option("--url", help="The address that the page was served under.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Many pages: read lines of {id, url, html_path}, write a line each.")] = False,
) -> None:
    """The article of a saved HTML page as JSON: title, text, authors, date, language.

    Example: chipwire article page.html --url https://example.com/news/1
    """
    if jsonl:
        raise typer.Exit(_articles(file))
    if not url:
        fail("--url is needed: relative links, the language and the date depend on the page's address")
    data = sys.stdin.buffer.read() if file == "-" else _bytes(Path(file))
    result, error = article_json(data, url)
    if error:
        fail(error, 1)
    print(dump(result))


def _bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    return _unpacked(raw, path)


def _unpacked(raw: bytes, path: Path) -> bytes:
    if path.suffix != ".gz":
        return raw
    import zlib

    return zlib.decompressobj(31).decompress(raw, 64_000_000)


def article_json(data: bytes, url: str) -> tuple[dict[str, Any] | None, str | None]:
    """The article of a page as a JSON object, or why there is none."""
    from pipeline.urls import UrlError
    from spiders.extract import NotAnArticle, article_from_html

    try:
        found = article_from_html(data, url)
    except (NotAnArticle, UrlError) as error:
        return None, f"{url}: {error}"
    return {
        "url": found.url,
        "canonical_url": found.canonical_url,
        "title": found.title,
        "text": found.text,
        "authors": list(found.authors),
        "published_at": found.published_at,
        "language": found.language,
    }, None


def _articles(file: str) -> int:
    bad = 0
    base = Path() if file == "-" else Path(file).parent
    with lines_in(file) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                path = Path(row["html_path"])
                path = path if path.is_absolute() or path.exists() else base / path
                result, error = article_json(_unpacked(path.read_bytes(), path), row["url"])
            except (ValueError, KeyError, TypeError, OSError) as problem:
                result, error = None, f"{type(problem).__name__}: {problem}"
            if error:
                bad += 1
                print(f"chipwire: {file}: line {number}: {error}", file=sys.stderr)
                if isinstance(row := _row(line), dict) and "id" in row:
                    print(dump({"id": row["id"], "error": error}))
                continue
            print(dump({"id": row.get("id"), **(result or {})}))
    return 1 if bad else 0


def _row(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def resolve(
    file: Annotated[str, typer.Argument(help="Readings as JSON lines (id, published, source, deals …); - for standard input.")] = "-",
) -> None:
    """Put reports of the same deal together: readings in, deals out, as JSON lines. Needs no database.

    Example: chipwire extract articles.jsonl | chipwire resolve -
    """
    from flows.deps import companies
    from pipeline.fx import to_usd
    from pipeline.resolve import resolve_jsonl

    def complain(number: int, what: str) -> None:
        print(f"chipwire: {file}: line {number}: {what}", file=sys.stderr)

    with lines_in(file) as lines:
        done = resolve_jsonl(lines, print, complain, companies=companies(), to_usd=to_usd)
    if done.bad:
        raise typer.Exit(1)


