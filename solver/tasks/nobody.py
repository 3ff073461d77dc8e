"""Who and what is told because nobody looks after it: work without an operation, those away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.day import Note
from models.part import TaskRef
from models.solution import Reason
from solver.tasks.day import Left
from solver.trade.streams import collects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from models.district import District, Order, Point, Stream
    from models.trade.rules import RuleProfile


def nobodys_work(district: District, rules: RuleProfile) -> Iterator[Left]:
    """Points whose stream or kind no operation takes, and orders that none can do."""
    for point in district.points:
        if not collected(rules, point.stream, point.kind):
            yield Left(
                task=point.id,
                operation="",
                ref=_ref(point.name, point.id, point.lon, point.lat, point),
                reason=Reason.NO_OPERATION,
                kg=point.demand_kg,
            )
    for order in district.orders:
        if not _done(rules, order):
            yield Left(
                task=order.id,
                operation=order.operation,
                ref=_ref(order.name, order.id, order.lon or 0.0, order.lat or 0.0),
                reason=Reason.NO_OPERATION,
                detail=Note(order.operation, order.operation),
                kg=order.demand_kg,
            )


def absent(district: District, day: date) -> Iterator[Note]:
    """Vehicles and drivers who are away on the day, and names among them that no table knows."""
    away = district.calendar.away if district.calendar is not None else ()
    known = {("vehicle", one.id) for one in district.vehicles}
    known |= {("driver", one.id) for one in district.drivers}
    for kind, name, begin, end in sorted(away):
        if not begin <= day <= end:
            continue
        zh, en = ("车辆", "vehicle") if kind == "vehicle" else ("司机", "driver")
        if (kind, name) in known:
            yield Note(f"{zh} {name} 停用或请假（台账）", f"{en} {name} is away (ledger)")
        elif kind == "vehicle" or district.drivers:
            yield Note(
                f"台账中停用或请假的{zh} {name} 不在{zh}表中，请核对编号",
                f"{en} {name}, away by the ledger, stands in no table; check its id",
            )


def collected(rules: RuleProfile, stream: Stream, kind: str) -> bool:
    """Whether some operation works at such a point, on this day or another."""
    return any(collects(one.points, stream, kind) for one in rules.operations.values())


def _done(rules: RuleProfile, order: Order) -> bool:
    """Whether the order's operation exists, and works along streets where the order is a street."""
    rule = rules.operations.get(order.operation)
    return rule is not None and (order.lon is not None or rule.street is not None)


def _ref(name: str | None, own: str, lon: float, lat: float, point: Point | None = None) -> TaskRef:
    ref = TaskRef(
        kind="point", name=name or own, object_id=own, mode_arcs=(), allowed_arcs=frozenset(),
        lon=lon, lat=lat,
    )  # fmt: skip
    return ref if point is None else replace(ref, stream=point.stream)
