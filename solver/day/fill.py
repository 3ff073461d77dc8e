"""Nothing that fits is left out: tasks come back into the settled day, or their reason is proven.

A search leaves tasks out that its last plan had room for, and limits that kept loads away from a
station may have been stricter than the haul turned out to be. Here every such task is tried in the
day as it is settled: with the limits of facilities, the queues at the bays and the haul. What then
stays out has the reason that its trial found.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.day import Balance
from models.solution import Reason
from solver.haul.cost import costed
from solver.haul.docks import finds_bays
from solver.haul.follow import followed
from solver.haul.hauler import amounts
from solver.haul.stuck import stuck
from solver.judge.haul import check_haul
from solver.stations.balance import with_capacities
from solver.stations.deliveries import deliveries
from solver.stations.queue import schedule_day
from solver.stations.rescue import with_tasks
from solver.trade.sites import limit_kg

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from models.day import DrivenDay, DrivenPart, Haul
    from models.part import Part
    from models.solution import Solution
    from models.station import HaulProblem
    from solver.haul.hauler import Hauler

TRIED = (Reason.NO_TIME, Reason.NO_CAPACITY, Reason.STOPPED, Reason.QUEUE)
"""Reasons that say what a search found, not what the problem proves."""

UNPROVEN = (Reason.NO_TIME, Reason.NO_CAPACITY)
"""Reasons that are not told without a trial."""

GROUP = 12
"""So many tasks near each other are tried together (chosen: tables of their routes are built once
for all of them)."""

MOST_MODES = 2_000
"""Routes around a group are tried while their tasks have so many modes together (chosen: tables of
them take half a second)."""

HAULS = 24
"""The haul is planned anew so many times for tasks whose waste its timetable could not just take
along (chosen)."""


def fill(
    hauler: Hauler, day: DrivenDay, haul: Haul | None, *, until: float
) -> tuple[DrivenDay, Haul | None]:
    """The day with every required task that finds a place in it, and the haul that takes it.

    Never leaves more out, and nothing overflows or stays that did not. What is not tried before the
    share `until` of the plan's seconds is used is `stopped`. Deterministic where no clock decides.
    """
    filling = _Filling(hauler, day, haul, until)
    for number in range(len(day.driven)):
        filling.fill(number)
    return filling.told(), filling.haul


class _Refused(NamedTuple):
    """Why the day does not take a task, and the sites that are too full."""

    reason: Reason
    sites: Collection[str]


@dataclass(eq=False, slots=True)
class _Filling:
    """The day and its haul while they are filled, and what trials found of tasks, by part."""

    hauler: Hauler
    day: DrivenDay
    haul: Haul | None
    until: float
    found: dict[tuple[int, int], Reason] = field(default_factory=dict)
    hauls: int = HAULS

    def fill(self, number: int) -> None:
        """Try the tasks of a part, and those that failed again as long as any comes in."""
        while (waiting := self.waiting(number)) and not self.hauler.over(self.until):
            before = len(waiting)
            for group in _groups(self.day.driven[number].part, waiting):
                if self.hauler.over(self.until):
                    return
                self.place(number, group)
            if len(self.waiting(number)) == before:
                return

    def waiting(self, number: int) -> list[int]:
        """Required tasks of a part that a search left out."""
        own = self.day.driven[number]
        return sorted(
            task
            for task, reason in own.solution.unserved.items()
            if reason in TRIED and own.part.problem.tasks[task].prize is None
        )

    def place(self, number: int, group: Sequence[int]) -> None:
        """Place what finds a place of a group, and note why the others do not.

        Where the seconds end in between, what is left of the group is not tried.
        """
        if self.hauler.over(self.until):
            return
        own = self.roomy(number)
        more = with_tasks(own, group, most_modes=MOST_MODES)
        inside = [task for task in group if task not in more.unserved]
        outside = [task for task in group if task in more.unserved]
        full = self.no_room(own, outside)
        for task in outside:
            self.found[number, task] = Reason.NO_CAPACITY if task in full else Reason.NO_TIME
        refused = self.take(number, more) if inside else None
        if refused and len(inside) > 1:
            self.place(number, inside[: len(inside) // 2])
            self.place(number, inside[len(inside) // 2 :])
        elif refused and not self.placed_otherwise(number, inside[0], refused.sites):
            late = self.hauler.over(self.until)  # then not all other places were tried
            self.found[number, inside[0]] = Reason.STOPPED if late else refused.reason

    def placed_otherwise(self, number: int, task: int, full: Collection[str]) -> bool:
        """Whether a task that the day refused at its cheapest place is taken at another one.

        One shift after the other does it, and brings its waste anywhere, or not to what is `full`.
        """
        for closed in ((), full):
            own = self.roomy(number, closed)
            for shift in dict.fromkeys(crew.shift for crew in own.part.crews):
                if self.hauler.over(self.until):
                    return False
                kinds = {n for n, crew in enumerate(own.part.crews) if crew.shift == shift}
                more = with_tasks(own, [task], most_modes=MOST_MODES, able=kinds)
                if task not in more.unserved and self.take(number, more) is None:
                    return True
        return False

    def take(self, number: int, more: Solution) -> _Refused | None:
        """Take a part's new solution into the day, or say why not."""
        solutions = list(self.day.solutions)
        solutions[number] = more
        again = schedule_day(self.hauler.district, self.day.parts, solutions)
        if _num_left(again) >= _num_left(self.day):
            return _Refused(Reason.QUEUE, {one.site for one in again.dropped})
        problem = self.hauler.problem(again)
        haul = None if problem is None else self.hauled(problem, again)
        if isinstance(haul, _Refused):
            return haul
        self.haul = haul
        self.day = replace(again, moved=self.day.moved + again.moved)
        return None

    def hauled(self, problem: HaulProblem, day: DrivenDay) -> Haul | _Refused:
        """The haul of a day, on its tours or planned anew, or what is too full for it."""
        haul = self.haul
        most = amounts(haul) if haul else (0, 0)
        along = problem, costed(problem, followed(problem, haul[1].tours if haul else ()))
        if amounts(along) <= most and finds_bays(*along) and not check_haul(*along):
            return along
        full = stuck(*along).excess
        if self.hauls <= 0 or self.hauler.over(self.until):
            return _Refused(Reason.STOPPED, full)
        self.hauls -= 1
        again = self.hauler.plan(day, haul, until=self.until)
        if again is None or amounts(again) > most:
            return _Refused(Reason.NO_CAPACITY, full)
        return again

    def roomy(self, number: int, closed: Collection[str] = ()) -> DrivenPart:
        """A part with the limits that all others leave it: not its share, but what is there.

        Sites that are `closed` take no more than they do.
        """
        district, own = self.hauler.district, self.day.driven[number]
        taken: dict[str, int] = defaultdict(int)
        whole: dict[str, int] = defaultdict(int)
        for one in deliveries(district, self.day):
            taken[one.site] += one.kg * (one.part == number)
            whole[one.site] += one.kg
        capacity = {
            (0, site.id): taken[site.id] + max(limit - whole[site.id], 0) * (site.id not in closed)
            for site in district.sites
            if (limit := limit_kg(site)) or site.id in closed
        }
        balanced = Balance(capacity=capacity, shortfall_kg=0, price={})
        return replace(own, part=with_capacities([own.part], balanced)[0])

    def no_room(self, own: DrivenPart, tasks: Sequence[int]) -> set[int]:
        """Tasks that would find a place if facilities took whatever comes."""
        problem = own.part.problem
        if not any(one.daily_capacity for one in problem.facilities):
            return set()
        free = tuple(replace(one, daily_capacity=()) for one in problem.facilities)
        part = replace(own.part, problem=replace(problem, facilities=free))
        more = with_tasks(replace(own, part=part), tasks, most_modes=MOST_MODES)
        return set(tasks) - set(more.unserved)

    def told(self) -> DrivenDay:
        """The day with the reasons that trials found; what was not tried is `stopped`."""
        driven = []
        for own in self.day.driven:
            unserved = dict(own.solution.unserved)
            for task in self.waiting(own.number):
                untried = Reason.STOPPED if unserved[task] in UNPROVEN else unserved[task]
                unserved[task] = self.found.get((own.number, task), untried)
            driven.append(replace(own, solution=replace(own.solution, unserved=unserved)))
        return replace(self.day, driven=tuple(driven))


def _num_left(day: DrivenDay) -> int:
    return sum(len(own.solution.unserved) for own in day.driven)


def _groups(part: Part, tasks: Sequence[int]) -> Iterator[list[int]]:
    """Tasks in groups of near ones: each begins with the first left, and takes its nearest."""
    modes = [part.problem.tasks[task].modes[0] for task in tasks]
    rows = np.array([mode.leave for mode in modes])
    cols = np.array([mode.enter for mode in modes])
    ways = part.problem.matrices[0].block(rows, cols)[0]
    left = np.ones(len(tasks), dtype=bool)
    while left.any():
        first = int(left.argmax())
        near = np.flatnonzero(left)
        ahead = near[near != first]
        order = ahead[np.argsort(ways[first, ahead], kind="stable")][: GROUP - 1]
        group = [first, *order.tolist()]
        left[group] = False
        yield [tasks[n] for n in group]
