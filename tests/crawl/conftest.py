"""The fixtures of crawl_help, whose helpers the tests import by name."""

from crawl_help import crawl, crawl_database, crawl_store

__all__ = ["crawl", "crawl_database", "crawl_store"]
