"""The judge of locks: what a person has locked is as it was.

It reads the document alone: a lock says which tasks a vehicle does, or which sites take its waste.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.edits import Lock
    from models.plan import Plan, PlanStep


def check_locks(plan: Plan) -> Iterator[Violation]:
    """Every lock of the plan is kept by its routes."""
    for lock in plan.locks:
        own = [
            route
            for route in plan.routes
            if (route.vehicle, route.shift) == (lock.vehicle, lock.shift)
        ]
        steps = [step for route in own for trip in route.trips for step in trip.steps]
        name = own[0].id if own else ""
        if lock.what == "station":
            yield from _sites(lock, steps, name)
        else:
            yield from _tasks(lock, steps, name)


def _tasks(lock: Lock, steps: list[PlanStep], name: str) -> Iterator[Violation]:
    """Locked tasks that the vehicle does not do; of a locked route also work that was added."""
    served = [step.task for step in steps if step.kind == "serve" and step.task is not None]
    where = "/".join(part for part in (lock.vehicle, lock.shift) if part)
    for task in lock.tasks:
        if task not in served:
            detail = f"task {task} is not done"
            yield Violation(code="LOCK", where=where, detail=detail, route=name, task=task)
    if lock.what != "route":
        return
    added = [task for task in served if task not in lock.tasks]
    for task in added:
        detail = f"task {task} was added"
        yield Violation(code="LOCK", where=where, detail=detail, route=name, task=task)
    both = [task for task in served if task in lock.tasks]
    if both != [task for task in lock.tasks if task in served]:
        yield Violation(code="LOCK", where=where, detail="another order", route=name)


def _sites(lock: Lock, steps: list[PlanStep], name: str) -> Iterator[Violation]:
    """Sites that take waste of a vehicle whose stations are locked to others."""
    where = "/".join(part for part in (lock.vehicle, lock.shift) if part)
    tipped = {step.facility for step in steps if step.kind == "tip" and step.facility}
    for site in sorted(tipped - set(lock.sites)):
        yield Violation(
            code="LOCK", where=where, detail=f"waste goes to {site}", route=name, site=site
        )
