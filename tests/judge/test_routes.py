"""Each law has a test that breaks exactly that law, beside a plan that breaks none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models.errors import ProblemError
from models.problem import DenseMatrix, Facility, Mode, Spacing, Task
from models.solution import Reason, Route, Schedule, Serve, Solution, Step, StepKind, Use
from models.units import UNREACHABLE
from solver.judge.routes import check
from tests.line_town import TIP, WATER, delayed, drive_through, line_town, sweeper, task

if TYPE_CHECKING:
    from models.problem import RoutingProblem
    from models.solution import Visit

GOOD: tuple[Visit, ...] = (Serve(0, 0), Serve(1, 0), Use(TIP), Serve(2, 0), Serve(3, 0), Use(TIP))
# Times of GOOD: drive 60, t1 60-360, drive, t2 420-720, tip 720-1320, drive, t3 1380-1680, drive,
# t4 1740-2040, drive 120, tip 2160-2760, drive 120, home 2880.


def codes(
    problem: RoutingProblem,
    *visits: tuple[Visit, ...],
    unserved: dict[int, Reason] | None = None,
    departs: tuple[int, ...] = (0, 0, 0),
    schedules: tuple[Schedule, ...] | None = None,
) -> set[str]:
    """Codes of the violations of routes with these visits."""
    routes = tuple(Route(0, visit) for visit in visits)
    if schedules is None:
        schedules = tuple(
            drive_through(problem, route, depart)
            for route, depart in zip(routes, departs, strict=False)
        )
    solution = Solution(routes, unserved or {})
    return {violation.code for violation in check(problem, solution, schedules)}


def good_schedule(problem: RoutingProblem) -> Schedule:
    return drive_through(problem, Route(0, GOOD))


def test_a_lawful_plan_has_no_violation():
    assert codes(line_town(), GOOD) == set()


def test_unserved_without_reason():
    problem = line_town()
    assert codes(problem, (*GOOD[:4], Use(TIP))) == {"UNSERVED_NO_REASON"}
    assert codes(problem, (*GOOD[:4], Use(TIP)), unserved={3: Reason.NO_TIME}) == set()


def test_served_twice():
    problem = line_town()
    again = (*GOOD, Serve(0, 0), Use(TIP))
    assert "SERVED_TWICE" in codes(problem, again)
    assert codes(problem, GOOD, unserved={2: Reason.NO_TIME}) == {"SERVED_TWICE"}


@pytest.mark.parametrize("visit", [Serve(9, 0), Serve(0, 7), Use(5)])
def test_unknown_indices_end_the_judgement(visit):
    problem = line_town()
    found = check(problem, Solution((Route(0, (visit,)),)), None)
    assert [violation.code for violation in found] == ["UNKNOWN"]


def test_wrong_vehicle():
    tasks = list(line_town().tasks)
    mode = replace(tasks[0].modes[0], vehicle_types=frozenset({1}))
    tasks[0] = replace(tasks[0], modes=(mode,))
    problem = line_town(
        tasks=tuple(tasks), vehicle_types=(sweeper(), sweeper(id="truck")), spacings=()
    )
    assert codes(problem, GOOD) == {"WRONG_VEHICLE"}


def test_more_vehicles_than_there_are():
    problem = line_town(vehicle_types=(sweeper(num_available=1),), spacings=())
    assert codes(problem, GOOD[:3], GOOD[3:], departs=(0, 5_000)) == {"FLEET"}


def test_load_over_capacity():
    problem = line_town()
    overfull = (Serve(0, 0), Serve(1, 0), Serve(2, 0), Use(TIP), Serve(3, 0), Use(TIP))
    found = check(problem, Solution((Route(0, overfull),)), None)
    assert [(violation.code, violation.excess) for violation in found] == [("LOAD", 4)]


def test_water_below_zero():
    problem = line_town(vehicle_types=(sweeper(capacity=(8, 300)),))
    assert codes(problem, GOOD) == {"WATER"}
    refilled = (*GOOD[:3], Use(WATER), *GOOD[3:])
    assert codes(problem, refilled) == set()


def test_a_vehicle_may_start_half_full():
    problem = line_town(vehicle_types=(sweeper(initial_load=(1, 0)),))
    assert codes(problem, GOOD) == {"LOAD"}


def test_not_ended_empty():
    assert codes(line_town(), GOOD[:-1]) == {"NOT_EMPTY"}


def test_a_facility_takes_no_more_than_its_day():
    problem = line_town()
    small = replace(problem.facilities[TIP], daily_capacity=(12, 0))
    problem = line_town(facilities=(small, problem.facilities[WATER]))
    assert codes(problem, GOOD) == {"FACILITY_CAPACITY"}


def test_a_leg_without_a_legal_way():
    problem = line_town()
    matrix = problem.matrices[0]
    assert isinstance(matrix, DenseMatrix)
    broken = matrix.duration.copy()
    broken[0, 1] = UNREACHABLE
    problem = line_town(matrices=(DenseMatrix(broken, matrix.distance),))
    assert codes(problem, GOOD) == {"NO_WAY"}


@pytest.mark.parametrize(("early", "late"), [(0, 100), (2_000, 3_000)])
def test_task_window(early, late):
    mode = Mode(enter=2, leave=2, duration=300, distance=50, tw_early=early, tw_late=late)
    tasks = list(line_town().tasks)
    tasks[1] = replace(tasks[1], modes=(mode,))
    assert codes(line_town(tasks=tuple(tasks)), GOOD) == {"TASK_WINDOW"}


def test_facility_window():
    problem = line_town()
    late = replace(problem.facilities[TIP], windows=((0, 700), (2_000, 9_000)))
    problem = line_town(facilities=(late, problem.facilities[WATER]))
    assert codes(problem, GOOD) == {"FACILITY_WINDOW"}


def test_shift():
    assert codes(line_town(vehicle_types=(sweeper(tw_late=2_879),)), GOOD) == {"SHIFT"}
    assert codes(line_town(vehicle_types=(sweeper(tw_late=2_880),)), GOOD) == set()
    assert codes(line_town(vehicle_types=(sweeper(tw_early=1),)), GOOD) == {"SHIFT"}


def test_overtime():
    kind = sweeper(max_duration=2_000, max_overtime=880)
    assert codes(line_town(vehicle_types=(kind,)), GOOD) == set()
    kind = sweeper(max_duration=2_000, max_overtime=879)
    assert codes(line_town(vehicle_types=(kind,)), GOOD) == {"OVERTIME"}


def test_rest_after_long_work():
    problem = line_town(vehicle_types=(sweeper(max_work=2_000, meal=None),))
    plain = good_schedule(problem)
    assert codes(problem, GOOD, schedules=(plain,)) == {"REST"}
    rested = delayed(plain, before=7, by=1_200, kind=StepKind.BREAK)
    assert codes(problem, GOOD, schedules=(rested,)) == set()
    too_short = delayed(plain, before=7, by=1_199, kind=StepKind.BREAK)
    assert codes(problem, GOOD, schedules=(too_short,)) == {"REST"}


def test_a_wait_of_seconds_is_no_break():
    """Shorter than the shortest pause of the law: nothing rests in nine seconds."""
    for law, shortest in (({"meal": None}, 1_200), ({"max_work": 0}, 1_800)):
        problem = line_town(vehicle_types=(sweeper(**law),))
        plain = good_schedule(problem)
        for seconds, found in ((9, {"REST"}), (shortest - 1, {"REST"}), (shortest, set())):
            pause = delayed(plain, before=7, by=seconds, kind=StepKind.BREAK)
            assert codes(problem, GOOD, schedules=(pause,)) == found
        wait = delayed(plain, before=7, by=9, kind=StepKind.WAIT)
        assert codes(problem, GOOD, schedules=(wait,)) == set()


def test_meal():
    problem = line_town()
    route = Route(0, GOOD)
    long_day = delayed(drive_through(problem, route), before=7, by=23_000, kind=StepKind.WAIT)
    assert codes(problem, GOOD, schedules=(long_day,)) == {"MEAL"}
    waits = delayed(drive_through(problem, route), before=7, by=19_000, kind=StepKind.WAIT)
    eats = delayed(waits, before=8, by=1_800, kind=StepKind.BREAK)
    assert codes(problem, GOOD, schedules=(eats,)) == set()


def test_time_arithmetic():
    problem = line_town()
    steps = list(good_schedule(problem).steps)
    hurried = [
        *steps[:-2],
        replace(steps[-2], end=2_800),
        replace(steps[-1], begin=2_800, end=2_800),
    ]
    assert codes(problem, GOOD, schedules=(Schedule(tuple(hurried)),)) == {"TIME"}
    without_end = Schedule(tuple(steps[:-1]))
    assert codes(problem, GOOD, schedules=(without_end,)) == {"TIME"}
    assert "TIME" in codes(problem, GOOD[:5], schedules=(Schedule(tuple(steps)),))


def test_schedule_gap():
    problem = line_town()
    steps = list(good_schedule(problem).steps)
    torn = [*steps[:-1], Step(kind=StepKind.END, begin=2_900, end=2_900)]
    assert codes(problem, GOOD, schedules=(Schedule(tuple(torn)),)) == {"GAP"}


def test_bay_overlap():
    problem = line_town(spacings=())
    both = (GOOD[:3], GOOD[3:])
    assert codes(problem, *both, departs=(0, 0)) == {"BAY_OVERLAP"}
    assert codes(problem, *both, departs=(0, 4_000)) == set()


def test_two_passes_keep_their_gap():
    close = (Spacing(first=0, second=1, min_gap=361),)
    assert codes(line_town(spacings=close), GOOD) == {"SPACING"}
    exact = (Spacing(first=0, second=1, min_gap=360),)
    assert codes(line_town(spacings=exact), GOOD) == set()


def test_optional_tasks_may_stay_out():
    tasks = (*line_town().tasks[:3], task(4, prize=500))
    visits = (Serve(0, 0), Serve(1, 0), Use(TIP), Serve(2, 0), Use(TIP))
    problem = line_town(tasks=tasks)
    assert codes(problem, visits, unserved={3: Reason.NOT_WORTH}) == set()


def test_problems_refuse_impossible_numbers():
    with pytest.raises(ProblemError, match="no mode"):
        Task(id="t", modes=(), demand=())
    with pytest.raises(ProblemError, match="midnight"):
        Facility(id="f", enter=0, leave=0, resets=frozenset(), windows=((10, 5),))
