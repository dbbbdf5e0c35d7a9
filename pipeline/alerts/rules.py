"""alerts.yml: its channels and rules, checked, with errors that name file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from pipeline.alerts.revision import EVENTS
from pipeline.types import DEAL_TYPES, STATUSES

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_QUIET = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})(?:\s+(\S+))?")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_MOST_BYTES = 1_000_000
_MOST_VALUES = 50_000
_MOST_DEEP = 12

Place = tuple[str | int, ...]
Complain = Callable[[Place, str], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file, and in which line (from 1)."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class AlertsError(ValueError):
    """The file of rules cannot be used; ``problems`` names every place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _one_of(allowed: Mapping[str, object] | tuple[str, ...]) -> Any:
    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if value not in allowed:
                raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
        return values

    return AfterValidator(check)


_Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(_listed)]


class Rule(BaseModel):
    """One rule. A filter that is not given lets everything through; of several values one must fit.

    ``when``: any of EVENTS, or "any". ``company``: names or keys, also of the group. ``min_usd`` compares the
    largest amount. ``country``: ISO 3166 codes of a party's home. ``channels``: names.
    ``quiet``: "22:00-07:00 Europe/Berlin".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100)]
    when: Annotated[_Words, _one_of((*EVENTS, "any"))] = ("any",)
    company: _Words = ()
    chip: _Words = ()
    type: Annotated[_Words, _one_of(DEAL_TYPES)] = ()
    status: Annotated[_Words, _one_of(STATUSES)] = ()
    country: _Words = ()
    min_usd: Annotated[Decimal, Field(ge=0)] | None = None
    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    min_origins: Annotated[int, Field(ge=1)] | None = None
    channels: Annotated[_Words, Field(min_length=1)]
    quiet: str | None = None

    @property
    def id(self) -> str:
        """A stable id made of the name."""
        return re.sub(r"[^\w]+", "-", self.name.casefold()).strip("-")

    @field_validator("min_usd", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        """ "2.5e9", "5 billion" and "300m" are numbers too."""
        return _amount(value) if isinstance(value, str) else value

    @field_validator("country")
    @classmethod
    def _codes(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if not re.fullmatch(r"[A-Za-z]{2}", value):
                raise ValueError(f"{value!r} is no ISO 3166 code of two letters, such as US or TW")
        return tuple(value.upper() for value in values)

    @field_validator("quiet")
    @classmethod
    def _hours(cls, value: str | None) -> str | None:
        if value is not None:
            _quiet_hours(value)
        return value


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channels: dict[Annotated[str, Field(min_length=1, max_length=60)], str | None] = {}
    rules: list[Rule] = []


@dataclass(frozen=True, slots=True)
class Config:
    """The checked file: ``channels`` name → Apprise URL, None for one that is off (its URL is empty)."""

    channels: dict[str, str | None]
    rules: tuple[Rule, ...]


def parse(text: str, *, file: str = "alerts.yml", env: Mapping[str, str] | None = None) -> Config:
    """Channels and rules of a file's text; ``${NAME}`` and ``${NAME:-default}`` are filled from ``env``.

    A rule may name a channel or give an Apprise URL itself, which becomes a channel named "rule-name/1".
    Raises AlertsError with file and line of everything that is wrong, but never a URL, which holds secrets.
    """
    if len(text) > _MOST_BYTES:
        raise AlertsError([Problem(file, 1, "larger than 1 MB; alert rules are not")])
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "cannot be read"
        raise AlertsError([Problem(file, mark.line + 1 if mark else 1, f"no YAML: {what}")]) from None
    except (RecursionError, ValueError):
        raise AlertsError([Problem(file, 1, "no YAML that can be read")]) from None
    problems: list[Problem] = []

    def complain(loc: Place, what: str) -> None:
        problems.append(Problem(file, _line(node, loc), what))

    try:
        filled = _Filler(env or {}, complain).fill(raw, ())
    except ValueError as error:
        raise AlertsError([Problem(file, 1, str(error))]) from None
    try:
        read = _File.model_validate(filled)
    except ValidationError as error:
        problems += [
            Problem(file, _line(node, one["loc"]), _what(one["loc"], one["type"], one["msg"]))
            for one in error.errors()
        ]
        raise AlertsError(problems) from None
    channels, rules = _channels(read, complain)
    if problems:
        raise AlertsError(problems)
    return Config(channels, tuple(rules))


def quiet_until(rule: Rule, now: datetime) -> datetime | None:
    """When the quiet hours end that ``now`` (aware) falls into; None outside of them."""
    if rule.quiet is None:
        return None
    start, end, zone = _quiet_hours(rule.quiet)
    local = now.astimezone(zone)
    clock = local.time()
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if not inside:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone)


def _quiet_hours(value: str) -> tuple[time, time, ZoneInfo]:
    match = _QUIET.fullmatch(value.strip())
    if match is None:
        raise ValueError('quiet hours look like "22:00-07:00 Europe/Berlin"')
    hours = [int(part) for part in match.groups()[:4]]
    if hours[0] > 23 or hours[2] > 23 or hours[1] > 59 or hours[3] > 59 or hours[:2] == hours[2:]:
        raise ValueError("quiet hours begin and end at two different times between 00:00 and 23:59")
    zone = match.group(5) or "UTC"
    if zone not in available_timezones():
        raise ValueError(f"{zone!r} is no time zone, such as Europe/Berlin")
    return time(hours[0], hours[1]), time(hours[2], hours[3]), ZoneInfo(zone)


def _amount(value: str) -> Decimal:
    match = re.fullmatch(
        r"([\d_.,]+(?:[eE]\+?\d{1,2})?)\s*(k|m|mn|million|b|bn|billion|t|tn|trillion)?", value.strip()
    )
    scale = {"k": 3, "m": 6, "b": 9, "t": 12}
    try:
        if match is None:
            raise ValueError
        number = Decimal(match[1].replace("_", "").replace(",", ""))
    except (ArithmeticError, ValueError):
        raise ValueError(f"{value!r} is no amount of dollars, such as 2_000_000_000 or 2bn") from None
    return number * Decimal(10) ** scale.get((match[2] or "")[:1], 0)


class _Filler:
    """Fills ``${NAME}`` in all texts of a value; ``complain`` is told the place and what is wrong."""

    def __init__(self, env: Mapping[str, str], complain: Complain) -> None:
        self._env, self._complain, self._left = env, complain, _MOST_VALUES

    def fill(self, value: Any, loc: Place) -> Any:
        self._left -= 1
        if self._left < 0 or len(loc) > _MOST_DEEP:
            # Anchors can make a small file endless.
            raise ValueError("nested too deeply, or too long")
        if isinstance(value, dict):
            return {key: self.fill(part, (*loc, str(key))) for key, part in value.items()}
        if isinstance(value, list):
            return [self.fill(part, (*loc, at)) for at, part in enumerate(value)]
        if isinstance(value, str):
            return _VARIABLE.sub(lambda match: self._variable(match, loc), value)
        return value

    def _variable(self, match: re.Match[str], loc: Place) -> str:
        name, default = match.group(1), match.group(2)
        found = self._env.get(name)
        if found is None and default is None:
            told = (
                f"the environment variable {name} is not set; set it, or write ${{{name}:-}} to leave it off"
            )
            self._complain(loc, told)
        return found if found is not None else default or ""


def _channels(read: _File, complain: Complain) -> tuple[dict[str, str | None], list[Rule]]:
    channels: dict[str, str | None] = {}
    for name, url in read.channels.items():
        if url and not _URL.fullmatch(url):
            complain(
                ("channels", name),
                f"channel {name!r}: no Apprise URL, such as mailto://… or json://host/path",
            )
        channels[name] = url or None
    rules, seen = [], set()
    for at, rule in enumerate(read.rules):
        if rule.id in seen or not rule.id:
            complain(("rules", at, "name"), f"name {rule.name!r}: another rule has it, or it has no letters")
        seen.add(rule.id)
        names = []
        for number, given in enumerate(rule.channels):
            if _URL.fullmatch(given):
                name = f"{rule.id}/{number + 1}"
                channels[name] = given
                names.append(name)
            elif given in channels:
                names.append(given)
            else:
                complain(("rules", at, "channels", number), f"channels: {_known(given, read.channels)}")
        rules.append(rule.model_copy(update={"channels": tuple(dict.fromkeys(names))}))
    return channels, rules


def _known(given: str, channels: Mapping[str, object]) -> str:
    shown = "that URL" if "://" in given else repr(given)
    return f"{shown} is no channel; there are {', '.join(channels) or 'none'}"


def _what(loc: tuple[int | str, ...], kind: str, msg: str) -> str:
    if not loc:
        return "the file holds no mapping with the keys channels and rules"
    key = ".".join(str(part) for part in loc if not isinstance(part, int))
    if kind == "extra_forbidden":
        return f"{key}: there is no such key; a rule has {', '.join(Rule.model_fields)}"
    return f"{key}: {msg.removeprefix('Value error, ')}"


def _line(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """The line of the place in the file, or of the nearest place above it that is there."""
    line = node.start_mark.line + 1 if node else 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            pair = next((p for p in node.value if str(p[0].value) == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
