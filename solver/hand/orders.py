"""A change by hand as new orders of visits: who serves what, and before what. Nothing is timed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from models.edits import Reassign, SendLoad, SwapWork, TakeOut
from models.solution import Reason, Route, Serve, Use
from solver.hand.book import refuse
from solver.hand.fit import mended, places
from solver.loads import needed_visits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.ids import TruckShift
    from models.part import Part
    from models.problem import RoutingProblem
    from models.solution import Visit
    from solver.hand.book import Book

    IsLawful = Callable[[int, Route], bool]

TRIALS = 6
"""So many of the cheapest places of a task are timed until one is lawful (chosen: a change has to
answer at once; on the demo the first is lawful nine times in ten)."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Routes of a day by who drives them, in the order of the document; what they leave out.

    `left_out[p]` are the tasks of part p in no route, with the reasons. `touched` are those whose
    route is another than before the change.
    """

    routes: Mapping[TruckShift, tuple[int, Route]]
    left_out: tuple[Mapping[int, Reason], ...]
    touched: frozenset[TruckShift] = field(default_factory=frozenset)

    def with_routes(self, changed: Mapping[TruckShift, tuple[int, Route]]) -> Orders:
        """The same with other routes of some vehicles; one without a task is gone."""
        routes = dict(self.routes)
        for truck, (part, route) in changed.items():
            if any(isinstance(visit, Serve) for visit in route.visits):
                routes[truck] = part, route
            else:
                routes.pop(truck, None)
        return replace(self, routes=routes, touched=self.touched | changed.keys())

    def without_left(self, part: int, tasks: Sequence[int]) -> Orders:
        """The same without tasks among those left out."""
        gone = set(tasks)
        kept = {task: why for task, why in self.left_out[part].items() if task not in gone}
        return self._left(part, kept)

    def with_left(self, part: int, reasons: Mapping[int, Reason]) -> Orders:
        """The same with tasks more among those left out."""
        return self._left(part, dict(sorted({**self.left_out[part], **reasons}.items())))

    def _left(self, part: int, own: Mapping[int, Reason]) -> Orders:
        return replace(self, left_out=(*self.left_out[:part], own, *self.left_out[part + 1 :]))


def changed(
    orders: Orders, book: Book, edit: Reassign | TakeOut | SwapWork | SendLoad, lawful: IsLawful
) -> Orders:
    """The orders after a change; raises `InputErrors` for one that means nothing on this day.

    A change that breaks a law is made all the same: the judge lists what it breaks. `lawful` times
    a route as it would be driven.
    """
    orders = replace(orders, touched=frozenset())
    match edit:
        case Reassign():
            return _reassigned(orders, book, edit, lawful)
        case TakeOut():
            part, tasks = book.find_tasks(edit.tasks)
            known = orders.left_out[part]
            gone = {task: known.get(task, Reason.BY_HAND) for task in tasks}
            return _without(orders, book.parts, part, tasks).with_left(part, gone)
        case SwapWork():
            return _swapped(orders, book, edit)
        case SendLoad():
            return _sent(orders, book, edit)


def _reassigned(orders: Orders, book: Book, edit: Reassign, lawful: IsLawful) -> Orders:
    part, asked = book.find_tasks(edit.tasks)
    truck = book.find_truck(edit.vehicle, edit.shift, orders.routes, part)
    problem, kind = book.parts[part].problem, book.trucks[truck][1]
    tasks = _as_driven(orders, part, asked)
    before = orders.routes[truck][1].visits if truck in orders.routes else ()
    own = [number for number, visit in enumerate(before) if isinstance(visit, Serve)]
    ahead = own[: edit.at - 1] if edit.at else []
    at = edit.at and edit.at - sum(_task(before[number]) in set(tasks) for number in ahead)
    orders = _without(orders, book.parts, part, tasks).without_left(part, tasks)
    left = orders.routes[truck][1].visits if truck in orders.routes else ()
    route = _with_tasks(problem, kind, left, tasks, at, lawful=lambda one: lawful(part, one))
    return orders.with_routes({truck: (part, route)})


def _as_driven(orders: Orders, part: int, tasks: Sequence[int]) -> list[int]:
    """The tasks in the order in which they are driven now; those in no route last."""
    asked = set(tasks)
    driven = [
        visit.task
        for number, route in orders.routes.values()
        if number == part
        for visit in route.visits
        if isinstance(visit, Serve) and visit.task in asked
    ]
    return [*driven, *(task for task in tasks if task not in set(driven))]


def _task(visit: Visit) -> int:
    return visit.task if isinstance(visit, Serve) else -1


def _without(orders: Orders, parts: Sequence[Part], part: int, tasks: Sequence[int]) -> Orders:
    """The orders less these tasks, and less the tips and refills that then do nothing."""
    gone = set(tasks)
    problem = parts[part].problem
    shorter = {}
    for truck, (number, route) in orders.routes.items():
        if number != part or not any(_task(visit) in gone for visit in route.visits):
            continue
        kept = [visit for visit in route.visits if _task(visit) not in gone]
        useful = needed_visits(problem, route.vehicle_type, kept)
        shorter[truck] = part, Route(route.vehicle_type, tuple(kept[n] for n in useful))
    return orders.with_routes(shorter)


def _with_tasks(
    problem: RoutingProblem,
    kind: int,
    visits: Sequence[Visit],
    tasks: Sequence[int],
    at: int,
    *,
    lawful: Callable[[Route], bool],
) -> Route:
    """The route with the tasks before its service number `at`, or where it is best (0).

    Best is the cheapest place that keeps the laws, of the `TRIALS` cheapest; else the cheapest.
    """
    found = places(problem, kind, visits, tasks)
    if at:
        serves = [number for number, visit in enumerate(visits) if isinstance(visit, Serve)]
        index = serves[at - 1] if at <= len(serves) else serves[-1] + 1 if serves else 0
        found = [place for place in found if place.index == index]
    routes = []
    for place in found[:TRIALS]:
        with_block = (*visits[: place.index], *place.block, *visits[place.index :])
        routes.append(Route(kind, mended(problem, kind, with_block)))
        if len(found) > 1 and lawful(routes[-1]):
            return routes[-1]
    return routes[0]


def _swapped(orders: Orders, book: Book, edit: SwapWork) -> Orders:
    one = book.find_truck(edit.vehicle, edit.shift, orders.routes)
    part, kind = book.trucks[one]
    other = book.find_truck(edit.with_vehicle, edit.with_shift, orders.routes, part)
    problem, kinds = book.parts[part].problem, {one: kind, other: book.trucks[other][1]}
    work = {truck: orders.routes[truck][1].visits if truck in orders.routes else ()
            for truck in kinds}  # fmt: skip
    moved = {
        truck: (part, Route(own, mended(problem, own, _in_modes(problem, own, visits))))
        for (truck, own), visits in zip(kinds.items(), reversed(work.values()), strict=True)
    }
    return orders.with_routes(moved)


def _in_modes(problem: RoutingProblem, kind: int, visits: Sequence[Visit]) -> list[Visit]:
    """The visits in modes that the vehicle type may use, where there are any."""
    found: list[Visit] = []
    for visit in visits:
        if isinstance(visit, Serve):
            modes = problem.tasks[visit.task].modes
            own = [n for n, mode in enumerate(modes) if problem.can_serve(kind, mode)]
            found.append(visit if visit.mode in own or not own else Serve(visit.task, own[0]))
        else:
            found.append(visit)
    return found


def _sent(orders: Orders, book: Book, edit: SendLoad) -> Orders:
    truck = book.find_truck(edit.vehicle, edit.shift, orders.routes)
    part = book.parts[book.trucks[truck][0]]
    visits = list(orders.routes[truck][1].visits) if truck in orders.routes else []
    stops = [number for number, visit in enumerate(visits) if isinstance(visit, Use)]
    if edit.trip > len(stops):
        raise refuse("E656", "trip", str(edit.trip), f"1-{len(stops)}" if stops else "-")
    resets = part.problem.facilities[_facility(visits[stops[edit.trip - 1]])].resets
    able = {
        site: number
        for number, (site, one) in enumerate(zip(part.sites, part.problem.facilities, strict=True))
        if one.resets >= resets
    }
    if edit.site not in able:
        raise refuse("E656", "site", edit.site, ", ".join(able))
    visits[stops[edit.trip - 1]] = Use(able[edit.site])
    route = Route(orders.routes[truck][1].vehicle_type, tuple(visits))
    return orders.with_routes({truck: (book.trucks[truck][0], route)})


def _facility(visit: Visit) -> int:
    assert isinstance(visit, Use)
    return visit.facility
