"""Article text, title, date, authors and language out of one page."""

from spiders.extract.article import VERSION, article_from_html, article_id, extract_article
from spiders.extract.errors import NotAnArticle
from spiders.extract.fixtures import load_fixture, save_fixture

__all__ = [
    "VERSION",
    "NotAnArticle",
    "article_from_html",
    "article_id",
    "extract_article",
    "load_fixture",
    "save_fixture",
]
