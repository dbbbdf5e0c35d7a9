"""Files of JSON lines through the reader and the extractor, in order, by one process or several. No
database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from flows.pool import Pool, WorkerDied

if TYPE_CHECKING:
    from nlp.reader import Reader

MAX_LINE = 16_000_000
"""Longest line in bytes; a longer one is a bad line."""

_FIELDS = ("url", "canonical_url", "title", "text", "authors", "published_at", "language")
Line = tuple[int, bytes | None]
Result = tuple[int, str | None, str | None]
"""Number of the line, what to write, what is wrong with it."""


def extract_lines(
    lines: IO[bytes],
    write: Callable[[str], object],
    on_error: Callable[[int, str], object],
    *,
    workers: int = 1,
) -> int:
    """Articles in, readings out, in order; how many lines were bad. ``on_error(number, why)``, counting from
    1.
    """
    return _through(_read_line, numbered(lines), write, on_error, workers)


def article_lines(
    lines: IO[bytes],
    base: Path,
    write: Callable[[str], object],
    on_error: Callable[[int, str], object],
    *,
    workers: int = 1,
) -> int:
    """Lines ``{"id", "url", "html_path"}`` in, articles out, in order; how many lines were bad."""
    folder = str(base)
    items = ((number, line, folder) for number, line in numbered(lines))
    return _through(_page_line, items, write, on_error, workers)


def article_of(html: bytes, url: str, content_type: str | None = None) -> dict[str, Any]:
    """The article of a page as plain data, or ``outcome`` and ``detail`` where it is none."""
    from pipeline.urls import UrlError
    from spiders.extract import NotAnArticle, article_from_html

    try:
        found = asdict(article_from_html(html, url, content_type))
    except NotAnArticle as error:
        return {"url": url, "outcome": error.outcome, "detail": error.detail}
    except UrlError as error:
        return {"url": url, "outcome": "bad_url", "detail": str(error)}
    published = found["published_at"]
    return {name: found[name] for name in _FIELDS} | {
        "authors": list(found["authors"]),
        "published_at": published.isoformat() if published else None,
    }


def numbered(lines: IO[bytes]) -> Iterator[Line]:
    """The lines that are not empty, with their numbers from 1; None for one longer than MAX_LINE."""
    number = 0
    while line := lines.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            while not line.endswith(b"\n") and (line := lines.readline(MAX_LINE)):
                pass
            yield number, None
        elif line.strip():
            yield number, line


def _through(
    call: Callable[[Any], Result],
    items: Iterable[Any],
    write: Callable[[str], object],
    on_error: Callable[[int, str], object],
    workers: int,
) -> int:
    bad = 0
    with Pool(workers) if workers > 1 else nullcontext() as pool:
        pairs = pool.pairs(call, items) if pool is not None else ((item, call(item)) for item in items)
        for item, result in pairs:
            number, text, why = (item[0], None, str(result)) if isinstance(result, WorkerDied) else result
            if text is not None:
                write(text + "\n")
            else:
                bad += 1
                on_error(number, why or "cannot be read")
    return bad


def _decoded(item: Line) -> Any:
    number, line = item
    if line is None:
        raise ValueError(f"longer than {MAX_LINE} bytes")
    try:
        return json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} (column {error.colno})") from None
    except RecursionError:
        raise ValueError("not JSON: nested too deep") from None


def _read_line(item: Line) -> Result:
    from nlp.jsonl import article_from_json, reading_to_json

    number = item[0]
    try:
        article = article_from_json(_decoded(item), number)
    except ValueError as error:
        return number, None, str(error)
    try:
        reading = next(_reader().read([article]))
    except Exception as error:
        return number, None, f"article {article.id!r} cannot be read: {type(error).__name__}: {error}"
    return number, json.dumps(reading_to_json(reading), ensure_ascii=False), None


@lru_cache(maxsize=1)
def _reader() -> Reader:
    from nlp.reader import Reader

    return Reader()


def _beside(folder: str, path: str) -> Path:
    """A path of a line: from the folder of the file that names it, else from the working directory."""
    near = Path(folder) / path
    return near if near.exists() or not Path(path).exists() else Path(path)


def _page_line(item: tuple[int, bytes | None, str]) -> Result:
    number, line, folder = item
    try:
        asked = _decoded((number, line))
        if not isinstance(asked, dict) or not all(
            isinstance(asked.get(key), str) for key in ("url", "html_path")
        ):
            raise ValueError('needs "id", "url" and "html_path"')
        html = _beside(folder, asked["html_path"]).read_bytes()
    except OSError as error:
        return number, None, f"{error.filename}: {error.strerror}"
    except ValueError as error:
        return number, None, str(error)
    try:
        found = article_of(html, asked["url"], asked.get("content_type"))
    except Exception as error:
        return number, None, f"{asked['html_path']}: {type(error).__name__}: {error}"
    return number, json.dumps({"id": asked.get("id"), **found}, ensure_ascii=False), None
