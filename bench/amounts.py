"""How many amounts of ordinary business sentences are read exactly, per language and over all.

    python bench/amounts.py [--part seen|fresh|all] [--errors] [--gold FILE]

``amounts_<lang>.jsonl``: one sentence a line, {"text", "part", "amounts": [[kind, unit, min, max, words],
…]}, written for this project. An amount is read exactly where kind, unit and both bounds agree and the
words overlap; what is read beyond the labels counts as false. Sentences of part "fresh" were kept aside
while the grammar was built. With ``--gold``, the sizes of articles in the gold form are looked up in what
is read from each article.
"""

from __future__ import annotations

import argparse
import json
from decimal import Decimal
from pathlib import Path

from nlp.mentions import Amount
from nlp.sizes import find_amounts
from pipeline.types import LANGUAGES

HERE = Path(__file__).parent
SIZES = {"money", "power", "units", "stake"}


def same(amount: Amount, label: list) -> bool:
    """Whether an amount has the label's kind, unit and bounds."""
    bounds = [None if value is None else Decimal(str(value)) for value in label[2:4]]
    return [amount.kind, amount.unit, amount.min, amount.max] == [label[0], label[1], *bounds]


def sentence(line: dict, lang: str) -> tuple[int, int, int, list[str]]:
    """Labelled, read exactly, and falsely read amounts of a sentence, and its errors in words."""
    found = [a for a in find_amounts(line["text"], lang) if a.kind in SIZES]
    errors, good = [], 0
    for label in line["amounts"]:
        place = line["text"].find(label[4])
        hit = next(
            (a for a in found if same(a, label) and a.start < place + len(label[4]) and place < a.end), None
        )
        if hit:
            good += 1
            found.remove(hit)
        else:
            errors.append(f"missed {label}")
    errors += [f"false [{a.kind} {a.unit} {a.min} {a.max} {a.text!r}]" for a in found]
    return len(line["amounts"]), good, len(found), errors


def measure(part: str, show: bool) -> None:
    """Prints a line per language and one over all."""
    totals = [0, 0, 0]
    print("lang  sentences  amounts  exact  share   false")
    for lang in LANGUAGES:
        path = HERE / f"amounts_{lang}.jsonl"
        lines = [json.loads(text) for text in path.read_text("utf-8").splitlines() if text.strip()]
        lines = [line for line in lines if part in ("all", line["part"])]
        counts = [0, 0, 0]
        for line in lines:
            *numbers, errors = sentence(line, lang)
            counts = [a + b for a, b in zip(counts, numbers, strict=True)]
            if show and errors:
                print(f"  {lang}: {line['text']}\n      " + "\n      ".join(errors))
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
        print(
            f"{lang:4}  {len(lines):9}  {counts[0]:7}  {counts[1]:5}  "
            f"{counts[1] / max(1, counts[0]):.3f}  {counts[2]:6}"
        )
    print(
        f"all              {totals[0]:7}  {totals[1]:5}  {totals[1] / max(1, totals[0]):.3f}  {totals[2]:6}"
    )


def near(value: Decimal | None, other: float | None) -> bool:
    """Equal within a hundredth, as the gold scorer has it."""
    if value is None or other is None:
        return value is None and other is None
    return abs(float(value) - other) <= 0.01 * max(abs(float(value)), abs(other))


def gold(path: Path, show: bool) -> None:
    """Prints the share of gold sizes that are among the amounts of their article."""
    total = good = 0
    for text in path.read_text("utf-8").splitlines():
        article = json.loads(text)
        found = find_amounts(article["title"] + "\n\n" + article["text"], article["lang"])
        for deal in article["deals"]:
            for size in deal["sizes"]:
                total += 1
                key = (size["kind"], size["unit"])
                if any(
                    (a.kind, a.unit) == key and near(a.min, size["min"]) and near(a.max, size["max"])
                    for a in found
                ):
                    good += 1
                elif show:
                    around = [
                        f"{a.kind} {a.unit} {a.min} {a.max} {a.text!r}"
                        for a in found
                        if a.text in size["text"] or size["text"] in a.text
                    ]
                    print(f"  {article['id']}: {size} {around}")
    print(f"gold sizes {total}, among the amounts {good}: {good / max(1, total):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=["seen", "fresh", "all"], default="all")
    parser.add_argument(
        "--errors", action="store_true", help="print every amount that was missed or falsely read"
    )
    parser.add_argument("--gold", type=Path, help="articles in the gold form (JSON lines)")
    args = parser.parse_args()
    if args.gold:
        gold(args.gold, args.errors)
    else:
        measure(args.part, args.errors)


if __name__ == "__main__":
    main()
