"""Locks put on, taken off, and kept true while a person changes what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.ids import TruckShift
from solver.document.earlier import steps_of, task_homes
from solver.hand.book import refuse

if TYPE_CHECKING:
    from models.edits import Lock, Unlock
    from models.plan import Plan, PlanRoute
    from solver.hand.book import Book


def locked(plan: Plan, book: Book, edit: Lock) -> tuple[Lock, ...]:
    """The plan's locks with one more, which says what the plan says; raises `InputErrors`."""
    found = (
        [_of_task(plan, book, edit, task) for task in edit.tasks]
        if edit.what == "task"
        else [_of_route(plan, book, edit)]
    )
    names = {_name(one) for one in found}
    return (*(one for one in plan.locks if _name(one) not in names), *found)


def unlocked(plan: Plan, book: Book, edit: Unlock) -> tuple[Lock, ...]:
    """The plan's locks without one; raises `InputErrors` where there is none of this kind."""
    if edit.what == "task":
        names = {("task", task) for task in edit.tasks}
    else:
        truck = book.find_truck(edit.vehicle, edit.shift, _out(plan))
        names = {(edit.what, str(truck))}
    left = tuple(one for one in plan.locks if _name(one) not in names)
    if len(left) == len(plan.locks):
        there = ", ".join(" ".join(_name(one)) for one in plan.locks) or "-"
        raise refuse("E655", "what", edit.what, there)
    return left


def renewed(plan: Plan) -> tuple[Lock, ...]:
    """The locks of a plan that was changed by hand: they hold what the person made of it.

    A locked route is safe from a search, not from a hand; a lock that holds nothing is gone.
    """
    if not plan.locks:
        return ()
    homes, routes = (
        task_homes(plan),
        {TruckShift(one.vehicle, one.shift): one for one in plan.routes},
    )
    found = []
    for one in plan.locks:
        if one.what == "task":
            home = homes.get(one.tasks[0])
            if home is not None:
                found.append(one.model_copy(update={"vehicle": home.vehicle, "shift": home.shift}))
        elif (route := routes.get(TruckShift(one.vehicle, one.shift))) is not None:
            found.append(_holding(one, route))
    return tuple(found)


def _of_task(plan: Plan, book: Book, edit: Lock, task: str) -> Lock:
    book.find_tasks([task])
    home = task_homes(plan).get(task)
    if home is None:
        raise refuse("E655", "tasks", task, "-")
    return edit.model_copy(
        update={"tasks": (task,), "vehicle": home.vehicle, "shift": home.shift, "sites": ()}
    )


def _of_route(plan: Plan, book: Book, edit: Lock) -> Lock:
    truck = book.find_truck(edit.vehicle, edit.shift, _out(plan))
    route = next((one for one in plan.routes if (one.vehicle, one.shift) == truck), None)
    if route is None:
        told = ", ".join(str(one) for one in _out(plan)[:6])
        raise refuse("E655", "vehicle", str(truck), told)
    lock = edit.model_copy(update={"vehicle": truck.vehicle, "shift": truck.shift})
    found = _holding(lock, route)
    if edit.what == "station" and not found.sites:
        raise refuse("E655", "what", "station", "-")
    return found


def _holding(lock: Lock, route: PlanRoute) -> Lock:
    """The lock on what the route does."""
    steps = list(steps_of(route))
    if lock.what == "station":
        sites = dict.fromkeys(
            step.facility for step in steps if step.kind == "tip" and step.facility
        )
        return lock.model_copy(update={"sites": tuple(sites), "tasks": ()})
    tasks = [step.task for step in steps if step.kind == "serve" and step.task is not None]
    return lock.model_copy(update={"tasks": tuple(tasks), "sites": ()})


def _out(plan: Plan) -> list[TruckShift]:
    return [TruckShift(one.vehicle, one.shift) for one in plan.routes]


def _name(lock: Lock) -> tuple[str, str]:
    """What is locked: two locks of one name are the same."""
    if lock.what == "task":
        return lock.what, lock.tasks[0]
    return lock.what, str(TruckShift(lock.vehicle, lock.shift))
