"""Node routing files: VRPLIB (CVRP) and Solomon (VRPTW)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.problem import Dimension, DimensionKind, Mode, RoutingProblem, Task, VehicleType
from models.units import MAX_TIME
from scenarios.instances.instance import Instance, after, header, lines
from solver.routing.base.matrices import half_up, point_matrix, truncated

if TYPE_CHECKING:
    from scenarios.instances.instance import Line

DIMACS = 10  # VRPTW distances and times are cut to one decimal
LOAD = (Dimension(name="load", kind=DimensionKind.WASTE),)


def parse_vrplib(text: str) -> Instance:
    """CVRP with straight distances rounded to whole numbers; `cost` is what CVRPLIB reports.

    The fleet is free. Raises `InstanceError` with the line number.
    """
    rows = lines(text)
    head = header(rows)
    weights = head.line("EDGE_WEIGHT_TYPE") or head.last
    if (kind := head.text("EDGE_WEIGHT_TYPE")) != "EUC_2D":
        raise weights.fail(f"only EUC_2D is known, not {kind}")
    count = head.integer("DIMENSION")
    points = _section(rows, "NODE_COORD_SECTION", count)
    demands = _section(rows, "DEMAND_SECTION", count)
    depots = [line.integers(1)[0] for line in _until_text(rows, "DEPOT_SECTION")]
    if len(depots) < 1 or not 1 <= depots[0] <= count:
        raise rows[-1].fail("DEPOT_SECTION names no depot among the nodes")
    depot = depots[0] - 1
    order = [depot, *(node for node in range(count) if node != depot)]
    coordinates = np.array([points[node].numbers(3)[1:] for node in order])
    tasks = tuple(
        Task(
            id=str(node + 1),
            modes=(Mode(enter=place, leave=place),),
            demand=(demands[node].natural(demands[node].words(2)[1]),),
        )
        for place, node in enumerate(order)
        if place
    )
    truck = VehicleType(
        id="truck",
        capacity=(head.natural("CAPACITY"),),
        start=0,
        end=0,
        num_available=max(len(tasks), 1),
    )
    problem = RoutingProblem(
        tasks=tasks,
        vehicle_types=(truck,),
        matrices=(point_matrix(coordinates, half_up),),
        dimensions=LOAD,
        name=head.text("NAME", default=""),
        cost_unit="file",
    )
    places = tuple(str(node + 1) for node in order)
    return Instance(problem=problem, family="cvrp", places=places)


def _until_text(rows: list[Line], title: str) -> list[Line]:
    """Lines of a section, up to the next title or -1."""
    found = []
    for line in after(rows, title):
        word = line.text.split()[0]
        if word[0].isalpha() or word == "-1":
            break
        found.append(line)
    return found


def _section(rows: list[Line], title: str, count: int) -> list[Line]:
    found = _until_text(rows, title)
    if len(found) != count:
        last = found[-1] if found else rows[-1]
        raise last.fail(f"{title} holds {len(found)} lines, DIMENSION is {count}")
    for number, line in enumerate(found, start=1):
        if line.whole(line.words()[0]) != number:
            raise line.fail(f"node {number} was expected here")
    return found


def parse_solomon(text: str) -> Instance:
    """VRPTW by the DIMACS convention: distances and times cut to one decimal, distance only.

    Everything is ten times the file's unit (`scale`). Raises `InstanceError` with the line number.
    """
    rows = lines(text)
    fleet = next(after(rows, "NUMBER"), None)
    if fleet is None:
        raise rows[-1].fail("no line below NUMBER CAPACITY; the file may be cut off")
    vehicles, capacity = map(fleet.natural, fleet.words(2))
    table = list(after(rows, "CUST NO", "CUST_NO"))
    stops = [line.numbers(7) for line in table]
    if len(stops) < 2:
        raise rows[-1].fail("no customers below CUST NO.; the file may be cut off")
    for number, (line, (cust, _, _, _, ready, due, _)) in enumerate(zip(table, stops, strict=True)):
        if cust != number:
            raise line.fail(f"customer {number} was expected here")
        if min(line.numbers()[3:]) < 0:
            raise line.fail("a negative demand or time")
        if ready > due:
            raise line.fail(f"ready at {ready:g}, after the due date {due:g}")
    depot = stops[0]
    tasks = tuple(
        Task(
            id=str(place),
            modes=(
                Mode(
                    enter=place,
                    leave=place,
                    duration=round(service * DIMACS),
                    tw_early=round(ready * DIMACS),
                    tw_late=round(due * DIMACS),
                ),
            ),
            demand=(table[place].whole(str(demand)),),
        )
        for place, (_, _, _, demand, ready, due, service) in enumerate(stops)
        if place
    )
    truck = VehicleType(
        id="truck",
        capacity=(capacity,),
        start=0,
        end=0,
        num_available=vehicles,
        tw_early=round(depot[4] * DIMACS),
        tw_late=min(round(depot[5] * DIMACS), MAX_TIME),
    )
    points = np.array([stop[1:3] for stop in stops])
    problem = RoutingProblem(
        tasks=tasks,
        vehicle_types=(truck,),
        matrices=(point_matrix(points, truncated, DIMACS),),
        dimensions=LOAD,
        name=rows[0].text.strip(),
        cost_unit="file/10",
    )
    places = tuple(str(place) for place in range(len(stops)))
    return Instance(problem=problem, family="vrptw", scale=DIMACS, places=places)
