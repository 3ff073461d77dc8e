"""Published timetables of bell collection at their size: held on slow days, and trucks they need.

python -m benchmarks.horizon.bells INSTANCES/bell/taipei/stops.csv --iterations 5000
"""

from __future__ import annotations

import argparse
import logging
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.memory import PeakMemory
from models.problem import Mode, RoutingProblem, Task, VehicleType
from scenarios.instances.bell_rounds import read_bells
from solver.bells.timetable import TOLERANCE_S, drive, simulated, timetable
from solver.judge.routes import check
from solver.routing.base.matrices import half_up, point_matrix
from solver.routing.door import get_engine
from solver.stop import at_most

if TYPE_CHECKING:
    from scenarios.instances.bell_rounds import BellTimetable

log = logging.getLogger(__name__)

ROUND_ABOUT = 1.3
SPEED_KMH = 20.0
METRES_PER_DEGREE = 111_195.0
DAYS = 20


def day_problem(bells: BellTimetable) -> RoutingProblem:
    """The stops as tasks that begin within five minutes of their published time, any truck's.

    Ways are 1.3 times the straight line at 20 km/h; a truck goes out and home for nothing, so that
    the plan's cost is the trucks first and the seconds between stops next.
    """
    calls = [call for one in bells.rounds for call in one.calls]
    places = np.array([bells.places[call.task] for call in calls])
    middle = math.cos(math.radians(float(places[:, 1].mean())))
    metres = places * METRES_PER_DEGREE * [middle, 1.0] * ROUND_ABOUT
    points = np.vstack([metres / (SPEED_KMH / 3.6), metres.mean(axis=0) / (SPEED_KMH / 3.6)])
    tasks = tuple(
        Task(
            id=call.task,
            modes=(
                Mode(
                    enter=k,
                    leave=k,
                    duration=call.service_s,
                    tw_early=max(call.begin - TOLERANCE_S, 0),
                    tw_late=call.begin + TOLERANCE_S,
                ),
            ),
            demand=(),
        )
        for k, call in enumerate(calls)
    )
    truck = VehicleType(
        id="truck",
        capacity=(),
        start=len(calls),
        end=len(calls),
        num_available=len(bells.rounds),
        fixed_cost=100_000,
    )
    return RoutingProblem(
        tasks=tasks, vehicle_types=(truck,), matrices=(point_matrix(points, half_up),)
    )


def rows(path: Path, iterations: int, seed: int) -> None:
    """Log what the published times keep, what ours keep, and the trucks a plan needs."""
    begin, cpu = time.perf_counter(), time.process_time()
    bells = read_bells(path)
    count = sum(len(one.calls) for one in bells.rounds)
    log.info("%s: %d rounds, %d stops", path, len(bells.rounds), count)
    noise = simulated(bells.rounds, DAYS, f"days {seed}")
    on_time = [
        np.abs(drive(one, told, luck) - np.array(told)) <= TOLERANCE_S
        for one, luck in zip(bells.rounds, noise, strict=True)
        for told in ([call.begin for call in one.calls],)
    ]
    kept = np.concatenate(on_time, axis=1).mean(axis=1)
    log.info("as published: %.1f %% kept, worst day %.1f %%", 100 * kept.mean(), 100 * kept.min())
    made = timetable(bells.rounds, days=DAYS, seed=seed)
    log.info(
        "with buffers: %.1f %% kept, worst day %.1f %%, rounds %.0f min later (slowest %.0f); %s",
        100 * made.share,
        100 * min(made.kept),
        np.mean([t[-1] - r.calls[-1].begin for r, t in zip(made.rounds, made.times, strict=True)])
        / 60,
        made.added_s / 60,
        _used(begin, cpu),
    )
    if not iterations:
        return
    begin, cpu = time.perf_counter(), time.process_time()
    problem = day_problem(bells)
    found = get_engine("ruin").solve(problem, stop=at_most(iterations), seed=seed)
    broken = check(problem, found.solution, found.schedules)
    log.info(
        "planned anew: %d trucks, %d stops left out, %d violations; %s",
        len(found.solution.routes),
        len(found.solution.unserved),
        len(broken),
        _used(begin, cpu),
    )


def _used(begin: float, cpu: float) -> str:
    peak = PeakMemory().peak_mb
    wall, busy = time.perf_counter() - begin, time.process_time() - cpu
    return f"{wall:.1f} s ({busy:.1f} CPU-s), {peak:.0f} MB"


def main() -> None:
    """Measure each file named."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--iterations", type=int, default=0, help="of the plan; 0: none")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for path in options.paths:
        rows(path, options.iterations, options.seed)


if __name__ == "__main__":
    main()
