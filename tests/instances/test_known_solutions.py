"""Readers are right when published solutions cost what their authors say."""

import math

import pytest

from scenarios.instances import read_instance
from tests.instances.helpers import nodes_solution, read_res, read_sol, recost


def sample(folder, pattern, every):
    return sorted(folder.glob(pattern))[::every]


def test_cvrp_solutions_cost_exactly_what_cvrplib_reports(shared):
    files = sample(shared / "instances/cvrp/X", "*.vrp", 6)
    assert files
    for path in files:
        instance = read_instance(path)
        routes, reported = read_sol(path.with_suffix(".sol"), first=2)
        assert recost(instance, nodes_solution(routes, instance)) == reported, path.name


def test_a_cvrp_past_the_dense_limit_costs_the_same(shared):
    path = shared / "instances/cvrp/belgium/Antwerp1.vrp"
    instance = read_instance(path)
    routes, reported = read_sol(path.with_suffix(".sol"), first=2)
    assert type(instance.problem.matrices[0]).__name__ == "PointMatrix"
    assert recost(instance, nodes_solution(routes, instance)) == reported


def test_solomon_solutions_cost_what_dimacs_reports(shared):
    files = sample(shared / "instances/vrptw/solomon", "*.txt", 4)
    assert files
    for path in files:
        instance = read_instance(path)
        routes, reported = read_sol(path.with_suffix(".sol"), first=1)
        assert recost(instance, nodes_solution(routes, instance)) == pytest.approx(reported)


def test_mdvrp_solutions_cost_what_their_files_say_to_rounding(shared):
    files = sample(shared / "instances/mdvrp/cordeau", "*.res", 1)
    assert files
    for path in files:
        instance = read_instance(path.with_suffix(""))
        routes, reported = read_res(path)
        found = recost(instance, nodes_solution(routes, instance))
        assert math.isclose(found, reported, abs_tol=0.15), path.name
