"""From collection points and orders to jobs at stops."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from models.ids import TaskId
from models.trade.sourced import Cadence
from models.units import DAY
from solver.roads.snap import Stands
from solver.tasks.jobs import Job
from solver.tasks.rota import Unit, rota, turns
from solver.trade.cadence import banned_hours, slots
from solver.trade.headway import day_passes
from solver.trade.hours import daily
from solver.trade.stocks import days_between
from solver.trade.streams import collects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from models.district import Order, Point
    from models.trade.rules import RuleProfile
    from models.trade.work import PointWork
    from solver.tasks.ground import Ground
    from solver.tasks.stopping import Place


LAST_S = 2 * DAY
"""A shift of the day, overtime included, ends before this moment [s] (by `DAY`: a shift is a day at
most)."""


def point_jobs(
    rules: RuleProfile,
    operation: str,
    ground: Ground,
    points: tuple[Point, ...],
    due: Callable[[Unit], bool],
) -> list[Job]:
    """Jobs of an operation at the points of its streams that are `due`."""
    work = rules.operations[operation].points
    if work is None:
        return []
    units = point_units(rules, operation, points)
    today = {unit.id.thing: unit for unit in units if due(unit)}
    found: list[Job] = []
    for point in points:
        if unit := today.get(point.id):
            own = replace(point, demand_kg=unit.kg)
            found += _point_jobs(rules, operation, ground, own, work, turn=unit.turn)
    return found


def point_units(rules: RuleProfile, operation: str, points: tuple[Point, ...]) -> list[Unit]:
    """All points of an operation's streams with their rhythms."""
    work = rules.operations[operation].points
    if work is None:
        return []
    mine: dict[int, list[Point]] = {}
    for point in points:
        if collects(work, point.stream, point.kind):
            mine.setdefault(_every_days(work, point), []).append(point)
    found: list[Unit] = []
    for every, alike in sorted(mine.items()):
        cadence = work.visits if every == 0 else _every(work.visits, every)
        kg = [point.demand_kg * max(1, every) for point in alike]
        seconds = [p.service_s or service_s(work, load) for p, load in zip(alike, kg, strict=True)]
        lon, lat = np.array([one.lon for one in alike]), np.array([one.lat for one in alike])
        rhythms = rota(cadence, lon, lat, np.array(seconds, float))
        rounds = turns(cadence, lon, lat, np.array(seconds, float))
        found += [
            Unit(TaskId(operation, point.id), point.name, "", cadence, rhythm, kg=load, turn=turn)
            for point, rhythm, load, turn in zip(alike, rhythms, kg, rounds, strict=True)
        ]
    return found


def _every_days(work: PointWork, point: Point) -> int:
    """Days between two emptyings of a point that fills; 0: the operation's cadence holds."""
    if work.stock is None or not point.capacity_kg or not point.demand_kg:
        return 0
    return days_between(work.stock, capacity_kg=point.capacity_kg, day_kg=point.demand_kg)


def _every(cadence: Cadence, days: int) -> Cadence:
    """The passes of a cadence, every so many days."""
    known = (
        cadence.source if isinstance(cadence.source, str) else "; ".join(cadence.source.values())
    )
    return Cadence(
        source=known, passes=cadence.passes, every_days=days, min_gap_h=cadence.min_gap_h
    )


def _point_jobs(
    rules: RuleProfile,
    operation: str,
    ground: Ground,
    point: Point,
    work: PointWork,
    *,
    turn: int = 0,
) -> Iterator[Job]:
    """One job per pass; the point's own hours, which come round every day, replace the operation's.

    An operation that tips nowhere (washing, disinfection) leaves the waste where it is; without
    `row_hours` the hours and minutes of the waste do not bind it.
    """
    away = bool(rules.operations[operation].tip_kinds)
    place = ground.points[point.id]
    own = [(max(0, early), late) for early, late in daily(point.windows, 1, LAST_S)]
    own = own if work.row_hours else []
    level = ground.cleaning_class(place.right)
    bans = banned_hours(rules, operation, level)
    passes = day_passes(work.visits, bans, turn=turn, own=own)
    for number, one in enumerate(passes, start=1):
        share = point.demand_kg * number // len(passes) - point.demand_kg * (number - 1) // len(
            passes
        )
        yield Job(
            id=TaskId(operation, point.id, pass_number=number),
            operation=operation,
            kind="point",
            name=point.name,
            object_id=point.id,
            options=_stand(place, own_side=point.own_side or _wide(work, ground, place)),
            slots=one.slots,
            cleaning_class=level,
            lon=point.lon,
            lat=point.lat,
            service_s=(point.service_s if work.row_hours else 0) or service_s(work, share),
            row_hours=work.row_hours,
            kg=share if away else 0,
            litres=round(work.l_per_stop),
            min_gap_s=one.least_s,
            headway_s=one.most_s if work.visits.headway_min else -1,
            far_m=_far_m(place),
        )


def service_s(work: PointWork, demand_kg: int) -> int:
    """Time at a point without one of its own [s]: arriving, then bin by bin."""
    return work.base_s + work.per_bin_s * max(1, ceil(demand_kg / work.bin_kg))


def stop_order(rules: RuleProfile, operation: str, ground: Ground, order: Order) -> Job:
    """Job of an order at a place: any side, inside the order's window."""
    place = ground.orders[order.id]
    return Job(
        id=TaskId(operation, order.id),
        operation=operation,
        kind="point",
        name=order.name or order.id,
        object_id=order.id,
        options=_stand(place, own_side=False),
        slots=slots((order.window,), (), finish=True),
        cleaning_class=ground.cleaning_class(place.right),
        lon=order.lon or 0.0,
        lat=order.lat or 0.0,
        service_s=order.service_s,
        kg=order.demand_kg if rules.operations[operation].tip_kinds else 0,
        far_m=_far_m(place),
    )


def _far_m(place: Place) -> int:
    return place.distance_m if place.stands == Stands.FAR else 0


def _wide(work: PointWork, ground: Ground, place: Place) -> bool:
    """Whether the street is too wide to be served across."""
    if work.own_side_from_m is None or place.right < 0:
        return False
    return bool(ground.network.width_dm[place.right] >= 10 * work.own_side_from_m)


def _stand(place: Place, *, own_side: bool) -> tuple[tuple[int, ...], ...]:
    """Arcs at whose end the vehicle may stand: its own kerb, or either."""
    sides = (place.right,) if own_side or place.left < 0 else (place.right, place.left)
    return tuple((arc,) for arc in sides)
