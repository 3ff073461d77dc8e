"""Trips too full for a while: the search passes through them, and no plan it gives has any."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from models.problem import DenseMatrix, Dimension, DimensionKind, Mode, RoutingProblem, Task
from models.problem import VehicleType as Kind
from solver.judge.routes import check
from solver.routing.bound import fleet as fleet_bounds
from solver.routing.bound.fleet import is_crowded
from solver.routing.ruin.loop import Tuning
from solver.routing.ruin.running import Search
from solver.routing.ruin.state import CURR_OVER, OVER
from solver.routing.search import decompose, parallel, patchwork
from solver.routing.search.engine import RuinEngine
from solver.stop import at_most

FULL = Tuning(first_heat=1.0, last_heat=0.3, overload=0.2)
LOADS = [6, 4, 7, 3, 5, 5, 8, 2, 9, 1, 6, 4]


def full_fleet(seed):
    """Six vehicles of ten, filled wholly by twelve stops."""
    points = np.random.default_rng(seed).integers(0, 1_000, size=(len(LOADS) + 1, 2))
    legs = np.abs(points[:, None] - points[None]).sum(axis=2).astype(np.int32)
    return RoutingProblem(
        tasks=tuple(
            Task(id=f"stop {n}", modes=(Mode(enter=n + 1, leave=n + 1),), demand=(load,))
            for n, load in enumerate(LOADS)
        ),
        vehicle_types=(Kind(id="truck", capacity=(10,), start=0, end=0, num_available=6),),
        matrices=(DenseMatrix(legs, legs),),
        dimensions=(Dimension(name=DimensionKind.WASTE, kind=DimensionKind.WASTE),),
    )


def loads_over(problem, solution):
    """Load above capacity, all routes together."""
    loads = [sum(problem.tasks[task].demand[0] for task in r.tasks) for r in solution.routes]
    return sum(max(load - problem.vehicle_types[0].capacity[0], 0) for load in loads)


@pytest.mark.parametrize("seed", range(5))
def test_a_search_passes_through_full_trips_and_its_plans_have_none(seed):
    problem = full_fleet(seed)
    run = Search(problem, FULL, seed, None)
    over = []
    for _ in range(100):
        run.advance(10, 0.5, 0.0)
        over.append(int(run.state.num[CURR_OVER]))
        best = run.solution(run.plan())
        assert loads_over(problem, best) == 0
        assert run.state.num[OVER] == over[-1]
    assert sum(each > 0 for each in over) > 0
    assert not run.solution(run.plan()).unserved


@pytest.mark.parametrize("seed", range(5))
def test_full_fleets_are_planned_whole(seed):
    problem = full_fleet(seed)
    outcome = RuinEngine().solve(problem, stop=at_most(2_000), seed=seed)
    assert check(problem, outcome.solution, outcome.schedules) == []
    assert not outcome.solution.unserved


def test_too_small_a_fleet_leaves_out_what_it_must():
    """Where not all can be served, no overload hides it: the counters of absences decide."""
    problem = full_fleet(1)
    small = replace(problem, vehicle_types=(replace(problem.vehicle_types[0], num_available=5),))
    outcome = RuinEngine(tuning=FULL).solve(small, stop=at_most(2_000))
    assert check(small, outcome.solution, outcome.schedules) == []
    assert len(outcome.solution.unserved) == 2


@pytest.mark.parametrize(("spare", "crowded"), [(0, True), (1, False), (9, False)])
def test_vehicles_are_crowded_when_many_loads_all_but_fill_them(spare, crowded, monkeypatch):
    problem = full_fleet(1)
    assert not is_crowded(problem)
    monkeypatch.setattr(fleet_bounds, "MANY", 1)
    tasks = list(problem.tasks)
    tasks[8] = replace(tasks[8], demand=(9 - spare,))
    assert is_crowded(replace(problem, tasks=tuple(tasks))) == crowded


@pytest.mark.parametrize("workers", [1, 2])
def test_parts_keep_to_capacities(workers, monkeypatch):
    monkeypatch.setattr(decompose, "HUGE", 5)
    monkeypatch.setattr(patchwork, "PART_MODES", 4)
    monkeypatch.setattr(patchwork, "FEWEST_ROUTES", 1)
    problem = full_fleet(2)
    problem = replace(problem, vehicle_types=(replace(problem.vehicle_types[0], num_available=9),))
    engine = RuinEngine(workers=workers, tuning=FULL)
    outcome = engine.solve(problem, stop=at_most(4_000))
    assert check(problem, outcome.solution, outcome.schedules) == []
    assert not outcome.solution.unserved


class InProcess:
    """A crew without processes: each worker runs its own search, and keeps plans it was sent."""

    def __init__(self, _work, searches, _start):
        self.workers = [SimpleNamespace(run=Search(*one), sent=[]) for one in searches]
        for worker in self.workers:
            worker.send = partial(self._send, worker)
            worker.hear = partial(getattr, worker, "answer")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    @staticmethod
    def _send(worker, order):
        plan, iterations, cooled, step = order
        if len(plan):
            worker.sent.append(plan)
            worker.run.adopt(plan)
        worker.run.advance(iterations, cooled, step)
        worker.answer = parallel.Answer(worker.run.best, worker.run.plan())


@pytest.mark.parametrize("overload", [0.0, 0.2])
def test_workers_exchange_plans_only_where_trips_are_never_too_full(monkeypatch, overload):
    """The best lawful plan says little about a search that passes through overfull trips."""
    crews = []
    monkeypatch.setattr(
        parallel, "Crew", lambda *given: crews.append(InProcess(*given)) or crews[-1]
    )
    run = Search(full_fleet(1), FULL._replace(overload=overload), 1, None)
    parallel.run_together(
        run, workers=2, stop=at_most(3_000), seed=1, initial=None, report=lambda *_: None
    )
    sent = [plan for worker in crews[0].workers for plan in worker.sent]
    assert bool(sent) == (overload == 0.0)
