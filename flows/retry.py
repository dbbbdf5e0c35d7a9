"""Trying again what can pass: a database that restarts, a deadlock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from pipeline.store.errors import RetryableStoreError

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
PAUSES = (1.0, 3.0, 10.0)
"""Seconds before the second, third and fourth try."""


def again(call: Callable[[], Result], pauses: tuple[float, ...] = PAUSES) -> Result:
    """``call()``, tried again after each of ``pauses`` while it raises RetryableStoreError. The last error is
    raised.
    """
    for pause in pauses:
        try:
            return call()
        except RetryableStoreError as error:
            logger.warning("trying again in %g s: %s", pause, error)
            time.sleep(pause)
    return call()
