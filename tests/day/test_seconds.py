"""How many of a plan's seconds are searched, so that the command ends when it was promised."""

import math

import pytest

from solver.day.plan import searched_s


@pytest.mark.parametrize(
    ("seconds", "tasks", "workers", "searched"),
    [
        (120, 3_600, 2, 120),  # 4 s of writing fit into the 24 s more
        (120, 20_000, 2, 120),
        (120, 32_000, 2, 108.8),  # 35 s of writing: 11 s more than may be added
        (120, 32_000, 1, 86.4),  # 58 s, as one process writes it alone
        (5, 32_000, 2, 2.5),  # never less than half
        (None, 32_000, 2, math.inf),
    ],
)
def test_a_large_day_is_searched_for_less_as_its_writing_takes_longer(
    seconds, tasks, workers, searched
):
    assert searched_s(seconds, tasks, workers) == pytest.approx(searched)
