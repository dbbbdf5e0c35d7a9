"""After a kill: what dead processes of this machine still hold is free again at once."""

from __future__ import annotations

import logging
import os
import socket

import psutil

from pipeline.store import Store

logger = logging.getLogger(__name__)


def free_dead(store: Store) -> int:
    """Give back the leases of this host's processes that are no more; how many rows. Others' run out by
    themselves.
    """
    freed = 0
    for owner in store.leases.owners():
        host, _, rest = owner.rpartition(":")[0].rpartition(":")
        if host == socket.gethostname() and rest.isdigit() and not _alive(int(rest)):
            freed += store.leases.give_back(owner)
    if freed:
        logger.info("%d rows were held by processes that died; they are free again", freed)
    return freed


def _alive(pid: int) -> bool:
    return pid == os.getpid() or psutil.pid_exists(pid)
