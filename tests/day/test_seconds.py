"""How many of a plan's seconds are searched, so that the command ends when it was promised."""

import math

import pytest

from solver.day.plan import searched_s


@pytest.mark.parametrize(
    ("seconds", "tasks", "searched"),
    [
        (120, 3_600, 120),  # 7 s of writing fit into the 24 s more
        (120, 12_000, 120),
        (120, 32_000, 80),  # 64 s of writing: 40 s more than may be added
        (5, 32_000, 2.5),  # never less than half
        (None, 32_000, math.inf),
    ],
)
def test_a_large_day_is_searched_for_less_as_its_writing_takes_longer(seconds, tasks, searched):
    assert searched_s(seconds, tasks) == pytest.approx(searched)
