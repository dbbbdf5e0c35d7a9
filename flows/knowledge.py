"""What the knowledge files say, in the forms that the store and resolution take."""

from __future__ import annotations

from functools import lru_cache

from pipeline.resolve import Companies
from pipeline.store.rows import ChipRow, CompanyRow


@lru_cache(maxsize=1)
def company_rows() -> tuple[CompanyRow, ...]:
    """All organisations. Spellings that mean something else too are no aliases: they identify nobody by
    themselves.
    """
    from nlp.knowledge.companies import WORD, load_companies

    return tuple(
        CompanyRow(
            key=one.key,
            name=one.name,
            kind=one.kind,
            country=one.country,
            ticker=one.listing,
            parent=one.group,
            aliases=tuple(
                dict.fromkeys([*(form.text for form in one.forms if form.risk <= WORD), *one.also])
            ),
        )
        for one in load_companies().values()
    )


@lru_cache(maxsize=1)
def chip_rows() -> tuple[ChipRow, ...]:
    """All chips; ``vendor`` is a company's key."""
    from nlp.knowledge.chips import load_chips

    firms = {row.key for row in company_rows()}
    return tuple(
        ChipRow(
            key=chip.key,
            name=chip.name,
            vendor=chip.vendor if chip.vendor in firms else None,
            family=chip.family,
            kind=chip.kind,
            aliases=tuple(dict.fromkeys([*chip.aliases, *chip.native])),
        )
        for chip in load_chips().values()
    )


@lru_cache(maxsize=1)
def companies() -> Companies:
    """For resolution and alert rules."""
    return Companies.of(company_rows())
