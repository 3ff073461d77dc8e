"""Checks of districts, remembered while nothing in the folder changes."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scenarios.district import check_district

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

KEPT = 40
"""Checks remembered: some days of every district of an office."""
MOST_PROBLEMS = 2_000
"""Problems told at once; a person mends some dozens before looking again."""
Key = tuple[str, str, tuple[tuple[str, int, int], ...]]


class Checks:
    """Checks folders one at a time: each takes a second of the processor. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Key, dict[str, Any]] = {}

    def check(self, folder: Path, day: date) -> dict[str, Any]:
        """Everything wrong with a folder for a day, as the interface tells it."""
        key = (str(folder), day.isoformat(), looks(folder))
        with self._lock:
            if key not in self._known:
                while len(self._known) >= KEPT:
                    self._known.pop(next(iter(self._known)))
                self._known[key] = _told(folder, day)
            return self._known[key]


def _told(folder: Path, day: date) -> dict[str, Any]:
    report = check_district(folder, day)
    return {
        "date": day.isoformat(),
        "fine": report.fine,
        "issues": [asdict(issue) for issue in report.issues[:MOST_PROBLEMS]],
        "warnings": [asdict(issue) for issue in report.warnings[:MOST_PROBLEMS]],
        "figures": dict(report.figures),
    }


def looks(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, times and sizes of the files in a folder: what tells that none has changed."""
    stats = [(path.name, path.stat()) for path in sorted(folder.iterdir()) if path.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
