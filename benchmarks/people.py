"""Rosters of a month, and the public staffing instances.

python -m benchmarks.people month --drivers 60 --days 28
python -m benchmarks.people fewest INSTANCES/smptsp --seconds 60
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from itertools import combinations
from pathlib import Path

from benchmarks.instances import best_known, instance_files
from models.district import Driver
from models.shift import Duty, RosterProblem, StaffingProblem
from models.units import DAY
from scenarios.instances.smptsp import parse_smptsp
from solver.judge.people import check_roster
from solver.shifts.fewest import Staffing, fewest_people
from solver.shifts.fewest_exact import fewest_people_proven
from solver.shifts.report import strains
from solver.shifts.roster import Budget, solve_roster
from solver.trade.labour import labour_rules
from solver.trade.profile import load_profile

log = logging.getLogger(__name__)

HOUR = 3_600
SHIFTS = (("early", 4, 0.4), ("mid", 12, 0.35), ("night", 20, 0.25))
"""Name, hour of the beginning, share of the day's duties."""
STAFFED = 0.64
"""Duties a day for each driver: 4.5 days a week."""


def month(*, drivers: int, days: int, seed: int) -> RosterProblem:
    """Three shifts of eight hours on every day, leave, licences, depots and history drawn."""
    rng = random.Random(seed)
    rules = labour_rules(load_profile("standard").labour)
    people = tuple(
        Driver(
            id=f"d{n:02d}",
            name=f"d{n:02d}",
            licence="A2" if n % 4 == 0 else "B2",
            home_depot=f"depot{n % 3}",
            overtime_month_s=rng.randrange(12) * HOUR,
            hours_month_s=rng.randrange(40, 80) * HOUR,
            days_run=rng.randrange(4),
            nights_run=rng.randrange(3),
            last_end=-rng.randrange(4, 20) * HOUR,
        )
        for n in range(drivers)
    )
    count = round(STAFFED * drivers)
    duties = []
    for day in range(days):
        for name, begin, share in SHIFTS:
            for n in range(round(share * count)):
                start = day * DAY + begin * HOUR + 900 * (n % 3)
                duties.append(
                    Duty(
                        id=f"{day}/{name}/{n}",
                        begin=start,
                        end=start + 8 * HOUR,
                        depot=f"depot{n % 3}",
                        shift=name,
                        licence="A2" if n % 8 == 0 else "B2",
                        outdoor=n % 5 == 0,
                    )
                )
    leave = {p.id: frozenset(range(first := rng.randrange(days), first + 3)) for p in people[::7]}
    return RosterProblem(
        duties=tuple(duties), drivers=people, rules=rules, leave=leave,
        month_ends=frozenset({days - 8}), temperatures={days // 2: 36.0},
    )  # fmt: skip


def run_month(*, drivers: int, days: int, seconds: float, seed: int) -> str:
    """Roster one month; a line of a table."""
    problem = month(drivers=drivers, days=days, seed=seed)
    begin, busy = time.perf_counter(), time.process_time()
    roster = solve_roster(problem, budget=Budget(seconds=seconds, seed=seed))
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    hours = [one.worked_s / HOUR for one in strains(problem, roster)]
    nights = [one.nights for one in strains(problem, roster)]
    return (
        f"| {drivers} x {days} | {len(problem.duties)} | {wall:.0f} ({cpu:.0f}) "
        f"| {sum(one.missing for one in roster.unstaffed)} | {len(check_roster(problem, roster))} "
        f"| {min(hours):.0f}-{max(hours):.0f} | {min(nights)}-{max(nights)} |"
    )


def run_fewest(path: Path, seconds: float) -> tuple[bool, str]:
    """Staff one instance; whether the best known is reached, and a line of a table."""
    problem = parse_smptsp(path.read_text(encoding="utf-8"))
    known = best_known(path, "smptsp")
    begin, busy = time.perf_counter(), time.process_time()
    found = _fewest(problem, seconds, round(known.value) if known else 0)
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    lawful = _lawful(problem, found)
    reached = lawful and (known is None or 0 < found.used <= known.value)
    best = f"{known.value:g}" if known else "–"
    line = (
        f"| {path.parent.name}/{path.stem} | {len(problem.able)} x {len(problem.spans)} "
        f"| {found.used} | {best} | {found.bound} | {wall:.0f} ({cpu:.0f}) "
        f"| {'yes' if reached else 'no'} |"
    )
    return reached, line


def _fewest(problem: StaffingProblem, seconds: float, known: int) -> Staffing:
    """Chains until the best known is reached; what is left of the time goes to CP-SAT."""
    begin = time.perf_counter()
    found = fewest_people(problem, steps=10**9, seconds=seconds / 3, target=known)
    left = seconds - (time.perf_counter() - begin)
    if 0 < found.used <= max(known, found.bound) or left < 1:
        return found
    again = fewest_people_proven(
        problem, steps=10**9, budget=Budget(seconds=left, deterministic=10**6)
    )
    return min(found, again, key=lambda one: (one.used < 0, one.used))


def _lawful(problem: StaffingProblem, found: Staffing) -> bool:
    """Everybody able, nobody twice at once."""
    if found.used < 0:
        return False
    able = all(duty in problem.able[person] for duty, person in enumerate(found.person))
    own: dict[int, list[tuple[int, int]]] = {}
    for duty, person in enumerate(found.person):
        own.setdefault(person, []).append(problem.spans[duty])
    return able and all(
        one[1] <= two[0] or two[1] <= one[0]
        for spans in own.values()
        for one, two in combinations(spans, 2)
    )


def main() -> None:
    """Run one of the two, line by line."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["month", "fewest"])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--drivers", type=int, default=60)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--seconds", type=float, default=50.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.what == "month":
        log.info("| drivers x days | duties | s (CPU-s) | empty | violations | hours | nights |")
        log.info("| --- | --- | --- | --- | --- | --- | --- |")
        log.info(
            run_month(
                drivers=options.drivers, days=options.days, seconds=options.seconds,
                seed=options.seed,
            )
        )  # fmt: skip
        return
    log.info("| instance | people x duties | used | best known | bound | s (CPU-s) | reached |")
    log.info("| --- | --- | --- | --- | --- | --- | --- |")
    results = []
    for path in instance_files(options.paths):
        reached, line = run_fewest(path, options.seconds)
        results.append(reached)
        log.info(line)
    log.info("best known reached or bettered: %d of %d", sum(results), len(results))


if __name__ == "__main__":
    main()
