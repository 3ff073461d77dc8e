"""Chooses the days of a week's work together with its routes, from the rota as it stands.

Each stretch of street or point is one visit here: into one end of its tasks and out of another,
with all their seconds and loads. That is what matters for the choice of days - who lies near whom,
and how far the water is; how each day is driven is left to the day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

from models.horizon.periodic import Pattern, PeriodicPlan, PeriodicProblem
from models.problem import Task
from solver.horizon.search.ruin import Tuning
from solver.horizon.search.running import Search
from solver.horizon.week import visits
from solver.stop import share
from solver.trade.cadence import daily_share, falls_on, greatest_gap, rhythms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date

    from models.district import Calendar
    from models.part import Part, TaskRef
    from models.problem import Mode, RoutingProblem
    from solver.stop import Stop
    from solver.tasks.rota import Unit

EVEN = 1.04
"""A day may have so many times the mean seconds of service (chosen: half of what is allowed)."""

MOST_ENDS = 4
"""A stretch of several tasks may be entered at so many of their modes, and left (chosen)."""

ROUTES_FIRST = 0.3
"""This share of the budget routes the rota as it is, and as much the days that were found, from
nothing; what is between moves days (chosen). Only days that are then cheaper are taken: a search
that moves days and routes at once ends below where it began by its routes alone."""

CHANGE = 0.5
"""A day told and taken back, or a new one, weighs as so many visits (chosen: not for a trifle)."""

LEAVE = 0.5
"""Days other than the rota's weigh as so many visits (chosen: a sector is worth more to the routes
of a day than a search of all days at once can see; the demo's flushing at 10,000 iterations a day
drove 1.01 km empty a km by the rota, 1.07 with 0.5, 1.12 with 0)."""

SOONER = 2
"""A box may be emptied so many days before it has to be (chosen: neighbours come together)."""

WARM = Tuning(first_heat=0.05)
"""The start of the second part is a good plan; it is not to be forgotten (chosen)."""


class Choice(NamedTuple):
    """Work with the sets of days that its cadence allows; the first is taken without a search.

    `owed[k]` are visits that set k leaves to the days after, or changes of what was told, in
    visits, against the best of the sets.
    """

    unit: Unit
    days: tuple[tuple[date, ...], ...]
    owed: tuple[float, ...]


def choices(
    units: Sequence[Unit],
    days: Sequence[date],
    *,
    last: Mapping[str, date],
    stopped: Mapping[str, Collection[date]],
    told: Calendar | None = None,
    due: Mapping[str, date] | None = None,
) -> list[Choice]:
    """For each unit, the days of each rhythm its cadence allows, weather and last service heeded.

    `last` is by unit, `stopped` days without work by operation, `told` what an earlier plan
    promised. Rhythms whose gaps would break those of the rota's are left out. First come sets that
    change nothing told, then those that need no visit to catch up, then the rota's. `due` are the
    last days that boxes may wait by their levels: they come then, or up to `SOONER` days before.
    """
    by_level = due or {}
    return [
        _choice(
            unit,
            days,
            last=last.get(str(unit.id)),
            stopped=stopped.get(unit.id.operation, ()),
            told=_promise(unit, days, told),
        )
        if str(unit.id) not in by_level
        else _by_level(
            unit,
            days,
            due=by_level[str(unit.id)],
            last=last.get(str(unit.id)),
            stopped=stopped.get(unit.id.operation, ()),
        )
        for unit in units
    ]


def _by_level(
    unit: Unit,
    days: Sequence[date],
    *,
    due: date,
    last: date | None,
    stopped: Collection[date],
) -> Choice:
    """A box that comes when it is full, or with its neighbours a little sooner.

    What it holds less then is paid for: its next visit comes so much sooner too.
    """
    sets: dict[tuple[date, ...], float] = {}
    for sooner in range(SOONER + 1):
        own = tuple(visits(unit, days, last=last, stopped=stopped, due=due - timedelta(sooner)))
        if own and own[0] >= days[0]:
            sets.setdefault(own, sooner * daily_share(unit.cadence))
        elif not sooner:
            sets[own] = 0.0
            break
    return Choice(unit, tuple(sets), tuple(sets.values()))


def _choice(
    unit: Unit,
    days: Sequence[date],
    *,
    last: date | None,
    stopped: Collection[date],
    told: tuple[Collection[date], Collection[date]],
) -> Choice:
    greatest = greatest_gap(unit.cadence, unit.rhythm)
    found: dict[tuple[date, ...], tuple[int, int]] = {}
    for rhythm in dict.fromkeys((unit.rhythm, *rhythms(unit.cadence))):
        own = tuple(visits(unit._replace(rhythm=rhythm), days, last=last, stopped=stopped))
        rota = rhythm == unit.rhythm
        if not rota and (
            not own
            or greatest_gap(unit.cadence, rhythm) > greatest
            or not _keeps_distance(own, last, unit.cadence.least_gap_days or 1)
        ):
            continue
        covered, promised = told
        changes = len(set(own).intersection(covered) ^ set(promised))
        caught_up = len(own) - sum(falls_on(rhythm, day) for day in days)
        found.setdefault(own, (changes, caught_up))
        if rota and not own:
            break
    sets = sorted(found, key=lambda own: found[own])
    share = daily_share(unit.cadence)
    owed = [
        found[own][0] * CHANGE
        + (share * ((own[0] - own[-1]).days if last is None else (days[0] - own[-1]).days)
           if own else 0.0)
        for own in sets
    ]  # fmt: skip
    return Choice(unit, tuple(sets), tuple(one - min(owed) for one in owed))


def _promise(
    unit: Unit, days: Sequence[date], told: Calendar | None
) -> tuple[Collection[date], Collection[date]]:
    """Days of which an earlier plan told something of the unit, and those with a visit."""
    promised = None if told is None else told.visits.get(str(unit.id))
    if told is None or promised is None:
        return (), ()
    covered = {day for day in days if told.begin <= day <= told.end}
    return covered, covered & promised


def _keeps_distance(own: Sequence[date], before: date | None, least: int) -> bool:
    """Whether visits keep the least gap, counted from the last service on where that is known."""
    stops = own if before is None else (before, *own)
    return all(other - one >= timedelta(least) for one, other in pairwise(stops))


def deal(
    parts: Sequence[Part],
    units: Sequence[Choice],
    days: Sequence[date],
    fleets: Sequence[Sequence[Sequence[int]]],
    *,
    stop: Stop,
    seed: int = 1,
) -> dict[str, tuple[date, ...]]:
    """The days of each unit: those of the rota, or better ones where the budget finds them.

    `parts` hold all work that may come on some day, each task once; `fleets[part][day][kind]` are
    the vehicles. Same input, seed and number of iterations: same days.
    """
    chosen = {str(one.unit.id): one.days[0] for one in units}
    if stop.used(0) >= 1:
        return chosen
    owner = _owners(units)
    done, decided = 0, set[str]()
    for number, part in enumerate(parts):
        groups: dict[int, list[int]] = defaultdict(list)
        for task, ref in enumerate(part.refs):
            unit = owner(part.operation, ref)
            if unit is not None and units[unit].days[0]:
                groups[unit].append(task)
        if not any(len(units[unit].days) > 1 for unit in groups):
            continue
        members = [_fixed(units[unit], chosen, decided) for unit in groups]
        low = min(stop.used(done), 1.0)
        own = share(stop, low, low + (1 - low) / (len(parts) - number), done)
        found, used = _search(
            part.problem,
            list(groups.values()),
            members,
            days=days,
            fleets=fleets[number],
            stop=own,
            seed=seed,
        )
        done += used
        for one, dates in zip(members, found, strict=True):
            chosen[str(one.unit.id)] = dates
            decided.add(str(one.unit.id))
    return chosen


def _fixed(one: Choice, chosen: Mapping[str, tuple[date, ...]], decided: Collection[str]) -> Choice:
    """The choice that is left: none for work of which another part has decided."""
    key = str(one.unit.id)
    return one._replace(days=(chosen[key],), owed=(0.0,)) if key in decided else one


def _search(
    problem: RoutingProblem,
    groups: Sequence[Sequence[int]],
    members: Sequence[Choice],
    *,
    days: Sequence[date],
    fleets: Sequence[Sequence[int]],
    stop: Stop,
    seed: int,
) -> tuple[list[tuple[date, ...]], int]:
    """Days of each member, and iterations used: routes of the rota, days with routes, their routes.

    The rota stays unless the days found are cheaper when both are routed with the same effort.
    """
    numbers = {day: number for number, day in enumerate(days)}
    patterns = tuple(
        tuple(Pattern(days=tuple(numbers[day] for day in own)) for own in one.days)
        for one in members
    )
    whole = PeriodicProblem(
        every_day=_joined(problem, groups, [str(one.unit.id) for one in members]),
        patterns=patterns,
        fleets=tuple(tuple(own) for own in fleets),
    )
    whole = replace(whole, most_work_s=_most_work(whole))
    rota = replace(whole, patterns=tuple(own[:1] for own in patterns))
    first = Search(rota, seed=seed)
    first.run(share(stop, 0.0, ROUTES_FIRST))
    plan = first.result()
    start = PeriodicPlan(tuple(max(one, 0) for one in plan.chosen), plan.days, {})
    fair = _fair(whole, members, _mean_visit(rota, plan, first.best[1]))
    second = Search(fair, seed=seed, initial=start, tuning=WARM)
    done, low = first.iterations, stop.used(first.iterations)
    second.run(share(stop, low, max(low, 1.0 - ROUTES_FIRST), done))
    choice = [max(one, 0) for one in second.result().chosen]
    done += second.iterations
    again = Search(
        replace(
            fair,
            patterns=tuple((own[one],) for own, one in zip(fair.patterns, choice, strict=True)),
        ),
        seed=seed,
    )
    again.run(share(stop, stop.used(done), 1.0, done))
    lost, cost = first.best
    stays = (not first.lawful, lost, cost + sum(own[0].cost for own in fair.patterns))
    if (not again.lawful, *again.best) >= stays:
        choice = [0] * len(members)
    found = [one.days[number] for one, number in zip(members, choice, strict=True)]
    return found, done + again.iterations


def _mean_visit(problem: PeriodicProblem, plan: PeriodicPlan, cost: int) -> int:
    """What a visit costs in a plan that costs `cost`, vehicles that go out at all not counted."""
    kinds = problem.every_day.vehicle_types
    fixed = sum(kinds[route.vehicle_type].fixed_cost for day in plan.days for route in day.routes)
    return (cost - fixed) // max(sum(len(own[0].days) for own in problem.patterns), 1)


def _fair(problem: PeriodicProblem, members: Sequence[Choice], visit: int) -> PeriodicProblem:
    """The problem in which what a set of days leaves to the days after costs money."""
    patterns = tuple(
        tuple(
            replace(one, cost=round((owed + LEAVE * (number > 0)) * visit))
            for number, (one, owed) in enumerate(zip(own, member.owed, strict=True))
        )
        for own, member in zip(problem.patterns, members, strict=True)
    )
    return replace(problem, patterns=patterns)


def _most_work(problem: PeriodicProblem) -> tuple[int, ...]:
    """Seconds of service a day may have: a little above the mean of the days that have any."""
    work = [0] * problem.num_days
    for task, choices_of in zip(problem.every_day.tasks, problem.patterns, strict=True):
        for day in choices_of[0].days:
            work[day] += task.modes[0].duration
    busy = [own for own in work if own]
    mean = sum(busy) / max(len(busy), 1)
    return tuple(round(EVEN * mean) if own else 0 for own in work)


def _joined(
    problem: RoutingProblem, groups: Sequence[Sequence[int]], names: Sequence[str]
) -> RoutingProblem:
    """The problem with one task for all tasks of a group: their seconds and loads together.

    What no vehicle holds at once is a full load of the largest.
    """
    full = [
        max(own) for own in zip(*(kind.capacity for kind in problem.vehicle_types), strict=True)
    ]
    tasks = []
    for own, name in zip(groups, names, strict=True):
        members = [problem.tasks[number] for number in own]
        loads = map(sum, zip(*(one.demand for one in members), strict=True))
        demand = tuple(map(min, loads, full))
        tasks.append(Task(id=name, modes=_ends(members), demand=demand))
    return replace(problem, tasks=tuple(tasks), spacings=())


def _ends(members: Sequence[Task]) -> tuple[Mode, ...]:
    """Ways into a stretch and out of it: by any mode of its first and of its last task."""
    if len(members) == 1:
        return tuple(replace(mode, tw_early=0) for mode in members[0].modes)
    seconds = sum(min(mode.duration for mode in one.modes) for one in members)
    cost = sum(min(mode.cost for mode in one.modes) for one in members)
    ends = product(members[0].modes[:MOST_ENDS], members[-1].modes[:MOST_ENDS])
    found = {
        (into.enter, out.leave): replace(into, leave=out.leave, duration=seconds, cost=cost)
        for into, out in ends
    }
    return tuple(found.values())


def _owners(units: Sequence[Choice]) -> Callable[[str, TaskRef], int | None]:
    """Which unit a task of an operation belongs to; None: it comes every day."""
    by_arc = {
        (one.unit.id.operation, arc): number
        for number, one in enumerate(units)
        for arc in one.unit.arcs
    }
    by_point = {
        (one.unit.id.operation, one.unit.id.thing): number
        for number, one in enumerate(units)
        if not one.unit.arcs
    }

    def owner(operation: str, ref: TaskRef) -> int | None:
        if ref.kind == "point":
            return by_point.get((operation, ref.object_id))
        found = (by_arc.get((operation, arc)) for arc in sorted(ref.allowed_arcs))
        return next((one for one in found if one is not None), None)

    return owner
