"""Learn the weights that say whether a name that no list has is an organisation, from articles in the gold form.

    python bench/train_names.py GOLD.jsonl… --score-py PATH/score.py [--out nlp/companies/data/weights.json] [--l2 1.0]

Each article is read several times, every time with another half of its known organisations hidden, so that they look
like names that no list has. A name is right where the gold article lists it among its companies. A logistic
regression with L2 gives the weights; five-fold cross-validation by article gives the figures that are printed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from nlp.companies.cues import Looker
from nlp.companies.known import find_known
from nlp.companies.learned import features
from nlp.companies.unknown import grouped

HIDDEN = (0.0, 0.35, 0.65, 1.0)
"""The shares of known organisations that are hidden, one reading each."""
FOLDS = 5
RARE = 3


def examples(article: dict[str, Any], score: Any) -> list[tuple[frozenset[str], int]]:
    """Features and answer of every name in one article that the knowledge, partly hidden, does not have."""
    text = f"{article['title']}\n\n{article['text']}"
    lang = article["lang"]
    wanted = [score.names(company) for company in article["companies"]]
    every = set().union(*wanted) if wanted else set()
    known = find_known(text, lang)
    keys = sorted({entity.key for entity in known if entity.key})
    found = []
    for share in HIDDEN:
        rng = random.Random(f"{article['id']} {share}")
        hidden = {key for key in keys if rng.random() < share}
        taken = [(entity.start, entity.end) for entity in known if entity.key not in hidden]
        looker = Looker(text, lang, taken)
        for name, mentions in grouped(looker).items():
            plain = score.normal(name)
            right = plain in every
            if not right and any(_part(plain, other) for other in every):
                continue  # the name with a word too many, or a part of it: neither right nor wrong
            found.append((frozenset(features(looker, mentions)), int(right)))
    return found


def _part(one: str, other: str) -> bool:
    a, b = set(one.split()), set(other.split())
    return a < b or b < a


def fit(data: list[tuple[frozenset[str], int]], l2: float) -> dict[str, float]:
    """Weights of a logistic regression by gradient steps of their own size for each feature (AdaGrad)."""
    counts: dict[str, int] = {}
    for found, _ in data:
        for feature in found:
            counts[feature] = counts.get(feature, 0) + 1
    names = sorted(feature for feature, times in counts.items() if times >= RARE * len(HIDDEN) / 2)
    index = {feature: at for at, feature in enumerate(names)}
    rows = [np.array(sorted(index[f] for f in found if f in index)) for found, _ in data]
    flat = np.concatenate(rows)
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    y = np.array([answer for _, answer in data], dtype=float)
    w, seen = np.zeros(len(names)), np.full(len(names), 1e-6)
    for _ in range(400):
        z = np.bincount(owner, weights=w[flat], minlength=len(rows))
        gap = 1 / (1 + np.exp(-z)) - y
        gradient = np.bincount(flat, weights=gap[owner], minlength=len(names)) + l2 * w
        seen += gradient**2
        w -= 0.5 * gradient / np.sqrt(seen)
    return {feature: round(float(w[at]), 3) for feature, at in index.items() if abs(w[at]) >= 0.02}


def cross_fitted(articles: list[dict[str, Any]], score: Any, l2: float = 1.0) -> dict[str, dict[str, float]]:
    """For each article id the weights learned without its fold: what reading an unseen article is like."""
    rows = [examples(article, score) for article in articles]
    folds = [_hash(article["id"]) // 7 % FOLDS for article in articles]
    tables = [
        fit([row for own, at in zip(rows, folds, strict=True) if at != fold for row in own], l2)
        for fold in range(FOLDS)
    ]
    return {article["id"]: tables[fold] for article, fold in zip(articles, folds, strict=True)}


def judge(
    weights: dict[str, float], data: list[tuple[frozenset[str], int]], cut: float = 0.0
) -> tuple[int, int, int]:
    """Right, said and wanted of the names over the cut."""
    said = [(sum(weights.get(f, 0.0) for f in found) > cut, answer) for found, answer in data]
    return (
        sum(1 for yes, answer in said if yes and answer),
        sum(1 for yes, _ in said if yes),
        sum(answer for _, answer in said),
    )


def main() -> int:
    """Train on all articles, print what cross-validation says, write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--score-py", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("nlp/companies/data/weights.json"))
    parser.add_argument("--l2", type=float, default=1.0)
    parser.add_argument(
        "--leave-out", type=int, default=None, help="leave out articles whose hash is 0 modulo this"
    )
    args = parser.parse_args()
    spec = importlib.util.spec_from_file_location("score", args.score_py)
    assert spec and spec.loader
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    articles = [json.loads(line) for path in args.gold for line in path.open(encoding="utf-8")]
    if args.leave_out:
        articles = [a for a in articles if _hash(a["id"]) % args.leave_out]
    by_article = [examples(article, score) for article in articles]
    folds = [_hash(article["id"]) // 7 % FOLDS for article in articles]
    for cut in (-1.0, -0.5, 0.0, 0.5):
        total = np.zeros(3, dtype=int)
        for fold in range(FOLDS):
            if cut == -1.0:
                train = [
                    row for rows, at in zip(by_article, folds, strict=True) if at != fold for row in rows
                ]
                CACHE[fold] = fit(train, args.l2)
            test = [row for rows, at in zip(by_article, folds, strict=True) if at == fold for row in rows]
            total += judge(CACHE[fold], test, cut)
        p, r = total[0] / total[1], total[0] / total[2]
        print(f"cut {cut:+.1f}: precision {p:.3f} recall {r:.3f} F1 {2 * p * r / (p + r):.3f} of {total[2]}")
    table = fit([row for rows in by_article for row in rows], args.l2)
    args.out.write_text(json.dumps(dict(sorted(table.items())), ensure_ascii=False, indent=0) + "\n", "utf-8")
    print(f"{len(table)} weights to {args.out}")
    return 0


CACHE: dict[int, dict[str, float]] = {}


def _hash(text: str) -> int:
    return int(hashlib.sha1(text.encode()).hexdigest(), 16)


if __name__ == "__main__":
    sys.exit(main())
