"""Stations, tips and plants of a day: what the plan brings, what was weighed, and their limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from models.district import SiteKind
from models.history.events import Weighing
from models.units import CHINA
from scenarios.district.read import read_tables
from scenarios.ledger.append import holding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, timedelta
    from pathlib import Path

    from models.plan import Plan
    from scenarios.district.rows.bureau import FacilityIn
    from scenarios.ledger.store import Ledger

TAKES = frozenset({SiteKind.STATION, SiteKind.PLANT, SiteKind.TIP})
"""Kinds of sites that take waste."""
HOUR_S = 3_600
"""Seconds of an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDay:
    """A site on a day, in tonnes; `limit_t` is its design or quota, 0 where it has none.

    `planned_t` is None where the day has no plan. `hours` are (hour, planned, weighed) added up to
    its end, of hours in which something happens; weighings without a time are in the sum alone.
    """

    id: str
    name: str
    kind: str
    limit_t: float
    planned_t: float | None
    weighed_t: float
    weighings: int
    peak_t: float
    storage_t: float
    hours: list[tuple[int, float, float]]


def site_days(folder: Path, day: date, plan: Plan | None, ledger: Ledger) -> list[SiteDay]:
    """Sites of a district that take waste, as planned and as weighed.

    Tickets name a site by its id or its name; those of unknown sites come last, by their own word.
    """
    reading = read_tables(folder, day, ["facilities"])
    sites = [row for _, row in reading.rows["facilities"] if row.kind in TAKES]
    names = {row.name: row.id for row in sites} | {row.id: row.id for row in sites}
    tickets: defaultdict[str, list[Weighing]] = defaultdict(list)
    with ledger.reading() as connection:
        for event in holding(connection, Weighing, day, day):
            assert isinstance(event, Weighing)
            tickets[names.get(event.site, event.site)].append(event)
    known = [_site(row, plan, tickets.pop(row.id, [])) for row in sites]
    strange = [_day(name, name, plan, own) for name, own in sorted(tickets.items())]
    return [*known, *strange]


def _site(row: FacilityIn, plan: Plan | None, tickets: list[Weighing]) -> SiteDay:
    """A site of the table, with its limits; a plan counts the boxes of a station as storage too."""
    boxes = [one.storage_t for one in (plan.stations if plan else ()) if one.id == row.id]
    return replace(
        _day(row.id, row.name or row.id, plan, tickets), kind=str(row.kind),
        limit_t=row.design_t or row.daily_quota_t or 0,
        storage_t=boxes[0] if boxes else row.storage_t or 0,
    )  # fmt: skip


def _day(key: str, name: str, plan: Plan | None, tickets: list[Weighing]) -> SiteDay:
    """What comes to a place, without its limits."""
    arrivals = Counter[int]()
    for hour, kg in _loads(plan, key) if plan is not None else ():
        arrivals[hour] += kg
    weighed: Counter[int] = Counter()
    for one in tickets:
        if one.at_s is not None:
            weighed[one.at_s // HOUR_S] += one.net_kg
    points = [p for s in (plan.stations if plan else ()) if s.id == key for p in s.series]
    return SiteDay(
        id=key, name=name, kind="", limit_t=0, storage_t=0, weighings=len(tickets),
        planned_t=None if plan is None else round(arrivals.total() / 1_000, 1),
        weighed_t=round(sum(one.net_kg for one in tickets) / 1_000, 1),
        peak_t=round(max((point.stock_t for point in points), default=0.0), 1),
        hours=list(_added_up(arrivals, weighed)),
    )  # fmt: skip


def _loads(plan: Plan, site: str) -> Iterator[tuple[int, int]]:
    """Hour of the day (24 and more: the next) and kilograms of every load that comes to a site."""
    midnight = datetime.combine(plan.date, datetime.min.time(), CHINA)
    for route in plan.routes:
        load = 0
        for step in (step for trip in route.trips for step in trip.steps):
            if step.kind == "tip" and step.facility == site:
                yield _hour(step.arrive - midnight), load - step.load_kg
            load = step.load_kg
    for run in plan.haul:
        if run.plant == site:
            yield _hour(run.arrive_plant - midnight), round(1_000 * run.tonnes)


def _hour(since: timedelta) -> int:
    return int(since.total_seconds()) // HOUR_S


def _added_up(planned: Counter[int], weighed: Counter[int]) -> list[tuple[int, float, float]]:
    found, so_far = [], [0, 0]
    for hour in sorted({*planned, *weighed}):
        so_far = [so_far[0] + planned[hour], so_far[1] + weighed[hour]]
        found.append((hour, round(so_far[0] / 1_000, 1), round(so_far[1] / 1_000, 1)))
    return found
