"""Resolution of a few new reports in a store of many, a third of which name one company:
``bench/resolve_store.py [--reports N] [--hub SHARE] [--new N]``.

Fills an embedded Postgres in a temporary folder with made-up reports, resolves all but the newest ones at
once, then those by what the store hands out. Prints how long each step took, how many reports a batch
held, and whether the deals are those of resolving everything at once.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from pipeline import fx
from pipeline.resolve import resolve
from pipeline.store import Store, embedded, open_store
from pipeline.types import DEAL_TYPES, Article, Deal, DealClaim, Mention, Party, Reading, Report, Size, Span

HUB = "Envision"
NOWHERE = Span(0, 1, "x")
DAYS = 3 * 365
_TYPES = {
    "supply": 40, "compute": 18, "investment": 14, "datacenter": 12, "financing": 8, "acquisition": 6,
    "manufacturing": 2,
}  # fmt: skip
_CHIPS = ("GB300", "B200", "TPU", "MI450", "HBM4", "Trainium 3", "Rubin", "Gaudi 3")


def claims(count: int, hub: float, chance: random.Random) -> Iterator[tuple[date, DealClaim]]:
    """Claims of made-up deals with their days: some deals told once, some by dozens."""
    names = [_name(chance) for _ in range(2_000)]
    made = 0
    while made < count:
        kind = chance.choices(list(_TYPES), list(_TYPES.values()))[0]
        roles = DEAL_TYPES[kind][:2]
        who = [names[min(int(chance.paretovariate(0.9)) - 1, len(names) - 1)], chance.choice(names)]
        if chance.random() < hub:
            who[chance.randrange(2)] = HUB
        parties = tuple(Party(name, role, _key(name), NOWHERE) for name, role in zip(who, roles, strict=True))
        if chance.random() < 0.12 and HUB not in who[1:]:
            parties = parties[:1]
        day = date(2023, 1, 1) + timedelta(days=chance.randrange(DAYS))
        sizes = _sizes(chance)
        chips = tuple(Mention(name, (), None, NOWHERE) for name in chance.sample(_CHIPS, chance.randrange(3)))
        for _ in range(min(int(chance.paretovariate(0.8)), 60, count - made)):
            made += 1
            yield (
                day + timedelta(days=int(chance.expovariate(1 / 4))),
                DealClaim(
                    primary=chance.random() < 0.85,
                    type=kind,
                    status=chance.choices(("announced", "rumored", "completed"), (80, 12, 8))[0],
                    parties=parties,
                    chips=chips,
                    sizes=tuple(size for size in sizes if chance.random() < 0.85),
                    confidence=round(chance.uniform(0.4, 0.95), 3),
                    evidence=(NOWHERE,),
                ),
            )


def _name(chance: random.Random) -> str:
    syllables = ("bra", "cor", "del", "fen", "gal", "hux", "jor", "kel", "lum", "mir", "nov", "ost", "pru",
                 "quil", "ras", "sol", "tev", "ulm", "vex", "wyn", "xan", "yor", "zet")  # fmt: skip
    word = "".join(chance.choice(syllables) for _ in range(3)).title()
    return f"{word} {chance.choice(('Systems', 'Micro', 'Cloud', 'Energy', 'Labs'))}"


def _key(name: str) -> str | None:
    return name.lower().replace(" ", "-") if name == HUB or len(name) % 2 else None


def _sizes(chance: random.Random) -> tuple[Size, ...]:
    found = []
    if chance.random() < 0.75:
        value = Decimal(
            chance.choice((1, 1.5, 2, 2.4, 3, 4, 5, 6.5, 7.3, 8, 10, 12.6)) * 10 ** chance.randint(7, 10)
        )
        unit = chance.choices(("USD", "EUR", "CNY"), (85, 10, 5))[0]
        found.append(Size("money", unit, value, value, Span(0, 1, "x")))
    if chance.random() < 0.2:
        watts = Decimal(chance.choice((50, 100, 200, 500, 1000, 2000)) * 10**6)
        found.append(Size("power", "W", watts, None, Span(0, 1, "x")))
    return tuple(found)


def fill(store: Store, told: list[tuple[date, DealClaim]], first: int) -> None:
    """One article a claim, with its reading."""
    for number, (day, claim) in enumerate(told, first):
        url = f"https://bench.example/{number}"
        article = Article(
            id=f"a{number}", url=url, canonical_url=url, source=f"s{number % 40}", title="A deal", text="x",
            published_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC), language="en",
        )  # fmt: skip
        saved = store.articles.save(article)
        reading = Reading(saved.id, "en", True, (), (), claim.sizes, (claim,), "bench")
        store.readings.save(reading, revision=saved.revision)


def groups(deals: list[Deal]) -> set[frozenset[tuple[str, int]]]:
    """The deals as the reports they are told by."""
    return {frozenset((r.article_id, r.index) for r in deal.reports) for deal in deals}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--hub", type=float, default=0.3)
    parser.add_argument("--new", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    told = sorted(claims(options.reports, options.hub, random.Random(7)), key=lambda pair: pair[0])
    fresh = options.new * options.rounds
    hubs = sum(any(p.name == HUB for p in claim.parties) for _, claim in told)
    print(f"{len(told)} reports over {DAYS} days, {hubs} of them name {HUB}")
    with tempfile.TemporaryDirectory(prefix="chipwire-bench-") as folder:
        Path(folder).chmod(0o755)
        try:
            with open_store(embedded.start(Path(folder), durable=False)) as store:
                measure(store, told[:-fresh], told[-fresh:], options.new)
        finally:
            embedded.destroy(Path(folder))


def measure(
    store: Store, old: list[tuple[date, DealClaim]], new: list[tuple[date, DealClaim]], at_once: int
) -> None:
    """Resolve the old ones, then the new ones some at a time."""
    clock = Clock()
    fill(store, old, 0)
    clock.tell("stored")
    batch = store.deals.batch(limit=len(old))
    clock.tell(f"first batch of {len(batch.reports)}")
    deals = resolve(batch.reports, batch.deal_ids, to_usd=fx.to_usd)
    clock.tell(f"resolved at once into {len(deals)} deals")
    store.deals.save(batch, deals)
    clock.tell("saved")
    everything: list[Report] = list(batch.reports)
    for at in range(0, len(new), at_once):
        fill(store, new[at : at + at_once], len(old) + at)
        clock = Clock()
        batch = store.deals.batch()
        clock.tell(f"{len(batch.waiting)} new: batch of {len(batch.reports)}")
        everything += batch.waiting
        deals = resolve(batch.reports, batch.deal_ids, to_usd=fx.to_usd)
        clock.tell(f"  resolved into {len(deals)} deals")
        store.deals.save(batch, deals)
        clock.tell("  saved")
        whole = groups(resolve(everything, to_usd=fx.to_usd))
        wrong = sum(group not in whole for group in groups(deals))
        print(f"  {wrong} of these deals are others when everything is resolved at once")


class Clock:
    """Prints what took how long since it last did."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def tell(self, what: str) -> None:
        """Print a step's time."""
        now = time.perf_counter()
        print(f"{what}: {now - self._since:.2f} s", flush=True)
        self._since = time.perf_counter()


if __name__ == "__main__":
    main()
