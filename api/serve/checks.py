"""Checks of districts, remembered while nothing in the folder changes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from api.serve.latest import Latest, looks
from scenarios.district import check_district

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

KEPT = 40
"""Checks remembered: some days of every district of an office."""
MOST_PROBLEMS = 2_000
"""Problems told at once; a person mends some dozens before looking again."""


class Checks:
    """Checks of folders; each takes a second of the processor. Safe for threads."""

    def __init__(self) -> None:
        self._known: Latest[dict[str, Any]] = Latest(KEPT)

    def check(self, folder: Path, day: date) -> dict[str, Any]:
        """Everything wrong with a folder for a day, as the interface tells it."""
        return self._known.of(folder, (day, looks(folder)), lambda: _told(folder, day))


def _told(folder: Path, day: date) -> dict[str, Any]:
    report = check_district(folder, day)
    return {
        "date": day.isoformat(),
        "fine": report.fine,
        "issues": [asdict(issue) for issue in report.issues[:MOST_PROBLEMS]],
        "warnings": [asdict(issue) for issue in report.warnings[:MOST_PROBLEMS]],
        "figures": dict(report.figures),
    }
