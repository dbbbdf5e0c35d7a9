"""From the request to the stored article beside other programs, on loopback: ``python -m bench.peers [--json]``.

The same pages, of a newspaper's shape, from the same local server, in turns; medians of the rounds:

- bare Scrapy, which throws them away;
- Chipwire: crawled, archived, extracted by ``--workers`` processes, stored in Postgres;
- newspaper4k: ``fetch_news`` with as many threads as the others have requests at once, written as JSON lines;
- news-please: ``NewsPlease.from_urls`` in batches (threads fetch, then one process a core extracts), written as
  JSON lines.

The rate counts from the first page asked for until the last article is stored. Neither peer fetches pictures. Both
are installed once from requirements-bench.lock into ``.venv-bench``; where that fails they are left out, saying so.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.crawl import WORDS, Server, bare_scrapy, crawl
from bench.reading import bench_python
from flows.pool import Pool
from flows.stages.extract import extract_waiting
from pipeline.settings import Settings
from pipeline.store import Store

NEWSPAPER4K = """
import json, sys, newspaper
from newspaper.mthreading import fetch_news
base, pages, at_once, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
config = newspaper.Config()
config.fetch_images = False
with open(path, "w") as out:
    for start in range(0, pages, 200):
        urls = [f"{base}/story/{n}" for n in range(start, min(pages, start + 200))]
        for found in fetch_news([newspaper.Article(url, config=config) for url in urls], threads=at_once):
            row = {"url": found.url, "title": found.title, "text": found.text, "authors": found.authors}
            out.write(json.dumps(row | {"published_at": str(found.publish_date), "language": found.meta_lang}) + "\\n")
"""

NEWS_PLEASE = """
import json, sys
from newsplease import NewsPlease
base, pages, at_once, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
with open(path, "w") as out:
    for start in range(0, pages, 200):
        urls = [f"{base}/story/{n}" for n in range(start, min(pages, start + 200))]
        found = NewsPlease.from_urls(urls, request_args={"timeout": 30}, fetch_images=False)
        for url, article in found.items():
            row = {"url": url, "title": article.title, "text": article.maintext, "authors": article.authors}
            row |= {"published_at": str(article.date_publish), "language": article.language}
            out.write(json.dumps(row) + "\\n")
"""

PEERS = {"newspaper4k": NEWSPAPER4K, "news-please": NEWS_PLEASE}
PARAGRAPHS = 14
LINKS = 60


def news_page(n: int) -> bytes:
    """A page as newspapers have them: data for machines, menus, a body of 14 paragraphs, other stories."""

    def sentence(seed: int) -> str:
        return " ".join(WORDS[(n * 7 + seed + k * k) % len(WORDS)] for k in range(15)).capitalize() + "."

    title = f"Story {n}: a maker ships accelerators to a cloud company"
    day = f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T0{n % 9 + 1}:30:00+00:00"
    stated = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": day,
        "author": {"@type": "Person", "name": "Ida Lund"},
    }
    paragraphs = "".join(
        f"<p>Part {at} of story {n}. " + " ".join(sentence(at * 5 + k) for k in range(4)) + "</p>\n"
        for at in range(PARAGRAPHS)
    )
    menu = "".join(f'<li class="item"><a href="/section/{at}">Section {at}</a></li>\n' for at in range(LINKS))
    others = "".join(
        f'<div class="teaser"><a href="/older/{at}"><h4>Older story {at}</h4></a><p>{sentence(at)[:60]}</p></div>\n'
        for at in range(20)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Loop News</title>'
        f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="Loop News">'
        f'<meta property="article:published_time" content="{day}">'
        f'<script type="application/ld+json">{json.dumps(stated)}</script>'
        f"<script>{'var layer = layer || []; layer.push(1);' * 100}</script></head>"
        f'<body><header><nav><ul>{menu}</ul></nav></header><main><article class="story"><h1>{title}</h1>'
        f'<div class="byline">By Ida Lund</div><div class="story-body">{paragraphs}</div></article>'
        f'<aside class="related">{others}</aside></main><footer><ul>{menu}</ul></footer></body></html>'
    ).encode()


def peer(python: Path, code: str, server: Server, at_once: int) -> int:
    """One run of another program: how many articles with text it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "articles.jsonl"
        command = [
            str(python),
            "-W",
            "ignore",
            "-c",
            code,
            server.base,
            str(server.pages),
            str(at_once),
            str(out),
        ]
        subprocess.run(command, check=True, cwd=folder, stderr=subprocess.DEVNULL)
        rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        return sum("Part 7 of story" in (row["text"] or "") for row in rows)


def ours(server: Server, at_once: int, pool: Pool) -> int:
    """One run of ours: how many articles are in the database."""
    stored: list[int] = []

    def extract(store: Store, settings: Settings) -> None:
        stored.append(extract_waiting(store, settings, pool)["new"])

    crawl(server, at_once, extract)
    return stored[0]


def main() -> int:
    """Measure and print; 1 where a program lost articles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2, help="processes that extract, of ours")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    python = bench_python("newspaper, newsplease")
    server = Server(given.pages, [news_page(n) for n in range(given.pages)].__getitem__)
    stored: dict[str, int] = {}
    rates: dict[str, list[float]] = {}

    def run(name: str, call: Callable[[], int | None]) -> None:
        def kept() -> None:
            stored[name] = call() or 0

        rates.setdefault(name, []).append(server.rate(kept, to_the_end=True))

    with Pool(given.workers) as pool:
        for _ in range(given.rounds):
            run("bare Scrapy", lambda: bare_scrapy(server, given.concurrency))
            run("chipwire", lambda: ours(server, given.concurrency, pool))
            for name, code in PEERS.items() if python else ():
                run(name, lambda code=code: peer(python, code, server, given.concurrency))  # type: ignore[misc]
    server.close()
    medians = {name: statistics.median(found) for name, found in rates.items()}
    if given.json:
        print(json.dumps({"pages": given.pages, "rates": rates, "medians": medians, "stored": stored}))
    else:
        print(f"{given.pages} pages of {len(news_page(0))} bytes, {given.concurrency} at once")
        for name, rate in medians.items():
            rounds = ", ".join(f"{one:.0f}" for one in rates[name])
            print(f"{name:<14}{rate:>8.1f} pages/s{stored[name]:>8} articles   ({rounds})")
    return any(count != given.pages for name, count in stored.items() if name != "bare Scrapy")


if __name__ == "__main__":
    sys.exit(main())
