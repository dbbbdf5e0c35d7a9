"""Replay: archived pages through the present extractor; what would change can be looked at first. Nothing is
fetched.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC

from flows.progress import Tell, silent
from flows.run import begin, finish, process
from flows.stages.extract import published_of
from flows.summary import Summary
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.types import Article
from pipeline.urls import UrlError
from spiders.archive import Archive
from spiders.extract import VERSION, NotAnArticle, extract_article
from spiders.warc import WarcError


@dataclass(frozen=True, slots=True)
class Difference:
    """What extracting a stored page again would change in its article. ``problem``: why it gives none any
    more.
    """

    url: str
    old: Article
    new: Article | None
    problem: str | None = None

    def lines(self) -> list[str]:
        """A unified diff of title, date, language, authors and paragraphs."""
        if self.new is None:
            return [f"no article any more: {self.problem}"]
        before, after = _shown(self.old), _shown(self.new)
        return list(difflib.unified_diff(before, after, "stored", "new", lineterm="", n=0))


def _shown(article: Article) -> list[str]:
    when = article.published_at and article.published_at.astimezone(UTC).isoformat()
    return [
        article.title,
        f"published: {when}",
        f"language: {article.language}",
        f"authors: {', '.join(article.authors)}",
        *article.text.split("\n\n"),
    ]


def differences(
    store: Store,
    settings: Settings,
    *,
    source: str | None = None,
    everything: bool = False,
    limit: int | None = None,
) -> Iterator[Difference]:
    """How the articles that ``replay`` would make again would change. Writes nothing."""
    archive = Archive(settings.archive)
    zones = {row.id: row.timezone for row in store.sources.list()}
    for article_id in store.articles.ids(source=source, limit=limit):
        old, where = store.articles.get(article_id), store.articles.page_warc(article_id)
        if old is None or where is None or (old.extractor_version == VERSION and not everything):
            continue
        try:
            page = replace(archive.read(where), source=old.source)
            new = extract_article(page, language_hint=old.language, zone=zones.get(old.source))
        except (NotAnArticle, WarcError, UrlError) as error:
            yield Difference(old.url, old, None, str(error))
            continue
        # As it would be stored: a title or date that the page does not state stays what it was.
        new = replace(
            new,
            title=new.title or old.title,
            published_at=published_of(new.published_at, old.published_at),
            language=new.language or old.language,
        )
        if _shown(new) != _shown(old):
            yield Difference(old.url, old, new)


def replay(
    store: Store,
    settings: Settings,
    *,
    source: str | None = None,
    everything: bool = False,
    limit: int | None = None,
    tell: Tell = silent,
) -> Summary:
    """Extract again what another extractor version did (``everything``: whatever did it), then read and
    resolve.

    Killed and run again, it goes on: pages wait in the store until they are done.
    """
    run_id = begin(store, settings, kind="replay")
    store.pages.requeue(run_id, source=source, version=None if everything else VERSION, limit=limit)
    return finish(store, run_id, process(store, settings, tell=tell))
