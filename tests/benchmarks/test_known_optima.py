"""A small sample of public instances at their proved optima, by iteration budgets."""

import pytest

from benchmarks.instances import best_known, instance_files
from scenarios.instances import read_instance
from solver.check import check
from solver.routing.engine import get_engine
from solver.stop import at_most

SAMPLE = {"carp/kshs": 6, "carp/gdb": 8}


def sample(folder, count):
    """Evenly spread over the set's names."""
    files = list(instance_files([folder]))
    return files[:: max(len(files) // count, 1)][:count]


@pytest.mark.parametrize("name", SAMPLE)
def test_our_engine_finds_the_proved_optimum(name, shared):
    for path in sample(shared / "instances" / name, SAMPLE[name]):
        instance = read_instance(path)
        best = best_known(path, instance.family)
        assert best.proven
        outcome = get_engine("ruin").solve(instance.problem, stop=at_most(60_000), seed=1)
        assert check(instance.problem, outcome.solution, outcome.schedules) == []
        assert instance.published(outcome.cost.total) == best.value, path.name
