"""What a folder holds, as far as it could be read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.district import District
from models.errors import InputErrors, Issue
from scenarios.district.settings import FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from models.rules import RuleProfile
    from scenarios.district.messages import Findings
    from scenarios.district.places import Place
    from scenarios.district.settings import Settings
    from scenarios.district.sheets import Table


@dataclass(slots=True)
class Reading:
    """What a folder holds, as far as it could be read; rows by number in their file."""

    folder: Path
    day: date
    findings: Findings
    settings: Settings | None = None
    rules: RuleProfile | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    rows: dict[str, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[str, Mapping[int, Place]] = field(default_factory=lambda: defaultdict(dict))

    def district(self) -> District:
        """The district; call it when there are no issues."""
        settings = self.settings
        if settings is None or self.findings.issues:
            raise InputErrors(sorted_issues(self.findings.issues))
        return District(
            id=settings.id or self.folder.resolve().name,
            name=settings.name,
            folder=self.folder,
            roads=settings.roads,
            profile=settings.profile,
            sites=tuple(self._placed("facilities")),
            vehicles=tuple(row.to_domain() for _, row in self.rows["vehicles"]),
            shifts=tuple(shift.to_domain() for shift in settings.shifts),
            points=tuple(self._placed("points")),
            drivers=tuple(row.to_domain() for _, row in self.rows["crews"]),
            streets=tuple(row.to_domain() for _, row in self.rows["streets"]),
            closures=tuple(row.to_domain() for _, row in self.rows["closures"]),
            orders=tuple(self._placed("orders")),
            weather=settings.weather_on(self.day),
            costs=settings.costs,
            language=settings.language,
        )

    def _placed(self, name: str) -> list[Any]:
        known = self.places[name]
        return [
            row.to_domain(lon=known[number].lon, lat=known[number].lat)
            if number in known
            else row.to_domain(lon=None, lat=None)
            for number, row in self.rows[name]
        ]


def sorted_issues(issues: list[Issue]) -> list[Issue]:
    """By file (`district.toml` first, then as the tables come), row and code."""
    files = {FILE: -1}
    for issue in issues:
        files.setdefault(issue.file, len(files))
    return sorted(issues, key=lambda issue: (files[issue.file], issue.row, issue.code))
