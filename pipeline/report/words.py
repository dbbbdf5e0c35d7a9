"""Numbers and names as the report prints them."""

from __future__ import annotations

import unicodedata

_STEPS = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))


def visible(text: str) -> str:
    """Text without control, bidi and other characters that change how its neighbours look."""
    return "".join(
        c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") or c in "\n\t\u200d"
    )


def usd(value: float) -> str:
    """A short amount of dollars.

    >>> usd(17_400_000_000), usd(610_000_000_000), usd(950)
    ('$17.4bn', '$610bn', '$950')
    """
    for step, word in _STEPS:
        if value >= step:
            return f"${_short(value / step)}{word}"
    return f"${_short(value)}"


def watts(value: float) -> str:
    """Power in GW or MW.

    >>> watts(16_000_000_000), watts(40_000_000)
    ('16 GW', '40 MW')
    """
    return f"{_short(value / 1e9)} GW" if value >= 1e9 else f"{_short(value / 1e6)} MW"


def short(text: str, most: int) -> str:
    """The text, cut with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def width(text: str) -> int:
    """Columns that the text takes in a fixed-width font: wide East Asian characters take two."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c)
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
