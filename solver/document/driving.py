"""Driving without work, by operation, in kilometres and in hours.

A sweeper drives empty between streets it works on, so its share of empty driving says something. A
collection truck works standing: its way from stop to stop is the work's own, and is told as that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from models.solution import StepKind
from solver.cost import lengths

if TYPE_CHECKING:
    from models.day import DrivenDay


def driving(day: DrivenDay) -> dict[str, Any]:
    """`driving` by operation, and the share of empty driving of those that work while driving.

    Operations that work while driving: `service_km`, `deadhead_km`, `deadhead_h` and their shares
    of kilometres and of the hours driven or worked. Others: `between_stops_km`, `between_stops_h`.
    """
    metres: dict[str, Counter[str]] = defaultdict(Counter)
    for one in day:
        driven = lengths(one.part.problem, one.route)
        own = metres[one.part.operation]
        own["service"] += driven.service_m
        own["deadhead"] += driven.deadhead_m
        for step in one.schedule.steps:
            if step.kind in {StepKind.DRIVE, StepKind.SERVE}:
                own[step.kind] += step.end - step.begin
    table = {name: _told(own) for name, own in sorted(metres.items())}
    working = [own for own in metres.values() if own["service"]]
    service, empty = (sum(own[key] for own in working) for key in ("service", "deadhead"))
    return {"deadhead_share": round(empty / max(service + empty, 1), 4), "driving": table}


def _told(own: Counter[str]) -> dict[str, float]:
    km, hours = round(own["deadhead"] / 1_000, 1), round(own[StepKind.DRIVE] / 3_600, 1)
    if not own["service"]:
        return {"between_stops_km": km, "between_stops_h": hours}
    moving = own[StepKind.DRIVE] + own[StepKind.SERVE]
    return {
        "service_km": round(own["service"] / 1_000, 1),
        "deadhead_km": km,
        "deadhead_h": hours,
        "deadhead_share": round(own["deadhead"] / (own["service"] + own["deadhead"]), 4),
        "deadhead_time_share": round(own[StepKind.DRIVE] / max(moving, 1), 4),
    }
