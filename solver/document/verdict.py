"""The whole day as its document tells it - routes, haul, people - and what the judges say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from models.ids import TruckShift
from models.shift import Roster
from solver.document.claims import check_claims, check_verdict
from solver.document.describe import duty_names
from solver.document.haul import haul_of_document, known_tours
from solver.document.located import located, plain
from solver.document.read import Seen, judge, replay
from solver.document.remake import check_bound, remake
from solver.haul.crew import Errand
from solver.haul.problem import haul_duties
from solver.shifts.day import day_roster_problem, route_duties
from solver.trade.labour import labour_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.day import Haul
    from models.ids import DutyId
    from models.plan import Plan, PlanViolation
    from models.shift import Duty, RosterProblem
    from models.solution import Violation
    from solver.document.read import Replay
    from solver.haul.hauler import Hauler
    from solver.tasks.day import Day
    from solver.tasks.ground import Ground


@dataclass(frozen=True, eq=False)
class Hearing:
    """A plan read back with its haul and its crews: what the judges are asked about.

    `known` is the haul without tours that the day does not know.
    """

    story: Replay
    haul: Haul | None
    known: Haul | None
    duties: tuple[Duty, ...]
    roster: tuple[RosterProblem, Roster]

    @classmethod
    def of(cls, story: Replay, hauler: Hauler) -> Hearing:
        """Haul and crews as written, against what the routes as written bring and need."""
        haul = _haul(story, hauler)
        known = haul and (haul[0], replace(haul[1], tours=known_tours(*haul)))
        duties, problem, roster = _roster(story, hauler, known)
        return cls(story, haul, known, duties, (problem, roster))

    def laws(
        self, day: Day, hauler: Hauler, ground: Ground, seen: Seen | None = None
    ) -> list[Violation]:
        """Every broken law; `seen` remembers what was found in the streets of a route."""
        return judge(
            self.story,
            hauler.district,
            ground,
            haul=self.haul,
            roster=_named(*self.roster, duty_names(self.story.day, self.known)),
            haulers={TruckShift(one.truck.id, one.shift.id): one.truck.profile for one in day.haul},
            seen=seen,
            swap_takes_bay=hauler.rules.stations.swap_takes_bay,
        )

    def again(self, day: Day, hauler: Hauler, ground: Ground, seen: Seen | None = None) -> Plan:
        """The document made again from what was read back; `seen` remembers words of routes."""
        return remake(
            self.story,
            hauler,
            ground,
            day,
            haul=self.known,
            duties=self.duties,
            roster=self.roster,
            seen=seen,
        )


def judge_plan(
    plan: Plan,
    day: Day,
    hauler: Hauler,
    ground: Ground,
    *,
    seen: Seen | None = None,
    first: bool = False,
) -> list[PlanViolation]:
    """Everything wrong with the document but its own list of violations (`check_verdict`).

    First the laws, then every claim: each number and name against the document made again. `first`:
    where a law is broken nothing is made again. `seen` is what was found in documents of this day.
    """
    return _judged(plan, day, hauler, ground, seen or Seen(), first=first)[1]


def judge_side_by_side(plan: Plan, day: Day, hauler: Hauler, ground: Ground) -> list[PlanViolation]:
    """As `judge_plan`, the laws by another process while the document is made again."""
    heard = Hearing.of(replay(plan, day), hauler)
    with Errand(partial(_laws, heard, day, replace(hauler, stopped=None), ground)) as laws:
        claims = list(check_claims(plan, heard.again(day, hauler, ground)))
        found = [*laws.result(None), *claims]
    return located(list(dict.fromkeys(found)), heard.story, hauler.district, ground.network)


def _laws(
    heard: Hearing, day: Day, hauler: Hauler, ground: Ground, stopped: Callable[[], bool]
) -> list[Violation]:
    """Every broken law; a wish to stop does not end a verdict."""
    del stopped
    return heard.laws(day, hauler, ground)


def _judged(
    plan: Plan, day: Day, hauler: Hauler, ground: Ground, seen: Seen, *, first: bool
) -> tuple[Hearing, list[PlanViolation]]:
    heard = Hearing.of(replay(plan, day, seen), hauler)
    found = heard.laws(day, hauler, ground, seen)
    if not (first and found):
        found += check_claims(plan, heard.again(day, hauler, ground, seen))
    told = located(list(dict.fromkeys(found)), heard.story, hauler.district, ground.network)
    return heard, told


def judge_document(
    plan: Plan,
    day: Day,
    hauler: Hauler,
    ground: Ground,
    *,
    seen: Seen | None = None,
    first: bool = False,
) -> list[PlanViolation]:
    """Everything wrong with a finished document, its own list of violations among it.

    Where all else is true the bound of its haul is proven anew.
    """
    heard, found = _judged(plan, day, hauler, ground, seen or Seen(), first=first)
    if not found and heard.known is not None:
        found = plain(list(check_bound(heard.story, hauler, day, heard.known)))
    return [*found, *plain(list(check_verdict(plan, found)))]


def _haul(story: Replay, hauler: Hauler) -> Haul | None:
    """The haul as written, against what the routes as written tip."""
    problem = hauler.problem(story.day)
    return None if problem is None else (problem, haul_of_document(story.plan))


def _roster(
    story: Replay, hauler: Hauler, haul: Haul | None
) -> tuple[tuple[Duty, ...], RosterProblem, Roster]:
    """Crews as written, against the duties of the routes and tours as written."""
    rules = labour_rules(hauler.rules.labour)
    duties = route_duties(rules, story.day)
    crews: dict[DutyId, tuple[str, ...]] = {
        which: tuple(route.crew) for which, route in story.written.items()
    }
    if haul is not None:
        duties += haul_duties(*haul, rules)
        crews |= {TruckShift(one.vehicle, one.shift): tuple(one.crew) for one in story.plan.tours}
    problem = day_roster_problem(hauler.district, rules, duties, story.plan.date)
    return duties, problem, Roster(crews={duty: crew for duty, crew in crews.items() if crew})


def _named(
    problem: RosterProblem, roster: Roster, names: Mapping[DutyId, str]
) -> tuple[RosterProblem, Roster]:
    """The same with the document's names of routes and tours, for readers of violations."""
    duties = (replace(duty, id=names[duty.id]) for duty in problem.duties)
    crews: dict[DutyId, tuple[str, ...]] = {
        names.get(duty, str(duty)): crew for duty, crew in roster.crews.items()
    }
    return replace(problem, duties=tuple(duties)), replace(roster, crews=crews)
