"""Learn the weights by which the reader scores deals and sizes, from articles in the gold form.

    python bench/train_scoring.py GOLD.jsonl… --score-py PATH/score.py [--out nlp/deals/weights.json] [--l2 5.0]

Each article is read with every candidate kept; a candidate deal is right where the gold scorer pairs it with a gold
deal, a candidate size where the paired gold deal has it. A logistic regression with L2 gives the weights; five-fold
cross-validation by article gives the figures that are printed (log loss, share right, calibration in ten steps).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import train_names
from nlp.companies import learned
from nlp.deals import merge, read
from nlp.deals.choice import status_features, type_features
from nlp.deals.scoring import party_features, side_features, vendors_of
from nlp.jsonl import article_from_json
from nlp.reader import Reader
from pipeline.types import DEAL_TYPES, STATUSES

MODELS = ("deal", "size", "party", "side", "type", "status")
CLEAR = 1.0
"""How much a row of a clear sentence counts beside one of an article. By cross-validation 0 gives a slot F1 of 0.482,
0.3 0.490, 1 0.485, and 2 0.482 with twice the false alarms of 0; at 0.3 too many of the sentences are no longer read."""
L2 = {"deal": 8.0, "size": 5.0, "party": 12.0, "side": 8.0, "type": 5.0, "status": 3.0}
"""The ridge of each model, chosen by cross-validation over whole readings (slot F1 0.473 where 3 for all gave 0.467)."""
GIVING = {"supplier", "investor", "lender", "grantor", "acquirer"}
GETTING = {"customer", "investee", "borrower", "grantee", "target"}


PRIORS: dict[str, dict[str, float]] = {
    "deal": {
        "single,sizes_not=capex": -2.0,
        "single,sizes_not=revenue": -1.0,
        "single,sizes_not=market": -1.0,
        "object=soft": -1.0,
        "bias": -1.0,
        "parties=1": -0.5,
        "surest": 0.5,
        "second": 1.0,
        "type_score": 1.0,
        "sizes": 0.6,
        "title": 0.6,
        "lead": 0.5,
        "only_general": -0.6,
        "cue=hypothesis.hypothesis": -0.3,
        "kinds_fit": 0.4,
        "kinds_clash": -0.4,
        "one_role": -1.0,
    },
    "size": {
        "bias": 1.0,
        "gap": -0.3,
        "breaks": -0.5,
        "away=1": -0.6,
        "away=2": -1.2,
        "away=3": -1.8,
        "away=4": -2.2,
        "dealref<25": 0.8,
        "dealref<60": 0.5,
        "own_clause": 0.4,
        **{
            f"sizes_not.{k}<{n}": -2.0 if n == 25 else -1.0
            for k in ("revenue", "valuation", "price", "market", "capex", "people", "fee", "consumption")
            for n in (25, 60)
        },
    },
    "party": {
        "kind=agency,type=acquisition": -1.5,
        "kind=agency,type=supply": -0.7,
        "kind=university": -0.7,
        "bias": 0.0,
        "surest": 1.5,
        "share": 1.0,
        "two": 1.0,
        "vendor_only": -1.5,
        "assumed": -0.4,
        "rank": -0.8,
    },
    "type": {"bias": -2.0, "share": 2.0, "best": 1.5, "score": 0.5},
    "status": {"bias": -1.5, "vote": 3.0, "announced": 0.3},
    "side": {
        "vote": 2.0,
        "outright": 1.0,
        "vote_strong": 0.6,
        "rivals": -1.5,
        "gap,goods": 1.0,
        "gap,compute": 0.8,
        "gap,money": 0.6,
        "gap,financing": 1.0,
        "gap,grant": 1.5,
        "gap,investment": 0.4,
        "gap,takeover": 0.3,
        "first,takeover": 0.3,
        "first,money": 0.1,
    },
}
"""What an expert expects before any article is seen; the ridge pulls towards these, not towards nothing."""


def scorer(path: Path) -> Any:
    """The gold scorer as a module: its pairing of deals and its idea of equal sizes."""
    spec = importlib.util.spec_from_file_location("gold_score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_pred(deal: Any) -> dict[str, Any]:
    """A found deal in the form the scorer reads."""

    def number(value: Any) -> float | None:
        return None if value is None else float(value)

    return {
        "type": deal.type,
        "status": deal.status,
        "parties": [{"name": "|".join([p.entity.name, *p.also]), "role": p.role} for p in deal.parties],
        "chips": ["|".join([c.name, c.text]) for c in deal.chips],
        "sizes": [
            {"kind": a.kind, "unit": a.unit, "min": number(a.min), "max": number(a.max)} for a in deal.sizes
        ],
    }


def articles_of(path: Path) -> list[dict[str, Any]]:
    """The articles of a gold-form file, or the clear sentences of a YAML file (tests/reading/clear.yml) in that form."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = []
    for row in yaml.safe_load(path.read_text(encoding="utf-8")):
        deals = row.get("deals", [row["deal"]] if "deal" in row else [])
        found.append({
            "id": row["id"],
            "lang": row["lang"],
            "title": row.get("title", ""),
            "text": row["text"],
            "deals": [
                {
                    "primary": True,
                    "type": deal["type"],
                    "status": deal.get("status", "announced|completed|rumored|cancelled"),
                    "parties": [{"name": name, "role": role} for name, role in deal["parties"].items()],
                    "chips": deal.get("chips", []),
                    "sizes": [_size(size) for size in deal.get("sizes", [])],
                }
                for deal in deals
            ],
        })  # fmt: skip
    return found


def _size(words: str) -> dict[str, Any]:
    kind, unit, low, high = words.split()
    return {
        "kind": kind,
        "unit": unit,
        "min": None if low == "~" else float(low),
        "max": None if high == "~" else float(high),
    }


def examples(paths: list[Path], score: Any) -> list[dict[str, list[tuple[dict[str, float], bool]]]]:
    """For each article the labelled candidates of each model."""
    kept: list[Any] = []
    states: list[Any] = []
    original = merge.merge_events

    def keep(state: Any, events: Any) -> list[Any]:
        states.append(state)
        kept.append(merge.all_deals(state, events))
        return [deal for deal, _, _ in kept[-1][0]]

    read.merge_events = keep
    reader, found = Reader(), []
    whole = [a for path in paths if path.suffix == ".jsonl" for a in articles_of(path)]
    # beliefs in unknown names must be as doubtful here as they are on an article that nobody has seen
    names = train_names.cross_fitted(whole, score) if whole else {}
    name_weights = learned.weights
    for path in paths:
        for gold in articles_of(path):
            table = names.get(gold["id"], name_weights())
            learned.weights = lambda table=table: table
            kept.clear()
            states.clear()
            reader.read_one(article_from_json(gold))
            rows: dict[str, list[tuple[dict[str, float], bool]]] = {m: [] for m in MODELS}
            if kept:
                found_deals, candidates = kept[-1]
                pairs = {j: i for i, j in score.align(gold["deals"], [as_pred(d) for d, _, _ in found_deals])}
                of_draft = {}
                for j, (_, draft, features) in enumerate(found_deals):
                    rows["deal"].append((features, j in pairs))
                    of_draft[id(draft)] = gold["deals"][pairs[j]] if j in pairs else None
                    if j in pairs:
                        label_choices(states[-1], draft, gold["deals"][pairs[j]], rows)
                        label_parties(
                            states[-1], draft, found_deals[j][0], gold["deals"][pairs[j]], rows, score
                        )
                stated = [size for deal in gold["deals"] for size in deal["sizes"]]
                for candidate in candidates:
                    deal = of_draft.get(id(candidate.draft))
                    size = as_gold_size(candidate.amount)
                    mine = deal is not None and any(score.same_size(g, size) for g in deal["sizes"])
                    # a draft that is no deal must lose the sizes of those that are
                    if deal is not None or any(score.same_size(g, size) for g in stated):
                        rows["size"].append((candidate.features, mine))
            found.append(rows)
    read.merge_events = original
    learned.weights = name_weights
    return found


def as_gold_size(amount: Any) -> dict[str, Any]:
    """An amount in the form of a gold size."""
    bounds = {k: None if (v := getattr(amount, k)) is None else float(v) for k in ("min", "max")}
    return {"kind": amount.kind, "unit": amount.unit, **bounds}


def label_choices(state: Any, draft: Any, gold: dict[str, Any], rows: Any) -> None:
    """Labels each type and status that a draft could have."""
    for deal_type in DEAL_TYPES:
        if draft.types.get(deal_type, 0) > 0:
            right = deal_type in gold["type"].split("|")
            rows["type"].append((type_features(state, draft, deal_type), right))
    allowed = gold["status"].split("|")
    if len(allowed) < len(STATUSES):
        rows["status"].extend((status_features(state, draft, s), s in allowed) for s in STATUSES)


def label_parties(state: Any, draft: Any, deal: Any, gold: dict[str, Any], rows: Any, score: Any) -> None:
    """Labels each organisation of a draft: party or not, and on which end."""
    idents = sorted(draft.sides, key=lambda i: state.first[i].start)
    makers = vendors_of(draft, state)
    for order, ident in enumerate(idents):
        entity = state.first[ident]
        name = {"name": "|".join([entity.name, *state.words[ident]])}
        match = next((g for g in gold["parties"] if score.same_party(g, name)), None)
        kind = state.kinds.get(ident, "")
        standing = party_features(draft, ident, kind, deal.type, order, makers)
        rows["party"].append((standing, match is not None))
        if match is None:
            continue
        roles = set(match["role"].split("|"))
        high, low = bool(roles & GIVING), bool(roles & GETTING)
        if high != low and len(idents) > 1:
            rows["side"].append((side_features(draft, ident, state.kinds, deal.type, order, makers), high))


def fit(
    rows: list[tuple[dict[str, float], bool]],
    model: str,
    l2: float,
    rare: int = 3,
    clear: list[tuple[dict[str, float], bool]] | None = None,
) -> dict[str, float]:
    """Logistic regression by Newton's method, with a ridge towards PRIORS; rare features keep their prior. Rows of
    ``clear`` sentences count for CLEAR of a row of an article: nearly all of them are deals, and articles are not so.
    """
    whole = len(rows)
    rows = rows + (clear or [])
    count = np.array([1.0] * whole + [CLEAR] * (len(rows) - whole))
    counts: dict[str, int] = {}
    for features, _ in rows:
        for name, value in features.items():
            if value:
                counts[name] = counts.get(name, 0) + 1
    prior = {"bias": 0.0, **PRIORS[model]}
    names = sorted({n for n, c in counts.items() if c >= rare} | set(prior))
    at = {n: k for k, n in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    y = np.array([float(label) for _, label in rows])
    for i, (features, _) in enumerate(rows):
        for name, value in features.items():
            if name in at:
                x[i, at[name]] = value
    ridge = np.full(len(names), l2)
    ridge[at["bias"]] = 0.05
    expected = np.array([prior.get(n, 0.0) for n in names])
    w = expected.copy()

    def loss(v: Any) -> float:
        z = np.clip(x @ v, -30, 30)
        return float(
            np.sum(count * (np.log1p(np.exp(z)) - y * z)) + 0.5 * np.sum(ridge * (v - expected) ** 2)
        )

    now = loss(w)
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (count * (p - y)) + ridge * (w - expected)
        hessian = (x * (count * p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        # Newton's whole step may overshoot where the start is far off
        while size > 1e-4 and loss(w - size * step) > now:
            size /= 2
        w = w - size * step
        before, now = now, loss(w)
        if before - now < 1e-7 * max(1.0, abs(before)):
            break
    return {n: round(float(w[k]), 4) for n, k in at.items()}


def predict(weights: dict[str, float], features: dict[str, float]) -> float:
    """Probability of one candidate."""
    total = sum(value * weights.get(name, 0.0) for name, value in features.items())
    return float(1 / (1 + np.exp(-np.clip(total, -30, 30))))


def cross_validate(articles: list[dict[str, Any]], model: str, l2: float, folds: int = 5) -> None:
    """Prints how the model does on articles that it was not fitted on."""
    got: list[tuple[float, bool]] = []
    for fold in range(folds):
        train = [row for i, a in enumerate(articles) if i % folds != fold for row in a[model]]
        weights = fit(train, model, l2)
        got += [
            (predict(weights, f), y) for i, a in enumerate(articles) if i % folds == fold for f, y in a[model]
        ]
    p = np.array([g[0] for g in got])
    y = np.array([g[1] for g in got], dtype=float)
    loss = -np.mean(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))
    print(
        f"{model}: {len(y)} candidates, {y.mean():.3f} right; log loss {loss:.3f}, at 0.5 {np.mean((p > 0.5) == y):.3f} right"
    )
    for low in np.arange(0, 1, 0.1):
        here = (p >= low) & (p < low + 0.1)
        if here.any():
            print(
                f"   said {low:.1f}–{low + 0.1:.1f}: {here.sum():4d} candidates, {y[here].mean():.2f} right"
            )


def main() -> None:
    """Reads, cross-validates, writes the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--score-py", type=Path, default=Path("../shared/gold/score.py"))
    parser.add_argument("--out", type=Path, default=Path("nlp/deals/weights.json"))
    parser.add_argument("--l2", type=float, help="one ridge for all models, in place of each one's own")
    args = parser.parse_args()
    score = scorer(args.score_py)
    articles = examples([path for path in args.gold if path.suffix == ".jsonl"], score)
    clear = examples([path for path in args.gold if path.suffix != ".jsonl"], score)
    result = {}
    for model in MODELS:
        l2 = L2[model] if args.l2 is None else args.l2
        cross_validate(articles, model, l2)
        result[model] = fit(
            [row for a in articles for row in a[model]],
            model,
            l2,
            clear=[row for a in clear for row in a[model]],
        )
    args.out.write_text(json.dumps(result, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {args.out}")


if __name__ == "__main__":
    main()
