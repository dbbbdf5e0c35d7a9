"""Why a page gave no article."""

from __future__ import annotations

from typing import Literal

Outcome = Literal["no_text", "wall", "soft_404", "not_html", "too_large", "broken"]


class NotAnArticle(ValueError):
    """The page holds no article. ``outcome`` is counted, ``detail`` says what was seen, for people."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome: Outcome = outcome
        self.detail = detail
