"""More iterations never make a plan of few tasks dearer: a search begins as a shorter one does."""

import pytest

from solver.routing.ruin.running import MOST_STAGES, STAGE_WORK, stage_ends
from solver.routing.search.engine import RuinEngine
from solver.stop import after, at_most
from tests.routing.towns import random_problem

TASKS = 20
FEWEST = STAGE_WORK * TASKS


@pytest.mark.parametrize("seed", [4, 7, 10])
def test_three_times_the_iterations_are_never_dearer(seed):
    """With one schedule over the whole budget, towns 4, 7 and 10 end dearer with more."""
    problem = random_problem(seed, tasks=TASKS)
    keys = [
        RuinEngine().solve(problem, stop=at_most(count), seed=seed).cost.key
        for count in (900, 2_700, 8_100)
    ]
    assert keys == sorted(keys, reverse=True)


@pytest.mark.parametrize(
    ("iterations", "tasks", "stages"),
    [(FEWEST, TASKS, 1), (3 * FEWEST - 1, TASKS, 1), (3 * FEWEST, TASKS, 2),
     (9 * FEWEST, TASKS, 3), (9 * FEWEST, 301, 1), (1, TASKS, 1)],
)  # fmt: skip
def test_stages_are_thirds_of_thirds(iterations, tasks, stages):
    ends = stage_ends(at_most(iterations), tasks)
    assert ends == pytest.approx([3.0**-n for n in range(stages - 1, -1, -1)])
    assert ends[-1] == 1.0


def test_a_clock_has_all_stages_as_nobody_knows_how_many_iterations_it_brings():
    assert len(stage_ends(after(1_000_000.0), TASKS)) == MOST_STAGES
