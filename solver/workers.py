"""Worker processes: how they are started."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext


def worker_context() -> ForkContext | SpawnContext:
    """Forked workers share matrices and compiled code; where there is no fork, spawned ones."""
    if "fork" in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")
