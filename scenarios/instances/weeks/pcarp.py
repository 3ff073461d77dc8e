"""Periodic arc routing (Chu, Labadi, Prins 2006), as HGS-CARP's files and code have it.

Five working days. A visit collects the daily demand times the days since the last one, and the
week's first visit the two days of the weekend more. Vehicles come first: as few as could carry the
week on five days, which the reference values reach on every file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.errors import InstanceError, ProblemError
from models.horizon.periodic import Pattern, PeriodicProblem
from models.problem import Dimension, DimensionKind, RoutingProblem, VehicleType
from scenarios.instances.instance import lines
from scenarios.instances.streets import NodeGraph, Street
from scenarios.instances.weeks.instance import PeriodicInstance

if TYPE_CHECKING:
    from scenarios.instances.instance import Line

DAYS = 5
"""Working days of the week (Chu et al. 2006)."""

WEEKEND = 2
"""Days more that the week's first visit collects (Chu et al. 2006)."""

ALLOWED = {
    1: (16, 8, 4, 2, 1),
    2: (20, 18, 17, 10, 9, 5),
    3: (26, 25, 22, 21, 19, 13, 11),
    4: (30, 29, 27, 23, 15),
    5: (31,),
}
"""Allowed patterns by visits a week, as bits, day 1 the most significant (HGS-CARP's code)."""

FIELD = re.compile(r"(\w+) *= *(-?\d+)")


def parse_pcarp(text: str) -> PeriodicInstance:
    """The instance in a text. Raises `InstanceError` with the line number."""
    rows = lines(text)
    heads = [line for line in rows if not line.text.lstrip().startswith("arc=")]
    head = {name: (value, line) for line in heads for name, value in FIELD.findall(line.text)}
    arcs = [line for line in rows if line.text.lstrip().startswith("arc=")]
    for key in ("nbarcs", "nbtasks", "capacity", "Depot"):
        if key not in head:
            raise rows[-1].fail(f"{key} is missing; the file may be cut off")
    if len(arcs) != int(head["nbarcs"][0]):
        raise head["nbarcs"][1].fail(f"{len(arcs)} arcs were found")
    streets, visits = _streets(arcs)
    net = NodeGraph(streets)
    tasks = net.tasks()
    if len(tasks) != int(head["nbtasks"][0]):
        raise head["nbtasks"][1].fail(f"{len(tasks)} streets with a demand were found")
    depot_line = head["Depot"][1]
    if head["Depot"][0] not in net.nodes:
        raise depot_line.fail("no street touches the depot")
    capacity = head["capacity"][1].natural(head["capacity"][0])
    if capacity == 0:
        raise head["capacity"][1].fail("a vehicle that carries nothing")
    depot = net.place(head["Depot"][0])
    week = (DAYS + WEEKEND) * sum(task.demand[0] for task in tasks)
    fleet = max(-(-week // (DAYS * capacity)), 1)
    truck = VehicleType(
        id="truck", capacity=(capacity,), start=depot, end=depot, num_available=fleet
    )
    try:
        problem = PeriodicProblem(
            every_day=RoutingProblem(
                tasks=tasks,
                vehicle_types=(truck,),
                matrices=(net.matrix(),),
                dimensions=(Dimension(name="load", kind=DimensionKind.WASTE),),
                cost_unit="file",
            ),
            patterns=tuple(
                tuple(_pattern(code, task.demand[0]) for code in ALLOWED[count])
                for task, count in zip(tasks, visits, strict=True)
            ),
            fleets=((fleet,),) * DAYS,
        )
    except ProblemError as error:
        raise InstanceError(str(error), line=1, zh="内容前后矛盾") from None
    note = f"{fleet} vehicles, the fewest that could carry the week's load"
    return PeriodicInstance(
        problem=problem, family="pcarp", places=tuple(net.places), notes=(note,)
    )


def _streets(arcs: list[Line]) -> tuple[list[Street], list[int]]:
    """Streets, an edge for two arcs that name each other, and the visits of those with demand."""
    fields = {}
    for line in arcs:
        values = {name: line.whole(value) for name, value in FIELD.findall(line.text)}
        missing = {"arc", "From", "to", "Qty", "Trav", "Col", "inv", "freq"} - values.keys()
        if missing or values["arc"] in fields:
            raise line.fail(f"{', '.join(sorted(missing)) or 'an arc of this number'}: once each")
        if min(values["Trav"], values["Col"]) < 0:
            raise line.fail("a negative cost")
        fields[values["arc"]] = (values, line)
    streets, visits = [], []
    for number, (values, line) in fields.items():
        twin = fields.get(values["inv"], (None, line))[0]
        two_way = values["inv"] != number and twin is not None
        if two_way and twin is not None and twin["inv"] == number and values["inv"] < number:
            continue  # the other direction of an edge
        due = values["Qty"] > 0
        if due and values["freq"] not in ALLOWED:
            raise line.fail("1 to 5 visits a week were expected")
        tail, head = str(values["From"]), str(values["to"])
        streets.append(
            Street(
                tail=tail,
                head=head,
                two_way=two_way,
                cost=values["Trav"],
                service_cost=values["Col"],
                demand=(values["Qty"],) if due else None,
                id=f"arc {number} ({tail}, {head})",
            )
        )
        if due:
            visits.append(values["freq"])
    return streets, visits


def _pattern(code: int, daily: int) -> Pattern:
    """Days of a pattern, and what each visit collects of a daily demand."""
    days = [day for day in range(DAYS) if code >> (DAYS - 1 - day) & 1]
    gaps = [
        (day - days[k - 1]) if k else day - days[-1] + DAYS + WEEKEND for k, day in enumerate(days)
    ]
    return Pattern(days=tuple(days), demands=tuple((gap * daily,) for gap in gaps))
