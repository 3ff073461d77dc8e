"""Public facility location instances through the relocation model, against proven optima.

python -m benchmarks.location INSTANCES/cfl/orlib INSTANCES/cfl/holmberg --seconds 60
"""

from __future__ import annotations

import argparse
import logging
import re
import time
from pathlib import Path

from models.errors import HuanweiError, InstanceError
from scenarios.instances.cfl import read_cfl
from scenarios.instances.location import location_problem
from solver.judge.sites import check_location
from solver.location.model import solve_location

log = logging.getLogger(__name__)


def run(path: Path, seconds: float) -> tuple[bool, str]:
    """Solve one instance; whether it is proven and lawful, and a line of a table."""
    instance = read_cfl(path)
    problem = location_problem(instance)
    begin, busy = time.perf_counter(), time.process_time()
    try:
        solution = solve_location(problem, seconds=seconds)
    except HuanweiError as error:
        return False, f"| {path.parent.name}/{path.stem} | – | – | – | – | {error} |"
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    if solution is None:
        return False, f"| {path.parent.name}/{path.stem} | – | – | – | – | no plan |"
    broken = len(check_location(problem, solution))
    size = f"{len(problem.sites)} x {len(problem.zones)}"
    cost = instance.published(solution.cost)
    line = (
        f"| {path.parent.name}/{path.stem} | {size} | {cost:,.3f} | {100 * solution.gap:.3f} % "
        f"| {wall:.1f} ({cpu:.1f}) | {broken} |"
    )
    return solution.proven and not broken, line


def main() -> None:
    """Solve all instances of the folders named, one after the other."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    files = [f for path in options.paths for f in ([path] if path.is_file() else path.iterdir())]
    log.info("| instance | sites x customers | cost | gap to bound | s (CPU-s) | violations |")
    log.info("| --- | --- | --- | --- | --- | --- |")
    solved = count = 0
    for path in sorted(files, key=_natural):
        try:
            proven, line = run(path, options.seconds)
        except InstanceError:
            continue  # capopt.txt and the like
        count += 1
        solved += proven
        log.info(line)
    log.info("proven optimal and lawful: %d of %d", solved, count)


def _natural(path: Path) -> list[tuple[int, str]]:
    return [
        (int(t or 0), w) for t, w in re.findall(r"(\d*)(\D*)", f"{path.parent.name}/{path.name}")
    ]


if __name__ == "__main__":
    main()
