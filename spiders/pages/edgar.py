"""Exhibits filed with the SEC (EDGAR): bare word-processor HTML, no title or date for machines, all in one
container.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from web_poet import WebPage, field, handle_urls
from web_poet.exceptions import UseFallback

from spiders.pages.item import PageArticle

_LABEL = re.compile(
    r"^(?:ex(?:hibit)?[ -]*\d+(?:\.\d+)?|united states|securities and exchange commission|form \w+(?:-\w+)?"
    r"|for immediate release|news release|press release|contacts?:.*|.{0,60}\.htm|document|table of contents"
    r"|page \d+|\d+)$",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b([A-Z][a-z]+ \d{1,2}, \d{4})\b")
_BLOCKS = "//p | //div[not(.//p or .//div or .//table)] | //h1 | //h2 | //h3 | //li | //tr"


@handle_urls("sec.gov/Archives/edgar/", to_return=PageArticle)
class EdgarExhibit(WebPage[PageArticle]):
    """A press release as exhibit of an 8-K. Its headline is the first line that is no label, its date the
    dateline's.
    """

    LAYOUT = date(2019, 1, 1)

    def _lines(self) -> list[str]:
        rows = (
            " ".join(" ".join(block.xpath(".//text()").getall()).split()) for block in self.xpath(_BLOCKS)
        )
        lines = [row for row in rows if row and not _LABEL.match(row)]
        if len(lines) < 3:
            raise UseFallback("no lines of a filing")
        return lines

    @field
    def title(self) -> str:
        """The first line that is no label, trimmed."""
        return self._lines()[0][:300]

    @field
    def text(self) -> str:
        """All lines after the headline."""
        return "\n\n".join(self._lines()[1:])

    @field
    def published_at(self) -> datetime | None:
        """The first date written out in the first lines, midnight UTC."""
        found = _DATED.search("\n".join(self._lines()[:12]))
        try:
            return datetime.strptime(found[1], "%B %d, %Y").replace(tzinfo=UTC) if found else None
        except ValueError:
            return None
