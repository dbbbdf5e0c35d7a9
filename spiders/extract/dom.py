"""A page to a tree, bounded in size and depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree

from spiders.extract.errors import NotAnArticle

MAX_BYTES = 10_000_000
"""Largest page in bytes (UTF-8) that is parsed."""

MAX_ELEMENTS = 150_000
"""Pages of more elements are not articles."""


def parse(html: bytes) -> etree._Element:
    """The tree of a page in UTF-8. Elements nested deeper than 2,048 are lost (libxml2's own bound), comments
    are left out.

    Raises NotAnArticle: too_large above MAX_BYTES or MAX_ELEMENTS, broken where nothing can be parsed.
    """
    if len(html) > MAX_BYTES:
        raise NotAnArticle("too_large", f"page of {len(html)} bytes; {MAX_BYTES} are the most")
    if len(html) > 3 * MAX_ELEMENTS and html.count(b"<") > 3 * MAX_ELEMENTS:
        raise NotAnArticle("too_large", f"page of more than {MAX_ELEMENTS} elements")
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        no_network=True,
        collect_ids=False,  # nothing is looked up by its id
    )
    try:
        root = etree.fromstring(html, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAnArticle("broken", f"cannot be parsed: {error}") from None
    if root is None:
        raise NotAnArticle("broken", "nothing there to parse")
    return root


def text_of(element: etree._Element) -> str:
    """All text within an element, as it stands in the source."""
    return "".join(cast("Iterator[str]", element.itertext()))
