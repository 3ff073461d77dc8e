"""A route leaves as late as it can without coming home later: nobody is paid for waiting."""

from dataclasses import replace

import pytest

from models.solution import Route, Serve
from solver.routing.base.schedule import schedule_all
from tests.line_town import line_town, sweeper, task


@pytest.mark.parametrize("opens", [22_500, 25_000])
def test_a_route_that_needs_no_meal_when_it_leaves_later_does_not_wait(opens):
    """Out before 20,000 s it owed a meal until 21,800 s, and nothing of a wait would be left."""
    mode = replace(task(1).modes[0], tw_early=opens)
    kind = sweeper(max_work=0, capacity=(), max_duration=80_000)
    problem = line_town(
        tasks=(replace(task(1), demand=(), modes=(mode,)),), dimensions=(), facilities=(),
        spacings=(), vehicle_types=(kind,),
    )  # fmt: skip
    (found,) = schedule_all(problem, [Route(0, (Serve(0, 0),))])
    assert (found.begin, found.end) == (opens - 60, opens + 360)
