"""Article text on real pages beside other extractors, by the measure of scrapinghub/article-extraction-
benchmark.

The measure: texts to lists of words (\\w+), these to multisets of 4-word shingles; per page true and false
positives and
false negatives of the shingles; precision and recall are means over the pages where they are defined, F1 is
of the two means.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spiders.extract import NotAnArticle, article_from_html

Extractor = Callable[[bytes, str], str]
_WORD = re.compile(r"\w+")
SHINGLE = 4


@dataclass(frozen=True, slots=True)
class Page:
    """A page as served and the text it should give. ``held``: put away, only its score is looked at."""

    id: str
    url: str
    html: bytes
    text: str
    held: bool


def load(folder: Path) -> list[Page]:
    """The pages of ``folder`` (ground-truth.json, html/<id>.html.gz); a third of them held, by the hash of
    the id.
    """
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return [
        Page(
            key,
            entry["url"],
            gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes()),
            entry["articleBody"],
            int(hashlib.sha256(key.encode()).hexdigest(), 16) % 3 == 0,
        )
        for key, entry in truth.items()
    ]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Multiset of the 4-word shingles; a shorter text is one shingle, an empty one none."""
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))


def match(true: str, found: str) -> tuple[int, int, int]:
    """True positives, false positives, false negatives in shingles."""
    expected, given = shingles(true), shingles(found)
    both = (expected & given).total()
    return both, given.total() - both, expected.total() - both


def score(counts: list[tuple[int, int, int]]) -> dict[str, float]:
    """Mean precision over pages that gave text, mean recall over pages that have text, F1 of the two
    means.
    """
    precision = statistics.fmean(tp / (tp + fp) for tp, fp, _ in counts if tp + fp)
    recall = statistics.fmean(tp / (tp + fn) for tp, _, fn in counts if tp + fn)
    return {"f1": 2 * precision * recall / (precision + recall), "precision": precision, "recall": recall}


def ours(html: bytes, url: str) -> str:
    """Our text; empty where it is no article."""
    try:
        return article_from_html(html, url).text
    except NotAnArticle:
        return ""


def extractors() -> dict[str, Extractor]:
    """The extractors that are installed, by the name printed."""
    import trafilatura

    def plain(html: bytes, url: str) -> str:
        found = trafilatura.bare_extraction(html, url=url, with_metadata=True, include_comments=False)
        return found.text or "" if found else ""

    def precise(html: bytes, url: str) -> str:
        found = trafilatura.bare_extraction(
            html, url=url, with_metadata=True, include_comments=False, favor_precision=True
        )
        return found.text or "" if found else ""

    table: dict[str, Extractor] = {"chipwire": ours, "trafilatura": plain, "trafilatura precise": precise}
    try:
        import readability  # type: ignore[import-not-found]
        from lxml import html as lxml_html
    except ImportError:
        return table

    def readable(html: bytes, url: str) -> str:
        document = readability.Document(html.decode("utf-8", "replace"), url=url)
        document.title()
        return str(lxml_html.fromstring(document.summary()).text_content())

    return table | {"readability-lxml": readable}


def quality(pages: list[Page], extract: Extractor) -> dict[str, object]:
    """Scores of all pages, of the open ones and of the held third."""
    counts = [match(page.text, extract(page.html, page.url)) for page in pages]
    return {
        "all": score(counts),
        "open": score([count for count, page in zip(counts, pages, strict=True) if not page.held]),
        "held": score([count for count, page in zip(counts, pages, strict=True) if page.held]),
    }


def speeds(pages: list[Page], table: dict[str, Extractor], rounds: int) -> dict[str, list[float]]:
    """Pages a second of processor time (steady on a busy machine) in each round; the extractors take turns, so
    that all meet the same weather."""
    found: dict[str, list[float]] = {name: [] for name in table}
    for _ in range(rounds):
        for name, extract in table.items():
            started = time.process_time()
            for page in pages:
                extract(page.html, page.url)
            found[name].append(len(pages) / (time.process_time() - started))
    return found


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared/pages"))
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--rounds", type=int, default=5, help="of the speed; medians are printed")
    parser.add_argument("--only", help="only extractors whose name begins so")
    options = parser.parse_args()
    if not (options.folder / "ground-truth.json").is_file():
        sys.exit(f"no ground-truth.json in {options.folder}: give the benchmark's folder as argument")
    pages = load(options.folder)
    table = {name: fn for name, fn in extractors().items() if name.startswith(options.only or "")}
    results = {name: quality(pages, extract) for name, extract in table.items()}
    rates = speeds(pages, table, options.rounds)
    for name, result in results.items():
        result["pages_per_second"] = statistics.median(rates[name])
        if "trafilatura" in rates:
            result["times_trafilatura"] = statistics.median(
                mine / other for mine, other in zip(rates[name], rates["trafilatura"], strict=True)
            )
    if options.json:
        print(json.dumps(results, indent=1))
        return
    print(f"{len(pages)} pages, {sum(page.held for page in pages)} held; body text by 4-word shingles")
    print(f"{'':<22}{'F1':>7}{'prec.':>7}{'recall':>7}{'F1 open':>9}{'F1 held':>9}{'pages/s':>9}{'times':>7}")
    for name, result in results.items():
        whole, opened, held = result["all"], result["open"], result["held"]
        print(
            f"{name:<22}{whole['f1']:>7.3f}{whole['precision']:>7.3f}{whole['recall']:>7.3f}"  # type: ignore[index]
            f"{opened['f1']:>9.3f}{held['f1']:>9.3f}{result['pages_per_second']:>9.1f}"  # type: ignore[index]
            f"{result.get('times_trafilatura', 1):>7.2f}"
        )


if __name__ == "__main__":
    main()
