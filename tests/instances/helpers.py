"""Published solutions as plans of ours, costed and judged."""

import re
from pathlib import Path

from models.solution import Route, Schedule, Serve, Solution, Step, StepKind
from scenarios.instances import Instance
from solver.cost import cost
from solver.judge.routes import check


def nodes_solution(routes: list[tuple[int, list[str]]], instance: Instance) -> Solution:
    """Routes given as (vehicle type, ids of stops)."""
    index = {task.id: number for number, task in enumerate(instance.problem.tasks)}
    return Solution(
        tuple(Route(kind, tuple(Serve(index[stop], 0) for stop in stops)) for kind, stops in routes)
    )


def read_sol(path: Path, *, first: int) -> tuple[list[tuple[int, list[str]]], float]:
    """Routes and cost of a CVRPLIB .sol file; its customer 1 is stop `first`."""
    text = path.read_text()
    routes = [
        (0, [str(int(word) - 1 + first) for word in words.split()])
        for words in re.findall(r"Route #\d+:(.*)", text)
    ]
    return routes, float(re.search(r"Cost\s+([\d.]+)", text)[1])


def read_res(path: Path) -> tuple[list[tuple[int, list[str]]], float]:
    """Routes and cost of a Cordeau .res file."""
    rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
    return [(int(row[0]) - 1, row[5:-1]) for row in rows[1:]], float(rows[0][0])


def recost(instance: Instance, solution: Solution) -> float:
    """Cost in the published unit; routes without times, where money does not depend on them."""
    schedules = [
        Schedule(
            (Step(kind=StepKind.START, begin=0, end=0), Step(kind=StepKind.END, begin=0, end=0))
        )
        for _ in solution.routes
    ]
    violations = check(instance.problem, solution, None)
    assert not violations, violations
    return instance.published(cost(instance.problem, solution, schedules).total)
