"""What a folder holds, as far as it could be read."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from models.district import District
from models.errors import InputErrors, Issue
from scenarios.district.places import NOWHERE, Places
from scenarios.district.settings import FILE
from scenarios.district.words.cells import folded
from solver.trade.patches import loads
from solver.trade.streams import with_usual

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from models.district import Order, Site, Stream, Zone
    from models.trade.rules import RuleProfile
    from scenarios.district.settings import Settings
    from scenarios.district.sheets import Table
    from scenarios.district.words.messages import Findings


class Rows:
    """Rows with their numbers in the file; iterated as pairs, held without one a row."""

    __slots__ = ("numbers", "rows")

    def __init__(self, pairs: Iterable[tuple[int, Any]] = ()) -> None:
        self.numbers, self.rows = array("q"), list[Any]()
        for number, row in pairs:
            self.add(number, row)

    def add(self, number: int, row: Any) -> None:
        """Put a row behind the others."""
        self.numbers.append(number)
        self.rows.append(row)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        """Pairs of a row's number and the row, in order."""
        return zip(self.numbers, self.rows, strict=True)


@dataclass(slots=True)
class Reading:
    """What a folder holds, as far as it could be read; rows by number in their file."""

    folder: Path
    day: date
    findings: Findings
    settings: Settings | None = None
    rules: RuleProfile | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=lambda: defaultdict(Rows))
    places: dict[str, Places] = field(default_factory=lambda: defaultdict(lambda: NOWHERE))
    grouped: dict[tuple[Stream, str], Rows] = field(default_factory=lambda: defaultdict(Rows))

    def district(self) -> District:
        """The district; call it when there are no issues."""
        settings = self.settings
        if settings is None or self.findings.issues:
            raise InputErrors(sorted_issues(self.findings.errors()))
        return District(
            id=settings.id or self.folder.resolve().name,
            name=settings.name,
            folder=self.folder,
            roads=settings.roads,
            profile=settings.profile,
            sites=tuple(self._sites()),
            vehicles=tuple(row.to_domain() for _, row in self.rows["vehicles"]),
            shifts=tuple(shift.to_domain() for shift in settings.shifts),
            points=tuple(self.placed("points")),
            drivers=tuple(row.to_domain() for _, row in self.rows["crews"]),
            streets=tuple(row.to_domain() for _, row in self.rows["streets"]),
            closures=tuple(row.to_domain() for _, row in self.rows["closures"]),
            orders=tuple(order for _, order in self.orders()),
            zones=self.zones(),
            weather=settings.weather_on(self.day),
            costs=settings.costs,
            language=settings.language,
        )

    def zones(self) -> tuple[Zone, ...]:
        """The zones that can be read, in WGS-84."""
        crs = self.settings.crs_of("zones") if self.settings else "wgs84"
        return tuple(row.to_domain(crs) for _, row in self.rows["zones"])

    def context(self) -> dict[str, Any]:
        """What cells are read by: the plan's day, and the rule profile's streams."""
        if self.rules is None:
            return {"day": self.day}
        streams = self.rules.streams
        words = {
            folded(word): name
            for name, one in streams.items()
            for word in (name, one.title_zh, one.title_en, *one.words)
        }
        titles = {str(name): one.title_zh for name, one in streams.items()}
        return {"day": self.day, "streams": words, "stream_titles": titles}

    def points_by_kind(self) -> dict[tuple[Stream, str], Rows]:
        """Rows of points by stream and kind, gathered once: a few kinds, perhaps a million rows."""
        if not self.grouped:
            for number, point in self.rows["points"]:
                self.grouped[point.stream, point.kind].add(number, point)
        return self.grouped

    def _sites(self) -> Iterator[Site]:
        for site in self.placed("facilities"):
            yield site if self.rules is None else with_usual(site, self.rules)

    def orders(self) -> Iterator[tuple[int, Order]]:
        """Orders of the day with their rows; a day's share of spread waste comes in loads."""
        for order, (number, row) in zip(self.placed("orders"), self.rows["orders"], strict=True):
            if not row.holds_on(self.day):
                continue
            if not row.spread or self.rules is None:
                yield number, order
            elif kg := row.kg_on(self.day):
                for load in loads(replace(order, demand_kg=kg), self.rules):
                    yield number, load

    def placed(self, name: str) -> Iterator[Any]:
        """Rows of a table with places as the domain has them, in WGS-84."""
        rows = self.rows[name]
        for (_, row), spot in zip(rows, self.places[name].along(rows), strict=True):
            lon, lat = (None, None) if spot is None else spot[1:]
            yield row.to_domain(lon=lon, lat=lat)


def sorted_issues(issues: list[Issue]) -> list[Issue]:
    """By file (`district.toml` first, then as the tables come), row and code."""
    files = {FILE: -1}
    for issue in issues:
        files.setdefault(issue.file, len(files))
    return sorted(issues, key=lambda issue: (files[issue.file], issue.row, issue.code))
