"""Plans better than the best known, in a file that anyone can check."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError
from models.solution import Reason, Route, Serve, Solution, Use
from scenarios.instances import read_instance
from solver.check import check
from solver.cost import cost
from solver.routing.schedule import schedule_all

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.instances import BestKnown
    from benchmarks.record import Record
    from models.problem import RoutingProblem
    from models.solution import Violation
    from scenarios.instances import Instance
    from solver.routing.engine import Outcome


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

    Tasks are named as in the instance file, so that the plan can be read without this program.
    """
    target = folder / f"{record.set}-{record.instance}.json"
    found = instance.published(outcome.cost.total)
    if target.exists() and json.loads(target.read_text(encoding="utf-8"))["cost"] <= found:
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
        "routes": [_written(instance.problem, route) for route in outcome.solution.routes],
        "unserved": {str(task): reason for task, reason in outcome.solution.unserved.items()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return target


def _written(problem: RoutingProblem, route: Route) -> dict[str, Any]:
    visits = []
    for visit in route.visits:
        if isinstance(visit, Serve):
            name = problem.tasks[visit.task].id
            visits.append({"task": visit.task, "mode": visit.mode, "id": name})
        else:
            visits.append({"facility": visit.facility, "id": problem.facilities[visit.facility].id})
    return {"vehicle_type": route.vehicle_type, "visits": visits}


def verify_solution(file: Path, instance_file: Path) -> tuple[float, float, list[Violation]]:
    """Claimed cost, cost found here, and the judge's violations of a saved plan.

    Raises `HuanweiError` when the plan is for another file, or is no plan.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        claimed, digest = float(content["cost"]), content["sha256"]
        solution = Solution(
            tuple(
                Route(
                    route["vehicle_type"],
                    tuple(
                        Use(visit["facility"])
                        if "facility" in visit
                        else Serve(visit["task"], visit["mode"])
                        for visit in route["visits"]
                    ),
                )
                for route in content["routes"]
            ),
            {int(task): Reason(reason) for task, reason in content["unserved"].items()},
        )
    except (ValueError, KeyError, TypeError) as error:
        raise HuanweiError(f"{file.name} is no saved plan: {error}") from None
    if hashlib.sha256(instance_file.read_bytes()).hexdigest() != digest:
        raise HuanweiError(f"{file.name} was found on another file than {instance_file.name}")
    instance = read_instance(instance_file)
    if any(violation.code == "UNKNOWN" for violation in check(instance.problem, solution, None)):
        raise HuanweiError(f"{file.name} names tasks or facilities that the instance has not")
    schedules = schedule_all(instance.problem, solution.routes)
    found = instance.published(cost(instance.problem, solution, schedules).total)
    return claimed, found, check(instance.problem, solution, schedules)
