"""Cyclic work on a district: the fewest vehicles that come by every headway, judged.

`python -m benchmarks.horizon.rounds DIR --operation fog --class I --headway 120` prints
the lap, the vehicles, when each begins its laps, and what the judge says.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from models.day import Budget
from models.trade.sourced import Cadence, Pass, parse_window
from models.units import clock
from scenarios.desk.day import load_folder
from solver.cost import lengths
from solver.day.layout import ready_day
from solver.day.plan import Request
from solver.horizon.rounds import rounds_on
from solver.judge.rounds import check_rounds
from solver.stop import at_most

if TYPE_CHECKING:
    from models.part import Part
    from models.trade.rules import RuleProfile

SLACK_MIN = 10
"""A service may come so many minutes later than the headway (issue: 2 h 10 min)."""


def cyclic(rules: RuleProfile, operation: str, level: str, hours: tuple[int, int]) -> RuleProfile:
    """The rules with one operation that serves the streets of one class all through the hours."""
    own = rules.operations[operation]
    assert own.street is not None
    one = Cadence(source="local rounds", passes=(Pass(windows=(hours,)),))
    street = own.street.model_copy(update={"classes": {level: one}})
    changed = own.model_copy(update={"street": street, "points": None, "bans": ()})
    return rules.model_copy(update={"operations": {**rules.operations, operation: changed}})


def largest(part: Part) -> int:
    """The vehicle type that carries most."""
    kinds = part.problem.vehicle_types
    return max(range(len(kinds)), key=lambda kind: sum(kinds[kind].capacity))


def main() -> None:
    """Find the rounds and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--date", type=date.fromisoformat, default=date(2026, 5, 12))
    parser.add_argument("--operation", default="fog")
    parser.add_argument("--class", dest="level", default="I")
    parser.add_argument("--headway", type=int, default=120, help="minutes")
    parser.add_argument("--hours", type=parse_window, default=parse_window("06:00-20:00"))
    parser.add_argument("--iterations", type=int, default=5_000)
    asked = parser.parse_args()
    loaded = load_folder(asked.folder, asked.date)
    rules = cyclic(loaded.rules, asked.operation, asked.level, asked.hours)
    request = Request(
        day=asked.date, budget=Budget(iterations=1), only=frozenset({asked.operation})
    )
    day = ready_day(loaded.district, loaded.network, rules, request).day
    tell = Console(highlight=False).print
    for part in day.parts:
        found = rounds_on(
            part.problem,
            largest(part),
            hours=asked.hours,
            headway_s=60 * asked.headway,
            slack_s=60 * SLACK_MIN,
            stop=at_most(asked.iterations),
        )
        driven = lengths(found.problem, found.lap)
        gap = (found.schedule.end + found.turn_s) / len(found.starts)
        tell(
            f"{len(part.problem.tasks)} tasks, a lap of {driven.service_m / 1000:.1f} km of "
            f"service and {driven.deadhead_m / 1000:.1f} km without takes "
            f"{clock(found.schedule.end)}; {len(found.starts)} vehicles, "
            f"one every {gap / 60:.0f} min"
        )
        for number, starts in enumerate(found.starts, start=1):
            tell(f"vehicle {number}: laps from {', '.join(clock(one) for one in starts)}")
        wrong = check_rounds(found)
        tell(f"{len(wrong)} violations {[one.code for one in wrong[:5]]}")


if __name__ == "__main__":
    main()
