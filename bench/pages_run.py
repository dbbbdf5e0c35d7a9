"""Saved pages through the whole way: ``python -m bench.pages_run FOLDER``.

Serves the folder's html/*.html(.gz) on loopback as one site with a sitemap, writes a source file for it, runs one
ordinary ingest into a database of its own, and prints every outcome and every deal that was found, with the
sentence that it rests on. Ends with 1 where a page is in no counted outcome.
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
import tempfile
from pathlib import Path

import yaml

from demo.newsroom import Answer
from demo.serve import Site
from pipeline.settings import get_settings


def main() -> int:
    """Serve, run, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared/pages"))
    given = parser.parse_args()
    files = sorted((given.folder / "html").glob("*.html*"))
    if not files:
        print(f"No pages in {given.folder}/html: nothing run.")
        return 0
    with tempfile.TemporaryDirectory(prefix="chipwire-pages-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        return _run(folder, files)


def _run(folder: Path, files: list[Path]) -> int:
    site = Site()
    answers = {f"/pages/{file.name.split('.')[0]}.html": Answer(_body(file), "text/html") for file in files}
    places = "".join(f"<url><loc>{site.base}{path}</loc></url>" for path in answers)
    namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    answers["/sitemap.xml"] = Answer(f"<urlset {namespace}>{places}</urlset>".encode(), "application/xml")
    site.answers = answers
    source = {"id": "saved-pages", "name": "Saved pages", "language": "en", "kind": "sitemap", "delay": 0}
    (folder / "sources").mkdir()
    text = yaml.safe_dump({**source, "urls": [f"{site.base}/sitemap.xml"]})
    (folder / "sources" / "saved-pages.yml").write_text(text)
    os.environ.update(
        CHIPWIRE_DATA_DIR=str(folder / "data"),
        CHIPWIRE_SOURCES_DIR=str(folder / "sources"),
        CHIPWIRE_ALLOW_PRIVATE=f"127.0.0.1:{site.port}",
        CHIPWIRE_HOST_DELAY="0",
        CHIPWIRE_ALERTS_FILE=str(folder / "none.yml"),
    )
    (folder / "none.yml").write_text("rules: []\n")
    get_settings.cache_clear()
    try:
        return _ingest(len(files))
    finally:
        from pipeline.store import embedded

        embedded.destroy(folder / "data")
        site.close()


def _ingest(pages: int) -> int:
    from flows.cli.run import print_summary
    from flows.run import ingest
    from pipeline.store import open_store
    from pipeline.store.rows import DealFilter

    with open_store() as store:
        summary = ingest(store, get_settings())
        print_summary(summary)
        for deal in store.deals.list(DealFilter()):
            detail = store.deals.get(deal.id)
            assert detail is not None
            report = detail.deal.reports[0]
            parties = ", ".join(f"{party.name} ({party.role})" for party in deal.parties)
            print(
                f"\n{deal.type}, {deal.status}, sure {deal.confidence:.2f}: {parties}\n  {report.title}\n  {report.url}"
            )
            for span in report.claim.evidence:
                print(f"  “{' '.join(span.quote.split())[:300]}”")
    counted = summary.listed - summary.waiting
    print(f"\n{pages} pages, {counted} in one counted outcome each")
    return int(counted != pages or bool(summary.failed))


def _body(file: Path) -> bytes:
    raw = file.read_bytes()
    return gzip.decompress(raw) if file.suffix == ".gz" else raw


if __name__ == "__main__":
    sys.exit(main())
