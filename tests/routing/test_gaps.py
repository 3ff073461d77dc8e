"""Gaps between passes hold in every timing, and no pass is lost where a lawful time exists."""

from dataclasses import replace

import pytest

from models.problem import Spacing
from models.solution import Reason, Route, Serve, Solution, Use
from models.units import UNREACHABLE
from solver.judge.between import check_spacings
from solver.judge.reasons import check_reasons
from solver.judge.routes import check
from solver.routing.base.gaps import Gap, begins, missing_gaps
from solver.routing.search.engine import RuinEngine
from solver.routing.search.line import Berth
from solver.routing.search.queue import first_come, schedule_solution
from solver.routing.search.retime import retime, retime_among
from solver.stop import at_most
from tests.line_town import line_town, sweeper

HOUR = 3_600


def kind(**changes):
    """Out all day, no pauses, one vehicle."""
    fields = {
        "tw_late": 24 * HOUR, "max_duration": 24 * HOUR, "max_work": 0, "meal": None,
        "num_available": 1, **changes,
    }  # fmt: skip
    return sweeper(**fields)


def passes(*windows, gap_h=2, **changes):
    """Passes of one kerb at place 1, one per window [h], each `gap_h` after the one before."""
    task = line_town().tasks[0]
    tasks = tuple(
        replace(
            task,
            id=f"pass {number}",
            demand=(0, 0),
            modes=(replace(task.modes[0], tw_early=int(a * HOUR), tw_late=int(b * HOUR)),),
        )
        for number, (a, b) in enumerate(windows, 1)
    )
    spacings = tuple(
        Spacing(first=n, second=n + 1, min_gap=int(gap_h * HOUR)) for n in range(len(tasks) - 1)
    )
    tips = tuple(replace(f, windows=((0, 30 * HOUR),)) for f in line_town().facilities)
    fields = {
        "tasks": tasks, "spacings": spacings, "facilities": tips, "vehicle_types": (kind(),),
        **changes,
    }  # fmt: skip
    return line_town(**fields)


def loaded(problem):
    """The first pass has 4 kg, so that its vehicle must tip."""
    first, *rest = problem.tasks
    return replace(problem, tasks=(replace(first, demand=(4, 0)), *rest))


CADENCES = [
    pytest.param(((12, 14), (15, 18)), id="a second pass that may begin soon after the first"),
    pytest.param(tuple((6 + 2 * n, 8 + 2 * n) for n in range(6)), id="cyclic, windows that touch"),
    pytest.param(((6, 20), (6, 20), (6, 20)), id="three passes in one window"),
    pytest.param(((22, 24), (24, 27)), id="over midnight"),
]


@pytest.mark.parametrize("windows", CADENCES)
@pytest.mark.parametrize("vehicles", [1, 2])
def test_no_pass_is_lost_where_there_is_no_queue(windows, vehicles):
    kinds = (kind(num_available=vehicles, tw_late=30 * HOUR, max_duration=30 * HOUR),)
    problem = passes(*windows, vehicle_types=kinds)
    outcome = RuinEngine().solve(problem, stop=at_most(200), seed=1)
    day = first_come([problem], [outcome.solution], [[Berth("tip", 1), Berth("water", 1)]])
    assert day.dropped == ()
    assert day.timed[0].solution.unserved == {}
    assert check(problem, *day.timed[0]) == []


def test_what_a_plan_misses_is_told_in_seconds_and_as_the_judge_sees_it():
    problem = passes((12, 14), (15, 18))
    route = Route(0, (Serve(0, 0), Serve(1, 0)))
    free = replace(problem, spacings=())
    _, times = schedule_solution(free, Solution((route,)))
    begin = begins(route, times[0])
    (gap,) = missing_gaps(problem, begin)
    assert gap == Gap(0, 1, 2 * HOUR - (begin[1] - begin[0]))
    (violation,) = check_spacings(problem, Solution((route,)), times)
    assert violation.excess == gap.short


def test_a_gap_to_a_pass_left_out_misses_nothing():
    assert missing_gaps(passes((12, 14), (15, 18)), {1: 15 * HOUR}) == []


def test_a_queue_may_use_what_the_other_route_leaves_free():
    """Windows alone let the first pass begin until 11:00; the second begins at 17:00.

    Out for 1,500 s at most, a vehicle that tips at 14:30 cannot serve before 14:18.
    """
    problem = loaded(passes((6, 15), (6, 18), vehicle_types=(kind(max_duration=1_500),)))
    route = Route(0, (Serve(0, 0), Use(0)))
    pins = {1: (14 * HOUR + 30 * 60, 15 * HOUR)}
    assert retime(problem, route, pins) is None
    times = retime_among(problem, route, pins, {1: 17 * HOUR})
    assert times is not None
    assert begins(route, times)[0] + 2 * HOUR <= 17 * HOUR
    assert retime_among(problem, route, pins, {1: 15 * HOUR}) is None


def test_both_passes_in_one_route_wait_for_each_other():
    """Held to 14:00 or later, the first pass still leaves the second its two hours."""
    problem = loaded(passes((6, 20), (6, 20)))
    route = Route(0, (Use(0), Serve(0, 0), Serve(1, 0), Use(0)))
    pins = {0: (14 * HOUR, 15 * HOUR)}
    assert retime(problem, route, pins) is None
    times = retime_among(problem, route, pins, {})
    begin = begins(route, times)
    assert begin[0] >= 14 * HOUR
    assert begin[1] - begin[0] >= 2 * HOUR


def test_a_pass_that_no_time_can_hold_is_left_out_with_a_reason():
    """Both windows end at 7:00; two hours do not fit."""
    outcome = RuinEngine().solve(passes((6, 7), (6, 7)), stop=at_most(50), seed=1)
    assert outcome.solution.unserved == {1: Reason.WINDOW}


def test_where_no_way_leads_is_unreachable_though_no_time_is_left_either():
    """The ways are told before the times, as the judge of reasons does."""
    problem = passes((6, 7), (6, 7))
    ways = problem.matrices[0].duration.copy()
    ways[:, 1] = UNREACHABLE
    problem = replace(problem, matrices=(replace(problem.matrices[0], duration=ways),))
    outcome = RuinEngine().solve(problem, stop=at_most(5), seed=1)
    assert outcome.solution.unserved == dict.fromkeys((0, 1), Reason.UNREACHABLE)
    assert not list(check_reasons(problem, outcome.solution))
