"""What a deal's confidence is worth: ``python -m bench.calibration GOLD.jsonl… [--readings FILE] [--svg FILE]``.

Prints, by tenths of confidence, how sure the reader said it was and how often it was right (with the expected
calibration error, weighted by deals), and the curve of precision against coverage: of the deals at or above each
confidence, how many are right, and how many of the annotated deals they are. A deal is right where it can be paired
with a deal of the article (bench/measure.py). Give articles that the weights were not trained on, else the figures
flatter. Without --readings the articles are read here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.measure import pair

Judged = list[tuple[float, bool]]
"""Confidence of each read deal, and whether it was right."""

WIDTH, HEIGHT, EDGE = 360, 300, 46


def judge(articles: Iterable[dict[str, Any]], readings: dict[str, dict[str, Any]]) -> tuple[Judged, int]:
    """Every read deal with its confidence and verdict, and how many deals there were to find."""
    judged: Judged = []
    wanted = 0
    for article in articles:
        reads = readings.get(str(article["id"]), {}).get("deals") or []
        right = {j for _, j in pair(article["deals"], reads)}
        judged += [(float(deal.get("confidence", 1.0)), j in right) for j, deal in enumerate(reads)]
        wanted += len(article["deals"])
    return judged, wanted


def reliability(judged: Judged, steps: int = 10) -> list[dict[str, float]]:
    """For each step of confidence that has deals: bounds, how many, the mean said, the share right."""
    rows = []
    for step in range(steps):
        low, high = step / steps, (step + 1) / steps
        held = [(said, right) for said, right in judged if low <= said < high or (said == high == 1)]
        if held:
            said = sum(s for s, _ in held) / len(held)
            right = sum(r for _, r in held) / len(held)
            rows.append({"low": low, "high": high, "deals": len(held), "said": said, "right": right})
    return rows


def calibration_error(rows: list[dict[str, float]]) -> float:
    """The expected calibration error: how far said and right are apart, weighted by deals."""
    total = sum(row["deals"] for row in rows)
    return sum(row["deals"] * abs(row["said"] - row["right"]) for row in rows) / total if total else 0.0


def coverage(judged: Judged, wanted: int) -> list[dict[str, float]]:
    """The curve: at each confidence that some deal has, precision at or above it, and the share of deals found."""
    points: list[dict[str, float]] = []
    right = 0
    ranked = sorted(judged, reverse=True)
    for n, (said, good) in enumerate(ranked, 1):
        right += good
        if n < len(ranked) and ranked[n][0] == said:
            continue
        points.append(
            {"confidence": said, "precision": right / n, "coverage": right / wanted if wanted else 0.0}
        )
    return points


def at_least(points: list[dict[str, float]], confidence: float) -> dict[str, float] | None:
    """The point of the curve for a threshold, None where no deal reaches it."""
    reached = [point for point in points if point["confidence"] >= confidence]
    return reached[-1] if reached else None


def as_text(rows: list[dict[str, float]], points: list[dict[str, float]]) -> str:
    """Both tables."""
    lines = ["confidence  deals   said  right"]
    for row in rows:
        bar = "#" * round(20 * row["right"])
        lines.append(
            f"{row['low']:.1f} to {row['high']:.1f} {row['deals']:>6.0f} {row['said']:>6.2f} {row['right']:>6.2f}  {bar}"
        )
    lines += [
        f"expected calibration error {calibration_error(rows):.3f}",
        "",
        "at least  precision  coverage",
    ]
    for step in range(9, -1, -1):
        point = at_least(points, step / 10)
        if point:
            lines.append(f"{step / 10:>8.1f}  {point['precision']:>9.2f}  {point['coverage']:>8.2f}")
    return "\n".join(lines)


def as_svg(rows: list[dict[str, float]], points: list[dict[str, float]]) -> str:
    """Both as one drawing: said against right, and precision against coverage."""
    said = _panel(
        0, "confidence", "share right", [(row["said"], row["right"]) for row in rows], diagonal=True
    )
    curve = _panel(
        1, "coverage", "precision", [(p["coverage"], p["precision"]) for p in points], diagonal=False
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>{said}{curve}</svg>\n'
    )


def _panel(place: int, across: str, up: str, points: list[tuple[float, float]], diagonal: bool) -> str:
    left, right = place * WIDTH + EDGE, (place + 1) * WIDTH - EDGE / 2
    bottom, top = HEIGHT - EDGE, EDGE / 2

    def at(x: float, y: float) -> str:
        return f"{left + x * (right - left):.1f},{bottom - y * (bottom - top):.1f}"

    parts = [f'<polyline points="{at(0, 1)} {at(0, 0)} {at(1, 0)}" fill="none" stroke="#333"/>']
    for tick in (0.0, 0.5, 1.0):
        x, y = at(tick, 0).split(",")
        parts.append(f'<text x="{x}" y="{float(y) + 16}" text-anchor="middle">{tick:g}</text>')
        x, y = at(0, tick).split(",")
        parts.append(f'<text x="{float(x) - 6}" y="{float(y) + 4}" text-anchor="end">{tick:g}</text>')
    middle = (left + right) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">{across}</text>')
    parts.append(f'<text x="{left + 6}" y="{top + 2}">{up}</text>')
    if diagonal:
        parts.append(f'<polyline points="{at(0, 0)} {at(1, 1)}" stroke="#bbb" stroke-dasharray="4 4"/>')
    line = " ".join(at(x, y) for x, y in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#0b62a4" stroke-width="2"/>')
    if diagonal:
        for x, y in points:
            cx, cy = at(x, y).split(",")
            parts.append(f'<circle cx="{cx}" cy="{cy}" r="3" fill="#0b62a4"/>')
    return "".join(parts)


def read_here(articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The readings of the articles by this checkout's reader."""
    from nlp.jsonl import article_from_json, reading_to_json
    from nlp.reader import Reader

    reader = Reader()
    return [reading_to_json(reader.read_one(article_from_json(article))) for article in articles]


def lines_of(path: Path) -> list[dict[str, Any]]:
    """A file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> int:
    """Judge, print, draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--readings", type=Path, help="as `chipwire extract` writes them")
    parser.add_argument("--svg", type=Path, help="draw both curves here")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    articles = [article for path in given.gold for article in lines_of(path)]
    made = lines_of(given.readings) if given.readings else read_here(articles)
    readings = {str(reading["id"]): reading for reading in made}
    judged, wanted = judge(articles, readings)
    rows, points = reliability(judged), coverage(judged, wanted)
    if given.json:
        error = calibration_error(rows)
        print(json.dumps({"reliability": rows, "error": error, "curve": points, "deals": wanted}, indent=1))
    else:
        print(as_text(rows, points))
    if given.svg:
        given.svg.write_text(as_svg(rows, points), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
