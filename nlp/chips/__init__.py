"""The chips that a text names."""

from nlp.chips.match import find_chips
from nlp.chips.unique import unique

__all__ = ["find_chips", "unique"]
