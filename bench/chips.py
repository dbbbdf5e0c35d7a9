"""Precision, recall and F1 of the chips in articles: ``bench/chips.py FILE [--score-only]``.

FILE has articles in gold form. A predicted chip is right where one of its names and one of the gold names
hold each other's words, a vendor's name not counted (the rule of the gold set's own scorer).
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections import Counter
from pathlib import Path

from nlp.chips import find_chips, unique

VENDORS = frozenset(
    [
        "nvidia",
        "amd",
        "intel",
        "google",
        "aws",
        "amazon",
        "microsoft",
        "meta",
        "qualcomm",
        "huawei",
        "apple",
        "samsung",
        "micron",
        "sk",
        "hynix",
    ]
)


def word_sets(names: str) -> list[set[str]]:
    """The words of each alternative that ``|`` separates."""
    out = []
    for name in names.split("|"):
        plain = unicodedata.normalize("NFKC", name).casefold()
        out.append(set(re.sub(r"[\s\-.,()\[\]'\"’™®©]+", " ", plain).split()))
    return out


def same(gold: str, predicted: str) -> bool:
    """Whether the two name one chip."""
    pairs = ((a, b) for a in word_sets(gold) for b in word_sets(predicted))
    return any((a <= b or b <= a) and (a & b) - VENDORS for a, b in pairs)


def compare(gold: list[str], predicted: list[str]) -> tuple[int, list[str], list[str]]:
    """How many pair one to one, what is missed, what is false."""
    free, missed = list(predicted), []
    for chip in gold:
        match = next((p for p in free if same(chip, p)), None)
        if match is None:
            missed.append(chip)
        else:
            free.remove(match)
    return len(gold) - len(missed), missed, free


def main() -> None:
    """Print the figures, and every error unless only the score is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--score-only", action="store_true")
    args = parser.parse_args()
    count: Counter[str] = Counter()
    spent = characters = 0.0
    articles = [json.loads(line) for line in args.file.read_text(encoding="utf-8").splitlines()]
    for article in articles:
        text = article["title"] + "\n\n" + article["text"]
        find_chips(text, article["lang"])  # once unmeasured: what is loaded lazily is not speed
        began = time.process_time()
        found = unique(find_chips(text, article["lang"]))
        spent += time.process_time() - began
        characters += len(text)
        right, missed, false = compare(article["chips"], ["|".join((e.name, *e.also)) for e in found])
        count.update(right=right, gold=len(article["chips"]), predicted=len(found))
        if (missed or false) and not args.score_only:
            print(f"{article['id']}: missed {missed}, false {false}")
    precision = count["right"] / max(1, count["predicted"])
    recall = count["right"] / max(1, count["gold"])
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"chips P {precision:.3f} R {recall:.3f} F1 {f1:.3f} gold {count['gold']}")
    print(f"{1000 * spent / max(1, characters) * 2000:.3f} ms for 2,000 characters")


if __name__ == "__main__":
    main()
