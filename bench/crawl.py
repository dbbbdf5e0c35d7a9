"""Crawl speed and memory on loopback: our crawl, every page archived and stored, beside bare Scrapy
throwing the same pages away.

    python -m bench.crawl [--pages 3000] [--size 10000] [--concurrency 16] [--rounds 3] [--json]

Both fetch the same sitemap's pages from one local server, one after the other. The rate counts
from the first page asked for: for bare Scrapy to the last one asked for, for ours until all is stored, the
process has ended and the database is stopped, so that what lags behind is in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from pipeline.settings import Settings
from pipeline.store import Store, embedded, open_store
from spiders.crawl import crawl_source
from spiders.source import Limits, Source

WORDS = [
    "the",
    "maker",
    "said",
    "on",
    "Monday",
    "that",
    "it",
    "would",
    "ship",
    "more",
    "accelerators",
    "to",
    "the",
    "cloud",
    "company",
    "under",
    "a",
    "contract",
    "worth",
    "billions",
]

BARE = """
import sys
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

class Bare(Spider):
    name = "bare"
    async def start(self):
        yield Request(sys.argv[1] + "/sitemap.xml")
    def parse(self, response):
        for url in response.xpath("//*[local-name()='loc']/text()").getall():
            yield Request(url, callback=self.nothing, dont_filter=True)
    def nothing(self, response):
        pass

process = AsyncCrawlerProcess({
    "LOG_LEVEL": "ERROR",
    "CONCURRENT_REQUESTS": int(sys.argv[2]),
    "CONCURRENT_REQUESTS_PER_DOMAIN": int(sys.argv[2]),
    "TELNETCONSOLE_ENABLED": False,
    "RETRY_ENABLED": False,
})
process.crawl(Bare)
process.start()
"""


def plain_page(n: int, size: int) -> bytes:
    """A page of one paragraph."""
    text = " ".join(WORDS[(n * 7 + k * k) % len(WORDS)] for k in range(size // 6))[:size]
    head = f"<!doctype html><html><head><title>Story {n}</title></head>"
    return f"{head}<body><p>{n} {text}</p></body></html>".encode()


def serve(pages: int, page: Callable[[int], bytes], port: Any, times: Any) -> None:
    """The server's process; ``times``: when the first page was asked for, and the last, and how many were."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                path = line.split()[1].decode()
                status, kind = 200, "text/html; charset=utf-8"
                if path == "/sitemap.xml":
                    locs = "".join(
                        f"<url><loc>http://127.0.0.1:{port.value}/story/{n}</loc></url>" for n in range(pages)
                    )
                    answer, kind = f"<urlset>{locs}</urlset>".encode(), "text/xml"
                elif path.startswith("/story/"):
                    now = time.monotonic()
                    times[0] = times[0] or now
                    times[1] = now
                    times[2] += 1
                    answer = page(int(path.rpartition("/")[2]))
                else:
                    status, answer = 404, b""
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n"
                    f"Content-Length: {len(answer)}\r\n\r\n".encode()
                    + answer
                )
                await writer.drain()
        except (ConnectionError, IndexError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(client, "127.0.0.1", 0, backlog=256)
        port.value = server.sockets[0].getsockname()[1]
        await server.serve_forever()

    asyncio.run(run())


class Server:
    """A local server in a process of its own: its address, and the rate at which something fetches from it."""

    def __init__(self, pages: int, page: Callable[[int], bytes]) -> None:
        self.pages = pages
        self.port = multiprocessing.Value("i", 0)
        self.times = multiprocessing.Array("d", 3)
        arguments = (pages, page, self.port, self.times)
        self._process = multiprocessing.Process(target=serve, args=arguments, daemon=True)
        self._process.start()
        while not self.port.value:
            time.sleep(0.02)
        self.base = f"http://127.0.0.1:{self.port.value}"

    def served(self) -> int:
        """How many pages were asked for since the rate was last begun."""
        return int(self.times[2])

    def rate(self, run: Callable[[], Any], *, to_the_end: bool = False) -> float:
        """Pages a second from the first page asked for to the last, or ``to_the_end`` of ``run``."""
        self.times[:] = [0.0, 0.0, 0.0]
        run()
        return self.pages / ((time.monotonic() if to_the_end else self.times[1]) - self.times[0])

    def close(self) -> None:
        """End the process."""
        self._process.terminate()


class MemoryWatch:
    """The resident memory of the crawl process while it runs, in MB, by how many pages were ``served``."""

    def __init__(self, served: Callable[[], int]) -> None:
        self.seen: list[tuple[int, float]] = []
        self._served = served
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.25):
            for child in me.children():
                try:
                    if "spiders.worker" in child.cmdline():
                        self.seen.append((self._served(), child.memory_info().rss / 1e6))
                except psutil.Error:
                    continue

    def close(self, pages: int) -> dict[int, float]:
        """Memory when each tenth of the ``pages`` was reached; under 0 the most."""
        self._over.set()
        self._thread.join()
        found: dict[int, float] = {}
        for tenth in range(1, 11):
            mark = pages * tenth // 10
            until = [rss for served, rss in self.seen if served <= mark]
            if until:
                found[mark] = round(until[-1])
        return found | {0: round(max((rss for _, rss in self.seen), default=0))}


def crawl(
    server: Server, concurrency: int, then: Callable[[Store, Settings], object] = lambda store, settings: None
) -> tuple[int, dict[int, float]]:
    """One crawl of ours into a new database and archive, and what comes ``then``: pages stored, and the memory
    that the crawl process took.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = embedded.start(Path(folder) / "postgres")
        settings = Settings(
            data_dir=Path(folder),
            host_delay=0,
            concurrent_requests=concurrency,
            concurrent_per_host=concurrency,
            allow_private=(server.base.removeprefix("http://"),),
            max_urls_per_crawl=server.pages,
            max_feed_bytes=100_000_000,
            crawl_timeout=3_600,
        )
        limits = Limits(entries=server.pages)
        urls = (f"{server.base}/sitemap.xml",)
        source = Source(id="bench", name="bench", language="en", kind="sitemap", urls=urls, limits=limits)
        try:
            with open_store(url) as store:
                watch = MemoryWatch(server.served)
                result = crawl_source(
                    source, store=store, run_id=store.runs.start("ingest"), settings=settings
                )
                memory = watch.close(server.pages)
                then(store, settings)
                return result.outcomes.get("fetched", 0), memory
        finally:
            embedded.stop(Path(folder) / "postgres", at_once=True)


def bare_scrapy(server: Server, concurrency: int) -> None:
    """Scrapy as it comes, throwing the pages away."""
    subprocess.run([sys.executable, "-c", BARE, server.base, str(concurrency)], check=True)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=3_000)
    parser.add_argument("--size", type=int, default=10_000, help="bytes a page")
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3, help="of both in turn; the best of each counts")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()

    server = Server(given.pages, partial(plain_page, size=given.size))
    bare: list[float] = []
    ours: list[float] = []
    crawls: list[tuple[int, dict[int, float]]] = []
    for _ in range(given.rounds):
        bare.append(server.rate(lambda: bare_scrapy(server, given.concurrency)))
        ours.append(server.rate(lambda: crawls.append(crawl(server, given.concurrency)), to_the_end=True))
    server.close()
    result = {
        "pages": given.pages,
        "bytes": given.size,
        "stored": [stored for stored, _ in crawls],
        "bare_per_second": [round(one) for one in bare],
        "stored_per_second": [round(one) for one in ours],
        "ratio": round(max(ours) / max(bare), 2),
        "memory_mb": crawls[-1][1],
    }
    if given.json:
        print(json.dumps(result))
    else:
        print(f"{given.pages} pages of {given.size} bytes, {given.concurrency} at once")
        print(f"bare Scrapy, thrown away, pages/s:      {result['bare_per_second']}")
        print(f"Chipwire, archived and stored, pages/s: {result['stored_per_second']}")
        print(f"ratio of the best: {result['ratio']}")
        *marks, (_, most) = crawls[-1][1].items()
        steps = ", ".join(f"{mark:,} pages {rss:.0f}" for mark, rss in marks)
        print(f"memory of the crawl process in MB: {steps}; most {most:.0f}")
    return 0 if all(stored == given.pages for stored, _ in crawls) else 1


if __name__ == "__main__":
    sys.exit(main())
