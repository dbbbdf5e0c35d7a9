"""How stages tell how far they are. A stage gets a ``Tell`` and calls it; who listens is not its business."""

from __future__ import annotations

from typing import Protocol


class Tell(Protocol):
    """Called with a stage's name, what is done and, where known, the total."""

    def __call__(self, stage: str, done: int, total: int | None = None, note: str = "") -> None: ...


def silent(stage: str, done: int, total: int | None = None, note: str = "") -> None:
    """Tells nobody."""


_listener: Tell = silent


def listen(tell: Tell) -> None:
    """Who hears of progress in this process; Prefect's tasks look here, since a flow's parameters cannot
    carry it.
    """
    global _listener  # noqa: PLW0603 - one terminal a process
    _listener = tell


def tell(stage: str, done: int, total: int | None = None, note: str = "") -> None:
    """Tell whoever listens in this process."""
    _listener(stage, done, total, note)
