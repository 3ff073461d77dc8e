"""Periodic waste collection with tips on Italian roads (Taverna and Tilk, Udine 2025): GeoJSON.

A vehicle ends empty: a facility is its last stop. Minutes are whole; they are its time and cost.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import InstanceError
from models.horizon.periodic import PeriodicProblem
from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from scenarios.instances.weeks.instance import PeriodicInstance, every

if TYPE_CHECKING:
    from collections.abc import Callable

WASTE = (Dimension(name="waste", kind=DimensionKind.WASTE, end_empty=True),)

ALLOWED: dict[tuple[int, int], tuple[tuple[int, ...], ...]] = {
    (4, 2): ((0, 2), (1, 3)),
    (6, 2): ((0, 3), (1, 4), (2, 5)),
    (6, 3): ((0, 2, 4), (1, 3, 5)),
}
"""Patterns by horizon and visits. The files do not state them; the authors' solutions use these,
any one day for one visit, and all days for as many visits as days."""

MOST_MINUTES = 10**6
"""A leg or service lasts at most so many minutes (chosen: more is a broken file)."""


def parse_pvrpif(text: str) -> PeriodicInstance:
    """The instance in a GeoJSON text. Raises `InstanceError`."""
    try:
        content = json.loads(text)
        return _instance(content)
    except json.JSONDecodeError as error:
        raise InstanceError(f"no JSON: {error.msg}", line=error.lineno, zh="不是 JSON") from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InstanceError(
            f"not as the set's README says: {error!r}", line=1, zh="与数据集说明的格式不符"
        ) from None


def _instance(content: dict[str, Any]) -> PeriodicInstance:
    info = content["info"]
    days, vehicles = _whole(info["planningHorizon"]), _whole(info["numVehicles"])
    stops = [feature["properties"] for feature in content["features"]]
    by_kind: Callable[[str], list[dict[str, Any]]] = lambda kind: [  # noqa: E731
        stop for stop in stops if stop["type"] == kind
    ]
    customers, tips = by_kind("customer"), by_kind("intermediateFacility")
    depots = by_kind("depot")
    if len(depots) != 1 or len(customers) + len(tips) + 1 != len(stops):
        raise ValueError("one depot, customers and facilities were expected")
    minutes = [[_whole(cell) for cell in row] for row in content["duration"]]
    if {len(row) for row in minutes} != {len(stops)} or len(minutes) != len(stops):
        raise ValueError("the matrix has another shape than the list of stops")
    if sorted(_whole(stop["id"]) for stop in stops) != list(range(len(stops))):
        raise ValueError("ids are not 0, 1, 2, ...")
    legs = np.array(minutes, dtype=np.int32)
    depot = _whole(depots[0]["id"])
    truck = VehicleType(
        id="truck",
        capacity=(_whole(info["maxCapacity"]),),
        start=depot,
        end=depot,
        num_available=vehicles,
        max_duration=_whole(info["maxDuration"]),
    )
    problem = RoutingProblem(
        tasks=tuple(map(_task, customers)),
        vehicle_types=(truck,),
        facilities=tuple(map(_facility, tips)),
        matrices=(DenseMatrix(legs, legs),),
        dimensions=WASTE,
        cost_unit="min",
    )
    return PeriodicInstance(
        problem=PeriodicProblem(
            every_day=problem,
            patterns=tuple(every(*_days(days, _whole(stop["frequency"]))) for stop in customers),
            fleets=((vehicles,),) * days,
        ),
        family="pvrpif",
        places=tuple(str(number) for number in range(len(stops))),
    )


def _days(days: int, visits: int) -> tuple[tuple[int, ...], ...]:
    if visits == 1:
        return tuple((day,) for day in range(days))
    if visits == days:
        return (tuple(range(days)),)
    return ALLOWED[days, visits]


def _task(stop: dict[str, Any]) -> Task:
    place = _whole(stop["id"])
    mode = Mode(enter=place, leave=place, duration=_whole(stop["service"]))
    return Task(id=str(place), modes=(mode,), demand=(_whole(stop["demand"]),))


def _facility(stop: dict[str, Any]) -> Facility:
    place = _whole(stop["id"])
    return Facility(
        id=f"tip {place}",
        enter=place,
        leave=place,
        resets=frozenset({0}),
        duration=_whole(stop["service"]),
    )


def _whole(value: object) -> int:
    """A number of the file as a whole one of believable size; 12.0 is one."""
    if not isinstance(value, int | float) or isinstance(value, bool) or value != int(value):
        raise ValueError(f"{value!r} is no whole number")
    if not 0 <= value <= MOST_MINUTES:
        raise ValueError(f"{value!r} is no believable number")
    return int(value)
