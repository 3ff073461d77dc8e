"""Periodic vehicle routing (Cordeau, Gendreau, Laporte 1997, type 1).

Distances are real-valued there; here everything is in thousandths (`scale`), rounded per leg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.horizon.periodic import PeriodicProblem
from models.problem import Dimension, DimensionKind, Mode, RoutingProblem, Task, VehicleType
from models.units import MAX_TIME
from scenarios.instances.instance import lines
from scenarios.instances.weeks.instance import PeriodicInstance, every
from solver.routing.base.matrices import half_up, point_matrix

if TYPE_CHECKING:
    from models.horizon.periodic import Pattern
    from scenarios.instances.instance import Line

SCALE = 1_000
GOODS = (Dimension(name="goods", kind=DimensionKind.WATER),)

MOST_DAYS = 31
"""A file has at most so many days (chosen: a month; more is a broken file)."""


def parse_pvrp(text: str) -> PeriodicInstance:
    """PVRP: m vehicles a day, each with its duration limit (0: none) and capacity.

    A customer's combinations are bit strings over the days, the first day the most significant.
    Raises `InstanceError` with the line number.
    """
    rows = lines(text)
    kind, vehicles, customers, days = map(rows[0].natural, rows[0].words(4))
    if kind != 1 or not 1 <= days <= MOST_DAYS:
        raise rows[0].fail("type 1 (PVRP) over 1 to 31 days was expected")
    if len(rows) != 2 + days + customers:
        raise rows[-1].fail(f"{2 + days + customers} lines were expected, not {len(rows)}")
    limits = {tuple(map(line.natural, line.words(2))) for line in rows[1 : days + 1]}
    if len(limits) != 1:
        raise rows[days].fail("days with different vehicles")
    duration, capacity = limits.pop()
    stops = rows[days + 2 :]
    points = [_numbers(line, 3)[1:3] for line in [*stops, rows[days + 1]]]
    truck = VehicleType(
        id="truck",
        capacity=(capacity,),
        start=customers,
        end=customers,
        num_available=vehicles,
        max_duration=duration * SCALE or MAX_TIME,
    )
    problem = RoutingProblem(
        tasks=tuple(_task(line, place) for place, line in enumerate(stops)),
        vehicle_types=(truck,),
        matrices=(point_matrix(np.array(points), half_up, SCALE),),
        dimensions=GOODS,
        cost_unit="file/1000",
    )
    return PeriodicInstance(
        problem=PeriodicProblem(
            every_day=problem,
            patterns=tuple(_patterns(line, days) for line in stops),
            fleets=((vehicles,),) * days,
        ),
        family="pvrp",
        scale=SCALE,
        places=tuple(line.words()[0] for line in [*stops, rows[days + 1]]),
    )


def _numbers(line: Line, count: int) -> list[float]:
    values = line.numbers()
    if len(values) < count:
        raise line.fail(f"at least {count} values were expected")
    return values


def _task(line: Line, place: int) -> Task:
    _, _, _, service, demand, *_ = _numbers(line, 7)
    if min(service, demand) < 0:
        raise line.fail("a negative service time or demand")
    mode = Mode(enter=place, leave=place, duration=round(service * SCALE))
    return Task(id=line.words()[0], modes=(mode,), demand=(line.whole(str(demand)),))


def _patterns(line: Line, days: int) -> tuple[Pattern, ...]:
    """The allowed combinations: as many as the line states, each with the visits it states."""
    words = line.words()
    visits, count = line.natural(words[5]), line.natural(words[6])
    codes = [line.natural(word) for word in words[7 : 7 + count]]
    if len(codes) != count or count == 0:
        raise line.fail(f"{count} combinations were expected, {len(codes)} found")
    if any(code >= 2**days or code.bit_count() != visits for code in codes):
        raise line.fail(f"a combination of other than {visits} of {days} days")
    return every(*([day for day in range(days) if code >> (days - 1 - day) & 1] for code in codes))
