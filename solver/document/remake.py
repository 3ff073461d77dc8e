"""The document made again from what was read back of it: what its every claim is held against."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.day import Budget, Halves, Request
from models.shift import Roster
from models.solution import Violation
from models.units import MFEN_PER_CNY, cny
from solver.document.describe import Staff, describe, duty_names
from solver.document.station_figures import BALANCE_KEYS, shortfall_kpis
from solver.haul.bound import Bound
from solver.haul.cost import costed
from solver.shifts.blocked import explain
from solver.stations.balance import balance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.day import Haul
    from models.plan import Plan, Relaxation
    from models.shift import Duty, RosterProblem
    from solver.document.read import Replay, Seen
    from solver.haul.hauler import Hauler
    from solver.tasks.day import Day
    from solver.tasks.ground import Ground


def asked(plan: Plan) -> Request:
    """What the plan was asked for; nothing is searched but the haul, where it cannot stay."""
    return Request(
        day=plan.date,
        budget=Budget(seconds=0.0),
        seed=plan.seed,
        engine=plan.engine,
        workers=1,
        only=None if plan.only is None else frozenset(plan.only),
        what_if=plan.what_if,
        locks=plan.locks,
        homes=plan.homes,
    )


HUGE = 1e12
"""A figure read back counts below this (chosen: no bureau has as many fen, metres or grams)."""


def remake(
    story: Replay,
    hauler: Hauler,
    ground: Ground,
    day: Day,
    *,
    haul: Haul | None,
    duties: tuple[Duty, ...],
    roster: tuple[RosterProblem, Roster],
    seen: Seen | None = None,
) -> Plan:
    """The document of the routes, times, haul and crews as written, without a verdict.

    Of the search only what nothing else can tell is believed: the unbalanced day, the haul's bound
    (never above its cost), the reasons of tasks that fit alone, and what would serve them.
    """
    plan = story.plan
    staff = staff_as_written(story, haul, duties, roster)
    balanced = balance(hauler.district, day.parts)
    halves = Halves(
        timed=story.day,
        haul=haul and believed_bound(plan, haul, balanced.shortfall_kg),
        unbalanced=unbalanced(plan),
        balanced=balanced,
    )
    return describe(
        hauler,
        ground,
        asked(plan),
        day=day,
        halves=halves,
        staff=staff,
        vehicles={which: route.vehicle for which, route in story.written.items()},
        least=least(plan, day),
        words=None if seen is None else seen.words,
    )


def staff_as_written(
    story: Replay,
    haul: Haul | None,
    duties: tuple[Duty, ...],
    roster: tuple[RosterProblem, Roster],
) -> Staff:
    """The crews of the document, and why a duty lacks people."""
    problem, crews = roster[0], dict(roster[1].crews)
    known = {person.id for person in problem.drivers}
    seated = {duty: tuple(one for one in crew if one in known) for duty, crew in crews.items()}
    ids = {duty.id for duty in duties}
    short = explain(problem, {duty: crew for duty, crew in seated.items() if duty in ids})
    names = duty_names(story.day, haul)
    return Staff(
        labour=problem.rules,
        duties=duties,
        names=names,
        problem=problem,
        roster=Roster(
            crews={duty: crew for duty, crew in crews.items() if duty in names}, unstaffed=short
        ),
    )


def unbalanced(plan: Plan) -> dict[str, Any] | None:
    """The plan's figures of the unbalanced day, unless they were edited away.

    Sums follow from the stations, and figures have no more digits than they are told with.
    """
    known = plan.kpis.get("unbalanced")
    if not isinstance(known, dict):
        return None
    if not all(_plain(known.get(key)) for key in ("km", "duty_h", "cost_cny")):
        return None
    over = known.get("above_design_t")
    if not isinstance(over, dict) or not all(map(_plain, over.values())):
        return None
    return {key: known[key] for key in BALANCE_KEYS if key in known} | {
        "over_t": float(round(sum(over.values()), 2)),
        "stations_over": len(over),
        "km": round(known["km"], 1),
        "duty_h": round(known["duty_h"], 1),
    }


def _plain(value: Any) -> bool:
    """Whether a figure read back is a number that may be reckoned with."""
    return isinstance(value, int | float) and 0 <= value < HUGE


def least(plan: Plan, day: Day) -> dict[tuple[int, int], Relaxation]:
    """What the plan says would serve the tasks left out, by part and task."""
    known = {one.task: one.least for one in plan.unserved if one.least is not None}
    return {
        (number, index): known[task.id]
        for number, part in enumerate(day.parts)
        for index, task in enumerate(part.problem.tasks)
        if task.id in known
    }


def believed_bound(plan: Plan, haul: Haul, short_kg: int) -> Haul:
    """The haul with the plan's own bound, no higher than cost and shortfall allow.

    `short_kg` of the plan's shortfall is proven without the haul.
    """
    problem, told = haul
    made = costed(problem, told.tours)
    money, kg = plan.kpis.get("haul_bound_cny"), plan.kpis.get("shortfall_kg")
    told_cny = money if isinstance(money, int | float) and _plain(money) else 0
    bound = round(told_cny * MFEN_PER_CNY)
    proven = min(kg - short_kg, made.shortfall_kg) if isinstance(kg, int) else 0
    made = costed(problem, told.tours, Bound(min(bound, made.cost), max(proven, 0)))
    return problem, replace(made, tours=told.tours)


def check_bound(story: Replay, hauler: Hauler, day: Day, haul: Haul) -> Iterator[Violation]:
    """The bounds of the haul that the document tells are no higher than can be proven.

    A proof that the seconds cut short proves nothing against them.
    """
    told, (problem, plan) = story.plan.kpis, haul
    if "haul_bound_cny" not in told:
        return
    bound, whole = hauler.proven(problem, plan)
    if not whole:
        return
    plan = replace(plan, bound=bound.cost, bound_kg=bound.shortfall_kg)
    halves = Halves(
        timed=story.day, haul=(problem, plan), unbalanced=None,
        balanced=balance(hauler.district, day.parts),
    )  # fmt: skip
    right = {"haul_bound_cny": cny(bound.cost), **shortfall_kpis(hauler.district, halves)}
    for key in ("haul_bound_cny", "shortfall_kg"):
        if told[key] > right[key]:
            yield Violation(
                code="CLAIM",
                where=f"kpis {key}",
                excess=math.ceil(told[key] - right[key]),
                detail=f"written {told[key]}, right {right[key]}",
            )
