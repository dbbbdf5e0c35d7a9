"""Replay: what an older extractor or reader made is made again from the archive, and the difference shown first."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.store import Store
from pipeline.types import Article
from spiders.archive import Archive
from spiders.extract import VERSION, NotAnArticle, extract_article
from spiders.warc import WarcError


@dataclass(frozen=True, slots=True)
class Difference:
    """What extracting a stored page again would change in its article. ``problem``: why it gives none any more."""

    url: str
    old: Article
    new: Article | None
    problem: str | None = None

    def lines(self) -> list[str]:
        """A unified diff of title and text, by paragraph."""
        if self.new is None:
            return [f"no article any more: {self.problem}"]
        before = [self.old.title, str(self.old.published_at), *self.old.text.split("\n\n")]
        after = [self.new.title, str(self.new.published_at), *self.new.text.split("\n\n")]
        return [line for line in difflib.unified_diff(before, after, "stored", "new", lineterm="", n=0)]


def differences(store: Store, archive: Archive, article_ids: Iterator[str] | list[str]) -> Iterator[Difference]:
    """For each article that a replay would change, how. Writes nothing."""
    for article_id in article_ids:
        old = store.articles.get(article_id)
        where = store.articles.page_warc(article_id)
        if old is None or where is None or old.extractor_version == VERSION:
            continue
        try:
            new = extract_article(replace(archive.read(where), source=old.source))
        except (NotAnArticle, WarcError) as error:
            yield Difference(old.url, old, None, str(error))
            continue
        if (new.title, new.text, new.published_at) != (old.title, old.text, old.published_at):
            yield Difference(old.url, old, new)


def requeue(store: Store, *, source: str | None = None, version: str | None = None, limit: int | None = None) -> tuple[int, int]:
    """Let stored pages wait for extraction again; gives the run's id and how many they are."""
    run_id = store.runs.start("replay")
    return run_id, store.pages.requeue(run_id, source=source, version=version, limit=limit)
