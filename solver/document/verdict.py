"""The whole day as its document tells it - routes, haul, people - and what the judges say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.shift import Roster
from solver.document.haul import haul_of_document
from solver.document.read import judge, replay
from solver.haul.problem import haul_duties
from solver.shifts.day import day_roster_problem, route_duties, route_id
from solver.stations.deliveries import deliveries
from solver.trade.labour import labour_rules
from solver.trade.vehicles import HAUL

if TYPE_CHECKING:
    from models.plan import Plan
    from models.shift import RosterProblem
    from models.solution import Violation
    from models.station import HaulPlan, HaulProblem
    from solver.document.read import Replay
    from solver.haul.hauler import Hauler
    from solver.tasks.day import Day
    from solver.tasks.ground import Ground


def judge_plan(plan: Plan, day: Day, hauler: Hauler, ground: Ground) -> list[Violation]:
    """Everything wrong with the document: nothing but what stands in it is judged."""
    story = replay(plan, day)
    haul = _haul(story, hauler)
    return judge(story, hauler.district, ground, haul=haul, roster=_roster(story, hauler, haul))


def _haul(story: Replay, hauler: Hauler) -> tuple[HaulProblem, HaulPlan] | None:
    """The haul as written, against what the routes as written tip."""
    found = deliveries(hauler.district, story.day)
    problem = hauler.problem(found)
    return None if problem is None else (problem, haul_of_document(story.plan))


def _roster(
    story: Replay, hauler: Hauler, haul: tuple[HaulProblem, HaulPlan] | None
) -> tuple[RosterProblem, Roster]:
    """Crews as written, against the duties of the routes and tours as written."""
    rules = labour_rules(hauler.rules.labour)
    duties = route_duties(rules, story.day)
    crews = {route_id(*which): tuple(route.crew) for which, route in story.written.items()}
    if haul is not None:
        known = {truck.id for truck in haul[0].trucks}
        tours = [tour for tour in haul[1].tours if tour.truck in known]
        duties += haul_duties(haul[0], replace(haul[1], tours=tuple(tours)), rules)
        crews |= {
            f"{HAUL}/{tour.vehicle}/{tour.shift}": tuple(tour.crew) for tour in story.plan.tours
        }
    problem = day_roster_problem(hauler.district, rules, duties, story.plan.date)
    return problem, Roster(crews={duty: crew for duty, crew in crews.items() if crew})
