"""Resolution measured on annotated deals: ``bench/resolve_gold.py --clusters FILE ARTICLES…``.

The deals of the articles go, as readings, through the function that ``chipwire resolve`` calls. Prints
B-cubed over all
of them; ``--only FILE`` (articles that may be looked at) with ``--errors`` prints the wrong groups among
those alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from pipeline.resolve import resolve_jsonl

Mention = tuple[str, int]
Groups = dict[Mention, frozenset[Mention]]


def read(path: Path) -> list[dict]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def predicted(articles: Iterable[dict]) -> list[list[Mention]]:
    """The groups of mentions that resolution makes of the articles' own deals."""
    lines = (json.dumps({**article, "source": None}) for article in articles)
    written: list[str] = []
    problems: list[str] = []
    resolve_jsonl(
        lines, written.append, lambda number, what: problems.append(f"line {number}: {what}"), **context()
    )
    if problems:
        raise SystemExit("\n".join(problems))
    return [[(name, index) for name, index in json.loads(line)["reports"]] for line in written]


def context() -> dict:
    """Knowledge and rates of exchange, as the command line gives them."""
    found: dict = {}
    try:
        from pipeline.fx import to_usd

        found["to_usd"] = to_usd
    except ImportError:
        pass
    try:
        from flows.knowledge import companies

        found["companies"] = companies()
    except ImportError:
        pass
    return found


def groups(wanted: Iterable[Iterable[Mention]], mentions: list[Mention]) -> Groups:
    """Each mention's group among the mentions; alone where no group names it."""
    of = {m: frozenset([m]) for m in mentions}
    for group in wanted:
        members = frozenset(tuple(m) for m in group) & set(mentions)
        of.update(dict.fromkeys(members, members))
    return of


def b_cubed(gold: Groups, pred: Groups) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    p = sum(len(gold[m] & pred[m]) / len(pred[m]) for m in gold) / len(gold)
    r = sum(len(gold[m] & pred[m]) / len(gold[m]) for m in gold) / len(gold)
    return p, r, 2 * p * r / (p + r)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", nargs="+", type=Path)
    parser.add_argument("--clusters", type=Path, required=True)
    parser.add_argument("--only", type=Path, help="articles whose errors may be shown")
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    articles = [article for path in args.articles for article in read(path)]
    mentions = [(a["id"], i) for a in articles for i in range(len(a["deals"]))]
    gold = groups((c["mentions"] for c in read(args.clusters)), mentions)
    pred = groups(predicted(articles), mentions)
    report("all", gold, pred)
    if args.only:
        shown = {a["id"] for a in read(args.only)}
        part = [m for m in mentions if m[0] in shown]
        own_gold, own_pred = groups(gold.values(), part), groups(pred.values(), part)
        report("shown", own_gold, own_pred)
        if args.errors:
            for group in sorted({own_pred[m] for m in part if own_pred[m] != own_gold[m]}, key=sorted):
                print(
                    "made", sorted(group), "wanted", sorted(sorted(g) for g in {own_gold[m] for m in group})
                )


def report(name: str, gold: dict, pred: dict) -> None:
    """One line of figures."""
    p, r, f = b_cubed(gold, pred)
    made = sum(len(g) * (len(g) - 1) // 2 for g in set(pred.values()))
    wanted = sum(len(g) * (len(g) - 1) // 2 for g in set(gold.values()))
    print(
        f"{name}: {len(gold)} mentions, B3 p {p:.3f} r {r:.3f} F1 {f:.3f}, pairs {made} made, {wanted} wanted"
    )


if __name__ == "__main__":
    main()
