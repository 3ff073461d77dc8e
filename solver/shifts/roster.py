"""Rosters: duties of one or more days to people, by CP-SAT.

Equal duties (same hours, depot, licence, skills) form one group, so that a month of shifts stays
small: a variable says that a person works in a group, the group's cover constraint counts seats.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from models.shift import Roster
from models.units import QUARTER
from solver.shifts.blocked import explain
from solver.shifts.fit import is_helper, unfit
from solver.shifts.greedy import greedy_roster
from solver.shifts.roster_model import (
    RosterModel,
    add_clashes,
    add_heat,
    add_on,
    add_overtime,
    add_runs,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.ids import DutyId
    from models.shift import Duty, RosterProblem

MISSING = 2_000_000
"""An empty seat weighs so much, in the weights of a quarter-hour of overtime and the rest (chosen:
far above the others)."""


AWAY = 60
"""A duty away from the home depot weighs so much (chosen)."""

KEPT = 90
"""A seat that differs from the roster to keep weighs so much (chosen)."""

SPREAD_QUARTER = 4
"""A quarter-hour between the person with most and the one with least weighs so much (chosen)."""

SPREAD_COUNT = 60
"""A night, weekend or heavy duty between the person with most and the one with least weighs so much
(chosen)."""

PAIR_S = 2.5e-5
"""A person and a duty take the model so many seconds before any search (measured: 4 s on Jinan at
3.5 districts, 45 s on a city of ten)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long a model may run: deterministic units for equal plans, seconds as a brake."""

    seconds: float = 60.0
    deterministic: float = 30.0
    workers: int = 1
    seed: int = 1


def solve_roster(
    problem: RosterProblem,
    *,
    budget: Budget = Budget(),
    keep: Mapping[DutyId, tuple[str, ...]] | None = None,
) -> Roster:
    """The roster with fewest empty seats, then least overtime, travel and unequal shares.

    `keep` is an earlier roster: it seeds the search, and seats that change cost a little. Same
    problem and deterministic budget, same roster (one worker). Where the model alone would take
    longer than the seconds and a first roster leaves no seat empty, that one is taken.
    """
    first = greedy_roster(problem, keep or {})
    pairs = len(problem.drivers) * len(problem.duties)
    if PAIR_S * pairs > budget.seconds and not _empty_seats(problem, first):
        return Roster(crews=first)
    groups = _groups(problem)
    model = RosterModel(problem, groups, _hours(groups))
    add_seats(model, keep or {})
    add_hint(model, first)
    for person in range(len(problem.drivers)):
        add_on(model, person)
        add_clashes(model, person)
        add_runs(model, person)
        add_heat(model, person)
    hours = [add_overtime(model, person) for person in range(len(problem.drivers))]
    add_fair_shares(model, hours)
    empty = cp_model.LinearExpr.sum(model.missing)
    model.cp.add(empty <= _empty_seats(problem, first))
    model.cp.minimize(MISSING * empty + cp_model.LinearExpr.sum(model.costs))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = budget.seconds
    solver.parameters.max_deterministic_time = budget.deterministic
    solver.parameters.num_workers = budget.workers
    solver.parameters.random_seed = budget.seed
    solver.parameters.linearization_level = 2  # a day is nearly an assignment: this proves it
    status = solver.solve(model.cp)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Roster(crews=first, unstaffed=explain(problem, first))
    crews = _crews(model, solver.boolean_value)
    return Roster(
        crews=crews,
        unstaffed=explain(problem, crews),
        bound=max(0, int(solver.best_objective_bound // MISSING)),
        proven=status == cp_model.OPTIMAL,
    )


def _groups(problem: RosterProblem) -> list[list[Duty]]:
    groups: dict[tuple[object, ...], list[Duty]] = defaultdict(list)
    for duty in sorted(problem.duties, key=lambda duty: (duty.begin, duty.end, str(duty.id))):
        place = (duty.begin, duty.end, duty.depot, duty.shift, duty.licence, duty.crew)
        kind = (tuple(sorted(duty.skills)), duty.paid_s, duty.heavy, duty.outdoor)
        groups[place + kind].append(duty)
    return list(groups.values())


def _empty_seats(problem: RosterProblem, crews: Mapping[DutyId, tuple[str, ...]]) -> int:
    """Seats that nobody has: no better roster has more."""
    return sum(problem.seats(duty) - len(crews.get(duty.id, ())) for duty in problem.duties)


def _hours(groups: Sequence[Sequence[Duty]]) -> list[list[int]]:
    """Groups of equal hours, by beginning."""
    hours: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for number, (duty, *_) in enumerate(groups):
        hours[duty.begin, duty.end, duty.paid_s].append(number)
    return [hours[key] for key in sorted(hours)]


def add_hint(model: RosterModel, crews: Mapping[DutyId, tuple[str, ...]]) -> None:
    """Start the search from a roster."""
    numbers = {driver.id: number for number, driver in enumerate(model.problem.drivers)}
    chosen = {
        (numbers[person], group)
        for group, duties in enumerate(model.groups)
        for duty in duties
        for person in crews.get(duty.id, ())
    }
    for key, works in model.works.items():
        model.cp.add_hint(works, key in chosen)


def add_seats(model: RosterModel, keep: Mapping[DutyId, tuple[str, ...]]) -> None:
    """Each seat is filled by a fitting person or missing; helpers need a driver beside them."""
    problem = model.problem
    for number, duties in enumerate(model.groups):
        duty = duties[0]
        kept = {person for member in duties for person in keep.get(member.id, ())}
        roles: tuple[list[cp_model.IntVar], list[cp_model.IntVar]] = ([], [])
        for person, driver in enumerate(problem.drivers):
            helper = is_helper(driver)
            if (helper and not problem.helpers) or any(unfit(problem, driver, duty)):
                continue
            works = model.cp.new_bool_var(f"{driver.id} {duty.id}")
            model.works[person, number] = works
            roles[helper].append(works)
            if driver.home_depot and duty.depot and driver.home_depot != duty.depot:
                model.costs.append(AWAY * works)
            if keep and driver.id not in kept:
                model.costs.append(KEPT * works)
        beside = problem.seats(duty) - 1
        if beside:
            model.cp.add(sum(roles[True]) <= beside * sum(roles[False]))
        for seats, people in zip((1, beside), roles, strict=True):
            if seats:
                missing = model.cp.new_int_var(0, seats * len(duties), f"missing {duty.id}")
                model.missing.append(missing)
                model.cp.add(sum(people) + missing == seats * len(duties))


def add_fair_shares(model: RosterModel, hours: Sequence[cp_model.LinearExprT]) -> None:
    """Even shares: of hours with history, and over several days of nights, weekends, heavy duties.

    On one day nothing can be evened out but history: whoever has worked less goes first.
    """
    problem = model.problem
    groups = range(len(model.groups))
    least = min((driver.hours_month_s for driver in problem.drivers), default=0)
    if len({model.groups[group][0].day for group in groups}) <= 1:
        for (person, group), works in model.works.items():
            ahead = (problem.drivers[person].hours_month_s - least) // (4 * QUARTER)
            tired = problem.drivers[person].nights_run * model.groups[group][0].is_night(
                problem.rules
            )
            model.costs.append((min(ahead, 100) // 4 + 5 * tired) * works)
        return
    for helper in (False, True):
        people = [
            p
            for p, driver in enumerate(problem.drivers)
            if is_helper(driver) == helper and model.of_person(p)
        ]
        if len(people) < 2:
            continue
        history = [problem.drivers[p].hours_month_s - least for p in people]
        shares = [hours[p] + h for p, h in zip(people, history, strict=True)]
        _add_spread(model, shares, QUARTER, SPREAD_QUARTER)
        counted: tuple[Callable[[Duty], bool], ...] = (
            lambda duty: duty.is_night(problem.rules),
            lambda duty: (duty.day + problem.first_weekday) % 7 >= 5,
            lambda duty: duty.heavy,
        )
        for counts in counted:
            chosen = [g for g in groups if counts(model.groups[g][0])]
            if chosen:
                shares = [
                    sum(model.works[p, g] for g in chosen if (p, g) in model.works) for p in people
                ]
                _add_spread(model, shares, 1, SPREAD_COUNT)


def _add_spread(
    model: RosterModel, shares: Sequence[cp_model.LinearExprT], unit: int, weight: int
) -> None:
    """Cost `weight` per `unit` between the largest and the smallest share."""
    most = model.cp.new_int_var(0, 40_000_000 // unit, "most")
    least = model.cp.new_int_var(0, 40_000_000 // unit, "least")
    for share in shares:
        model.cp.add(unit * most >= share)
        model.cp.add(unit * least <= share)
    model.costs.append(weight * (most - least))


def _crews(
    model: RosterModel, chosen: Callable[[cp_model.IntVar], bool]
) -> dict[DutyId, tuple[str, ...]]:
    """Deal a group's people out to its duties, drivers first."""
    problem = model.problem
    crews: dict[DutyId, tuple[str, ...]] = {}
    for number, duties in enumerate(model.groups):
        people = [
            person
            for person in range(len(problem.drivers))
            if (person, number) in model.works and chosen(model.works[person, number])
        ]
        drivers = [problem.drivers[p].id for p in people if not is_helper(problem.drivers[p])]
        helpers = [problem.drivers[p].id for p in people if is_helper(problem.drivers[p])]
        for duty in duties:
            seats = problem.seats(duty) - 1
            crew, helpers = [*drivers[:1], *helpers[:seats]], helpers[seats:]
            drivers = drivers[1:]
            if crew:
                crews[duty.id] = tuple(crew)
    return crews
