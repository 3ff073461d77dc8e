"""Standby: whom to call when somebody falls out, without breaking a law."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from models.shift import Duty
from models.units import DAY
from solver.shifts.fit import broken, is_helper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.district import ShiftPattern
    from models.shift import Roster, RosterProblem


def standby_crews(
    problem: RosterProblem, roster: Roster, shifts: Sequence[ShiftPattern], *, days: int, each: int
) -> Mapping[tuple[int, str], tuple[str, ...]]:
    """Up to `each` drivers per day and shift who could lawfully work that whole shift besides.

    They have no other duty that day. Whoever stood by least often, then worked least, goes first;
    standing by counts no hours. Shifts in which nobody can be called have no entry.
    """
    duties = {duty.id: duty for duty in problem.duties}
    work: dict[str, list[Duty]] = defaultdict(list)
    for name, crew in roster.crews.items():
        for person in crew:
            work[person].append(duties[name])
    hours = {person: sum(duty.paid_s for duty in own) for person, own in work.items()}
    times: Counter[str] = Counter()
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    drivers = [driver for driver in problem.drivers if not is_helper(driver)]
    for day in range(days):
        taken: set[str] = set()
        for shift in shifts:
            call = Duty(
                id=f"standby {day} {shift.id}",
                begin=shift.begin + day * DAY,
                end=shift.end + day * DAY,
                shift=shift.id,
            )
            order = sorted(drivers, key=lambda one: (times[one.id], hours.get(one.id, 0), one.id))
            chosen: list[str] = []
            for driver in order:
                own = work[driver.id]
                free = driver.id not in taken and all(duty.day != day for duty in own)
                if len(chosen) < each and free and not broken(problem, driver, [*own, call]):
                    chosen.append(driver.id)
            taken.update(chosen)
            times.update(chosen)
            if chosen:
                found[day, shift.id] = tuple(chosen)
    return found
