"""Rosters: duties of one or more days to people, by CP-SAT.

Equal duties (same hours, depot, licence, skills) form one group, so that a month of shifts stays
small: a variable says that a person works in a group, the group's cover constraint counts seats.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from models.shift import Roster
from models.units import QUARTER
from solver.shifts.blocked import explain
from solver.shifts.fit import clash, is_helper, unfit
from solver.shifts.greedy import greedy_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from models.ids import DutyId
    from models.shift import Duty, RosterProblem

MISSING = 2_000_000
"""An empty seat weighs so much, in the weights of a quarter-hour of overtime and the rest (chosen:
far above the others)."""

OVERTIME_QUARTER = 40
"""A quarter-hour of overtime weighs so much (chosen)."""

AWAY = 60
"""A duty away from the home depot weighs so much (chosen)."""

KEPT = 90
"""A seat that differs from the roster to keep weighs so much (chosen)."""

SPREAD_QUARTER = 4
"""A quarter-hour between the person with most and the one with least weighs so much (chosen)."""

SPREAD_COUNT = 60
"""A night, weekend or heavy duty between the person with most and the one with least weighs so much
(chosen)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long a model may run: deterministic units for equal plans, seconds as a brake."""

    seconds: float = 60.0
    deterministic: float = 30.0
    workers: int = 1
    seed: int = 1


@dataclass(eq=False)
class _Model:
    """The model under construction.

    `works[person, group]` are its decisions; `on[person, hours]` says that the person works in one
    of the groups of equal hours, `hours[h]` lists these groups. Laws look at hours only.
    """

    problem: RosterProblem
    groups: list[list[Duty]]
    hours: list[list[int]]
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    works: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    on: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    missing: list[cp_model.IntVar] = field(default_factory=list)
    costs: list[cp_model.LinearExpr] = field(default_factory=list)
    exclusions: dict[tuple[int, ...], list[list[int]]] = field(default_factory=dict)
    """Found for people who may work in the same hours: there are many of them."""

    @cached_property
    def never_both(self) -> NDArray[np.bool_]:
        """Whether nobody can work in both of two hours, shape (hours, hours)."""
        duties = [self.duty(number) for number in range(len(self.hours))]
        table = np.eye(len(duties), dtype=np.bool_)
        for (a, first), (b, second) in combinations(enumerate(duties), 2):
            table[a, b] = table[b, a] = clash(self.problem.rules, first, second) is not None
        return table

    def one_at_most(self, hours: Sequence[int]) -> bool:
        """Whether nobody can work in any two of these hours."""
        return bool(self.never_both[np.ix_(hours, hours)].all())

    def of_person(self, person: int) -> list[int]:
        """Hours in which the person may work, by beginning."""
        return [h for h in range(len(self.hours)) if (person, h) in self.on]

    def duty(self, hours: int) -> Duty:
        """A duty that stands for all of these hours."""
        return self.groups[self.hours[hours][0]][0]

    def by_day(self, person: int) -> dict[int, list[int]]:
        """The person's hours by day."""
        days: dict[int, list[int]] = defaultdict(list)
        for hours in self.of_person(person):
            days[self.duty(hours).day].append(hours)
        return days


def solve_roster(
    problem: RosterProblem,
    *,
    budget: Budget = Budget(),
    keep: Mapping[DutyId, tuple[str, ...]] | None = None,
) -> Roster:
    """The roster with fewest empty seats, then least overtime, travel and unequal shares.

    `keep` is an earlier roster: it seeds the search, and seats that change cost a little. Same
    problem and deterministic budget, same roster (one worker).
    """
    first = greedy_roster(problem, keep or {})
    groups = _groups(problem)
    model = _Model(problem, groups, _hours(groups))
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


def add_hint(model: _Model, crews: Mapping[DutyId, tuple[str, ...]]) -> None:
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


def add_seats(model: _Model, keep: Mapping[DutyId, tuple[str, ...]]) -> None:
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


def add_on(model: _Model, person: int) -> None:
    """Whether the person works in hours: in at most one of their groups."""
    for number, groups in enumerate(model.hours):
        works = [model.works[person, group] for group in groups if (person, group) in model.works]
        if len(works) == 1:
            model.on[person, number] = works[0]
        elif works:
            model.on[person, number] = model.cp.new_bool_var(f"on {person} {number}")
            model.cp.add(sum(works) == model.on[person, number])


def add_clashes(model: _Model, person: int) -> None:
    """No two duties at once, and the rest between two days' work."""
    hours = tuple(model.of_person(person))
    if hours not in model.exclusions:
        model.exclusions[hours] = list(_exclusions(model, hours))
    for chosen in model.exclusions[hours]:
        model.cp.add_at_most_one(model.on[person, number] for number in chosen)
    rules = model.problem.rules
    limit = rules.normal_day_s + rules.max_overtime_day_s
    for same_day in model.by_day(person).values():
        if len(same_day) > 1:
            model.cp.add(_paid(model, person, same_day) <= limit)


def _exclusions(model: _Model, hours: Sequence[int]) -> Iterator[list[int]]:
    """Sets of hours, given by beginning, of which a person works in one at most."""
    rest = max(model.problem.rules.min_rest_s, 0)
    for number, one in enumerate(hours):
        here = model.duty(one)
        near = [
            h
            for h in hours[:number]
            if model.duty(h).end + rest > here.begin or model.duty(h).day == here.day
        ]
        if model.one_at_most([*near, one]):
            yield [*near, one]
            continue
        sure = [h for h in near if model.duty(h).end > here.begin]
        yield [*sure, one]
        for other in near:
            if other not in sure and model.never_both[other, one]:
                yield [other, one]


def add_runs(model: _Model, person: int) -> None:
    """The weekly rest day, and no more nights in a row than allowed, history included."""
    rules, driver = model.problem.rules, model.problem.drivers[person]
    days = model.by_day(person)
    _add_run(model, person, days, rules.max_days_run, driver.days_run)
    nights = {
        day: [g for g in groups if model.duty(g).is_night(rules)] for day, groups in days.items()
    }
    _add_run(model, person, nights, rules.max_nights_run, driver.nights_run)


def add_heat(model: _Model, person: int) -> None:
    """Hours outdoors on a hot day; duties too hot alone have no variable."""
    problem = model.problem
    outdoor: dict[int, list[int]] = defaultdict(list)
    for group, (duty, *_) in enumerate(model.groups):
        if duty.outdoor and (person, group) in model.works:
            outdoor[duty.day].append(group)
    for day, groups in outdoor.items():
        limit = problem.rules.heat_limit(problem.temperatures.get(day))
        if limit is not None and len(groups) > 1:
            hours = sum(model.groups[g][0].paid_s * model.works[person, g] for g in groups)
            model.cp.add(hours <= limit.max_s)


def _add_run(
    model: _Model, person: int, days: Mapping[int, list[int]], limit: int, history: int
) -> None:
    busy: dict[int, cp_model.IntVar] = {}
    for day, groups in days.items():
        if not groups:
            continue
        busy[day] = model.cp.new_bool_var(f"busy {person} {day}")
        works = [model.on[person, group] for group in groups]
        if model.one_at_most(groups):
            model.cp.add(sum(works) <= busy[day])
        else:
            for work in works:
                model.cp.add_implication(work, busy[day])
    if 0 in busy or history:
        left = max(limit - history, 0)
        if all(day in busy for day in range(left + 1)):
            model.cp.add(sum(busy[day] for day in range(left + 1)) <= left)
    for first in sorted(busy):
        window = range(first, first + limit + 1)
        if all(day in busy for day in window):
            model.cp.add(sum(busy[day] for day in window) <= limit)


def add_overtime(model: _Model, person: int) -> cp_model.LinearExprT:
    """The monthly overtime account, overtime in the cost; returns the person's paid s."""
    problem, driver = model.problem, model.problem.drivers[person]
    rules = problem.rules
    weeks: dict[int, list[cp_model.LinearExprT]] = defaultdict(list)
    paid: dict[int, list[cp_model.LinearExprT]] = defaultdict(list)
    for day, groups in model.by_day(person).items():
        worked = _paid(model, person, groups)
        paid[problem.week(day)].append(worked)
        if _longest_day(model, groups) > rules.normal_day_s:
            over = model.cp.new_int_var(0, rules.max_overtime_day_s, f"overtime {person} {day}")
            model.cp.add(over >= worked - rules.normal_day_s)
            weeks[problem.week(day)].append(over)
    months: dict[int, list[cp_model.LinearExprT]] = defaultdict(list)
    for week, worked_days in paid.items():
        month = problem.account(week)
        if rules.normal_week_s and len(worked_days) > 1:
            over = model.cp.new_int_var(0, 7 * 86_400, f"week {person} {week}")
            model.cp.add(over >= sum(weeks[week]))
            model.cp.add(over >= sum(worked_days) - rules.normal_week_s)
            months[month].append(over)
        else:
            months[month] += weeks[week]
    for month, overs in months.items():
        history = driver.overtime_month_s if month == 0 else 0
        if overs:
            model.cp.add(sum(overs) <= max(0, rules.max_overtime_month_s - history))
            quarters = model.cp.new_int_var(0, 100_000, f"overtime quarters {person} {month}")
            model.cp.add(QUARTER * quarters >= sum(overs))
            model.costs.append(OVERTIME_QUARTER * quarters)
    return sum(work for days in paid.values() for work in days)


def _longest_day(model: _Model, groups: Sequence[int]) -> int:
    """At least the paid seconds of any one person's lawful day with these hours."""
    paid = [model.duty(group).paid_s for group in groups]
    return max(paid) if model.one_at_most(groups) else sum(paid)


def add_fair_shares(model: _Model, hours: Sequence[cp_model.LinearExprT]) -> None:
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
    model: _Model, shares: Sequence[cp_model.LinearExprT], unit: int, weight: int
) -> None:
    """Cost `weight` per `unit` between the largest and the smallest share."""
    most = model.cp.new_int_var(0, 40_000_000 // unit, "most")
    least = model.cp.new_int_var(0, 40_000_000 // unit, "least")
    for share in shares:
        model.cp.add(unit * most >= share)
        model.cp.add(unit * least <= share)
    model.costs.append(weight * (most - least))


def _paid(model: _Model, person: int, groups: Sequence[int]) -> cp_model.LinearExprT:
    return sum(model.duty(g).paid_s * model.on[person, g] for g in groups)


def _crews(
    model: _Model, chosen: Callable[[cp_model.IntVar], bool]
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
