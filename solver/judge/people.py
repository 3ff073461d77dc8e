"""The judge of rosters: labour law and crews, recomputed from the duties and the people.

It shares no code with `solver/shifts`. `docs/violations.md` explains every code.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from models.solution import Violation
from models.units import DAY, clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.district import Driver
    from models.shift import Duty, Roster, RosterProblem


def check_roster(problem: RosterProblem, roster: Roster) -> list[Violation]:
    """All violations of a roster; an empty seat is one (CREW_SHORT), whatever its reason."""
    duties = {duty.id: duty for duty in problem.duties}
    people = {driver.id: driver for driver in problem.drivers}
    found: list[Violation] = []
    work: dict[str, list[Duty]] = defaultdict(list)
    for duty_id, crew in sorted(roster.crews.items(), key=lambda pair: str(pair[0])):
        if duty_id not in duties or not set(crew) <= people.keys():
            found.append(Violation(code="UNKNOWN", where=f"duty {duty_id}", detail=str(crew)))
            continue
        for person in crew:
            work[person].append(duties[duty_id])
    for duty in problem.duties:
        crew = tuple(p for p in roster.crews.get(duty.id, ()) if p in people)
        broken = check_crew(problem, duty, [people[person] for person in crew])
        found += [replace(one, route=str(duty.id)) for one in broken]
    for person, own in sorted(work.items()):
        own.sort(key=lambda duty: (duty.begin, duty.end))
        found += check_person(problem, people[person], own)
        found += check_rest_between(problem, people[person], own)
        found += check_hours(problem, people[person], own)
        found += check_runs(problem, people[person], own)
        found += check_heat(problem, people[person], own)
    return found


def check_crew(problem: RosterProblem, duty: Duty, crew: Sequence[Driver]) -> Iterator[Violation]:
    """Enough people, each once, and a driver first whose licence and skills fit."""
    needed = duty.crew if problem.helpers else 1
    if len(crew) < needed:
        yield Violation(code="CREW_SHORT", where=f"duty {duty.id}", excess=needed - len(crew))
    if len({driver.id for driver in crew}) < len(crew):
        yield Violation(code="DOUBLE_BOOKED", where=f"duty {duty.id}", detail="twice in one crew")
    if not crew:
        return
    driver = crew[0]
    held = {driver.licence, *problem.rules.licence_covers.get(driver.licence, ())}
    if not driver.licence or (duty.licence and duty.licence not in held):
        yield Violation(
            code="LICENCE",
            where=f"duty {duty.id}",
            detail=f"{driver.id} holds {driver.licence or 'none'}, needs {duty.licence}",
        )
    for skill in sorted(duty.skills - driver.skills):
        yield Violation(code="SKILL", where=f"duty {duty.id}", detail=f"{driver.id} lacks {skill}")


def check_person(
    problem: RosterProblem, driver: Driver, duties: Sequence[Duty]
) -> Iterator[Violation]:
    """On duty that day, in a shift the person works, and never in two places at once."""
    for duty in duties:
        if not driver.available or duty.begin // DAY in problem.leave.get(driver.id, ()):
            yield Violation(code="ABSENT", where=driver.id, detail=str(duty.id))
        if driver.shifts and duty.shift and duty.shift not in driver.shifts:
            yield Violation(
                code="WRONG_SHIFT", where=driver.id, detail=f"{duty.id} in {duty.shift}"
            )
    busy_until, last = -DAY, ""
    for duty in duties:
        if (over := busy_until - duty.begin) > 0:
            yield Violation(
                code="DOUBLE_BOOKED", where=driver.id, excess=over, detail=f"{last}, {duty.id}"
            )
        if duty.end > busy_until:
            busy_until, last = duty.end, str(duty.id)


def check_rest_between(
    problem: RosterProblem, driver: Driver, duties: Sequence[Duty]
) -> Iterator[Violation]:
    """The rest between two blocks of work; a block is one day's duties within the daily span."""
    rules = problem.rules
    block_begin = block_end = driver.last_end
    block_day = -1
    for duty in duties:
        rest = duty.begin - block_end
        same = (
            duty.begin // DAY == block_day
            and max(duty.end, block_end) - block_begin <= rules.max_span_s
        )
        if rest < rules.min_rest_s and not same:
            yield Violation(
                code="REST_BETWEEN",
                where=f"{driver.id} at {clock(duty.begin)}",
                excess=rules.min_rest_s - rest,
                detail=str(duty.id),
            )
        if not same:
            block_begin, block_day = duty.begin, duty.begin // DAY
        block_end = max(block_end, duty.end) if same else duty.end


def check_hours(
    problem: RosterProblem, driver: Driver, duties: Sequence[Duty]
) -> Iterator[Violation]:
    """Daily hours with overtime, and the month's overtime with its history.

    A week's overtime is the larger of its days' overtime and its hours above the weekly norm, and
    counts in the month of the week's first day inside the roster.
    """
    rules = problem.rules
    days: dict[int, int] = defaultdict(int)
    for duty in duties:
        days[duty.begin // DAY] += duty.work_s or duty.end - duty.begin
    daily: dict[int, int] = defaultdict(int)
    weekly: dict[int, int] = defaultdict(int)
    for day, worked in sorted(days.items()):
        week = (day + problem.first_weekday) // 7
        over = max(0, worked - rules.normal_day_s)
        daily[week] += over
        weekly[week] += worked
        if over > rules.max_overtime_day_s:
            yield Violation(
                code="OVERTIME_DAY",
                where=f"{driver.id} day {day}",
                excess=over - rules.max_overtime_day_s,
            )
    months: dict[int, int] = defaultdict(int)
    months[0] = driver.overtime_month_s if duties else 0
    worked_now: set[int] = set()
    for week, worked in weekly.items():
        first = max(0, week * 7 - problem.first_weekday)
        month = sum(end < first for end in problem.month_ends)
        above = worked - rules.normal_week_s if rules.normal_week_s else 0
        overtime = max(daily[week], above)
        months[month] += overtime
        if overtime:
            worked_now.add(month)
    for month in sorted(worked_now):
        if (over := months[month] - rules.max_overtime_month_s) > 0:
            yield Violation(code="OVERTIME_MONTH", where=f"{driver.id} month {month}", excess=over)


def check_heat(
    problem: RosterProblem, driver: Driver, duties: Sequence[Duty]
) -> Iterator[Violation]:
    """Hours of outdoor work on hot days, and none in the heat window where that is the law."""
    rules = problem.rules
    for day in sorted({duty.begin // DAY for duty in duties if duty.outdoor}):
        high = problem.temperatures.get(day)
        limits = sorted((r.from_c, r.max_s, r.out_of_window) for r in rules.heat)
        reached = [] if high is None else [limit for limit in limits if limit[0] <= high]
        if not reached:
            continue
        _, most, closed = reached[-1]
        own = [duty for duty in duties if duty.outdoor and duty.begin // DAY == day]
        over = sum(duty.work_s or duty.end - duty.begin for duty in own) - most
        early, late = rules.heat_window[0] + day * DAY, rules.heat_window[1] + day * DAY
        inside = sum(max(0, min(d.end, late) - max(d.begin, early)) for d in own) if closed else 0
        if over > 0 or inside:
            yield Violation(
                code="HEAT", where=f"{driver.id} day {day}", excess=max(over, inside),
                detail=f"{high:g} C",
            )  # fmt: skip


def check_runs(
    problem: RosterProblem, driver: Driver, duties: Sequence[Duty]
) -> Iterator[Violation]:
    """A rest day a week and no more nights in a row than allowed, counting the days before."""
    rules = problem.rules
    late = rules.night
    worked = {duty.begin // DAY for duty in duties}
    nights = set()
    for duty in duties:
        day = duty.begin // DAY
        inside = 0
        for begin, end in (
            (late[0] + day * DAY, late[1] + day * DAY),
            (late[0] + (day - 1) * DAY, late[1] + (day - 1) * DAY),
        ):
            inside += max(0, min(duty.end, end) - max(duty.begin, begin))
        if inside >= rules.night_min_s:
            nights.add(day)
    for code, days, limit, history in (
        ("WEEKLY_REST", worked, rules.max_days_run, driver.days_run),
        ("NIGHTS", nights, rules.max_nights_run, driver.nights_run),
    ):
        run = history
        longest = 0
        for day in range(max(days, default=-1) + 1):
            run = run + 1 if day in days else 0
            longest = max(longest, run)
        if longest > limit:
            yield Violation(code=code, where=driver.id, excess=longest - limit)
