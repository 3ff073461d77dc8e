"""The second half of the day: what the routes tip leaves the stations for the plants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from solver.check_haul import check_haul
from solver.stations.deliveries import deliveries
from solver.stations.feedback import Stuck, stuck
from solver.stations.haul import HaulBudget, plan_haul
from solver.stations.haul_bound import bound_haul
from solver.stations.haul_cost import haul_cost
from solver.stations.haul_day import brought_kg, haul_problem, haul_trucks
from solver.stations.queue import schedule_day
from solver.stations.repoint import relieve, shed
from solver.stations.yards import LEFT_PER_KG

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.district import District
    from models.part import Part
    from models.rules import RuleProfile
    from models.station import Delivery, HaulPlan, HaulProblem, HaulTour
    from solver.stations.balance import Balance
    from solver.stations.queue import TimedDay
    from solver.stations.repoint import Move

Haul = tuple["HaulProblem", "HaulPlan"]
DRAFT = HaulBudget(iterations=1_000, trials=0, seconds=600.0, slot_s=0)
"""Between two rounds: is there a truck in time?"""
TRIAL = HaulBudget(iterations=2_000, trials=0, seconds=600.0, slot_s=0)
"""While routes and haul settle."""
AGAIN = replace(TRIAL, anew=False)
"""From the timetable before a small change of the routes."""
FINAL = HaulBudget(iterations=1_500, trials=16, seconds=600.0)
TRIES = 6
"""Times a load is sent elsewhere because no truck comes in time."""
SHEDS = 4
"""Times tasks are given up whose waste no truck takes away."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Halves:
    """A whole day: timed routes and the haul after them (None: the district hauls nothing).

    `unbalanced` are the figures of the day before stations were balanced (None: no station has a
    limit), `balanced` what is proven about them.
    """

    timed: TimedDay
    haul: Haul | None
    unbalanced: Mapping[str, Any] | None = None
    balanced: Balance | None = None


@dataclass(frozen=True, slots=True)
class Hauler:
    """Plans the haul of one district and day over the drives `travel`."""

    district: District
    rules: RuleProfile
    travel: Mapping[tuple[str, str], tuple[int, int]]
    budget: HaulBudget = FINAL
    """For the timetable that is kept."""
    stopped: Callable[[], bool] | None = None
    """Whether somebody wants the plan now."""
    earlier: Sequence[HaulTour] = ()
    """Tours of an earlier plan: searches begin from them."""

    def problem(self, tipped: Sequence[Delivery]) -> HaulProblem | None:
        """What is to be hauled; None where there is nothing, no truck, or no plant."""
        if not haul_trucks(self.district, self.rules):
            return None
        made = haul_problem(self.district, self.rules, tipped, self.travel)
        return made if made.yards and made.plants else None

    def stuck(self, tipped: Sequence[Delivery]) -> Stuck:
        """What a quickly made timetable leaves at the stations that it should not."""
        problem = self.problem(tipped)
        if problem is None:
            return Stuck()
        return stuck(problem, plan_haul(problem, DRAFT, known=self.earlier, stopped=self.stopped))

    def plan(self, tipped: Sequence[Delivery], before: Haul | None = None) -> Haul | None:
        """A timetable for what is tipped, from the one `before` or the earlier plan's."""
        problem = self.problem(tipped)
        if problem is None:
            return None
        budget, known = (AGAIN, before[1].tours) if before else (TRIAL, self.earlier)
        return problem, plan_haul(problem, budget, known=known, stopped=self.stopped)

    def keep(self, tipped: Sequence[Delivery], before: HaulPlan) -> Haul | None:
        """`before` where it is lawful for what is tipped now, else a new timetable."""
        problem = self.problem(tipped)
        if problem is None:
            return None
        if before.tours and not check_haul(problem, before):
            left = total_left_kg(problem, before)
            cost = haul_cost(problem, before.tours) + LEFT_PER_KG * left
            return problem, self.with_bound(problem, replace(before, cost=cost))
        made = plan_haul(problem, replace(self.budget, slot_s=0), stopped=self.stopped)
        return problem, self.with_bound(problem, made)

    def improve(self, haul: Haul) -> Haul:
        """A timetable of the full search, or the one there is if that is better."""
        problem = haul[0]
        budget = replace(self.budget, slot_s=0)
        known = haul[1].tours
        longer = problem, plan_haul(problem, budget, known=known, stopped=self.stopped)
        return min(longer, haul, key=lambda one: (*_amounts(one), one[1].cost))

    def with_bound(self, problem: HaulProblem, plan: HaulPlan) -> HaulPlan:
        """The timetable with its proven bound; as it is where the budget asks for none."""
        slot_s, seconds = self.budget.slot_s, self.budget.bound_s
        if not slot_s:
            return plan
        bound = bound_haul(problem, slot_s, seconds=seconds, tours=plan.tours, stopped=self.stopped)
        return replace(plan, bound=bound.cost, bound_kg=bound.shortfall_kg)


def total_left_kg(problem: HaulProblem, plan: HaulPlan) -> int:
    """Waste of the day that no run takes."""
    return brought_kg(problem) - sum(run.kg for tour in plan.tours for run in tour.runs)


def settle(hauler: Hauler, parts: Sequence[Part], timed: TimedDay) -> tuple[TimedDay, Haul | None]:
    """Routes and haul that fit each other.

    While a station overflows, or waste stays where none may, a load tipped there shortly before
    goes to another station, and the haul is planned anew; what does not help is not done. What no
    truck takes away even so is not collected. `parts` hold the stations' limits.
    """
    haul = hauler.plan(_tipped(hauler, parts, timed))
    skip: set[tuple[int, Move]] = set()
    for _ in range(TRIES):
        if haul is None or not (held := stuck(*haul)).peaks:
            break
        eased, moves = _eased(hauler.district, parts, timed, held, skip)
        if not moves:
            break
        if eased is None:
            skip |= moves
            continue
        again = hauler.plan(_tipped(hauler, parts, eased), haul)
        if again is not None and _amounts(again) < _amounts(haul):
            timed, haul = eased, again
        else:
            skip |= moves
    if haul is None:
        return timed, None
    haul = hauler.improve(haul)
    for _ in range(SHEDS):
        if not (held := stuck(*haul)).peaks:
            break
        lighter = _lighter(hauler.district, parts, timed, held)
        again = None if lighter is None else hauler.plan(_tipped(hauler, parts, lighter), haul)
        if lighter is None or again is None:
            break
        timed, haul = lighter, hauler.improve(again)
    problem, best = haul
    return timed, (problem, hauler.with_bound(problem, best))


def _tipped(hauler: Hauler, parts: Sequence[Part], timed: TimedDay) -> tuple[Delivery, ...]:
    return deliveries(hauler.district, parts, timed.solutions, timed.schedules)


def _amounts(haul: Haul) -> tuple[int, int]:
    held = stuck(*haul)
    return held.overflow_kg, held.staying_kg


def _lighter(
    district: District, parts: Sequence[Part], timed: TimedDay, held: Stuck
) -> TimedDay | None:
    """The day without the tasks whose waste no truck takes away; None: there are none."""
    solutions = list(timed.solutions)
    left = held.excess
    for number, part in enumerate(parts):
        solutions[number], gone = shed(
            part, solutions[number], timed.schedules[number], held.peaks, left
        )
        for site, kg in gone.items():
            left[site] -= kg
    if left == held.excess:
        return None
    return schedule_day(district, parts, solutions)


def _eased(
    district: District,
    parts: Sequence[Part],
    timed: TimedDay,
    held: Stuck,
    skip: set[tuple[int, Move]],
) -> tuple[TimedDay | None, set[tuple[int, Move]]]:
    """The day with a load less at each station that holds too much, and the moves, by part.

    None: tasks would be lost in the queues then. No moves: no load can go.
    """
    solutions = list(timed.solutions)
    moves: set[tuple[int, Move]] = set()
    for number, part in enumerate(parts):
        own = {move for where, move in skip if where == number}
        solutions[number], made = relieve(
            part, solutions[number], timed.schedules[number], held.peaks, own
        )
        moves |= {(number, move) for move in made}
    eased = schedule_day(district, parts, solutions)
    return (None if eased.dropped else eased), moves
