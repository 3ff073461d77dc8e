"""An import in a process of its own, which a test may kill."""

from __future__ import annotations

import multiprocessing
import time
from datetime import date
from typing import TYPE_CHECKING

from scenarios.ledger.intake import import_file
from scenarios.ledger.store import open_ledger

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from pathlib import Path

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.ledger.killed"])
DAY = date(2026, 5, 12)


def take(path: Path, town: Path, url: str) -> None:
    """Import the file."""
    with open_ledger(town, url) as ledger:
        import_file(ledger, path, town, DAY)


def begin(path: Path, town: Path, url: str) -> BaseProcess:
    """Start an import."""
    process = PROCESSES.Process(target=take, args=(path, town, url))
    process.start()
    return process


def lasts(path: Path, town: Path, url: str) -> float:
    """Seconds that an import takes."""
    since = time.monotonic()
    process = begin(path, town, url)
    process.join()
    assert process.exitcode == 0
    return time.monotonic() - since
