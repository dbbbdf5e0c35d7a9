"""Crawl speed and memory on loopback: our crawl, every page archived and stored, beside bare Scrapy
throwing the same pages away.

    python -m bench.crawl [--pages 4000] [--size 10000] [--concurrency 16] [--json]

Both fetch the same sitemap's pages from one local server, one after the other. The rate is measured at the
server, from the first page asked for to the last, so that the start of a process (told apart) is in
neither.
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
from pathlib import Path
from typing import Any

import psutil

from pipeline.settings import Settings
from pipeline.store import embedded, open_store
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
    "LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": int(sys.argv[2]), "CONCURRENT_REQUESTS_PER_DOMAIN":
    int(sys.argv[2]), "TELNETCONSOLE_ENABLED": False, "RETRY_ENABLED": False, }) process.crawl(Bare)
    process.start()
"""


def serve(pages: int, size: int, port: Any, times: Any) -> None:
    """The server's process; ``times``: when the first page was asked for, and the last."""

    def body(n: int) -> bytes:
        text = " ".join(WORDS[(n * 7 + k * k) % len(WORDS)] for k in range(size // 6))[:size]
        head = f"<!doctype html><html><head><title>Story {n}</title></head>"
        return f"{head}<body><p>{n} {text}</p></body></html>".encode()

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
                    answer = body(int(path.rpartition("/")[2]))
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


class MemoryWatch:
    """The resident memory of the crawl process while it runs, in MB."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.25):
            for child in me.children():
                try:
                    if "spiders.worker" in child.cmdline():
                        self.seen.append(child.memory_info().rss / 1e6)
                except psutil.Error:
                    continue

    def close(self) -> dict[str, float]:
        """Memory at a quarter of the time, at the end, and the most."""
        self._over.set()
        self._thread.join()
        if not self.seen:
            return {}
        return {
            "quarter": round(self.seen[len(self.seen) // 4]),
            "end": round(self.seen[-1]),
            "most": round(max(self.seen)),
        }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=4_000)
    parser.add_argument("--size", type=int, default=10_000, help="bytes a page")
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()

    port = multiprocessing.Value("i", 0)
    times = multiprocessing.Array("d", 2)
    server = multiprocessing.Process(target=serve, args=(given.pages, given.size, port, times), daemon=True)
    server.start()
    while not port.value:
        time.sleep(0.02)
    base = f"http://127.0.0.1:{port.value}"

    def measure(run: Any) -> tuple[float, float]:
        times[0] = times[1] = 0.0
        began = time.monotonic()
        run()
        return given.pages / (times[1] - times[0]), time.monotonic() - began

    bare = [sys.executable, "-c", BARE, base, str(given.concurrency)]
    bare_rate, bare_total = measure(lambda: subprocess.run(bare, check=True))
    with tempfile.TemporaryDirectory() as folder:
        url = embedded.start(Path(folder) / "postgres")
        try:
            settings = Settings(
                data_dir=Path(folder),
                host_delay=0,
                concurrent_requests=given.concurrency,
                concurrent_per_host=given.concurrency,
                allow_private=(f"127.0.0.1:{port.value}",),
                max_urls_per_crawl=given.pages,
                max_feed_bytes=100_000_000,
                crawl_timeout=3_600,
            )
            source = Source(
                id="bench",
                name="bench",
                language="en",
                kind="sitemap",
                urls=(f"{base}/sitemap.xml",),
                limits=Limits(entries=given.pages),
            )
            with open_store(url) as store:
                watch = MemoryWatch()
                run_id = store.runs.start("ingest")
                results: list[Any] = []
                rate, total = measure(
                    lambda: results.append(
                        crawl_source(source, store=store, run_id=run_id, settings=settings)
                    )
                )
                memory = watch.close()
        finally:
            embedded.stop(Path(folder) / "postgres", at_once=True)
    server.terminate()
    result = {
        "pages": given.pages,
        "bytes": given.size,
        "stored": results[0].outcomes.get("fetched", 0),
        "bare_per_second": round(bare_rate),
        "stored_per_second": round(rate),
        "ratio": round(rate / bare_rate, 2),
        "bare_seconds": round(bare_total, 1),
        "seconds": round(total, 1),
        "memory_mb": memory,
    }
    if given.json:
        print(json.dumps(result))
    else:
        print(f"{given.pages} pages of {given.size} bytes, {given.concurrency} at once")
        print(
            f"bare Scrapy, thrown away:      {result['bare_per_second']:>6} pages/s  "
            f"(whole process {result['bare_seconds']} s)"
        )
        print(
            f"Chipwire, archived and stored: {result['stored_per_second']:>6} pages/s  "
            f"(whole process {result['seconds']} s)"
        )
        print(
            f"ratio {result['ratio']}, stored {result['stored']}, memory of the crawl process in MB: {memory}"
        )
    return 0 if results[0].outcomes.get("fetched") == given.pages else 1


if __name__ == "__main__":
    sys.exit(main())
