"""A plan whose stations overflow, with loads sent to other stations: where the search goes on.

A search that starts from an overfull plan would have to tear routes up; here whole loads change
their station, the cheapest change first, until every facility keeps its day's limit.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from models.solution import Reason, Route, Serve, Solution, StepKind, Use
from models.units import MAX_TIME
from solver.cost import cost
from solver.loads import needed_visits
from solver.routing.search.queue import near_facilities
from solver.routing.search.retime import remembered
from solver.stations.deliveries import tipped_kg

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from models.day import DrivenPart
    from models.part import Part
    from models.problem import RoutingProblem

RECENT_S = 7_200
"""Loads tipped within so many seconds before a station overflowed may have made it overflow
(chosen: two hours)."""

NEAREST = 12
"""A load may go to so many other facilities, those with room and the least detour (chosen: a city
has a hundred, and farther ones are dearer)."""


class Move(NamedTuple):
    """A load sent elsewhere: extra money [mfen], route and visit (numbers), facility, kg."""

    extra: int
    route: int
    visit: int
    facility: int
    kg: int


def repoint(part: Part, solution: Solution) -> Solution:
    """`solution` with loads moved away from facilities above their daily capacity of waste.

    Every changed route stays lawful. Where no load can move, one is given up and its tasks are
    unserved. No facility is above its capacity then.
    """
    book = _Book(part, solution)
    moved = True
    while moved:  # what has left one facility may be room for another's loads
        moved = False
        for full in book.overfull():
            for move in sorted(book.moves(full)):
                if book.room(full) >= 0:
                    break
                moved = book.carry_out(move) or moved
    for full in book.overfull():
        while book.room(full) < 0:
            book.give_up(full)
    return book.solution()


def relieve(
    own: DrivenPart, peaks: Mapping[str, int], skip: Collection[Move]
) -> tuple[Solution, list[Move]]:
    """One load less for every station of `peaks` out of those tipped there before its moment [s].

    Of the loads of the last `RECENT_S` before it the one that costs least and is not in `skip`.
    """
    book = _Book(own.part, own.solution)
    made = []
    for facility, site in enumerate(own.part.sites):
        if site not in peaks:
            continue
        ends = {
            (one.id.route, step.visit): step.end
            for one in own
            for step in one.schedule.steps
            if step.kind == StepKind.FACILITY and one.route.visits[step.visit] == Use(facility)
        }
        late = max((end for end in ends.values() if end <= peaks[site]), default=0)
        recent = {key for key, end in ends.items() if late - RECENT_S <= end <= late}
        moves = sorted(move for move in book.moves(facility) if (move.route, move.visit) in recent)
        made += next(([one] for one in moves if one not in skip and book.carry_out(one)), [])
    return book.solution(), made


def shed(
    own: DrivenPart, peaks: Mapping[str, int], excess: Mapping[str, int]
) -> tuple[Solution, dict[str, int]]:
    """So much less waste [kg] brought to each station of `excess` before its moment; how much.

    Tasks of the loads tipped last before the moment are given up, load by load.
    """
    book = _Book(own.part, own.solution)
    given_up: dict[str, int] = defaultdict(int)
    for facility, site in enumerate(own.part.sites):
        left = excess.get(site, 0) - given_up[site]
        ends = sorted(
            (step.end, one.id.route, step.visit)
            for one in own
            for step in one.schedule.steps
            if step.kind == StepKind.FACILITY
            and one.route.visits[step.visit] == Use(facility)
            and step.end <= peaks.get(site, MAX_TIME)
        )
        for _, number, visit in reversed(ends if left > 0 else []):
            gone = book.give_up_load(number, visit, left)
            left -= gone
            given_up[site] += gone
            if left <= 0:
                break
    return book.solution(), {site: kg for site, kg in given_up.items() if kg}


class _Book:
    """A plan's loads while they are moved: what each facility takes, and what it may take."""

    def __init__(self, part: Part, solution: Solution) -> None:
        self.part = part
        self.before = solution
        self.routes = list(solution.routes)
        self.gone: set[tuple[int, int]] = set()
        self.lost: dict[int, Reason] = {}
        self.limits = _limits(part.problem)
        self.taken: dict[int, int] = defaultdict(int)
        for route in self.routes:
            for visit, kg in tipped_kg(part, route).items():
                self.taken[_facility(route, visit)] += kg

    def room(self, facility: int) -> int:
        """Kilograms the facility may still take; below 0: it has too much."""
        limit = self.limits.get(facility)
        return MAX_TIME if limit is None else limit - self.taken[facility]

    def overfull(self) -> list[int]:
        """Facilities above their limit."""
        return [facility for facility in self.limits if self.room(facility) < 0]

    def moves(self, full: int) -> Iterator[Move]:
        """Every lawful move of a load away from facility `full`."""
        for number, route in enumerate(self.routes):
            yield from self._moves(number, route, full)

    def _moves(self, number: int, route: Route, full: int) -> Iterator[Move]:
        """The nearest other facilities with room, for every load the route tips at `full`."""
        problem = self.part.problem
        before: int | None = None
        for visit, kg in tipped_kg(self.part, route).items():
            if _facility(route, visit) != full:
                continue
            near = near_facilities(problem, route, visit)
            for other in [one for one in near if self.room(one) >= kg][:NEAREST]:
                changed = _changed(route, visit, other)
                times = remembered(problem, changed, {})
                if times is None:
                    continue
                if before is None:
                    own = remembered(problem, route, {})
                    if own is None:
                        return
                    before = cost(problem, Solution((route,)), (own,)).total
                extra = cost(problem, Solution((changed,)), (times,)).total - before
                yield Move(extra, number, visit, other, kg)

    def carry_out(self, move: Move) -> bool:
        """Move a load where there is room and the route stays lawful; whether it was moved."""
        if (move.route, move.visit) in self.gone or self.room(move.facility) < move.kg:
            return False
        before = self.routes[move.route]
        changed = _changed(before, move.visit, move.facility)
        if remembered(self.part.problem, changed, {}) is None:
            return False
        self.routes[move.route] = changed
        self.taken[_facility(before, move.visit)] -= move.kg
        self.taken[move.facility] += move.kg
        self.gone.add((move.route, move.visit))
        return True

    def give_up(self, full: int) -> None:
        """Take a task out of a load tipped at `full`: the smallest that is enough, or the largest.

        With the last task of a load goes the visit, unless it resets something else too.
        """
        tasks = [
            (self.kg(what.task), number, place, what.task)
            for number, route in enumerate(self.routes)
            for visit, first in self.trips(route, full)
            for place, what in enumerate(route.visits[first:visit], start=first)
            if isinstance(what, Serve) and self.kg(what.task)
        ]
        enough = [task for task in tasks if task[0] >= -self.room(full)]
        kg, number, _, task = min(enough) if enough else max(tasks)
        self.lost[task] = Reason.NO_CAPACITY
        self.routes[number] = _without(self.part, self.routes[number], {task})
        self.taken[full] -= kg

    def give_up_load(self, number: int, visit: int, kg: int) -> int:
        """Mark tasks of a route's load as given up, so much or all of it; what was given up [kg].

        Visits are taken out at the end, in `solution`; the largest tasks go first.
        """
        route = self.before.routes[number]
        facility = _facility(route, visit)
        first = next(first for last, first in self.trips(route, facility) if last == visit)
        tasks = sorted(
            (
                (self.kg(what.task), what.task)
                for what in route.visits[first:visit]
                if isinstance(what, Serve) and self.kg(what.task)
            ),
            reverse=True,
        )
        gone = 0
        for own, task in tasks:
            if gone >= kg:
                break
            self.lost[task] = Reason.NO_CAPACITY
            gone += own
        return gone

    def trips(self, route: Route, facility: int) -> Iterator[tuple[int, int]]:
        """Visits at which the route tips at the facility, each with the first of its trip."""
        first = 0
        for visit in tipped_kg(self.part, route):
            if _facility(route, visit) == facility:
                yield visit, first
            first = visit + 1

    def kg(self, task: int) -> int:
        """Waste of a task."""
        return self.part.problem.waste_kg(task)

    def solution(self) -> Solution:
        """The plan as it is now; routes without a visit are left out."""
        routes = [_without(self.part, route, self.lost) for route in self.routes]
        return Solution(
            tuple(route for route in routes if route.visits),
            {**self.before.unserved, **self.lost},
        )


def _without(part: Part, route: Route, lost: Collection[int]) -> Route:
    """The route without these tasks, nor the facilities that would reset nothing then."""
    kept = [what for what in route.visits if not (isinstance(what, Serve) and what.task in lost)]
    if len(kept) == len(route.visits):
        return route
    needed = needed_visits(part.problem, route.vehicle_type, kept)
    visits = tuple(kept[number] for number in needed)
    served = any(isinstance(what, Serve) for what in visits)
    return Route(route.vehicle_type, visits if served else ())


def _limits(problem: RoutingProblem) -> dict[int, int]:
    """Waste a facility may take in the day [kg], for those with a limit."""
    waste = problem.waste
    return {
        number: min(facility.daily_capacity[dim] for dim in waste & facility.resets)
        for number, facility in enumerate(problem.facilities)
        if facility.daily_capacity and waste & facility.resets
    }


def _changed(route: Route, visit: int, facility: int) -> Route:
    visits = list(route.visits)
    visits[visit] = Use(facility)
    return Route(route.vehicle_type, tuple(visits))


def _facility(route: Route, visit: int) -> int:
    use = route.visits[visit]
    if not isinstance(use, Use):
        raise TypeError(f"visit {visit} is no facility")
    return use.facility
