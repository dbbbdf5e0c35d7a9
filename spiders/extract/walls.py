"""Pages that stand in an article's place: captcha, consent, login, paywall, "enable JavaScript", soft 404.

The words alone decide nothing, since articles are written about captchas, too: they count where the page
shows little
else. Products that check browsers are known by marks in the page's source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.text import cjk_share
from spiders.extract.errors import NotAnArticle
from spiders.extract.gone import says_gone
from spiders.extract.tables import load

MIN_TEXT = 80
"""Shortest article in characters; Chinese, Japanese and Korean ones count more than twice."""

SHORT = 500
STUB = 350
HEAD = 60_000
"""How many bytes of a page are searched for marks: walls are small, articles carry captchas for their
comments.
"""

CHALLENGE_STATUS = frozenset((202, 401, 403, 405, 406, 429, 503))
_CUT = re.compile(r"(?:\.\.\.|…|\w|[,;:-])\s*(?:\[…\]|\(…\))?$")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows. ``text``: what was taken for the article; ``visible``: all its text; ``after``: what
    follows the article.
    """

    status: int
    title: str
    text: str
    visible: str
    after: str
    html: bytes
    paid: bool = False


@lru_cache(maxsize=1)
def _rules() -> tuple[dict[str, re.Pattern[bytes]], dict[str, re.Pattern[str]], re.Pattern[str]]:
    data = load("walls")
    marks = {
        product: re.compile(b"|".join(pattern.encode() for pattern in patterns), re.IGNORECASE)
        for product, patterns in data["challenge"].items()
    }
    words = {
        kind: re.compile(
            "|".join(pattern for patterns in data[kind].values() for pattern in patterns), re.IGNORECASE
        )
        for kind in ("captcha", "javascript", "consent", "login", "paywall")
    }
    return marks, words, re.compile("|".join(data["soft_404"]), re.IGNORECASE)


def size(text: str) -> int:
    """How much a text says, in characters of an alphabet."""
    return len(text) if text.isascii() else int(len(text) * (1 + 1.5 * cjk_share(text[:500])))


def check(page: Shown) -> None:
    """Raise NotAnArticle where the page is a wall, a soft 404, or has no text to speak of."""
    length = size(page.text)
    if says_gone(page.title):
        raise NotAnArticle("soft_404", f"says that nothing is here: {page.title!r}")
    if length >= 3 * SHORT or (length >= SHORT and page.status not in CHALLENGE_STATUS):
        return
    marks, words, gone = _rules()
    heading = f"{page.title}\n{page.visible[:400]}"
    if product := _challenge(page, length, heading, marks, words["captcha"]):
        raise NotAnArticle("wall", f"challenge ({product}), status {page.status}")
    if (length < SHORT and gone.search(page.title[:200])) or (
        length < STUB and gone.search(page.visible[:300])
    ):
        raise NotAnArticle(
            "soft_404", f"says that nothing is here: {page.title[:100] or page.visible[:100]!r}"
        )
    if length < STUB:
        spoken = page.text if length >= MIN_TEXT else page.visible[:3_000]
        for kind in ("captcha", "javascript", "consent", "login"):
            if found := words[kind].search(page.title) or words[kind].search(spoken):
                if kind == "captcha" and length >= MIN_TEXT and len(page.visible) > 3_000:
                    continue
                raise NotAnArticle("wall", f"{kind}: {found.group()[:80]!r}")
    cut = _CUT.search(page.text) is not None
    if length < (SHORT if cut or page.paid else STUB):
        found = words["paywall"].search(page.after[:1_500]) or words["paywall"].search(page.text[-300:])
        if found and (cut or length < STUB):
            raise NotAnArticle("wall", f"paywall after {len(page.text)} characters: {found.group()[:80]!r}")
        if page.paid and cut and length < STUB:
            raise NotAnArticle("wall", f"paywall after {len(page.text)} characters: not accessible for free")
    if length < MIN_TEXT:
        raise NotAnArticle("no_text", f"{len(page.text)} characters of text")


def _challenge(
    page: Shown, length: int, heading: str, marks: dict[str, re.Pattern[bytes]], captcha: re.Pattern[str]
) -> str | None:
    html = page.html[:HEAD]
    asks = captcha.search(heading)
    if page.status not in CHALLENGE_STATUS and not asks and length >= MIN_TEXT:
        return None  # before the marks are looked for in the source, which takes long
    found = next(
        (name for name, mark in marks.items() if name not in ("consent", "recaptcha") and mark.search(html)),
        None,
    )
    if page.status in CHALLENGE_STATUS and (found or asks or length < STUB):
        return found or ("words" if asks else "status alone")
    if length >= SHORT:
        return None
    if asks and (found or marks["recaptcha"].search(html) or (length < STUB and len(page.visible) < 3_000)):
        return found or "words"
    if found and length < MIN_TEXT and len(page.visible) < 1_500:
        return found
    return None
