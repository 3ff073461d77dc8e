from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from models.problem import DenseMatrix, Mode, RoutingProblem, Task, VehicleType
from models.solution import Route, Serve, Solution
from solver.cost import cost
from solver.judge.routes import check
from solver.routing.base.schedule import schedule_all
from solver.routing.ruin.running import Search
from solver.routing.search.engine import RuinEngine
from solver.stop import at_most
from tests.routing.towns import DAY_END, random_problem


def test_a_leg_shorter_by_a_detour_does_not_hide_a_closed_window():
    """Truncated distances break the triangle inequality: the way home is shorter over task 1."""
    legs = np.full((3, 3), 100, dtype=np.int32)
    legs[0, 1] = legs[1, 2] = legs[2, 0] = 10
    problem = RoutingProblem(
        tasks=(
            Task(id="late", modes=(Mode(enter=1, leave=1, tw_early=500, tw_late=600),), demand=()),
            Task(id="early", modes=(Mode(enter=2, leave=2, tw_early=0, tw_late=120),), demand=()),
        ),
        vehicle_types=(VehicleType(id="truck", capacity=(), start=0, end=0, num_available=2),),
        matrices=(DenseMatrix(legs, legs),),
    )
    outcome = RuinEngine().solve(problem, stop=at_most(50))
    assert check(problem, outcome.solution, outcome.schedules) == []
    assert not outcome.solution.unserved


@pytest.mark.parametrize("capacity", [(), (1_000,), (6,)], ids=["any", "roomy", "full"])
@pytest.mark.parametrize("seed", range(20))
def test_no_place_cheaper_than_the_chosen_one_is_passed_over(seed, capacity):
    problem = random_problem(seed, tasks=14, laws=False)
    truck = problem.vehicle_types[0]
    capacity = capacity or truck.capacity
    truck = replace(truck, capacity=capacity, num_available=14, max_duration=DAY_END)
    problem = replace(problem, vehicle_types=(truck,))
    search = Search(problem, None, seed, None)
    search.advance(30, 0.9, 0.1)
    plan = search.solution(search.plan())
    for task in range(len(problem.tasks)):
        before = without(plan, task)
        cheapest = min(
            cost(problem, after, schedules).total
            for after in with_task(problem, before, task)
            if not check(problem, after, schedules := schedule_all(problem, after.routes))
        )
        assert Search(problem, None, seed, before).best == (0, cheapest)


def without(plan: Solution, task: int) -> Solution:
    routes = (
        Route(route.vehicle_type, tuple(v for v in route.visits if v.task != task))
        for route in plan.routes
    )
    return Solution(tuple(route for route in routes if route.visits))


def with_task(problem: RoutingProblem, plan: Solution, task: int) -> Iterator[Solution]:
    """Every plan with the task added in any mode at any place, or in a route of its own."""
    for mode in range(len(problem.tasks[task].modes)):
        serve = Serve(task, mode)
        for number, route in enumerate(plan.routes):
            for at in range(len(route.visits) + 1):
                visits = (*route.visits[:at], serve, *route.visits[at:])
                changed = Route(route.vehicle_type, visits)
                yield Solution((*plan.routes[:number], changed, *plan.routes[number + 1 :]))
        for kind in range(len(problem.vehicle_types)):
            yield Solution((*plan.routes, Route(kind, (serve,))))
