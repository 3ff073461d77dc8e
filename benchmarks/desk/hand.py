"""How fast a change by hand answers: random changes of a plan, each with its verdict.

`python -m benchmarks.desk.hand PLAN --changes 200` prints how long they took; with `--judge 20` the
whole judge also looks at the plan after every twentieth change, and its verdict is compared. Ends
with 1 where they differ, or where the 95th of 100 changes took longer than was asked of the desk.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from models.edits import Reassign, SwapWork, TakeOut
from models.units import CHINA
from scenarios.desk.change import effect
from scenarios.desk.day import unpack_inputs
from scenarios.desk.judge import Court
from scenarios.desk.session import Session
from solver.document.earlier import steps_of

if TYPE_CHECKING:
    from models.edits import HandEdit
    from models.plan import Plan, PlanRoute


MOST_MS = 500
"""Limits the time of a change, the 95th of 100 [ms]: what was asked of the desk."""


def random_edit(plan: Plan, rng: random.Random) -> HandEdit:
    """A change of one operation: a task, a stretch of ten, out of the plan, or two vehicles."""
    route = rng.choice(plan.routes)
    tasks = _served(route)
    other = rng.choice([one for one in plan.routes if one.part == route.part])
    kind = rng.random()
    if kind < 0.1:
        return TakeOut(tasks=(rng.choice(tasks),))
    if kind < 0.2 and other is not route:
        return SwapWork(
            vehicle=route.vehicle,
            shift=route.shift,
            with_vehicle=other.vehicle,
            with_shift=other.shift,
        )
    begin = rng.randrange(len(tasks))
    count = 1 if kind < 0.7 else 10
    at = 0 if kind < 0.9 else rng.randint(1, 20)
    return Reassign(
        tasks=tuple(tasks[begin : begin + count]), vehicle=other.vehicle, shift=other.shift, at=at
    )


def _served(route: PlanRoute) -> list[str]:
    return [step.task for step in steps_of(route) if step.kind == "serve" and step.task]


def same_verdict(session: Session, court: Court) -> bool:
    """Whether the whole judge says of the document what was said at once; prints how much."""
    whole = court.violations(session.document())
    same = whole == session.now.violations
    Console().print(f"whole judge: {len(whole)} violations, equal: {same}")
    return same


def main() -> int:
    """Measure, print, and say whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--judge", type=int, default=0, metavar="EVERY")
    asked = parser.parse_args()
    begin = time.perf_counter()
    session = Session.open(asked.plan)
    session.now.violations  # noqa: B018 -- the first look at all streets
    opened = time.perf_counter() - begin
    rng, tell = random.Random(asked.seed), Console().print
    took, used, same = [], [], True
    scratch = tempfile.TemporaryDirectory()
    court = Court(Path(scratch.name))
    unpack_inputs(asked.plan, court.inputs)
    for number in range(1, asked.changes + 1):
        before = session.now
        edit = random_edit(before.plan, rng)
        wall, cpu = time.perf_counter(), time.process_time()
        session.apply(edit, "", datetime.now(CHINA))
        effect(before, session.now)
        took.append(time.perf_counter() - wall)
        used.append(time.process_time() - cpu)
        if asked.judge and number % asked.judge == 0:
            same = same_verdict(session, court) and same
        if rng.random() < 0.5:
            session.undo()
    for name, own in (("wall", took), ("cpu", used)):
        own.sort()
        p50, p95 = own[len(own) // 2], own[int(0.95 * len(own))]
        tell(f"{name}: p50 {1e3 * p50:.0f} ms, p95 {1e3 * p95:.0f} ms, max {1e3 * own[-1]:.0f} ms")
    tell(f"opened in {opened:.1f} s; {asked.changes} changes, {session.done} hold")
    scratch.cleanup()
    return int(not same or 1e3 * took[int(0.95 * len(took))] > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
