"""Arc routing files: CARP, mixed CARP, and CARP with time limit and intermediate facilities.

One grammar serves them: `KEY : value` lines, then lists of `( u, v) cost 3 demand 4` (CARPLIB in
Spanish or English, Belenguer et al. 2006 for mixed streets, Willemse and Joubert 2016 for
facilities). Costs stand in both metres and seconds, so that limits on time bind the same numbers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.problem import Dimension, DimensionKind, Facility, RoutingProblem, VehicleType
from models.units import MAX_TIME
from scenarios.instances.instance import Instance, header, lines
from scenarios.instances.streets import NodeGraph, Street

if TYPE_CHECKING:
    from scenarios.instances.instance import Header, Line

STREET = re.compile(r"^\s*\(\s*(-?\d+)\s*,\s*(-?\d+)\s*\)(.*)$")
LISTS = {
    "LISTA_ARISTAS_REQ": ("edge", True),
    "EDGE_REQ_LIST": ("edge", True),
    "LIST_REQ_EDGES": ("edge", True),
    "LISTA_ARISTAS_NOREQ": ("edge", False),
    "EDGE_NOREQ_LIST": ("edge", False),
    "LIST_NOREQ_EDGES": ("edge", False),
    "LIST_REQ_ARCS": ("arc", True),
    "LIST_NOREQ_ARCS": ("arc", False),
}
COUNTS = {
    ("edge", True): ("ARISTAS_REQ", "EDGES_REQ", "REQ_EDGES"),
    ("edge", False): ("ARISTAS_NOREQ", "EDGES_NOREQ", "NOREQ_EDGES"),
    ("arc", True): ("REQ_ARCS",),
    ("arc", False): ("NOREQ_ARCS",),
}


def parse_carp(text: str) -> Instance:
    """CARP, mixed CARP or CARP with facilities; the family follows from the keys that occur.

    Raises `InstanceError` with the line number.
    """
    rows = lines(text)
    head = header(rows)
    streets, notes = read_streets(rows, head)
    net = NodeGraph(streets)
    tasks = net.tasks()
    depot = _node(head, net, "DEPOSITO", "DEPOT")
    facilities: tuple[Facility, ...] = ()
    dumping = head.natural("DUMPING_COST", default=0)
    limit = head.natural("MAX_TRIP", default=MAX_TIME)
    family = "carp"
    with_facilities = head.line("DUMPING_SITES") is not None
    if with_facilities:
        family = "mcarptif"
        facilities = _facilities(head, net, dumping)
    elif head.line("DUMPING_COST") is not None:
        family = "mcarp"
    truck = VehicleType(
        id="truck",
        capacity=(head.natural("CAPACIDAD", "CAPACITY"),),
        start=depot,
        end=depot,
        num_available=max(len(tasks), 1),
        max_duration=limit,
        fixed_cost=0 if with_facilities else dumping,
    )
    problem = RoutingProblem(
        tasks=tasks,
        vehicle_types=(truck,),
        matrices=(net.matrix(),),
        dimensions=(Dimension(name="load", kind=DimensionKind.WASTE, end_empty=with_facilities),),
        facilities=facilities,
        name=head.text("NOMBRE", "NAME", default=""),
        cost_unit="file",
    )
    return Instance(problem=problem, family=family, places=tuple(net.places), notes=notes)


def read_streets(rows: list[Line], head: Header) -> tuple[list[Street], tuple[str, ...]]:
    """All streets, in file order, and notes on counts that differ from the header.

    A file may miss one street in a thousand of what it states (Cen-IF-c does); more is an error.
    """
    streets: list[Street] = []
    kind: tuple[str, bool] | None = None
    found = dict.fromkeys(COUNTS, 0)
    for line in rows:
        if match := STREET.match(line.text):
            if kind is None:
                raise line.fail("a street outside any list")
            streets.append(_street(line, match, kind, found[kind] + 1))
            found[kind] += 1
        elif line.text.lstrip().startswith("("):
            raise line.fail("a street begins with ( u, v) and two whole node numbers")
        else:
            kind = LISTS.get(line.text.partition(":")[0].strip().upper(), kind)
    notes = []
    for what, keys in COUNTS.items():
        stated = head.integer(*keys, default=found[what])
        if stated == found[what]:
            continue
        note = f"{keys[-1]} states {stated}, the list holds {found[what]}"
        if abs(stated - found[what]) * 1000 > len(streets):
            raise (head.line(*keys) or head.last).fail(note)
        notes.append(note)
    return streets, tuple(notes)


def _street(line: Line, match: re.Match[str], kind: tuple[str, bool], number: int) -> Street:
    words = match[3].split()
    if len(words) % 2:
        raise line.fail("a name without a value, or a value without a name")
    values = {
        name.lower(): line.whole(value) for name, value in zip(words[::2], words[1::2], strict=True)
    }
    cost = _value(line, values, "coste", "cost", "trav_cost", "trave_cost")
    two_way, required = kind[0] == "edge", kind[1]
    if min(values.values()) < 0:
        raise line.fail("a negative cost or demand")
    if not required:
        return Street(tail=match[1], head=match[2], two_way=two_way, cost=cost)
    return Street(
        tail=match[1],
        head=match[2],
        two_way=two_way,
        cost=cost,
        service_cost=values.get("serv_cost", cost),
        demand=(_value(line, values, "demanda", "demand"),),
        id=f"{kind[0]} {number} ({match[1]}, {match[2]})",
    )


def _value(line: Line, values: dict[str, int], *names: str) -> int:
    found = next((values[name] for name in names if name in values), None)
    if found is None:
        raise line.fail(f"no {' / '.join(names)}")
    return found


def _node(head: Header, net: NodeGraph, *keys: str) -> int:
    node = str(head.integer(*keys))
    if node not in net.nodes:
        raise (head.line(*keys) or head.last).fail(f"no street touches node {node}")
    return net.place(node)


def _facilities(head: Header, net: NodeGraph, dumping: int) -> tuple[Facility, ...]:
    line = head.line("DUMPING_SITES") or head.last
    sites = [word.strip() for word in head.text("DUMPING_SITES").split(",") if word.strip()]
    for site in sites:
        if site not in net.nodes:
            raise line.fail(f"no street touches node {site}")
    return tuple(
        Facility(
            id=f"site {site}",
            enter=net.place(site),
            leave=net.place(site),
            resets=frozenset({0}),
            duration=dumping,
            visit_cost=dumping,
        )
        for site in dict.fromkeys(sites)
    )
