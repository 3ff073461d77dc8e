"""Parts and pieces searched elsewhere: an executor, a cluster that loses a worker, a daemon."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from models.day import Budget
from solver.day import parallel, pieces
from solver.day.parallel import Workshop, solve_parts
from solver.judge.routes import check
from solver.routing.base.schedule import schedule_all
from solver.routing.search import patchwork
from tests.routing.towns import random_problem

if TYPE_CHECKING:
    from models.problem import RoutingProblem
    from models.solution import Solution

BUDGET = Budget(iterations=300)


@pytest.fixture
def small_pieces(monkeypatch):
    """From thirteen tasks on a part is large, and a piece is a few routes."""
    monkeypatch.setattr(parallel, "LARGE", 12)
    monkeypatch.setattr(patchwork, "PART_MODES", 8)
    monkeypatch.setattr(patchwork, "FEWEST_ROUTES", 1)
    monkeypatch.setattr(pieces, "PIECE_ITERATIONS", 5)


def problems() -> list[RoutingProblem]:
    return [random_problem(4, tasks=16), random_problem(2, tasks=8)]


def workshop(**more: object) -> Workshop:
    return Workshop(engine="ruin", seed=1, workers=2, **more)


def told(found: list[Solution]) -> list[tuple[object, object]]:
    return [(one.routes, dict(one.unserved)) for one in found]


@pytest.mark.usefixtures("small_pieces")
def test_an_executor_finds_what_worker_processes_find():
    here = solve_parts(problems(), workshop(), BUDGET)
    with ThreadPoolExecutor(1) as pool:
        there = solve_parts(problems(), workshop(pool=pool), BUDGET)
    assert told(here) == told(there)
    for problem, one in zip(problems(), here, strict=True):
        assert check(problem, one, schedule_all(problem, one.routes)) == []


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_finds_the_same_plan():
    distributed = pytest.importorskip("distributed")
    here = solve_parts(problems(), workshop(), BUDGET)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
        client.get_executor(pure=False) as pool,
    ):
        victim = next(iter(client.run(os.getpid).values()))
        end = threading.Timer(0.2, os.kill, (victim, signal.SIGKILL))
        end.start()
        there = solve_parts(problems(), workshop(pool=pool), BUDGET)
        end.join()
    assert told(here) == told(there)


def _in_a_daemon(pipe) -> None:
    pipe.send(told(solve_parts(problems(), workshop(), BUDGET)))


def test_a_daemon_that_may_have_no_children_finds_the_same_plan():
    """As in the worker of a cluster: its own workers are threads."""
    here, there = multiprocessing.Pipe()
    daemon = multiprocessing.get_context("fork").Process(
        target=_in_a_daemon, args=(there,), daemon=True
    )
    daemon.start()
    assert here.poll(100)
    assert here.recv() == told(solve_parts(problems(), workshop(), BUDGET))
    daemon.join()
