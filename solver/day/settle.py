"""The second half of the day: what the routes tip leaves the stations for the plants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.day.fill import fill
from solver.haul.cost import costed, haul_cost, total_left_kg
from solver.haul.docks import finds_bays
from solver.haul.follow import followed
from solver.haul.hauler import BOUNDED, FILLED, Hauler, amounts
from solver.haul.plan import plan_haul
from solver.haul.stuck import Stuck, stuck
from solver.haul.yards import LEFT_PER_KG
from solver.judge.haul import check_haul
from solver.stations.queue import schedule_day
from solver.stations.repoint import relieve, shed

if TYPE_CHECKING:
    from models.day import DrivenDay, Haul
    from models.district import District
    from models.station import HaulPlan, HaulProblem
    from solver.stations.repoint import Move

TRIES = 6
"""A load is sent elsewhere so many times because no truck comes in time (chosen)."""
SHEDS = 4
"""Tasks whose waste no truck takes away are given up so many times, with a new timetable each
(chosen)."""
LAST_SHEDS = 12
"""And so many times more with the timetable that is there (chosen: one or two do; each takes a
second on 14,000 tasks)."""


def settle(hauler: Hauler, day: DrivenDay) -> tuple[DrivenDay, Haul | None]:
    """Routes and haul that fit each other.

    While a station overflows, or waste stays where none may, a load tipped there shortly before
    goes to another station, and the haul is planned anew; what does not help is not done. What no
    truck takes away even so is not collected. The day's parts hold the stations' limits.
    """
    haul = hauler.plan(day)
    skip: set[tuple[int, Move]] = set()
    for _ in range(TRIES):
        if haul is None or hauler.late or not (held := stuck(*haul)).peaks:
            break
        eased, moves = _eased(hauler.district, day, held, skip)
        if not moves:
            break
        if eased is None:
            skip |= moves
            continue
        again = hauler.plan(eased, haul)
        if again is not None and amounts(again) < amounts(haul):
            day, haul = eased, again
        else:
            skip |= moves
    if haul is not None and hauler.late and any(amounts(haul)):
        haul = hauler.improve(haul, until=FILLED)  # its first search was cut short by the clock
    hauler.pace.passed("routes and haul settled")
    day, haul = fill(hauler, day, haul, until=FILLED)
    hauler.pace.passed("tasks left out tried")
    if haul is None:
        return day, None
    settled = day
    day, haul = _given_up(hauler, day, hauler.improve(haul))
    if day is not settled:
        day, haul = fill(hauler, day, haul, until=BOUNDED)
    return day, haul and (haul[0], hauler.with_bound(*haul))


def _given_up(hauler: Hauler, day: DrivenDay, haul: Haul | None) -> tuple[DrivenDay, Haul | None]:
    """The day without the tasks whose waste no truck takes away, and its haul.

    The timetable is planned anew a few times while there are seconds left; then the tours stay and
    take what is still brought, so that a day cut short is lawful too.
    """
    for number in range(SHEDS + LAST_SHEDS):
        if haul is None or not (held := stuck(*haul)).peaks:
            break
        lighter = _lighter(hauler.district, day, held)
        if lighter is None:
            break
        day = lighter
        problem = hauler.problem(day)
        if problem is None:  # nothing is tipped at a station any more
            return day, None
        along = _along(problem, haul)
        if along is None or (number < SHEDS and not hauler.over(BOUNDED)):
            again = hauler.plan(day, haul, until=BOUNDED)
            found = [hauler.improve(again)] if again else []
            haul = min([*found, *([along] if along else [])], key=amounts, default=None)
        else:
            haul = along
    return day, haul


def _along(problem: HaulProblem, haul: Haul) -> Haul | None:
    """The tours of `haul` for what is brought now, where they are lawful but for what is left."""
    plan = costed(problem, followed(problem, haul[1].tours))
    broken = {one.code for one in check_haul(problem, plan)} - {"NOT_CLEARED", "STOCK_OVER"}
    return None if broken or not finds_bays(problem, plan) else (problem, plan)


def keep_haul(hauler: Hauler, day: DrivenDay, before: HaulPlan) -> Haul | None:
    """`before` where it is lawful for what the day tips now, else a new timetable."""
    problem = hauler.problem(day)
    if problem is None:
        return None
    if before.tours and finds_bays(problem, before) and not check_haul(problem, before):
        left = total_left_kg(problem, before)
        cost = haul_cost(problem, before.tours) + LEFT_PER_KG * left
        return problem, hauler.with_bound(problem, replace(before, cost=cost))
    made = plan_haul(problem, replace(hauler.budget, slot_s=0), stopped=hauler.stopped)
    return problem, hauler.with_bound(problem, made)


def _lighter(district: District, day: DrivenDay, held: Stuck) -> DrivenDay | None:
    """The day without the tasks whose waste no truck takes away; None: there are none."""
    solutions = []
    left = held.excess
    for own in day.driven:
        fewer, gone = shed(own, held.peaks, left)
        solutions.append(fewer)
        for site, kg in gone.items():
            left[site] -= kg
    if left == held.excess:
        return None
    return schedule_day(district, day.parts, solutions)


def _eased(
    district: District, day: DrivenDay, held: Stuck, skip: set[tuple[int, Move]]
) -> tuple[DrivenDay | None, set[tuple[int, Move]]]:
    """The day with a load less at each station that holds too much, and the moves, by part.

    None: tasks would be lost in the queues then. No moves: no load can go.
    """
    solutions = []
    moves: set[tuple[int, Move]] = set()
    for own in day.driven:
        tried = {move for where, move in skip if where == own.number}
        changed, made = relieve(own, held.peaks, tried)
        solutions.append(changed)
        moves |= {(own.number, move) for move in made}
    eased = schedule_day(district, day.parts, solutions)
    return (None if eased.dropped else eased), moves
