"""Plans better than the best known, in a file that anyone can check."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError
from models.solution import Reason, Route, Serve, Solution, Use, Violation
from scenarios.instances import read_instance
from solver.cost import cost
from solver.judge.routes import check
from solver.routing.base.schedule import schedule_all

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.instances import BestKnown
    from benchmarks.record import Record
    from models.problem import Facility, Mode, RoutingProblem
    from models.solution import Visit
    from scenarios.instances import Instance
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
    target = folder / f"{record.set}-{record.instance}.json"
    found = instance.published(outcome.cost.total)
    if target.exists() and _read(target)["cost"] <= found:
        return target
    content = {
        "instance": record.instance,
        "set": record.set,
        "family": instance.family,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "cost": found,
        "best_known": best.value,
        "source_of_best_known": best.source,
        "engine": record.engine,
        "seed": record.seed,
        "budget": record.budget,
        "workers": record.workers,
        "version": record.version,
        "routes": [_written(instance, route) for route in outcome.solution.routes],
        "unserved": {str(task): reason for task, reason in outcome.solution.unserved.items()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".part")
    half.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    half.replace(target)
    return target


def _written(instance: Instance, route: Route) -> dict[str, Any]:
    problem, places = instance.problem, instance.places
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
    try:
        digest, named = content["sha256"], content["instance"]
        routes = tuple(
            Route(_index(route["vehicle_type"]), tuple(map(_visit, route["visits"])))
            for route in content["routes"]
        )
        ids = [visit["id"] for route in content["routes"] for visit in route["visits"]]
        unserved = {int(task): Reason(reason) for task, reason in content["unserved"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HuanweiError(f"{file.name} is no saved plan: {error}") from None
    candidates = [path for path in instance_files if path.stem == named]
    if not candidates:
        raise HuanweiError(f"{file.name}: its instance {named} is not there")
    same = [p for p in candidates if hashlib.sha256(p.read_bytes()).hexdigest() == digest]
    if not same:
        raise HuanweiError(f"{file.name} was found on another file than {candidates[0].name}")
    instance = read_instance(same[0])
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
