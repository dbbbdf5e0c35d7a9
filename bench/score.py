"""The reader against annotated articles, by language: ``python -m bench.score --gold FOLDER``.

Reads dev_*.jsonl and seed.jsonl of the folder with ``chipwire extract`` and hands the readings to the
folder's own score.py. Where there is no such folder it says so and ends with 0: the gold articles are not
part of the checkout.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Read, score, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=Path("../shared/gold"))
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    files = [*sorted(given.gold.glob("dev_*.jsonl")), given.gold / "seed.jsonl"]
    files = [file for file in files if file.is_file()]
    scorer = given.gold / "score.py"
    if not files or not scorer.is_file():
        print(f"No gold articles in {given.gold}: nothing scored. Give their folder: make score GOLD=…")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        articles, readings = Path(folder) / "articles.jsonl", Path(folder) / "readings.jsonl"
        articles.write_bytes(b"".join(file.read_bytes().rstrip(b"\n") + b"\n" for file in files))
        command = [sys.executable, "-c", "import sys; from flows.cli import main; sys.exit(main())"]
        read = [*command, "extract", str(articles), "--out", str(readings), "--workers", str(given.workers)]
        subprocess.run(read, check=True)
        gold = [str(file) for file in files]
        score = [sys.executable, str(scorer), "--gold", *gold, "--pred", str(readings), "--by", "lang"]
        return subprocess.run(score, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
