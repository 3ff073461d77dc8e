"""A plan of a network in two echelons: which streams ride together, routes, loads to the plants."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from models.echelons.network import ChamberRoute, EchelonPlan, Pass, PlantHaul, Tip
from models.errors import HuanweiError
from models.solution import Serve
from solver.echelons.groups import cheapest_partition, possible_groups
from solver.echelons.problem import group_problem
from solver.stop import at_most

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.echelons.network import EchelonNetwork
    from models.problem import RoutingProblem
    from models.solution import Solution
    from solver.echelons.groups import Group
    from solver.echelons.problem import GroupProblem
    from solver.routing.base.engine import Engine, Outcome
    from solver.stop import Stop

TRIAL_ITERATIONS = 1_000
"""Each group of streams is tried with so many iterations before the groups are chosen (chosen)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A group of streams that rides together, the sorting sites it tips at, its trial's seconds."""

    group: Group
    sites: tuple[int, ...]
    seconds: int = 0


def choose(network: EchelonNetwork, engine: Engine, *, seed: int = 1) -> tuple[Choice, ...]:
    """The partition of the streams whose short trials drive least in both echelons, and its sites.

    Of those whose trials together have routes enough in the fleet, if there are any.

    Every group is tried with all sites and with the one that hauls its streams on cheapest; the
    chosen groups then with every one and two of the sites: loads to plants are whole, so that few
    sites may cost less than many.

    Raises `HuanweiError` where a stream fits no truck, or no trial of a group takes all of it.
    """
    every = tuple(range(len(network.sites)))
    tried: dict[Choice, int] = {}
    taken: dict[Group, Counter[int]] = {}

    def best(group: Group, options: list[tuple[int, ...]]) -> tuple[int, Choice] | None:
        for sites in options:
            if (choice := Choice(group, sites)) not in tried:
                found = _trial(network, engine, choice, seed)
                if found is not None:
                    tried[choice], taken[group] = found
        return min(
            ((cost, choice) for choice, cost in tried.items() if choice.group == group),
            key=lambda one: (one[0], len(one[1].sites)),
            default=None,
        )

    costs: dict[Group, int] = {}
    for group in possible_groups(network):
        nearest = min(every, key=lambda k: sum(network.sites[k].haul_s[s] for s in group))
        if (found := best(group, [every, (nearest,)])) is not None:
            costs[group] = found[0]

    def fits(groups: tuple[Group, ...]) -> bool:
        used = sum((taken[group] for group in groups), Counter[int]())
        return all(count <= network.trucks[number].routes for number, count in used.items())

    chosen = cheapest_partition(len(network.streams), costs, fits)
    if chosen is None:
        told = {stream for group in costs for stream in group}
        names = [name for k, name in enumerate(network.streams) if k not in told]
        raise HuanweiError(
            f"{network.name}: no truck takes {', '.join(names) or 'all streams'}; a street alone "
            "may hold more than any chamber, or the routes are too few",
            zh=f"{network.name}：没有车辆能收 {'、'.join(names) or '全部'}；"
            f"可能有道路的垃圾量超过任何车厢，或路线数太少",
        )
    few = [sites for size in (1, 2) for sites in combinations(every, size)]
    refined = [best(group, few) for group in chosen]
    return tuple(replace(found[1], seconds=found[0]) for found in refined if found is not None)


def _trial(
    network: EchelonNetwork, engine: Engine, choice: Choice, seed: int
) -> tuple[int, Counter[int]] | None:
    """Seconds of both echelons after a short search, and its routes by truck.

    None where streets are left over.
    """
    part = group_problem(network, choice.group, choice.sites)
    if not part.problem.tasks:
        return 0, Counter()
    found = engine.solve(part.problem, stop=at_most(TRIAL_ITERATIONS), seed=seed)
    if found.solution.unserved:
        return None
    used = Counter(part.trucks[route.vehicle_type][0] for route in found.solution.routes)
    return _paid(network, part, found), used


def _paid(network: EchelonNetwork, part: GroupProblem, found: Outcome) -> int:
    """Seconds of both echelons of a group's routes, its loads counted whole."""
    collect = found.cost.total - _visit_costs(part.problem, found.solution)
    return collect + haul_seconds(network, _hauls(network, _routes(network, part, found.solution)))


def plan_network(
    network: EchelonNetwork,
    engine: Engine,
    choices: tuple[Choice, ...],
    *,
    stop: Callable[[float], Stop],
    seed: int = 1,
) -> EchelonPlan:
    """Routes and loads of the chosen groups; `stop(share)` is the budget of a share of the search.

    Groups take routes one after the other; where that leaves a later one too few, each takes its
    share of all trucks' by its trial's seconds. The judge accepts it. Raises `HuanweiError` where
    some waste fits no route.
    """
    parts = [group_problem(network, one.group, one.sites) for one in choices]
    work = sum(len(part.problem.tasks) for part in parts)

    def planned(parts: Sequence[GroupProblem], seconds: Sequence[int]) -> EchelonPlan:
        stops = [lambda part=part: stop(len(part.streets) / work) for part in parts]
        return _in_turn(network, engine, list(zip(parts, seconds, strict=True)), stops, seed)

    try:
        return planned(parts, [0] * len(parts))
    except HuanweiError:
        if len(parts) == 1:
            raise
    scarce = [group_problem(network, one.group, one.sites, scarce=True) for one in choices]
    return planned(scarce, [one.seconds for one in choices])


def _in_turn(
    network: EchelonNetwork,
    engine: Engine,
    parts: Sequence[tuple[GroupProblem, int]],
    stops: Sequence[Callable[[], Stop]],
    seed: int,
) -> EchelonPlan:
    """All groups planned, each with the routes that are left to it, or its share of them.

    A part comes with its seconds, by which routes are shared (0: it may take all that are left).
    """
    left = {number: truck.routes for number, truck in enumerate(network.trucks)}
    routes: list[ChamberRoute] = []
    collect_s = 0
    for turn, ((part, seconds), stop) in enumerate(zip(parts, stops, strict=True)):
        if not part.problem.tasks:
            continue
        whole = sum(other for _, other in parts[turn:])
        own_left = {
            number: -(-count * seconds // whole) if whole else count
            for number, count in left.items()
        }
        with_left = replace(part, problem=_with_routes(part, own_left))
        found = _searched(network, with_left, engine, stop(), seed)
        own = _routes(network, part, found.solution)
        for route in own:
            left[route.truck] -= 1
        routes += own
        collect_s += found.cost.total - _visit_costs(part.problem, found.solution)
    hauls = _hauls(network, routes)
    return EchelonPlan(
        routes=tuple(routes),
        hauls=hauls,
        collect_s=collect_s,
        haul_s=haul_seconds(network, hauls),
    )


def _with_routes(part: GroupProblem, left: Mapping[int, int]) -> RoutingProblem:
    """The problem of a group with the routes that other groups have left."""
    kinds = zip(part.problem.vehicle_types, part.trucks, strict=True)
    return replace(
        part.problem,
        vehicle_types=tuple(
            replace(kind, num_available=left[number]) for kind, (number, _) in kinds
        ),
    )


def _searched(
    network: EchelonNetwork, part: GroupProblem, engine: Engine, stop: Stop, seed: int
) -> Outcome:
    """The better of a short search and a longer one that goes on from it, loads counted whole."""
    short = engine.solve(part.problem, stop=at_most(TRIAL_ITERATIONS), seed=seed)
    found = engine.solve(part.problem, stop=stop, seed=seed, initial=short.solution)
    if found.solution.unserved:
        raise HuanweiError(
            f"{network.name}: {len(found.solution.unserved)} streets of "
            f"{', '.join(network.streams[s] for s in part.group)} fit no route",
            zh=f"{network.name}：有 {len(found.solution.unserved)} 条道路排不进任何路线",
        )
    whole = [one for one in (found, short) if not one.solution.unserved]
    return min(whole, key=lambda one: _paid(network, part, one))


def haul_seconds(network: EchelonNetwork, hauls: tuple[PlantHaul, ...]) -> int:
    """Seconds of all loads to the plants and back."""
    return sum(haul.loads * network.sites[haul.site].haul_s[haul.stream] for haul in hauls)


def _visit_costs(problem: RoutingProblem, solution: Solution) -> int:
    return sum(
        problem.facilities[visit.facility].visit_cost
        for route in solution.routes
        for visit in route.visits
        if not isinstance(visit, Serve)
    )


def _routes(network: EchelonNetwork, part: GroupProblem, solution: Solution) -> list[ChamberRoute]:
    found = []
    for route in solution.routes:
        truck, chambers = part.trucks[route.vehicle_type]
        stops: list[Pass | Tip] = []
        for visit in route.visits:
            if not isinstance(visit, Serve):
                stops.append(Tip(part.sites[visit.facility]))
                continue
            number = part.streets[visit.task]
            litres = network.streets[number].litres
            streams = tuple(stream for stream in part.group if litres[stream])
            stops.append(Pass(number, visit.mode == 0, streams))
        found.append(ChamberRoute(truck, chambers, tuple(stops)))
    return found


def _hauls(network: EchelonNetwork, routes: list[ChamberRoute]) -> tuple[PlantHaul, ...]:
    """All that was tipped at each site, stream by stream, in as few loads as hold it."""
    tipped: dict[tuple[int, int], int] = defaultdict(int)
    for route in routes:
        aboard: dict[int, int] = defaultdict(int)
        for stop in route.stops:
            if isinstance(stop, Tip):
                for stream, litres in aboard.items():
                    tipped[stop.site, stream] += litres
                aboard.clear()
                continue
            for stream in stop.streams:
                aboard[stream] += network.streets[stop.street].litres[stream]
    return tuple(
        PlantHaul(site, stream, litres, -(-litres // network.load_l[stream]))
        for (site, stream), litres in sorted(tipped.items())
        if litres
    )
