"""From collection points and orders to jobs at stops."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from models.ids import TaskId
from models.units import DAY
from solver.roads.snap import Stands
from solver.tasks.jobs import Job
from solver.tasks.rota import Unit, rota
from solver.trade.cadence import banned_hours, slots
from solver.trade.hours import daily
from solver.trade.streams import collects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from models.district import Order, Point
    from models.rules import PointWork, RuleProfile
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
    today = {unit.id.thing for unit in point_units(rules, operation, points) if due(unit)}
    found: list[Job] = []
    for point in points:
        if collects(work, point.stream, point.kind) and point.id in today:
            found += _point_jobs(rules, operation, ground, point, work)
    return found


def point_units(rules: RuleProfile, operation: str, points: tuple[Point, ...]) -> list[Unit]:
    """All points of an operation's streams with their rhythms."""
    work = rules.operations[operation].points
    if work is None:
        return []
    mine = [point for point in points if collects(work, point.stream, point.kind)]
    seconds = [point.service_s or service_s(work, point.demand_kg) for point in mine]
    lon, lat = np.array([one.lon for one in mine]), np.array([one.lat for one in mine])
    turns = rota(work.visits, lon, lat, np.array(seconds, float))
    return [
        Unit(TaskId(operation, point.id), point.name, "", work.visits, rhythm)
        for point, rhythm in zip(mine, turns, strict=True)
    ]


def _point_jobs(
    rules: RuleProfile, operation: str, ground: Ground, point: Point, work: PointWork
) -> Iterator[Job]:
    """One job per pass; the point's own hours, which come round every day, replace the operation's.

    An operation that tips nowhere (washing, disinfection) leaves the waste where it is; without
    `row_hours` the hours and minutes of the waste do not bind it.
    """
    away = bool(rules.operations[operation].tip_kinds)
    place = ground.points[point.id]
    passes = work.visits.passes
    own = [(max(0, early), late) for early, late in daily(point.windows, 1, LAST_S)]
    own = own if work.row_hours else []
    level = ground.cleaning_class(place.right)
    bans = banned_hours(rules, operation, level)
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
            options=_stand(place, own_side=point.own_side),
            slots=slots(own or one.windows, bans, finish=one.rule == "finish"),
            cleaning_class=level,
            lon=point.lon,
            lat=point.lat,
            service_s=(point.service_s if work.row_hours else 0) or service_s(work, share),
            row_hours=work.row_hours,
            kg=share if away else 0,
            litres=round(work.l_per_stop),
            min_gap_s=round(3600 * work.visits.min_gap_h) if number > 1 else 0,
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


def _stand(place: Place, *, own_side: bool) -> tuple[tuple[int, ...], ...]:
    """Arcs at whose end the vehicle may stand: its own kerb, or either."""
    sides = (place.right,) if own_side or place.left < 0 else (place.right, place.left)
    return tuple((arc,) for arc in sides)
