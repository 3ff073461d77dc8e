"""Several depots: MDVRP (Cordeau, Gendreau, Laporte 1997) and MDVRP with inter-depot routes.

Distances are real-valued there; here everything is in thousandths (`scale`), rounded per leg.
"""

from __future__ import annotations

import numpy as np

from models.problem import (
    Dimension,
    DimensionKind,
    Facility,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from models.units import MAX_TIME
from scenarios.instances.instance import Instance, Line, after, header, lines
from solver.routing.base.matrices import half_up, point_matrix

SCALE = 1_000
GOODS = (Dimension(name="goods", kind=DimensionKind.WATER),)


def parse_cordeau(text: str) -> Instance:
    """MDVRP: m vehicles per depot, each with its duration limit (0: none) and capacity.

    Raises `InstanceError` with the line number; also for periodic files (type 1).
    """
    rows = lines(text)
    kind, vehicles, customers, depots = map(rows[0].natural, rows[0].words(4))
    if kind != 2:
        raise rows[0].fail("only type 2 (MDVRP) is one day's problem")
    if len(rows) != 1 + depots + customers + depots:
        raise rows[-1].fail(f"{1 + 2 * depots + customers} lines were expected, not {len(rows)}")
    limits = [tuple(map(line.natural, line.words(2))) for line in rows[1 : depots + 1]]
    stops = [_at_least(line, 5) for line in rows[depots + 1 :]]
    tasks = tuple(
        _task(rows[depots + 1 + place], place, service, demand)
        for place, (_, _, _, service, demand, *_) in enumerate(stops[:customers])
    )
    types = tuple(
        VehicleType(
            id=f"truck of depot {number + 1}",
            capacity=(capacity,),
            start=customers + number,
            end=customers + number,
            num_available=vehicles,
            max_duration=duration * SCALE or MAX_TIME,
        )
        for number, (duration, capacity) in enumerate(limits)
    )
    points = np.array([stop[1:3] for stop in stops])
    problem = RoutingProblem(
        tasks=tasks,
        vehicle_types=types,
        matrices=(point_matrix(points, half_up, SCALE),),
        dimensions=GOODS,
        cost_unit="file/1000",
    )
    places = tuple(line.words()[0] for line in rows[depots + 1 :])
    return Instance(problem=problem, family="mdvrp", scale=SCALE, places=places)


def parse_crevier(text: str) -> Instance:
    """MDVRP with inter-depot routes: a vehicle may refill at any depot, at DOCKING_TIME each.

    Raises `InstanceError` with the line number.
    """
    rows = lines(text)
    head = header(rows)
    customers, depots = head.natural("CUSTOMERS"), head.natural("DEPOTS")
    end = next((k for k, line in enumerate(rows) if line.text.startswith("DEPOT_SECTION")), None)
    if end is None:
        raise rows[-1].fail("DEPOT_SECTION is missing; the file may be cut off")
    stops = [(line, line.numbers(5)) for line in after(rows[:end], "CUSTOMER_SECTION")]
    stands = [(line, line.numbers(3)) for line in rows[end + 1 :]]
    if len(stops) != customers or len(stands) != depots:
        raise rows[-1].fail(f"{len(stops)} customers and {len(stands)} depots found")
    central = head.integer("CENTRAL_DEPOT")
    base = next((customers + k for k, (_, s) in enumerate(stands) if s[0] == central), None)
    if base is None:
        raise (head.line("CENTRAL_DEPOT") or head.last).fail("no such depot")
    truck = VehicleType(
        id="truck",
        capacity=(head.natural("CAPACITY"),),
        start=base,
        end=base,
        num_available=head.natural("VEHICLES"),
        max_duration=head.natural("MAX_ROTATION_DURATION") * SCALE,
    )
    facilities = tuple(
        Facility(
            id=f"depot {stand[0]:g}",
            enter=customers + number,
            leave=customers + number,
            resets=frozenset({0}),
            duration=head.natural("DOCKING_TIME") * SCALE,
        )
        for number, (_, stand) in enumerate(stands)
    )
    points = np.array([stop[1:3] for _, stop in stops] + [stand[1:3] for _, stand in stands])
    problem = RoutingProblem(
        tasks=tuple(
            _task(line, place, stop[3], stop[4]) for place, (line, stop) in enumerate(stops)
        ),
        vehicle_types=(truck,),
        facilities=facilities,
        matrices=(point_matrix(points, half_up, SCALE),),
        dimensions=GOODS,
        name=head.text("NAME"),
        cost_unit="file/1000",
    )
    places = tuple(line.words()[0] for line, _ in [*stops, *stands])
    return Instance(problem=problem, family="mdvrpi", scale=SCALE, places=places)


def _task(line: Line, place: int, service: float, demand: float) -> Task:
    if min(service, demand) < 0:
        raise line.fail("a negative service time or demand")
    mode = Mode(enter=place, leave=place, duration=round(service * SCALE))
    return Task(id=line.words()[0], modes=(mode,), demand=(line.whole(str(demand)),))


def _at_least(line: Line, count: int) -> list[float]:
    values = line.numbers()
    if len(values) < count:
        raise line.fail(f"at least {count} values were expected")
    return values
