"""Whether streets stay whole: vehicles per street, sections split, crumbs alone, returns."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from models.solution import Serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.day import DrivenDay, DrivenRoute
    from models.part import TaskRef


class Section(NamedTuple):
    """A strip of a street in one pass of the day; its lanes are tasks of their own."""

    arcs: frozenset[int]
    pass_number: int


def street_work(day: DrivenDay, crumb_m: float) -> dict[str, dict[str, dict[str, float]]]:
    """Figures of every operation that works along named streets; nothing where none does.

    `streets` counts named streets, each once a shift, `vehicles_per_street` and
    `most_vehicles_on_a_street` the vehicles on one in a shift. `split_sections` of `lane_sections`,
    those of several lanes, have lanes done by different vehicles. `crumbs_alone` are pieces below
    `crumb_m` [m] of a street with more of them, before and after which the vehicle works elsewhere;
    `street_returns` the times it comes back to a street it had left for another.
    """
    by_operation: defaultdict[str, list[DrivenRoute]] = defaultdict(list)
    for one in day:
        if any(ref.name for ref in _in_order(one)):
            by_operation[one.part.operation].append(one)
    table = {name: _figures(routes, crumb_m) for name, routes in by_operation.items()}
    return {"street_work": table} if table else {}


def _figures(routes: Iterable[DrivenRoute], crumb_m: float) -> dict[str, float]:
    vehicles: defaultdict[tuple[str, str], set[object]] = defaultdict(set)
    pieces: defaultdict[str, int] = defaultdict(int)
    lanes: defaultdict[Section, list[object]] = defaultdict(list)
    returns = 0
    crumbs: list[str] = []
    for one in routes:
        refs = list(_in_order(one))
        for ref in refs:
            pieces[ref.name] += 1
            lanes[Section(ref.allowed_arcs, ref.pass_number)].append(one.id)
            if ref.name:
                vehicles[ref.name, one.crew.shift].add(one.id)
        runs = list(_runs(refs))
        returns += len(runs) - len(set(runs))
        crumbs += _alone(refs, crumb_m)
    wide = [done for done in lanes.values() if len(done) > 1]
    counts = [len(which) for which in vehicles.values()]
    return {
        "streets": len(counts),
        "vehicles_per_street": round(sum(counts) / len(counts), 2),
        "most_vehicles_on_a_street": max(counts),
        "lane_sections": len(wide),
        "split_sections": sum(len(set(done)) > 1 for done in wide),
        "crumbs_alone": sum(pieces[name] > 1 for name in crumbs),
        "street_returns": returns,
    }


def _in_order(one: DrivenRoute) -> Iterator[TaskRef]:
    """What the route serves along streets, in its order; tips and refills are passed over."""
    for visit in one.route.visits:
        if isinstance(visit, Serve) and one.part.refs[visit.task].kind == "street":
            yield one.part.refs[visit.task]


def _runs(refs: list[TaskRef]) -> Iterator[str]:
    """The named streets of a route, each as often as work on it begins."""
    before = ""
    for ref in refs:
        if ref.name and ref.name != before:
            yield ref.name
        before = ref.name


def _alone(refs: list[TaskRef], crumb_m: float) -> Iterator[str]:
    """The streets of pieces below `crumb_m` with no work on the same street before or after."""
    names = ["", *(ref.name for ref in refs), ""]
    joined = [one == other for one, other in pairwise(names)]
    for number, ref in enumerate(refs):
        if ref.name and ref.length_m < crumb_m and not (joined[number] or joined[number + 1]):
            yield ref.name
