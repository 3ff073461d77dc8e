"""The second half of the day: what the routes tip leaves the stations for the plants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.check_haul import check_haul
from solver.stations.feedback import Stuck, stuck
from solver.stations.haul import HaulBudget, plan_haul
from solver.stations.haul_day import haul_problem, haul_trucks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.district import District
    from models.rules import RuleProfile
    from models.station import Delivery, HaulPlan, HaulProblem
    from solver.stations.balance import Balance
    from solver.stations.queue import TimedDay

Haul = tuple["HaulProblem", "HaulPlan"]
DRAFT = HaulBudget(iterations=300, seconds=600.0, slot_s=0)
"""Between two rounds: is there a truck in time?"""
FINAL = HaulBudget(iterations=4_000, seconds=600.0)


@dataclass(frozen=True, eq=False, kw_only=True)
class Halves:
    """A whole day: timed routes and the haul after them (None: the district hauls nothing).

    `unbalanced` is the day before stations were balanced, `balanced` what is proven about them.
    """

    timed: TimedDay
    haul: Haul | None
    unbalanced: TimedDay | None = None
    balanced: Balance | None = None


@dataclass(frozen=True, slots=True)
class Hauler:
    """Plans the haul of one district and day over the drives `travel`."""

    district: District
    rules: RuleProfile
    travel: Mapping[tuple[str, str], tuple[int, int]]

    def problem(self, tipped: Sequence[Delivery]) -> HaulProblem | None:
        """What is to be hauled; None where there is nothing, no truck, or no plant."""
        if not haul_trucks(self.district, self.rules):
            return None
        made = haul_problem(self.district, self.rules, tipped, self.travel)
        return made if made.yards and made.plants else None

    def stuck(self, tipped: Sequence[Delivery]) -> Stuck:
        """What a quickly made timetable leaves at the stations that it should not."""
        problem = self.problem(tipped)
        return Stuck() if problem is None else stuck(problem, plan_haul(problem, DRAFT))

    def plan(self, tipped: Sequence[Delivery], keep: HaulPlan | None = None) -> Haul | None:
        """The timetable: `keep` where it is lawful for what is tipped now, else a new one."""
        problem = self.problem(tipped)
        if problem is None:
            return None
        if keep is not None and keep.tours and not check_haul(problem, keep):
            return problem, keep
        return problem, plan_haul(problem, FINAL)
