"""A source as strangers describe it: one YAML file, checked, with errors that name file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import yaml
from publicsuffixlist import PublicSuffixList
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.types import LANGUAGES
from pipeline.urls import UrlError, canonical_host, check_url, host_address

Kind = Literal["feed", "wire", "sitemap", "listing", "pages"]
Pattern = Annotated[str, Field(min_length=1, max_length=500)]

MAX_SOURCE_BYTES = 100_000
_SUFFIXES = PublicSuffixList()


class SourceError(ValueError):
    """A source file that cannot be used; each line of the message begins with ``file:line:``."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Strict):
    """How much of a source one crawl may take. None: the settings' own limit."""

    pages: int | None = Field(default=None, ge=1, le=1_000_000, description="most pages fetched in one crawl")
    page_bytes: int | None = Field(default=None, ge=1_000, description="largest page in bytes")
    feed_bytes: int | None = Field(
        default=None, ge=1_000, description="largest feed, sitemap or listing in bytes"
    )
    entries: int = Field(
        default=50_000,
        ge=1,
        le=10_000_000,
        description="most entries of one feed or sitemap that are looked at",
    )
    sitemaps: int = Field(default=50, ge=1, le=50_000, description="most sitemaps that an index may lead to")
    listing_pages: int = Field(
        default=1, ge=1, le=1_000, description="most pages of a listing, by its next links"
    )
    age_days: float | None = Field(
        default=None, gt=0, description="entries dated older than this are passed over"
    )
    retries: int = Field(default=2, ge=0, le=10, description="how often a failed request is tried again")


class Expect(_Strict):
    """What a healthy source looks like."""

    articles_per_day: Decimal | None = Field(
        default=None, ge=0, description="articles of all subjects, a day"
    )
    fields: tuple[Literal["title", "text", "published", "authors"], ...] = ("title", "text", "published")


class Source(_Strict):
    """One site, or one section of a site, that is crawled as a whole."""

    id: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60, description="the file's name without .yml"
    )
    name: str = Field(min_length=1, max_length=200)
    language: Literal["en", "pt", "es", "fr", "de", "it", "zh", "ja", "ko"]
    country: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}$", description="ISO 3166-1, of the publisher"
    )
    timezone: str | None = Field(
        default=None, description="IANA name, of times that it writes without a zone; none: taken as UTC"
    )
    kind: Kind
    about: Literal["trade", "wire", "business", "newsroom", "regulator", "filings", "general"] = "trade"
    urls: tuple[str, ...] = Field(
        min_length=1, max_length=10_000, description="feeds, sitemaps, listings or pages"
    )
    domains: tuple[str, ...] = Field(
        default=(), description='further sites its entries may lie on; "*" for any'
    )
    allow: tuple[Pattern, ...] = Field(
        default=(), description="patterns of which an entry's URL must match one"
    )
    deny: tuple[Pattern, ...] = Field(
        default=(), description="patterns of which an entry's URL must match none"
    )
    through: tuple[Pattern, ...] = Field(
        default=(), description="entries that only lead on: their links are the entries"
    )
    rewrite: dict[Pattern, str] = Field(
        default={}, description="pattern in an entry's URL: what it is replaced with, first of all"
    )
    next: Pattern | None = Field(default=None, description="pattern of the URL of a listing's next page")
    delay: float | None = Field(
        default=None, ge=0, le=600, description="seconds between two requests to one host"
    )
    poll_minutes: int = Field(default=60, ge=1, le=44_640, description="pause between crawls to begin with")
    limits: Limits = Limits()
    expect: Expect = Expect()
    js: bool = Field(default=False, description="pages need a browser (the extra `browser`)")
    cookies: bool = Field(default=False, description="keep cookies during one crawl")
    enabled: bool = True
    verified: date | Literal["never"] = Field(
        default="never", description="when `sources check` last saw it work"
    )
    notes: str = Field(default="", max_length=2_000)

    @field_validator("urls")
    @classmethod
    def _urls(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            try:
                check_url(url)
            except UrlError as error:
                raise ValueError(str(error)) from None
        if len(set(urls)) != len(urls):
            raise ValueError("the same URL stands here twice")
        return urls

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, name: str | None) -> str | None:
        if name is not None and name not in available_timezones():
            raise ValueError("no time zone; write it like Asia/Tokyo or Europe/Berlin")
        return name

    @field_validator("domains")
    @classmethod
    def _domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(name if name == "*" else canonical_host(name) for name in domains)
        except UrlError as error:
            raise ValueError(str(error)) from None

    @field_validator("allow", "deny", "through", "next", "rewrite")
    @classmethod
    def _patterns(cls, value: Any) -> Any:
        for pattern in (value,) if isinstance(value, str) else value or ():
            try:
                re.compile(pattern)
                if isinstance(value, dict):
                    re.sub(pattern, value[pattern], "")
            except (re.error, IndexError) as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _fits(self) -> Source:
        if self.next and self.kind != "listing":
            raise ValueError("'next' is for sources of kind listing")
        if self.kind == "listing" and not self.allow:
            raise ValueError("a listing needs 'allow': which links are articles")
        return self

    def covers(self, url: str) -> bool:
        """Whether ``url`` lies on a site of this source."""
        try:
            host = canonical_host(_host(url))
        except UrlError:
            return False
        if "*" in self.domains:
            return True
        if any(host == name or host.endswith(f".{name}") for name in self.domains):
            return True
        return _site(host) in {_site(canonical_host(_host(own))) for own in self.urls}


def load_source(path: Path) -> Source:
    """The source of one file. Raises SourceError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}:1: cannot be read: {error.strerror}") from None
    return parse_source(raw, str(path), id=path.stem)


def parse_source(raw: bytes | str, name: str, *, id: str | None = None) -> Source:
    """The source of a YAML text; ``name`` stands for the file in errors. ``id`` is what the id must be."""
    if len(raw) > MAX_SOURCE_BYTES:
        raise SourceError(f"{name}:1: larger than {MAX_SOURCE_BYTES} bytes; a source file is not")
    try:
        tree = yaml.compose(raw, Loader=yaml.SafeLoader)
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(raw, Loader=yaml.SafeLoader)):
            raise SourceError(f"{name}:1: YAML aliases (*name) are not allowed in a source file")
        data = yaml.safe_load(raw)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SourceError(f"{name}:{mark.line + 1 if mark else 1}: not YAML: {problem}") from None
    if not isinstance(data, Mapping) or tree is None:
        raise SourceError(f"{name}:1: a source is a mapping (id: …, name: …, urls: …)")
    problems = _twice(tree, name)
    if id is not None and data.get("id") != id:
        problems.append(
            f"{name}:{_line(tree, ('id',))}: id must be {id!r}, like the file's name, not {data.get('id')!r}"
        )
    try:
        source = Source.model_validate(data)
    except ValidationError as error:
        problems += [f"{name}:{_line(tree, found['loc'])}: {_say(found)}" for found in error.errors()]
    if problems:
        raise SourceError("\n".join(problems))
    return source


def load_sources(folder: Path) -> list[Source]:
    """All sources of a folder, by id, the disabled ones too. Raises SourceError with every problem of every
    file.
    """
    if not folder.is_dir():
        raise SourceError(
            f"{folder}:1: no such folder of sources. Give one with --sources or CHIPWIRE_SOURCES_DIR."
        )
    sources: list[Source] = []
    problems: list[str] = []
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        try:
            sources.append(load_source(path))
        except SourceError as error:
            problems.append(str(error))
    seen: dict[str, str] = {}
    for source in sources:
        for url in source.urls:
            if url in seen and seen[url] != source.id:
                problems.append(f"{folder / source.id}.yml:1: {url} is already a URL of source {seen[url]}")
            seen[url] = source.id
    if problems:
        raise SourceError("\n".join(problems))
    if not sources:
        raise SourceError(f"{folder}:1: no source files (*.yml) here")
    return sorted(sources, key=lambda source: source.id)


def _host(url: str) -> str:
    return check_url(url).split("://", 1)[1].split("/", 1)[0].rsplit(":", 1)[0]


def _site(host: str) -> str:
    if host_address(host) is not None:
        return host
    return _SUFFIXES.privatesuffix(host) or host


def _twice(tree: yaml.Node, name: str) -> list[str]:
    problems = []
    if isinstance(tree, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in tree.value:
            if key.value in seen:
                problems.append(f"{name}:{key.start_mark.line + 1}: {key.value!r} stands here twice")
            seen.add(str(key.value))
            problems += _twice(value, name)
    return problems


def _line(tree: yaml.Node, loc: tuple[Any, ...]) -> int:
    """The line where ``loc`` stands, or the nearest thing around it."""
    node, line = tree, tree.start_mark.line
    for step in loc:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        if found is None:
            break
        line, node = found[0].start_mark.line, found[1]
    return line + 1


def _say(found: Any) -> str:
    where = ".".join(str(step) for step in found["loc"] if step != "literal['never']")
    if found["type"] == "extra_forbidden":
        return f"{where}: no such key. Known: {', '.join(Source.model_fields)}"
    if found["type"] == "missing":
        return f"{where}: is missing"
    message = found["msg"].removeprefix("Value error, ")
    if where == "language":
        message = f"one of {', '.join(LANGUAGES)}"
    given = "" if isinstance(found["input"], Mapping) else f" (given: {str(found['input'])[:80]!r})"
    return f"{where}: {message}{given}".removeprefix(": ")
