"""Collection streets with facilities, time limit and turn penalties (Lee, Han, Kim 2025).

Turn types follow from the polylines in the file's raw coordinates: within 45 degrees straight on,
from 135 degrees a U-turn, between them right (clockwise) or left. No turn is paid at the depot or
after a dump. All costs are thousandths of the file's unit (`scale`).
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from models.problem import Dimension, DimensionKind, Facility, RoutingProblem, Task, VehicleType
from models.units import MAX_TIME
from scenarios.instances.instance import LARGEST, Header, Instance, lines
from scenarios.instances.turns import TurnGraph, Way

if TYPE_CHECKING:
    from scenarios.instances.instance import Line

SCALE = 1_000
LISTS = {
    "LIST_REQ_EDGES": (True, True),
    "LIST_NOREQ_EDGES": (True, False),
    "LIST_REQ_ARCS": (False, True),
    "LIST_NOREQ_ARCS": (False, False),
}
Row = tuple["Line", Way, bool, bool, tuple[int, ...]]


def parse_carp_turns(text: str) -> Instance:
    """A collection area with turn penalties.

    An area whose services fit into one MAX_DURATION is read as a one-vehicle area, as its authors
    treat it; others have a free fleet. Raises `InstanceError` with the line number.
    """
    rows = lines(text)
    found: dict[str, Line] = {}
    for line in rows:
        found.setdefault(line.text.split("\t")[0].strip(" :"), line)
    head = Header(found, rows[-1])
    streets = _streets(rows, head)
    penalties = _amounts(head, "TURN_PENALTY")
    if len(penalties) != 4:
        raise found["TURN_PENALTY"].fail("four penalties: straight, right, left, U-turn")
    net = TurnGraph(partial(_turn_cost, tuple(penalties)))
    wanted = _add_streets(net, streets)
    depot, sites = _values(head, "DEPOT")[0], _values(head, "DUMPING_SITES")
    nodes = {node for way in net.ways for node in (way.tail, way.head)}
    for key, node in [("DEPOT", depot), *(("DUMPING_SITES", site) for site in sites)]:
        if node not in nodes:
            raise found[key].fail(f"no street touches node {node}")
    net.close([number for _, ways, _ in wanted for number in ways], [depot, *sites])
    tasks = tuple(
        Task(id=name, modes=tuple(net.serve(number) for number in ways), demand=demand)
        for name, ways, demand in wanted
    )
    capacity = tuple(_amounts(head, "CAPACITY"))
    if len(capacity) != 2:
        raise found["CAPACITY"].fail("two capacities: volume, weight")
    limit = _amounts(head, "MAX_DURATION")[0]
    single = sum(task.modes[0].duration for task in tasks) <= limit
    end, start = net.stand(depot)
    truck = VehicleType(
        id="truck",
        capacity=capacity,
        start=start,
        end=end,
        num_available=1 if single else len(tasks),
        max_duration=min(limit, MAX_TIME),
    )
    problem = RoutingProblem(
        tasks=tasks,
        vehicle_types=(truck,),
        facilities=_facilities(net, head, sites),
        matrices=(net.matrix(),),
        dimensions=tuple(
            Dimension(name=name, kind=DimensionKind.WASTE, end_empty=True)
            for name in ("volume", "weight")
        ),
        name=_values(head, "NAME")[0],
        cost_unit="file/1000",
    )
    notes = ("read as a one-vehicle area",) if single else ()
    return Instance(problem=problem, family="mcarptif-tp", scale=SCALE, notes=notes)


def _streets(rows: list[Line], head: Header) -> list[Row]:
    found: list[Row] = []
    kind: tuple[bool, bool] | None = None
    counts = dict.fromkeys(LISTS, 0)
    title = ""
    for line in rows:
        word = line.text.split("\t")[0].strip(" :")
        if word in LISTS:
            title, kind = word, LISTS[word]
        elif kind is not None:
            found.append(_street(line, *kind))
            counts[title] += 1
    for title, count in counts.items():
        key = title.removeprefix("LIST_")
        stated = head.line(key)
        if stated is not None and stated.whole(_values(head, key)[0]) != count:
            raise stated.fail(f"{title} holds {count} rows")
    return found


def _street(line: Line, two_way: bool, required: bool) -> Row:
    fields = [word.strip() for word in line.text.split("\t")]
    if len(fields) != 7:
        raise line.fail(f"7 tab-separated fields were expected, {len(fields)} found")
    tail, head, service, travel, volume, weight, polyline = fields
    try:
        shape = tuple(
            (float(x), float(y)) for x, y in (point.split() for point in polyline.split(","))
        )
    except ValueError:
        raise line.fail("the polyline is not x1 y1,x2 y2,..") from None
    way = Way(
        tail,
        head,
        _thousandths(line, travel),
        _thousandths(line, service),
        tuple(point for k, point in enumerate(shape) if k == 0 or point != shape[k - 1]),
    )
    demand = (_thousandths(line, volume), _thousandths(line, weight))
    return line, way, two_way, required, demand


def _add_streets(
    net: TurnGraph, streets: list[Row]
) -> list[tuple[str, list[int], tuple[int, ...]]]:
    """Add all ways; of each required street its name, ways and demand."""
    wanted = []
    for line, way, two_way, required, demand in streets:
        ways = [net.add(way)]
        if two_way:
            ways.append(net.add(way.reverse()))
        if required:
            kind = "edge" if two_way else "arc"
            wanted.append((f"{kind} line {line.number} ({way.tail}, {way.head})", ways, demand))
    return wanted


def _facilities(net: TurnGraph, head: Header, sites: list[str]) -> tuple[Facility, ...]:
    costs = _amounts(head, "DUMPING_COST")
    if len(costs) != len(sites):
        raise (head.line("DUMPING_COST") or head.last).fail(f"{len(sites)} costs were expected")
    found = []
    for site, dumping in zip(sites, costs, strict=True):
        enter, leave = net.stand(site)
        found.append(
            Facility(
                id=f"site {site}",
                enter=enter,
                leave=leave,
                resets=frozenset({0, 1}),
                duration=dumping,
                visit_cost=dumping,
            )
        )
    return tuple(found)


def _turn_cost(penalties: tuple[int, ...], first: Way, second: Way) -> int:
    if len(first.shape) < 2 or len(second.shape) < 2:
        return penalties[0]
    (ax, ay), (bx, by) = first.shape[-2:]
    (cx, cy), (dx, dy) = second.shape[:2]
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    angle = math.degrees(math.atan2(ux * vy - uy * vx, ux * vx + uy * vy))
    if abs(angle) <= 45:
        return penalties[0]
    if abs(angle) >= 135:
        return penalties[3]
    return penalties[2] if angle > 0 else penalties[1]


def _values(head: Header, key: str) -> list[str]:
    line = head.line(key)
    if line is None:
        raise head.last.fail(f"{key} is missing; the file may be cut off")
    values = line.text.split()[1:]
    if not values:
        raise line.fail("no value")
    return values


def _amounts(head: Header, key: str) -> list[int]:
    """The values of a key in thousandths."""
    line = head.line(key) or head.last
    return [_thousandths(line, word) for word in _values(head, key)]


def _thousandths(line: Line, word: str) -> int:
    value = line.number_in(word)
    if not 0 <= value <= LARGEST / SCALE:
        raise line.fail(f"{word} is negative or too large")
    return round(value * SCALE)
