"""Precision, recall and F1 of company mentions against the ``companies`` of gold-form files.

    python bench/companies.py FILE... [--score-only] [--by-lang] [--errors N] [--speed]

Names are compared as the gold guide says: alternatives after "|", legal suffixes and case aside, one to one.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from nlp.companies import find_companies, organisations

SUFFIX = re.compile(
    r"[\s,]+(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|plc|ag|se|sa|s a|nv|n v|gmbh|"
    r"spa|s p a|kk|holdings?|group|technologies|technology|s a s|sas|oyj|ab|asa)$"
)


def normal(name: str) -> str:
    """A name without case, punctuation and legal suffixes."""
    name = unicodedata.normalize("NFKC", name).casefold().replace("’", "'")
    name = re.sub(r"[.,()\[\]'\"™®©]", " ", name)
    name = re.sub(r"[\s\-‐‑–]+", " ", name).strip()
    while True:
        shorter = SUFFIX.sub("", name)
        if shorter == name or not shorter:
            return name
        name = shorter


def predicted(text: str, lang: str) -> list[set[str]]:
    """For each organisation found: its canonical name, other names and the article's words."""
    found = []
    for mentions in organisations(find_companies(text, lang)):
        found.append({normal(n) for m in mentions for n in (m.name, m.text, *m.also)} - {""})
    return found


def unmatched(gold: list[set[str]], got: list[set[str]]) -> tuple[list[int], list[int]]:
    """Indices of gold and predicted organisations that are left after pairing one to one."""
    free, missed = list(range(len(got))), []
    for i, names in enumerate(gold):
        hit = next((j for j in free if got[j] & names), None)
        if hit is None:
            missed.append(i)
        else:
            free.remove(hit)
    return missed, free


def figures(right: int, got: int, gold: int) -> str:
    """Precision, recall and F1 in one line."""
    precision, recall = (right / got if got else 0.0), (right / gold if gold else 0.0)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  ({gold} in gold)"


def articles(paths: Iterable[Path]) -> list[dict[str, object]]:
    """The articles of JSON-lines files."""
    return [
        json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()
    ]


def main() -> None:
    """Prints the figures, then the errors that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--score-only", action="store_true", help="one line, no languages, no errors")
    parser.add_argument("--by-lang", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--speed", action="store_true")
    args = parser.parse_args()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    errors: list[str] = []
    read = articles(args.files)
    for article in read:
        text, lang = f"{article['title']}\n\n{article['text']}", str(article["lang"])
        names = [str(name) for name in article["companies"]]  # type: ignore[attr-defined]
        gold = [{normal(part) for part in name.split("|")} for name in names]
        got = predicted(text, lang)
        missed, extra = unmatched(gold, got)
        for key in ("all", lang):
            counts[key].update(right=len(gold) - len(missed), got=len(got), gold=len(gold))
        errors += [f"{article['id']} missed {names[i]}" for i in missed]
        errors += [f"{article['id']} extra  {' | '.join(sorted(got[j]))}" for j in extra]
    for key in [] if args.score_only or not args.by_lang else sorted(set(counts) - {"all"}):
        print(f"{key:4}", figures(**counts[key]))
    print("all ", figures(**counts["all"]))
    if not args.score_only:
        print("\n".join(errors[: args.errors]))
    if args.speed:
        started = time.process_time()
        for article in read:
            find_companies(str(article["text"]), str(article["lang"]))
        seconds, chars = time.process_time() - started, sum(len(str(a["text"])) for a in read)
        print(f"{1000 * seconds / (chars / 2000):.2f} ms for 2,000 characters")


if __name__ == "__main__":
    main()
