"""Stories: reprints and light rewrites become one story with one voice."""

from __future__ import annotations

from flows.progress import Tell, silent
from pipeline.store import Store
from pipeline.stories import SAME_STORY, bands, origin_of, signature, similar


def assign_stories(store: Store, *, tell: Tell = silent) -> int:
    """Put every article that has none into a story; how many."""
    done = 0
    while articles := store.stories.unassigned():
        for article in articles:
            sign = signature(f"{article.title}\n\n{article.text}")
            keys = bands(sign)
            same = [
                match.article_id
                for match in store.stories.similar(keys)
                if match.article_id != article.id and similar(sign, match.signature) >= SAME_STORY
            ]
            origin = origin_of(article.text, article.language, article.source)
            store.stories.assign(article.id, signature=sign, bands=keys, origin=origin, same_as=same)
            done += 1
            tell("stories", done)
    return done
