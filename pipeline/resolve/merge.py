"""One deal out of the reports that tell of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pipeline.resolve.history import ordered, steps, voice
from pipeline.resolve.identity import Companies, Who, alike, normal
from pipeline.resolve.items import Item, side
from pipeline.resolve.sizes import ToUsd
from pipeline.types import DEAL_TYPES, Deal, DealParty, DealSize, Report, Size

_SURE_SHARE = 0.2
_FEW_VOICES = 3
_SECOND_VOICE = 0.5
_MOST = 0.99


def merged(items: Sequence[Item], deal_id: str, companies: Companies, to_usd: ToUsd | None) -> Deal:
    """The deal of these items. ``to_usd`` is asked for the day of the first report."""
    reports = ordered([i.report for i in items])
    weight = _weights(items)
    kind = _vote(_ballot(_fitting_types(i), w) for i, w in weight)
    dates = [r.published for r in reports if r.published]
    first = min(dates, default=None)
    return Deal(
        id=deal_id,
        type=kind,
        status=steps(reports)[-1].status,
        parties=tuple(_merged_parties(weight, kind, companies)),
        chips=tuple(_merged_chips(weight)),
        sizes=tuple(_merged_sizes(weight, first, to_usd)),
        confidence=_confidence(reports),
        first_reported=first,
        last_reported=max(dates, default=None),
        origins=len({voice(r) for r in reports}),
        reports=reports,
    )


def _weights(items: Sequence[Item]) -> list[tuple[Item, float]]:
    """What each report's word weighs: its confidence, half for background; a voice's reports share one
    vote."""
    shares = Counter(voice(i.report) for i in items)
    return [
        (
            i,
            max(i.report.claim.confidence, 0.05)
            * (1.0 if i.report.claim.primary else 0.5)
            / shares[voice(i.report)],
        )
        for i in items
    ]


def _ballot(choices: Sequence[str], weight: float) -> dict[str, float]:
    """One report's vote, shared by its alternatives; the one that it names first has a hair more."""
    return {choice: weight / len(choices) * (1 - at / 1000) for at, choice in enumerate(choices)}


def _fitting_types(item: Item) -> list[str]:
    """Of alternative types those that know the roles which the report gives."""
    fitting = [t for t in item.types if all(set(p.roles) & set(DEAL_TYPES[t]) for p in item.parties)]
    return fitting or list(item.types)


def _vote(ballots: Iterable[dict[str, float]]) -> str:
    votes: dict[str, float] = defaultdict(float)
    for ballot in ballots:
        for choice, weight in ballot.items():
            votes[choice] += weight
    known = list(DEAL_TYPES)
    return min(votes, key=lambda choice: (-round(votes[choice], 9), known.index(choice)))


def _confidence(reports: Sequence[Report]) -> float:
    """Independent voices add up, copies do not; later ones count half, since they are read by the same
    reader."""
    best: dict[str, float] = {}
    for report in reports:
        best[voice(report)] = max(best.get(voice(report), 0.0), report.claim.confidence)
    first, *others = sorted(best.values(), reverse=True)
    doubt = 1 - first
    for other in others:
        doubt *= 1 - _SECOND_VOICE * other
    return round(min(1 - doubt, max(_MOST, first)), 4)


def _enough(voices: set[str], support: float, total: float) -> bool:
    """Whether a value of a deal told by many is more than one reader's slip."""
    return len(voices) > 1 or total <= 0 or support / total >= _SURE_SHARE


@dataclass
class _Seen:
    """One party, chip or size over the reports."""

    weight: float = 0.0
    voices: set[str] = field(default_factory=set)
    names: Counter[str] = field(default_factory=Counter)
    roles: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def _kept(seen: list[_Seen], weight: list[tuple[Item, float]]) -> list[_Seen]:
    total = sum(w for _, w in weight)
    voices = {voice(i.report) for i, _ in weight}
    if len(voices) <= _FEW_VOICES:
        return seen
    return [s for s in seen if _enough(s.voices, s.weight, total)] or seen


def _merged_parties(weight: list[tuple[Item, float]], kind: str, companies: Companies) -> list[DealParty]:
    found: list[tuple[list[Who], _Seen]] = []
    for item, w in weight:
        mine: set[int] = set()
        for party in item.parties:
            options = [(max(alike(party.who, x) for x in known), -at) for at, (known, _) in enumerate(found)]
            like, place = max((o for o in options if -o[1] not in mine), default=(0.0, 0))
            at = -place
            if not like:
                at = len(found)
                found.append(([], _Seen()))
            mine.add(at)
            known, seen = found[at]
            if party.who not in known:
                known.append(party.who)
            seen.weight += w
            seen.voices.add(voice(item.report))
            seen.names[party.who.name] += w  # type: ignore[assignment]
            same = 1.0 if kind in item.types else 0.25
            for role, votes in _ballot(_roles(party.roles, kind), w * same).items():
                seen.roles[role] += votes
    keep = _kept([seen for _, seen in found], weight)
    parties = []
    for known, seen in found:
        if seen in keep:
            keys = Counter(w.key for w in known if w.key)
            key = keys.most_common(1)[0][0] if keys else None
            name = companies.names.get(key or "") or _best_name(seen.names)
            role = max(DEAL_TYPES[kind], key=lambda r: seen.roles.get(r, 0.0))
            parties.append(DealParty(name, role, key))
    return sorted(parties, key=lambda p: DEAL_TYPES[kind].index(p.role))


def _roles(given: Sequence[str], kind: str) -> list[str]:
    """The given roles that the type knows; else its role on the same side, by which way the money goes."""
    known = DEAL_TYPES[kind]
    fitting = [role for role in given if role in known]
    if fitting:
        return fitting
    return [next((role for role in known if side(role) == side(given[0])), known[0])]


def _best_name(names: Counter[str]) -> str:
    """The most used name; of equals one in Latin letters, which more readers can read."""
    return min(names, key=lambda n: (-round(names[n], 9), not n.isascii(), n))


def _merged_chips(weight: list[tuple[Item, float]]) -> list[str]:
    found: list[tuple[set[str], _Seen]] = []
    for item, w in weight:
        for names, mention in zip(item.chips, item.report.claim.chips, strict=True):
            written = mention.name.split("|")[0].strip()
            same = next(
                (f for f in found if f[0] & names or normal(written) in {normal(n) for n in f[1].names}), None
            )
            if same is None:
                same = (set(), _Seen())
                found.append(same)
            same[0].update(names)
            same[1].weight += w
            same[1].voices.add(voice(item.report))
            same[1].names[written] += w  # type: ignore[assignment]
    kept = _kept([seen for _, seen in found], weight)
    return [_best_name(seen.names) for seen in sorted(kept, key=lambda s: -round(s.weight, 9))]


def _merged_sizes(weight: list[tuple[Item, float]], on: date | None, to_usd: ToUsd | None) -> list[DealSize]:
    found: list[tuple[Size, _Seen, Counter[Size]]] = []
    for item, w in weight:
        for size in item.report.claim.sizes:
            same = next((f for f in found if _same_size(f[0], size)), None)
            if same is None:
                same = (size, _Seen(), Counter())
                found.append(same)
            same[1].weight += w
            same[1].voices.add(voice(item.report))
            same[2][size] += w  # type: ignore[assignment]
    kept = _kept([seen for _, seen, _ in found], weight)
    sizes = [
        (seen.weight, max(forms, key=lambda s: (round(forms[s], 9), s.span.quote)))
        for _, seen, forms in found
        if seen in kept
    ]
    sizes = [
        (w, s) for w, s in sizes if not any(_says_more(other, s) for _, other in sizes if other is not s)
    ]
    out = [(w, _in_usd(s, on, to_usd)) for w, s in sizes]
    return [s for _, s in sorted(out, key=lambda o: (_KINDS.index(o[1].kind), _rank(o[1]), o[1].unit))]


_KINDS = ("money", "power", "units", "stake")


def _rank(size: DealSize) -> tuple[bool, float]:
    """Largest first; money that cannot be told in dollars last, since its numbers do not compare."""
    usd = size.usd_max or size.usd_min
    return (size.kind == "money" and usd is None, -float(usd or size.max or size.min or 0))


def _same_size(a: Size, b: Size) -> bool:
    if (a.kind, a.unit) != (b.kind, b.unit):
        return False
    return _close(a.min, b.min) and _close(a.max, b.max)


def _close(a: Decimal | None, b: Decimal | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= max(abs(a), abs(b)) / 50


def _says_more(other: Size, vague: Size) -> bool:
    """Whether ``vague`` is a one-digit lower bound ("multi-gigawatt", "billions") that ``other`` makes
    precise."""
    if (other.kind, other.unit) != (vague.kind, vague.unit) or vague.max is not None or vague.min is None:
        return False
    one_digit = len(vague.min.normalize().as_tuple().digits) == 1
    return one_digit and other.min is not None and other.min == other.max and other.min >= vague.min


def _in_usd(size: Size, on: date | None, to_usd: ToUsd | None) -> DealSize:
    low = high = None
    if size.kind == "money":
        low, high = (_usd(value, size.unit, on, to_usd) for value in (size.min, size.max))
    return DealSize(size.kind, size.unit, size.min, size.max, low, high, size.span.quote)


def _usd(value: Decimal | None, unit: str, on: date | None, to_usd: ToUsd | None) -> Decimal | None:
    if value is None or unit == "USD":
        return value
    return to_usd(value, unit, on) if to_usd is not None and on is not None else None
