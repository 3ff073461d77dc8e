"""A district's week: which street and point falls on which day, before any route is drawn.

Rhythms of the rota say the days; what the weather stops moves to the next day on which it may come,
and what was missed so long ago that its rhythm would break its greatest gap comes first.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from models.district import Calendar, Weather
from models.solution import Reason
from solver.tasks.build import build_parts
from solver.tasks.points import point_units
from solver.tasks.streets import street_units
from solver.trade.cadence import falls_on, gaps, greatest_gap, weekdays
from solver.trade.spares import with_spares

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from models.day import DrivenDay
    from models.district import District
    from models.part import Part, TaskRef
    from models.trade.rules import RuleProfile
    from solver.roads.cache import Cache
    from solver.tasks.day import Day
    from solver.tasks.ground import Ground
    from solver.tasks.rota import Unit


def week_units(
    district: District, ground: Ground, rules: RuleProfile, only: Collection[str] | None
) -> list[Unit]:
    """All work that does not come every day, of the operations `only` (None: all)."""
    names = [name for name in rules.operations if only is None or name in only]
    units = [
        unit
        for name in names
        for unit in (
            *street_units(rules, name, ground), *point_units(rules, name, district.points),
        )
    ]  # fmt: skip
    return [unit for unit in units if max(gaps(unit.rhythm)) > 1]


def whole_day(
    district: District,
    ground: Ground,
    rules: RuleProfile,
    units: Sequence[Unit],
    day: date,
    *,
    cache: Cache | None,
) -> tuple[Part, ...]:
    """All work that does not come daily as the work of one dry day: who could do it, and the ways.

    Work of every day and orders are in it too.
    """
    promised = Calendar(
        begin=day, end=day, visits={str(unit.id): frozenset({day}) for unit in units}
    )
    dry = replace(with_spares(district), calendar=promised, weather=Weather())
    only = {unit.id.operation for unit in units}
    return build_parts(dry, ground, rules, day, only=only, cache=cache).parts


def visits(
    unit: Unit,
    days: Sequence[date],
    *,
    last: date | None,
    stopped: Collection[date],
    due: date | None = None,
) -> list[date]:
    """The days of `days` (one after the other) on which a unit is due.

    `last` is when it was done before (None: not known), `stopped` are days without this work. With
    `due`, the last day a box may wait by its level, it comes then, and as seldom as its filling
    allows from there on.
    """
    may = weekdays(unit.cadence)
    free = [day for day in days if day not in stopped and day.isoweekday() in may]
    if due is not None:
        return as_it_fills(free, due, greatest_gap(unit.cadence, unit.rhythm))
    rhythm = [day for day in days if falls_on(unit.rhythm, day)]
    found = {other for day in rhythm for other in [d for d in free if d >= day][:1]}
    greatest = timedelta(greatest_gap(unit.cadence, unit.rhythm))
    if last is not None and min(rhythm, default=days[-1] + timedelta(1)) - last > greatest:
        least = timedelta(unit.cadence.least_gap_days or 1)
        found |= set([day for day in free if day - last >= least][:1])
    return sorted(found)


def as_it_fills(free: Sequence[date], due: date, every: int) -> list[date]:
    """The last free day up to `due`, or the first after it, then so many days apart at most."""
    found: list[date] = []
    while free and due <= free[-1]:
        day = max((one for one in free if one <= due), default=None)
        if day is None or (found and day <= found[-1]):
            day = next((one for one in free if one >= due), free[-1])
        if found and day <= found[-1]:
            break
        found.append(day)
        due = day + timedelta(every)
    return found


def missed(units: Sequence[Unit], day: Day, driven: DrivenDay) -> set[str]:
    """Ids of units with work in no route of the day, though another day might do it.

    A task that no vehicle can ever do is not done by coming again tomorrow.
    """
    by_arc = {(unit.id.operation, arc): str(unit.id) for unit in units for arc in unit.arcs}
    by_point = {(unit.id.operation, unit.id.thing): str(unit.id) for unit in units if not unit.arcs}
    found = set[str]()
    for operation, ref in _left_out(day, driven):
        if ref.kind == "point":
            found |= {by_point[key] for key in [(operation, ref.object_id)] if key in by_point}
        found |= {by_arc[operation, arc] for arc in ref.allowed_arcs if (operation, arc) in by_arc}
    return found


NEVER = frozenset({Reason.TOO_LARGE, Reason.UNREACHABLE, Reason.NO_OPERATION})
"""Reasons that another day does not change."""


def _left_out(day: Day, driven: DrivenDay) -> Iterator[tuple[str, TaskRef]]:
    """Operation and ground of each task in no route, where another day may do better."""
    for own in driven.driven:
        for task, reason in own.solution.unserved.items():
            if reason not in NEVER and own.part.problem.tasks[task].prize is None:
                yield own.part.operation, own.part.refs[task]
    for left in day.left:
        if left.reason not in NEVER:
            yield left.operation, left.ref
