"""The fixtures of tiny_newsroom, whose helpers the tests import by name."""

from tiny_newsroom import contents, tiny

__all__ = ["contents", "tiny"]
