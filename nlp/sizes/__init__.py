"""Amounts in text: money, power, counts of hardware, stakes. See README.md beside this file."""

from nlp.sizes.find import find_amounts

__all__ = ["find_amounts"]
