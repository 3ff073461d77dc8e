"""Plans better than the best known, in a file that anyone can check."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError
from models.horizon.inventory import Delivery, InventoryPlan
from models.horizon.periodic import PeriodicPlan
from models.solution import Reason, Route, Serve, Solution, Use, Violation
from scenarios.instances import read_instance
from scenarios.instances.weeks.irp import read_irp
from scenarios.instances.weeks.read import read_periodic
from solver.cost import cost
from solver.horizon.engine import priced
from solver.judge.days.horizon import check_horizon
from solver.judge.days.inventory import check_inventory, inventory_cost
from solver.judge.routes import check
from solver.routing.base.schedule import schedule_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.instances import BestKnown
    from benchmarks.record import Record
    from models.problem import Facility, Mode, RoutingProblem
    from models.solution import Visit
    from scenarios.instances import Instance
    from scenarios.instances.weeks.instance import PeriodicInstance
    from scenarios.instances.weeks.irp import InventoryInstance
    from solver.horizon.engine import PeriodicOutcome
    from solver.routing.base.engine import Outcome


def save_solution(
    folder: Path,
    path: Path,
    instance: Instance,
    outcome: Outcome,
    *,
    best: BestKnown,
    record: Record,
) -> Path:
    """Write a plan with its claim; an older plan of the instance stays if it is better.

    Tasks and places are named as in the instance file, so that the plan can be checked without
    this program; docs/benchmark_protocol.md describes the form.
    """
    routes = [
        _written(instance.problem, instance.places, route) for route in outcome.solution.routes
    ]
    found = instance.published(outcome.cost.total)
    unserved = {str(task): reason for task, reason in outcome.solution.unserved.items()}
    content = {"routes": routes, "unserved": unserved}
    return _save(folder, path, instance.family, found, content, best=best, record=record)


def save_week(
    folder: Path,
    path: Path,
    instance: PeriodicInstance,
    outcome: PeriodicOutcome,
    *,
    best: BestKnown,
    record: Record,
) -> Path:
    """As `save_solution`, for a plan of several days: `days` of routes instead of `routes`.

    `patterns` are the days of every task, which the routes keep.
    """
    problem, plan = instance.problem, outcome.plan
    content = {
        "patterns": [
            list(own[choice].days)
            for own, choice in zip(problem.patterns, plan.chosen, strict=True)
        ],
        "days": [
            [_written(problem.every_day, instance.places, route) for route in day.routes]
            for day in plan.days
        ],
    }
    found = instance.published(outcome.cost[1])
    return _save(folder, path, instance.family, found, content, best=best, record=record)


def save_inventory(
    folder: Path,
    path: Path,
    instance: InventoryInstance,
    plan: InventoryPlan,
    *,
    best: BestKnown,
    record: Record,
) -> Path:
    """As `save_solution`, for stocks: `deliveries` of every day's routes, customer and units."""
    names = [one.id for one in instance.problem.customers]
    content = {
        "deliveries": [
            [[[names[one.customer], one.units] for one in route] for route in day]
            for day in plan.days
        ]
    }
    found = instance.published(inventory_cost(instance.problem, plan))
    return _save(folder, path, instance.family, found, content, best=best, record=record)


def _save(
    folder: Path,
    path: Path,
    family: str,
    found: float,
    plan: dict[str, Any],
    *,
    best: BestKnown,
    record: Record,
) -> Path:
    target = folder / f"{record.set}-{record.instance}.json"
    if target.exists() and _read(target)["cost"] <= found:
        return target
    content = {
        "instance": record.instance,
        "set": record.set,
        "family": family,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "cost": found,
        "best_known": best.value,
        "source_of_best_known": best.source,
        "engine": record.engine,
        "seed": record.seed,
        "budget": record.budget,
        "workers": record.workers,
        "version": record.version,
        **plan,
    }
    folder.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".part")
    half.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    half.replace(target)
    return target


def _written(problem: RoutingProblem, places: Sequence[str], route: Route) -> dict[str, Any]:
    visits = []
    for visit in route.visits:
        place: Mode | Facility
        if isinstance(visit, Serve):
            place = problem.tasks[visit.task].modes[visit.mode]
            told = {"task": visit.task, "mode": visit.mode, "id": problem.tasks[visit.task].id}
        else:
            place = problem.facilities[visit.facility]
            told = {"facility": visit.facility, "id": place.id}
        if places:
            told |= {"from": places[place.enter], "to": places[place.leave]}
        visits.append(told)
    return {"vehicle_type": route.vehicle_type, "visits": visits}


def _read(file: Path) -> dict[str, Any]:
    """A saved plan's content. Raises `HuanweiError` when it is none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        float(content["cost"])
        return dict(content)
    except (ValueError, KeyError, TypeError) as error:
        raise HuanweiError(f"{file.name} is no saved plan: {error}") from None


def verify_solution(
    file: Path, instance_files: Iterable[Path]
) -> tuple[float, float, list[Violation]]:
    """Claimed cost, cost found here, and the judge's violations of a saved plan.

    Its instance is the file of the same content; a required task left out is a violation here.
    Raises `HuanweiError` when the plan is for no such file, or is no plan.
    """
    content = _read(file)
    path = _instance_of(file, content, instance_files)
    if "days" in content:
        return _verify_week(file, content, path)
    if "deliveries" in content:
        return _verify_inventory(file, content, path)
    try:
        routes = tuple(map(_route, content["routes"]))
        ids = [visit["id"] for route in content["routes"] for visit in route["visits"]]
        unserved = {int(task): Reason(reason) for task, reason in content["unserved"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HuanweiError(f"{file.name} is no saved plan: {error}") from None
    instance = read_instance(path)
    problem, solution = instance.problem, Solution(routes, unserved)
    if any(violation.code == "UNKNOWN" for violation in check(problem, solution, None)):
        raise HuanweiError(f"{file.name} names tasks or facilities that the instance has not")
    visits = [visit for route in routes for visit in route.visits]
    if ids != [_name(problem, visit) for visit in visits]:
        raise HuanweiError(f"{file.name}: numbers and ids of its visits do not agree")
    schedules = schedule_all(problem, routes)
    left_out = [
        Violation(code="REQUIRED_UNSERVED", where=problem.tasks[task].id)
        for task in sorted(unserved)
        if problem.tasks[task].prize is None
    ]
    found = instance.published(cost(problem, solution, schedules).total)
    return float(content["cost"]), found, [*left_out, *check(problem, solution, schedules)]


def _instance_of(file: Path, content: dict[str, Any], instance_files: Iterable[Path]) -> Path:
    """The instance file a saved plan is for: the one of the same content."""
    try:
        digest, named = content["sha256"], content["instance"]
    except KeyError as error:
        raise HuanweiError(f"{file.name} is no saved plan: {error}") from None
    candidates = [path for path in instance_files if path.stem == named]
    if not candidates:
        raise HuanweiError(f"{file.name}: its instance {named} is not there")
    same = [p for p in candidates if hashlib.sha256(p.read_bytes()).hexdigest() == digest]
    if not same:
        raise HuanweiError(f"{file.name} was found on another file than {candidates[0].name}")
    return same[0]


def _verify_week(
    file: Path, content: dict[str, Any], path: Path
) -> tuple[float, float, list[Violation]]:
    """As `verify_solution`, for a plan of several days."""
    instance = read_periodic(path)
    problem = instance.problem
    try:
        days = tuple(Solution(tuple(map(_route, routes))) for routes in content["days"])
        told = [
            visit["id"] for day in content["days"] for route in day for visit in route["visits"]
        ]
        chosen = tuple(
            [pattern.days for pattern in own].index(tuple(map(_index, days_of)))
            for own, days_of in zip(problem.patterns, content["patterns"], strict=True)
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HuanweiError(f"{file.name} is no saved plan: {error}") from None
    plan = PeriodicPlan(chosen, days, {})
    if any(violation.code == "UNKNOWN" for violation in check_horizon(problem, plan)):
        raise HuanweiError(f"{file.name} names tasks or facilities that the instance has not")
    visits = [visit for day in days for route in day.routes for visit in route.visits]
    if told != [_name(problem.every_day, visit) for visit in visits]:
        raise HuanweiError(f"{file.name}: numbers and ids of its visits do not agree")
    if violations := check_horizon(problem, plan):
        return float(content["cost"]), float("nan"), violations
    outcome = priced(problem, plan)
    violations = check_horizon(problem, plan, outcome.schedules)
    return float(content["cost"]), instance.published(outcome.cost[1]), violations


def _verify_inventory(
    file: Path, content: dict[str, Any], path: Path
) -> tuple[float, float, list[Violation]]:
    """As `verify_solution`, for stocks."""
    instance = read_irp(path)
    number = {one.id: k for k, one in enumerate(instance.problem.customers)}
    try:
        plan = InventoryPlan(
            tuple(
                tuple(
                    tuple(Delivery(number[name], _index(units)) for name, units in route)
                    for route in day
                )
                for day in content["deliveries"]
            )
        )
    except (ValueError, KeyError, TypeError) as error:
        raise HuanweiError(f"{file.name} is no saved plan: {error}") from None
    found = instance.published(inventory_cost(instance.problem, plan))
    return float(content["cost"]), found, check_inventory(instance.problem, plan)


def _route(told: dict[str, Any]) -> Route:
    return Route(_index(told["vehicle_type"]), tuple(map(_visit, told["visits"])))


def _index(value: object) -> int:
    """A whole number of a saved plan; no negative one, which would count from the end."""
    if type(value) is not int or value < 0:
        raise TypeError(f"{value!r} is no index")
    return value


def _visit(told: dict[str, Any]) -> Visit:
    if "facility" in told:
        return Use(_index(told["facility"]))
    return Serve(_index(told["task"]), _index(told["mode"]))


def _name(problem: RoutingProblem, visit: Visit) -> str:
    if isinstance(visit, Serve):
        return problem.tasks[visit.task].id
    return problem.facilities[visit.facility].id
