"""Consistent vehicle routing (Groër, Golden, Wasil 2009; Kovacs, Parragh, Hartl 2014).

Demands stand day by day, -1 for a day without a visit; vehicles are as many as are needed. How far
times may differ is in no file: 5 for the random ones of 10 and 12 customers, 25 for the others,
unless the caller says so. Distances are real-valued; here they are thousandths.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.horizon.consistent import ConsistentProblem
from models.horizon.periodic import Pattern, PeriodicProblem
from models.problem import Mode, RoutingProblem, Task, VehicleType
from models.units import MAX_TIME
from scenarios.instances.instance import after, header, lines
from scenarios.instances.weeks.pvrp import GOODS, MOST_DAYS, SCALE
from solver.routing.base.matrices import half_up, point_matrix

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.instances.instance import Line

UNLIMITED = 9_000_000
"""A duration limit from here on stands for none (chosen: files write 9999999 or 1e+07)."""
SMALL = 20
"""Files of fewer customers are the random ones (chosen: they have 10 and 12, others 50)."""
SMALL_SPREAD = 5.0
"""Times of the random ones may differ by so much (memory: Groër et al. 2009)."""
LARGE_SPREAD = 25.0
"""Times of the others may differ by so much (chosen: their limits are those of unpublished plans).
"""


@dataclass(frozen=True, slots=True)
class ConsistentInstance:
    """A consistent problem with the factor to its published unit."""

    problem: ConsistentProblem
    scale: int = SCALE
    family: str = "convrp"

    def published(self, cost: int) -> float:
        """A cost in the unit the literature reports."""
        return cost / self.scale


def is_consistent(text: str) -> bool:
    """Whether a text is an instance of consistent routes."""
    return re.search(r"^NUM_DAYS", text[:6_000], flags=re.MULTILINE) is not None


def read_convrp(path: Path, *, spread: float | None = None) -> ConsistentInstance:
    """The instance in a file. Raises `InstanceError`, `OSError` when it cannot be read."""
    return parse_convrp(path.read_text(encoding="utf-8", errors="replace"), spread=spread)


def parse_convrp(text: str, *, spread: float | None = None) -> ConsistentInstance:
    """A consistent problem; `spread` limits how far times may differ.

    Infinite: not at all; None: as the set says. Raises `InstanceError` with the line number.
    """
    rows = lines(text)
    head = header(rows)
    days = head.natural("NUM_DAYS")
    if not 1 <= days <= MOST_DAYS:
        raise (head.line("NUM_DAYS") or head.last).fail("1 to 31 days were expected")
    count = head.natural("DIMENSION") - 1
    points = _section(rows, "NODE_COORD_SECTION", count, 2)
    demands = _section(rows, "DEMAND_SECTION", count, days)
    services = _section(rows, "SVC_TIME_SECTION", count, days)
    depot = next(iter(after(rows, "DEPOT_SECTION")), head.last)
    line = head.line("DISTANCE") or head.last
    limit = line.number_in(head.text("DISTANCE").split()[0])
    if spread is None:
        spread = SMALL_SPREAD if count < SMALL else LARGE_SPREAD
    tasks, patterns = [], []
    for place, (coordinates, amounts, times) in enumerate(
        zip(points, demands, services, strict=True)
    ):
        name = coordinates.words()[0]
        if {amounts.words()[0], times.words()[0]} != {name}:
            raise amounts.fail(f"customer {name} was expected here, as in the list of places")
        if (pattern := _pattern(amounts, times)) is None:
            continue  # a customer whom nobody visits in these days
        tasks.append(Task(id=name, modes=(Mode(enter=place, leave=place),), demand=(0,)))
        patterns.append((pattern,))
    at = [line.numbers()[1:3] for line in points] + [depot.numbers(2)]
    truck = VehicleType(
        id="driver",
        capacity=(head.natural("CAPACITY"),),
        start=count,
        end=count,
        num_available=count,
        max_duration=MAX_TIME if limit >= UNLIMITED else round(limit * SCALE),
    )
    every_day = RoutingProblem(
        tasks=tuple(tasks),
        vehicle_types=(truck,),
        matrices=(point_matrix(np.array(at), half_up, SCALE),),
        dimensions=GOODS,
        name=head.text("NAME", default=""),
        cost_unit="file/1000",
    )
    week = PeriodicProblem(every_day=every_day, patterns=tuple(patterns), fleets=((count,),) * days)
    limit_s = None if math.isinf(spread) else round(spread * SCALE)
    return ConsistentInstance(ConsistentProblem(week, limit_s))


def _section(rows: list[Line], title: str, count: int, width: int) -> list[Line]:
    """Lines of a section: as many as there are customers, a name and `width` numbers each."""
    found = []
    for line in after(rows, title):
        if not line.words()[0][0].isdigit():
            break
        line.numbers(width + 1)
        found.append(line)
        if len(found) == count:
            return found
    raise rows[-1].fail(f"{title}: {count} customers were expected, {len(found)} found")


def _pattern(amounts: Line, times: Line) -> Pattern | None:
    """The days with a demand, and what each of them asks for; None where there is none."""
    asked = [amounts.whole(word) for word in amounts.words()[1:]]
    days = tuple(day for day, amount in enumerate(asked) if amount >= 0)
    if min(asked) < -1:
        raise amounts.fail("a demand is 0 or more, and -1 means no visit")
    service = [round(times.number_in(word) * SCALE) for word in times.words()[1:]]
    if min(service) < 0:
        raise times.fail("a negative service time")
    if not days:
        return None
    return Pattern(
        days=days,
        demands=tuple((asked[day],) for day in days),
        extra_s=tuple(service[day] for day in days),
    )
