"""The lines of a text, of which headlines Set In Title Case tell nothing by their capitals."""

from __future__ import annotations

REACH = 400
"""A line is judged by so many characters on each side, so that one endless line costs no more."""


class Lines:
    """Answers for one text, each line judged once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._titled: dict[int, bool] = {}

    def titled(self, at: int) -> bool:
        """Whether more than seven in ten of the longer words of the line are capitalised."""
        first = self._text.rfind("\n", max(0, at - REACH), at) + 1 or max(0, at - REACH)
        if first not in self._titled:
            last = self._text.find("\n", at, at + REACH)
            line = self._text[first : last if last > 0 else at + REACH]
            words = [word for word in line.split() if len(word) > 3]
            capitals = sum(1 for word in words if not word[0].islower())
            self._titled[first] = capitals > 0.7 * len(words)
        return self._titled[first]
