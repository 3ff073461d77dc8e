"""Random districts planned and judged: no law broken, nothing that breaks down.

`python -m benchmarks.districts --from 1 --count 200 --seconds 500` draws a district a seed, plans a
day, judges the document as it stands, and then does more: plans another day than the folder's
(more waste, a truck or a street less), plans again with what is locked, changes the plan by hand,
approves ways of muck trucks, or plans days in a row. It ends with 1 where a law is broken, where a
document is not what the judge makes of it, or where anything breaks down; each is told with its
seed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from benchmarks.desk.hand import random_edit
from benchmarks.districts.draw import draw
from models.day import Budget, Request
from models.edits import CloseStreet, Demand, Lock, Without
from models.errors import HuanweiError, InputErrors
from scenarios.desk.calendar import out_of
from scenarios.desk.court.around import Around
from scenarios.desk.court.remade import untrue
from scenarios.desk.day import load_folder, plan_loaded
from scenarios.desk.horizon.week import decide_week
from scenarios.desk.judge import Court, parse_plan
from scenarios.desk.registers.muck import muck_day, muck_document
from scenarios.desk.whatif import locks_of
from solver.hand.story import HandDay
from solver.judge.week import check_rests, check_week
from solver.trade.labour import labour_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from models.edits import Edit
    from models.horizon.week import Out
    from models.plan import Plan
    from scenarios.desk.day import Loaded

EXCUSED = {
    "STOCK_OVER": "overflow_kg", "NOT_CLEARED": "staying_kg", "CREW_SHORT": "unstaffed_routes",
}  # fmt: skip
"""What a plan breaks that has no way out, and the figure that tells so."""
BUDGET = Budget(iterations=6)
"""Random districts are searched for so many iterations (chosen: laws do not hang on them)."""


def faults(plan: Plan, court: Court) -> list[str]:
    """What is wrong with a plan: laws broken without excuse, and what the judge has to say anew."""
    codes = {one.code for one in plan.violations}
    found = [f"{one.code} {one.where} {one.detail}" for one in plan.violations
             if one.code not in EXCUSED]  # fmt: skip
    found += [
        f"{code} and {figure} {plan.kpis.get(figure, 0)}"
        for code, figure in EXCUSED.items()
        if (code in codes) != (plan.kpis.get(figure, 0) > 0)
    ]
    again = court.violations(parse_plan(plan.model_dump_json(by_alias=True).encode()))
    told = {(one.code, one.where) for one in plan.violations}
    return found + [
        f"judged anew: {one.code} {one.where} {one.detail}"
        for one in again
        if (one.code, one.where) not in told
    ]


def one_day(folder: Path, day: date, seed: int) -> list[str]:
    """Plan and judge a day, then again with locks, or changed by hand."""
    rng = random.Random(seed)
    loaded = load_folder(folder, day)
    what_if = tuple(another_day(loaded, rng)) if rng.random() < 0.25 else ()
    request = Request(day=day, budget=BUDGET, seed=seed, workers=1, what_if=what_if)
    plan = plan_loaded(loaded, request)[1].plan
    court = Court(folder)
    found = faults(plan, court)
    if (folder / "permits.csv").is_file():
        found += muck(folder, day)
    if found or not plan.routes:
        return found
    if rng.random() < 0.3:
        route = rng.choice(plan.routes)
        what = rng.choice(("route", "vehicle"))
        lock = Lock(what=what, vehicle=route.vehicle, shift=route.shift)
        locked = HandDay.begin(plan, court.day_of(plan)).change(lock).plan
        more = replace(
            request, before=locked, keep=True, locks=locks_of(locked, day), seed=seed + 1
        )
        found += [f"locked: {one}" for one in faults(plan_loaded(loaded, more)[1].plan, court)]
    if rng.random() < 0.3:
        hand = HandDay.begin(plan, court.day_of(plan))
        for _ in range(3):
            hand = hand.change(random_edit(hand.plan, rng))
            if not hand.plan.routes:
                return found
        written = parse_plan(hand.document().model_dump_json(by_alias=True).encode())
        found += [f"by hand: {one.code} {one.where} {one.detail}"
                  for one in court.violations(written) if one.code == "CLAIM"]  # fmt: skip
    return found


def another_day(loaded: Loaded, rng: random.Random) -> Iterator[Edit]:
    """Changes of the district that a planner may ask for."""
    kind = rng.randrange(3)
    if kind == 0:
        yield Demand(do="demand", factor=rng.choice((0.4, 1.6, 5)))
    if kind == 1:
        yield Without(do="without", ids=(rng.choice(loaded.district.vehicles).id,))
    if kind == 2:
        yield CloseStreet(do="close_street", way_id=rng.choice((100, 101, 200, 201)))


def muck(folder: Path, day: date) -> list[str]:
    """Approve ways of muck trucks, and make the document again."""
    told = json.loads(json.dumps(muck_document(muck_day(folder, day))))
    wrong = untrue("muck.json", told, Around(folder / "plans" / "muck", folder))
    return [f"muck: {one.code} {one.where} {one.detail}" for one in wrong]


def some_days(folder: Path, day: date, seed: int) -> list[str]:
    """Plan and judge two or three days in a row."""
    request = Request(day=day, budget=BUDGET, seed=seed, workers=1)
    week = decide_week(folder, request, 2 + seed % 2)
    found = [f"week: {one.code} {one.where}" for one in check_week(week.told)]
    out: list[Out] = []
    for loaded, made in week.plans(request):
        out += out_of(made.plan)
        rest_s = labour_rules(loaded.rules.labour).min_rest_s
        found += [f"{made.plan.date}: {one.code} {one.where} {one.detail}"
                  for one in made.plan.violations if one.code not in EXCUSED]  # fmt: skip
    return found + [f"week: {one.code} {one.where}" for one in check_rests(out, rest_s)]


def storm(seeds: range, seconds: float, tell: Callable[[str], None]) -> Counter[str]:
    """Districts of these seeds until the seconds are over; what became of them, by word."""
    end = time.monotonic() + seconds
    became: Counter[str] = Counter()
    for seed in seeds:
        if time.monotonic() > end:
            break
        with tempfile.TemporaryDirectory(prefix="huanwei-") as scratch:
            folder = Path(scratch) / "district"
            day = draw(folder, seed)
            run = some_days if seed % 10 == 0 else one_day
            try:
                found = run(folder, day, seed)
                became["lawful" if not found else "unlawful"] += 1
            except (InputErrors, HuanweiError) as error:
                became["refused"] += 1
                tell(f"{seed} {day} refused: {str(error)[:200]}")
                continue
            except Exception:  # whatever breaks down is what is looked for
                became["broken"] += 1
                found = [traceback.format_exc()]
            for one in found:
                tell(f"{seed} {day} {one}")
    return became


def main() -> None:
    """Draw, plan, judge, and say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", type=int, default=1, dest="first", help="first seed")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=500.0)
    asked = parser.parse_args()
    console = Console()
    seeds = range(asked.first, asked.first + asked.count)
    became = storm(seeds, asked.seconds, lambda text: console.print(text, markup=False))
    console.print(f"{sum(became.values())} districts: {dict(became)}")
    sys.exit(1 if became["unlawful"] + became["broken"] else 0)


if __name__ == "__main__":
    main()
