"""A printed number to its value, by the separators of the language."""

from __future__ import annotations

import re
from decimal import Decimal

_SPACES = re.compile("[ \u00a0\u202f\u2009\u2007']")
_INDIAN = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d+)?")
LONGEST = 30
"""No amount of the news has more digits; longer runs are not numbers (and would cost quadratic time)."""


def value(printed: str, decimal: str, group_either: bool = False) -> tuple[Decimal, bool] | None:
    """The value, and whether thousands were parted by a separator. None where the digits are no number.

    ``decimal`` is the language's decimal sign; ``group_either``: both signs before three digits part
    thousands, as in Spanish, whose countries differ.
    """
    if len(printed) > LONGEST:
        return None
    plain = _SPACES.sub("", printed)
    grouped = plain != printed
    if not plain.replace(",", "").replace(".", "").isdecimal():
        return None
    if "," not in plain and "." not in plain:
        return Decimal(plain), grouped
    if _INDIAN.fullmatch(plain):
        return Decimal(plain.replace(",", "")), True
    commas, dots = plain.count(","), plain.count(".")
    if commas and dots:
        point = "," if plain.rfind(",") > plain.rfind(".") else "."
        if plain.count(point) > 1:
            return None
        whole, part = plain.split(point)
        return _joined(whole, "." if point == "," else ",", part)
    sign = "," if commas else "."
    parts = plain.split(sign)
    if len(parts) > 2:
        return _joined(plain, sign, "") if not grouped else None
    three = len(parts[1]) == 3 and len(parts[0]) <= 3 and parts[0].strip("0") != "" and not grouped
    if three and (sign != decimal or group_either):
        return Decimal(parts[0] + parts[1]), True
    if sign == "," and decimal == "." and len(parts[1]) > 2:
        return None
    return Decimal(f"{parts[0]}.{parts[1]}"), grouped


def _joined(whole: str, sign: str, part: str) -> tuple[Decimal, bool] | None:
    groups = whole.split(sign)
    indian = sign == "," and _INDIAN.fullmatch(whole) is not None
    if not indian and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    digits = "".join(groups)
    return Decimal(f"{digits}.{part}" if part else digits), True
