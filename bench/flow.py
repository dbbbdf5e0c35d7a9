"""The whole way's speed: ``python -m bench.flow``: the bundled newsroom, without Prefect.

Prints what each stage took, from the first request to the stored deals.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Run once into a database of its own and print the times."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=0, help="processes; 0: as many as cores")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chipwire-flow-") as name:
        Path(name).chmod(0o755)
        _measure(Path(name), given.workers)


def _measure(folder: Path, workers: int) -> None:
    from demo.run import newsroom
    from flows.run import ingest
    from pipeline.settings import get_settings
    from pipeline.store import embedded, open_store

    last: dict[str, float] = {}

    def tell(stage: str, done: int, total: int | None = None, note: str = "") -> None:
        last[stage.split(" ", maxsplit=1)[0]] = time.monotonic()

    with newsroom(folder) as running:
        os.environ.update(running.environ, CHIPWIRE_WORKERS=str(workers))
        get_settings.cache_clear()
        try:
            with open_store() as store:
                began = time.monotonic()
                summary = ingest(store, get_settings(), tell=tell)
                took = time.monotonic() - began
        finally:
            embedded.destroy(folder / "data")
    before = began
    for stage, at in sorted(last.items(), key=lambda one: one[1]):
        print(f"{stage:10} {at - before:6.1f} s")
        before = at
    print(f"{'all':10} {took:6.1f} s for {summary.listed} addresses, {summary.totals.get('new', 0)} articles")


if __name__ == "__main__":
    main()
