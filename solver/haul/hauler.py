"""The haul of one district and day: problems, drafts and timetables for what the routes tip."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from models.day import HaulBudget
from solver.haul.bound import Bound, bound_haul
from solver.haul.plan import plan_haul
from solver.haul.problem import haul_problem
from solver.haul.stuck import Stuck, stuck
from solver.stations.deliveries import bay_stays, deliveries
from solver.stop import Pace, after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.day import DrivenDay, Haul
    from models.district import District
    from models.station import HaulPlan, HaulProblem, HaulTour, HaulTruck
    from models.trade.rules import RuleProfile

DRAFT = HaulBudget(iterations=1_000, trials=0, seconds=600.0, slot_s=0)
"""Between two rounds: is there a truck in time?"""


TRIAL = HaulBudget(iterations=2_000, trials=0, seconds=600.0, slot_s=0)
"""While routes and haul settle."""


AGAIN = replace(TRIAL, anew=False)
"""From the timetable before a small change of the routes."""


FINAL = HaulBudget(iterations=1_500, trials=16, seconds=600.0)

DRAFTED = 0.75
"""Drafts between rounds end when this share of a plan's seconds is used (chosen)."""

SETTLED = 0.82
"""Routes and haul have settled when this share of a plan's seconds is used (chosen)."""

FILLED = 0.86
"""Tasks left out are tried in the settled day until this share of a plan's seconds is used
(chosen)."""

BETTERED = 0.90
"""The full search ends when this share of a plan's seconds is used (chosen: of the demo's money two
fifths are haul, but its search is the shorter one)."""

BOUNDED = 0.95
"""The bound is proven when this share of a plan's seconds is used (chosen)."""

DRAFT_SHARE = 0.03
"""A draft between rounds takes this share of the seconds at most (chosen: there are three)."""


@dataclass(frozen=True, slots=True)
class Hauler:
    """Plans the haul of one district and day over the drives `travel`, by road profile."""

    district: District
    rules: RuleProfile
    travel: Mapping[str, Mapping[tuple[str, str], tuple[int, int]]]
    trucks: tuple[HaulTruck, ...] = ()
    """Whoever was dealt to the haul."""
    budget: HaulBudget = FINAL
    """For the timetable that is kept."""
    stopped: Callable[[], bool] | None = None
    """Whether somebody wants the plan now."""
    earlier: Sequence[HaulTour] = ()
    """Tours of an earlier plan: searches begin from them."""
    pace: Pace = field(default_factory=Pace)
    """The seconds of the whole plan."""
    bounds: dict[object, tuple[Bound, bool]] = field(default_factory=dict, compare=False)
    """Bounds proven so far, by haul and tours."""

    @property
    def late(self) -> bool:
        """Whether routes and haul have settled for as long as a plan's seconds allow."""
        return self.pace.left(SETTLED) <= 0

    def over(self, until: float) -> bool:
        """Whether the share `until` of the plan's seconds is used, or somebody wants the plan."""
        stopped = self.stopped is not None and self.stopped()
        return stopped or self.pace.left(until) <= 0

    def problem(self, day: DrivenDay) -> HaulProblem | None:
        """What a day leaves to be hauled; None where there is nothing, no truck, or no plant."""
        if not self.trucks:
            return None
        tipped, stays = deliveries(self.district, day), bay_stays(self.district, day)
        made = haul_problem(
            self.district, self.rules, self.trucks, tipped, self.travel, stays=stays
        )
        return made if made.yards and made.plants else None

    def stuck(self, day: DrivenDay) -> Stuck:
        """What a quickly made timetable leaves at the stations that it should not.

        Nothing where the seconds cut it short: what a search has not hauled yet is no proof that no
        truck comes in time, and stations held below what they could take cost tasks.
        """
        problem = self.problem(day)
        if problem is None:
            return Stuck()
        seconds = min(DRAFT_SHARE * self.pace.seconds, self.pace.left(DRAFTED))
        budget = replace(DRAFT, seconds=min(DRAFT.seconds, seconds))
        clock = after(budget.seconds)
        draft = plan_haul(problem, budget, known=self.earlier, stopped=self.stopped)
        return Stuck() if clock.used(0) >= 1 else stuck(problem, draft)

    def plan(
        self, day: DrivenDay, before: Haul | None = None, *, until: float = SETTLED
    ) -> Haul | None:
        """A timetable for what a day tips, from the one `before` or the earlier plan's.

        Searched for no longer than `until` this share of the plan's seconds is used.
        """
        problem = self.problem(day)
        if problem is None:
            return None
        budget, known = (AGAIN, before[1].tours) if before else (TRIAL, self.earlier)
        budget = self._until(until, budget)
        return problem, plan_haul(problem, budget, known=known, stopped=self.stopped)

    def improve(self, haul: Haul, *, until: float = BETTERED) -> Haul:
        """A timetable of the full search, or the one there is if that is better."""
        problem = haul[0]
        budget = self._until(until, replace(self.budget, slot_s=0))
        known = haul[1].tours
        longer = problem, plan_haul(problem, budget, known=known, stopped=self.stopped)
        return min(longer, haul, key=lambda one: (*amounts(one), one[1].cost))

    def with_bound(self, problem: HaulProblem, plan: HaulPlan) -> HaulPlan:
        """The timetable with its proven bound; as it is where none is asked for, or no second left.

        The program alone takes a city ten seconds.
        """
        if not self.budget.slot_s or self.pace.left(BOUNDED) <= 0:
            return plan
        bound, _ = self.proven(problem, plan)
        return replace(plan, bound=bound.cost, bound_kg=bound.shortfall_kg)

    def proven(self, problem: HaulProblem, plan: HaulPlan) -> tuple[Bound, bool]:
        """The bound of a haul, and whether its proof came to its end before the seconds did.

        It is remembered: the same haul with the same tours is proven once.
        """
        key = problem.yards, problem.plants, problem.trucks, plan.tours
        if key not in self.bounds:
            seconds = min(self.budget.bound_s, self.pace.left(BOUNDED))
            clock = after(seconds)
            bound = bound_haul(
                problem, self.budget.slot_s or FINAL.slot_s,
                seconds=seconds, tours=plan.tours, stopped=self.stopped,
            )  # fmt: skip
            self.bounds[key] = bound, clock.used(0) < 1
        return self.bounds[key]

    def _until(self, share: float, budget: HaulBudget) -> HaulBudget:
        """The budget, but no longer than until this share of the plan's seconds is used."""
        return replace(budget, seconds=min(budget.seconds, self.pace.left(share)))


def amounts(haul: Haul) -> tuple[int, int]:
    """What overflows and what stays though it may not [kg]."""
    held = stuck(*haul)
    return held.overflow_kg, held.staying_kg
