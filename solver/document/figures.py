"""Key figures of a plan, each from the plan's own routes; units end their names."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from models.district import Stream
from models.horizon.periodic import without
from models.problem import DimensionKind
from models.solution import Serve, StepKind, served_tasks
from models.units import cny
from solver.cost import cost, days_in_one, days_twice
from solver.document.driving import driving
from solver.routing.bound.bounds import lower_bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.day import DrivenDay, DrivenPart
    from models.plan import Plan, PlanRoute, PlanUnserved
    from models.problem import RoutingProblem


_PROVEN: WeakKeyDictionary[RoutingProblem, int | None] = WeakKeyDictionary()
"""Bounds that were proven, forgotten with their problems."""


def amounts(day: DrivenDay) -> dict[str, int]:
    """What was collected [kg] and used [l, Wh], by dimension name, over all served tasks."""
    total: defaultdict[str, float] = defaultdict(float)
    for one in day:
        part = one.part
        for visit in one.route.visits:
            if isinstance(visit, Serve):
                demand = part.problem.tasks[visit.task].demand
                for dimension, amount in zip(part.problem.dimensions, demand, strict=True):
                    water = dimension.kind == DimensionKind.WATER
                    factor = one.crew.water_factor if water else 1.0
                    total[f"{dimension.kind}:{part.operation}"] += amount * factor
    return {key: round(amount) for key, amount in total.items()}


def waits(day: DrivenDay) -> int:
    """Seconds that vehicles stand and wait."""
    return sum(
        step.end - step.begin
        for one in day
        for step in one.schedule.steps
        if step.kind == StepKind.WAIT
    )


def money(driven: Iterable[DrivenPart]) -> float:
    """Cost of the routes [CNY]."""
    own = list(driven)
    paid = sum(cost(one.part.problem, one.solution, one.schedules).money for one in own)
    return cny(paid - days_twice((one.part.problem, one.solution) for one in own))


def bounds(day: DrivenDay, cost_cny: float) -> dict[str, float]:
    """A cost that no plan serving all that is required goes below, and how far this one is off.

    Nothing where a required task is left out: such a plan may cost less than any whole one. Nothing
    where optional passes are driven: legs follow the fastest way, so those past a stop may have
    more metres than those by way of it, and no bound without the passes is proven with them.
    """
    for own in day.driven:
        left = set(own.solution.unserved)
        tasks = enumerate(own.part.problem.tasks)
        if any((task.prize is None) == (number in left) for number, task in tasks):
            return {}
    told = days_in_one([_required(part.problem) for part in day.parts])
    found = [_bound_of(*each) for each in zip((p.problem for p in day.parts), told, strict=True)]
    bound = cny(sum(each for each in found if each is not None))
    if None in found or bound <= 0:
        return {}
    return {"bound_cny": bound, "bound_gap_share": round(cost_cny / bound - 1, 4)}


def _required(problem: RoutingProblem) -> RoutingProblem:
    """The problem without what is optional, which the plan leaves out."""
    tasks = enumerate(problem.tasks)
    return without(problem, {number for number, task in tasks if task.prize is not None}).problem


def _bound_of(problem: RoutingProblem, told: RoutingProblem) -> int | None:
    """The problem's bound, proven once: a document and its judges ask for it again and again.

    `told` is the same problem with the days of shared vehicles that it pays for.
    """
    if problem not in _PROVEN:
        _PROVEN[problem] = lower_bound(told)
    return _PROVEN[problem]


def uncollected(unserved: Sequence[PlanUnserved]) -> dict[str, Any]:
    """Waste that stays where it is: all demand of all tasks left out, sweepings aside."""
    by_stream: defaultdict[str, int] = defaultdict(int)
    for task in unserved:
        if task.stream is not None and task.stream != Stream.SWEEPINGS:
            by_stream[task.stream] += task.kg
    return {
        "uncollected_kg": sum(by_stream.values()),
        "uncollected_t": {name: kg / 1_000 for name, kg in sorted(by_stream.items())},
    }


def kpis(
    day: DrivenDay,
    *,
    routes: Sequence[PlanRoute],
    unserved: Sequence[PlanUnserved],
    paid: int,
    mechanised_rate: float,
    water_rate: float,
    cadence_rate: float,
) -> dict[str, Any]:
    """Key figures of the day: work, driving, hours, loads, service, money, emissions.

    `paid` is what all routes cost [mfen].
    """
    used = amounts(day)
    served = sum(len(served_tasks(own.solution.routes)) for own in day.driven)
    never_tasks = len(unserved) - sum(len(own.solution.unserved) for own in day.driven)
    service_m = sum(route.service_m for route in routes)
    deadhead_m = sum(route.deadhead_m for route in routes)
    cost_cny = cny(paid)
    return {
        "routes": len(routes),
        "vehicles": len({route.vehicle for route in routes}),
        "tasks": sum(len(part.problem.tasks) for part in day.parts) + never_tasks,
        "served": served,
        "unserved": len(unserved),
        **by_whom(routes, unserved, "operator"),
        **by_whom(routes, unserved, "zone"),
        "unserved_reasons": dict(sorted(Counter(task.reason for task in unserved).items())),
        **uncollected(unserved),
        "service_km": round(service_m / 1_000, 1),
        "deadhead_km": round(deadhead_m / 1_000, 1),
        **driving(day),
        "duty_h": round(sum(route.duration_s for route in routes) / 3_600, 1),
        "overtime_h": round(sum(route.overtime_s for route in routes) / 3_600, 1),
        "waiting_h": round(waits(day) / 3_600, 1),
        "collected_t": {
            key.partition(":")[2]: round(amount / 1_000, 1)
            for key, amount in sorted(used.items())
            if key.startswith(DimensionKind.WASTE) and amount
        },
        "water_m3": round(
            sum(amount for key, amount in used.items() if key.startswith(DimensionKind.WATER))
            / 1_000,
            1,
        ),
        "mechanised_rate": round(mechanised_rate, 4),
        "water_sweep_rate": round(water_rate, 4),
        "water_sweep_cadence_rate": round(cadence_rate, 4),
        "cost_cny": cost_cny,
        **bounds(day, cost_cny),
        "co2_kg": round(sum(route.co2_kg for route in routes), 1),
    }


def by_whom(
    routes: Sequence[PlanRoute], unserved: Sequence[PlanUnserved], of: Literal["operator", "zone"]
) -> dict[str, dict[str, dict[str, float]]]:
    """Tasks and kilometres of work by operator or by zone; nothing where none is named."""
    served: Counter[str] = Counter()
    metres: Counter[str] = Counter()
    for step in (step for route in routes for trip in route.trips for step in trip.steps):
        if name := getattr(step, of):
            served[name] += 1
            metres[name] += step.distance_m
    left = Counter(getattr(task, of) for task in unserved if getattr(task, of))
    table = {
        name: {
            "served": served[name],
            "unserved": left[name],
            "service_km": round(metres[name] / 1_000, 1),
        }
        for name in sorted({*served, *left})
    }
    return {f"by_{of}": table} if table else {}


def tipped_kg(plan: Plan) -> dict[str, int]:
    """What the plan's routes tip at each facility."""
    found: defaultdict[str, int] = defaultdict(int)
    for route in plan.routes:
        load = 0
        for step in (step for trip in route.trips for step in trip.steps):
            if step.kind == "tip" and step.facility is not None:
                found[step.facility] += load - step.load_kg
            load = step.load_kg
    return dict(found)
