"""Runs the measurements of this folder, each in a process of its own: ``python -m bench.all [NAME …]``.

What is measured on files outside of the checkout is passed over, saying so, where they are not there.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SHARED = Path("../shared")
GOLD = [str(file) for file in sorted((SHARED / "gold").glob("dev_*.jsonl"))]

BENCHES: dict[str, tuple[list[str], Path | None]] = {
    "amounts": ([], None),
    "reading": ([], None),
    "resolve_store": (["--reports", "4000"], None),
    "crawl": ([], None),
    "peers": ([], None),
    "flow": ([], None),
    "pages": ([str(SHARED / "pages")], SHARED / "pages"),
    "companies": ([*GOLD, "--score-only"], SHARED / "gold"),
    "score": (["--gold", str(SHARED / "gold")], SHARED / "gold"),
    "resolve_gold": (
        [*GOLD, "--clusters", str(SHARED / "gold" / "clusters_dev.jsonl")],
        SHARED / "gold",
    ),
}
"""Name → arguments, and what has to be there."""


def main() -> int:
    """Run all, or those named; 1 where one failed."""
    failed = []
    for name in sys.argv[1:] or BENCHES:
        if name not in BENCHES:
            print(f"There is no measurement {name!r}; there are {', '.join(BENCHES)}.")
            return 2
        arguments, needs = BENCHES[name]
        print(f"\n== {name} ==", flush=True)
        if needs is not None and not needs.exists():
            print(f"not measured: {needs} is not there")
        elif subprocess.run([sys.executable, "-m", f"bench.{name}", *arguments], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
