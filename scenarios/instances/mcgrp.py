"""Nodes, edges and arcs in one file (MCGRP, also NEARP), without and with turn penalties.

Reported costs leave out the service costs: a required street counts what driving it costs, a
required node nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from models.problem import Dimension, DimensionKind, Mode, RoutingProblem, Task, VehicleType
from scenarios.instances.instance import Instance, header, lines
from scenarios.instances.streets import NodeGraph, Street
from scenarios.instances.turns import TurnGraph, Way

if TYPE_CHECKING:
    from models.problem import Matrix
    from scenarios.instances.instance import Header, Line

LOAD = (Dimension(name="load", kind=DimensionKind.WASTE),)
NO_TURN = 10_000
"""A turn of this cost or more is forbidden, as the files have it."""


def parse_mcgrp(text: str) -> Instance:
    """MCGRP without turns. A second instance glued to the first is left out, with a note.

    Raises `InstanceError` with the line number.
    """
    rows = lines(text)
    starts = [k for k, line in enumerate(rows) if line.text.startswith("Name:")]
    notes: tuple[str, ...] = ()
    if len(starts) > 1:
        notes = (f"a second instance from line {rows[starts[1]].number} on is left out",)
        rows = rows[: starts[1]]
    head = header(rows)
    streets, stops = _tables(rows, head)
    net = NodeGraph(streets)
    depot = net.place(str(head.integer("DEPOT_NODE", "DEPOT")))
    tasks = net.tasks()
    for line, node, demand in stops:
        if node not in net.nodes:
            raise line.fail(f"no street touches node {node}")
        place = net.place(node)
        tasks += (
            Task(id=f"node {node}", modes=(Mode(enter=place, leave=place),), demand=(demand,)),
        )
    problem = _problem(head, tasks, (depot, depot), net.matrix())
    return Instance(problem=problem, family="mcgrp", places=tuple(net.places), notes=notes)


def _tables(rows: list[Line], head: Header) -> tuple[list[Street], list[tuple[Line, str, int]]]:
    streets: list[Street] = []
    stops: list[tuple[Line, str, int]] = []
    found: Counter[str] = Counter()
    for line in rows:
        match = re.match(r"(NrE|NrA|N|E|A)(\d+)\s", line.text.strip() + " ")
        if match is None:
            continue
        kind, values = match[1], [line.whole(word) for word in line.words()[1:]]
        expected = {"N": 2, "E": 5, "A": 5, "NrE": 3, "NrA": 3}[kind]
        if len(values) != expected:
            raise line.fail(f"{expected} numbers were expected after {match[1]}{match[2]}")
        if min(values) < 0:
            raise line.fail("a negative number")
        found[kind[-1] if kind.startswith("Nr") else kind] += 1
        if kind == "N":
            stops.append((line, match[2], values[0]))
        else:
            found[f"required {kind}"] += kind in {"E", "A"}
            streets.append(_street(match[0].strip(), kind, values))
    checks = {"N": "#REQUIRED_N", "required E": "#REQUIRED_E", "required A": "#REQUIRED_A"}
    checks |= {"E": "#EDGES", "A": "#ARCS"}
    for what, key in checks.items():
        if head.integer(key) != found[what]:
            raise (head.line(key) or head.last).fail(f"{found[what]} found in the tables")
    return streets, stops


def _street(name: str, kind: str, values: list[int]) -> Street:
    tail, head, cost = values[:3]
    return Street(
        tail=str(tail),
        head=str(head),
        two_way=kind in {"E", "NrE"},
        cost=cost,
        service_cost=cost,
        demand=(values[3],) if kind in {"E", "A"} else None,
        id=name,
    )


def parse_mcgrp_turns(text: str) -> Instance:
    """MCGRP with turn penalties (Vidal 2017): only listed turns below 10000 are allowed.

    No turn is paid at the depot. Raises `InstanceError` with the line number.
    """
    rows = lines(text)
    head = header(rows)
    tables = _turn_tables(rows)
    costs: dict[tuple[str, str, str], int] = {}
    for line in tables["TURNS"]:
        words = line.words(5)
        costs[words[0], words[1], words[2]] = line.natural(words[3])
    net = TurnGraph(
        lambda first, second: _allowed(costs.get((first.tail, first.head, second.head)))
    )
    wanted: list[tuple[str, list[int], int]] = []
    for title in ("EDGES", "ARCS"):
        for line in tables[title]:
            tail, to, demand, required, cost = map(line.natural, line.words(5))
            way = Way(str(tail), str(to), cost, cost)
            ways = [net.add(way)]
            if title == "EDGES":
                ways.append(net.add(way.reverse()))
            if required:
                wanted.append((f"{title[:-1].lower()} ({tail}, {to})", ways, demand))
    depot = str(head.integer("DEPOT"))
    net.close([number for _, ways, _ in wanted for number in ways], [depot])
    tasks = [
        Task(id=name, modes=tuple(map(net.serve, ways)), demand=(demand,))
        for name, ways, demand in wanted
    ]
    for line in tables["NODES"]:
        node, quantity, marked = line.words(5)[:3]
        if marked == "1":
            modes = net.stop(node)
            if not modes:
                raise line.fail("no street leads to this required node")
            tasks.append(Task(id=f"node {node}", modes=modes, demand=(line.natural(quantity),)))
    _check_counts(head, tables)
    end, start = net.stand(depot)
    problem = _problem(head, tuple(tasks), (start, end), net.matrix())
    return Instance(problem=problem, family="mcgrp-tp")


def _allowed(cost: int | None) -> int | None:
    return None if cost is None or cost >= NO_TURN else cost


def _turn_tables(rows: list[Line]) -> dict[str, list[Line]]:
    tables: dict[str, list[Line]] = {}
    title = ""
    for line in rows:
        if match := re.match(r"-+(NODES|EDGES|ARCS|TURNS)-+", line.text.strip()):
            title = match[1]
            tables[title] = []
        elif title and not line.text.strip().startswith("INDEX"):
            tables[title].append(line)
    for title in ("NODES", "EDGES", "ARCS", "TURNS"):
        if title not in tables:
            raise rows[-1].fail(f"the table {title} is missing; the file may be cut off")
    return tables


def _check_counts(head: Header, tables: dict[str, list[Line]]) -> None:
    keys = {"NODES": "#NODES", "EDGES": "#EDGES", "ARCS": "#ARCS", "TURNS": "#NB-TURNS"}
    for title, key in keys.items():
        if head.integer(key) != len(tables[title]):
            raise (head.line(key) or head.last).fail(f"{len(tables[title])} rows found")


def _problem(
    head: Header, tasks: tuple[Task, ...], depot: tuple[int, int], matrix: Matrix
) -> RoutingProblem:
    vehicles = head.integer("#VEHICLES")
    truck = VehicleType(
        id="truck",
        capacity=(head.natural("CAPACITY"),),
        start=depot[0],
        end=depot[1],
        num_available=vehicles if vehicles > 0 else len(tasks),
    )
    return RoutingProblem(
        tasks=tasks,
        vehicle_types=(truck,),
        matrices=(matrix,),
        dimensions=LOAD,
        name=head.text("NAME", default=""),
        cost_unit="file",
    )
