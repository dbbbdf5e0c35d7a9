"""Pages of many publishers' shapes, written for this test, compared whole with what they say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.types import RawPage
from spiders.extract import extract_article
from spiders.extract.fixtures import as_json

PAGES = Path(__file__).parent / "pages"
FETCHED = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.html")))
def test_page_is_read_whole(name: str) -> None:
    expected = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    url = expected.pop("url")
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    page = RawPage(url, url, FETCHED, 200, headers, (PAGES / f"{name}.html").read_bytes(), "sample")
    found = as_json(extract_article(page))
    found.pop("extractor")
    assert found == expected
