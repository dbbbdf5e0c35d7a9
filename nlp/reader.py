"""Articles in, readings out: one spaCy pipeline per language, composed in ``configs/<lang>.cfg``.

A pipeline is loaded when the first article of its language comes. The gate runs before any tokenizing, so that
the wide stream of other news costs next to nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import spacy
from spacy.language import Language

from nlp import components  # noqa: F401  (registers the factories)
from nlp.companies import told
from nlp.gate import is_relevant
from nlp.output import Placer, mentions
from nlp.version import READER_VERSION
from pipeline.language import detect
from pipeline.types import LANGUAGES, Article, Reading

CONFIGS = Path(__file__).parent / "configs"
SIZE_KINDS = frozenset({"money", "power", "units", "stake"})
MAX_CHARS = 200_000
"""An article longer than this is read up to here: no news story is longer, a hostile page may be."""


def load_pipeline(lang: str, config: Path | None = None) -> Language:
    """The pipeline of a language from its config file.

    Raises ValueError for a language that no config is there for.
    """
    path = config or Path(os.environ.get("CHIPWIRE_NLP_CONFIGS", CONFIGS)) / f"{lang}.cfg"
    if not path.is_file():
        raise ValueError(f"no reading pipeline for language {lang!r}: {path} is missing")
    return spacy.util.load_model_from_config(spacy.util.load_config(path), auto_fill=True)


class Reader:
    """Reads articles. Not safe to share between threads; give each worker process its own."""

    def __init__(self, langs: Iterable[str] | None = None) -> None:
        self._pipelines: dict[str, Language] = {}
        for lang in langs or ():
            self.pipeline(lang)

    def pipeline(self, lang: str) -> Language:
        """The spaCy pipeline of one language, loaded once."""
        if lang not in self._pipelines:
            self._pipelines[lang] = load_pipeline(lang)
        return self._pipelines[lang]

    def read(self, articles: Iterable[Article]) -> Iterator[Reading]:
        """A reading for each article, in order."""
        for article in articles:
            yield self.read_one(article)

    def read_one(self, article: Article) -> Reading:
        """The reading of one article; ``relevant`` False where the gate stopped it."""
        article = replace(article, title=article.title[:2000], text=article.text[:MAX_CHARS])
        text = f"{article.title}\n\n{article.text}" if article.title else article.text
        lang = detect(article.text or article.title, hint=article.language)
        if lang not in LANGUAGES and article.language in LANGUAGES:
            # a short text full of names may look like a neighbour of the language that the page states
            lang = str(article.language)
        if lang not in LANGUAGES:
            return _empty(article, lang)
        if not is_relevant(text):
            return _empty(article, lang)
        pipeline = self.pipeline(lang)
        doc = pipeline.make_doc(text)
        doc._.published = article.published_at.date() if article.published_at else None
        doc = pipeline(doc)
        place = Placer(article)
        return Reading(
            article_id=article.id,
            lang=lang,
            relevant=True,
            companies=mentions(
                told(doc._.companies, [p.entity for d in doc._.deals for p in d.parties]), place
            ),
            chips=mentions(doc._.chips, place),
            sizes=tuple(place.size(a) for a in doc._.amounts if a.kind in SIZE_KINDS),
            deals=tuple(place.deal(d) for d in doc._.deals),
            reader_version=READER_VERSION,
        )


def _empty(article: Article, lang: str) -> Reading:
    return Reading(article.id, lang, False, (), (), (), (), READER_VERSION)
