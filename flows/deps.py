"""What the stages need, opened once a process: the store, the archive, the reader, what is known of companies."""

from __future__ import annotations

from functools import lru_cache

from nlp.knowledge.chips import load_chips
from nlp.knowledge.companies import load_companies
from nlp.reader import Reader
from pipeline.resolve import Companies
from pipeline.settings import get_settings
from pipeline.store import Store, open_store
from pipeline.store.rows import ChipRow, CompanyRow
from spiders.archive import Archive


@lru_cache(maxsize=8)
def store_for(url: str) -> Store:
    """The store at a database URL; a Store is safe to share between threads."""
    return open_store(url, migrate=False)


@lru_cache(maxsize=8)
def archive_for(root: str) -> Archive:
    """The page archive at a folder or fsspec URL."""
    return Archive(root, user_agent=get_settings().full_user_agent)


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The reader of this process; pipelines load when the first article of their language comes."""
    return Reader()


@lru_cache(maxsize=1)
def company_rows() -> tuple[CompanyRow, ...]:
    """The knowledge's companies as the store and resolution take them."""
    return tuple(
        CompanyRow(
            key=one.key,
            name=one.name,
            kind=one.kind,
            country=one.country,
            ticker=one.listing,
            parent=one.group or None,
            aliases=tuple(dict.fromkeys(form.text for form in one.forms if form.text != one.name)),
        )
        for one in load_companies().values()
    )


@lru_cache(maxsize=1)
def chip_rows() -> tuple[ChipRow, ...]:
    """The knowledge's chips as the store takes them."""
    return tuple(
        ChipRow(
            key=one.key,
            name=one.name,
            vendor=one.vendor or None,
            family=one.family or "",
            kind=one.kind,
            aliases=tuple(one.aliases),
        )
        for one in load_chips().values()
    )


@lru_cache(maxsize=1)
def companies() -> Companies:
    """What resolution knows of companies."""
    return Companies.of(company_rows())
