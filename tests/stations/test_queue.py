"""Two parts share one tip with one bay: who comes first tips first, the other waits or goes."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.problem import Facility
from models.solution import Reason, Route, Serve, Solution, StepKind, Use
from solver.judge.day import check_day
from solver.judge.routes import check
from solver.routing.search.retime import retime
from solver.stations.queue import schedule_day
from tests.line_town import line_town, sweeper
from tests.stations.town import TIP, WATER, district, part, with_bays

OUT_AND_TIP = Solution((Route(0, (Serve(1, 0), Use(0))),), dict.fromkeys((0, 2, 3), Reason.NO_TIME))


def judged(town, day):
    found = check_day(town, day, design_percent=0)
    for own in day.driven:
        found += check(own.part.problem, own.solution, own.schedules)
    return found


def begins(times):
    return [step.begin for step in times.steps if step.kind == StepKind.FACILITY]


def test_a_second_vehicle_tips_when_the_first_has_left_the_bay():
    """Both could tip from 420 to 1020; with one bay the second tips from 1020 to 1620."""
    parts = (part(), part())
    day = schedule_day(district(), parts, (OUT_AND_TIP, OUT_AND_TIP))
    tips = sorted(begins(one.schedule)[0] for one in day)
    assert tips[1] - tips[0] == 600
    assert judged(district(), day) == []
    assert day.dropped == ()


def test_two_bays_need_no_wait():
    parts = (part(), part())
    town = district(with_bays(TIP, 2), WATER)
    day = schedule_day(town, parts, (OUT_AND_TIP, OUT_AND_TIP))
    first, second = (begins(one.schedule) for one in day)
    assert first == second
    assert judged(town, day) == []


def short_shift(late: int, **changes):
    return line_town(vehicle_types=(sweeper(tw_late=late),), **changes)


def test_a_wait_that_breaks_the_shift_costs_the_last_tasks_of_the_route():
    """Home by 1,200 s: 420 out, 600 at the bay, 120 home fit once, not after a wait."""
    parts = (part(short_shift(1_200)), part(short_shift(1_200)))
    day = schedule_day(district(), parts, (OUT_AND_TIP, OUT_AND_TIP))
    assert [reason for solution in day.solutions for reason in solution.unserved.values()].count(
        Reason.QUEUE
    ) == 1
    assert len(day.dropped) == 1
    assert judged(district(), day) == []


def test_another_tip_is_better_than_a_dropped_task():
    town = line_town()
    second = replace(town.facilities[0], id="tip2", enter=3, leave=3, daily_capacity=())
    tips = (*town.facilities, second)
    parts = tuple(
        part(short_shift(1_400, facilities=tips), sites=("tip", "water", "tip2")) for _ in range(2)
    )
    sites = district(TIP, WATER, replace(TIP, id="tip2"))
    day = schedule_day(sites, parts, (OUT_AND_TIP, OUT_AND_TIP))
    assert day.moved == 1
    assert day.dropped == ()
    assert judged(sites, day) == []
    assert isinstance(second, Facility)


def test_a_vehicle_that_waits_at_its_first_tip_keeps_its_later_times_lawful():
    route = Route(0, (Serve(1, 0), Use(0), Serve(2, 0), Use(0)))
    solution = Solution((route,), dict.fromkeys((0, 3), Reason.NO_TIME))
    parts = tuple(part() for _ in range(4))
    day = schedule_day(district(), parts, (solution,) * 4)
    assert judged(district(), day) == []
    tips = sorted(begin for one in day for begin in begins(one.schedule))
    assert all(later - earlier >= 600 for earlier, later in pairwise(tips))


def test_the_same_day_is_timed_the_same_way_twice():
    parts = tuple(part() for _ in range(3))
    first, second = (schedule_day(district(), parts, (OUT_AND_TIP,) * 3) for _ in range(2))
    assert first == second


@st.composite
def days(draw):
    """Some parts of line town with random routes, shifts and bays, each route lawful alone."""
    parts, solutions = [], []
    for _ in range(draw(st.integers(1, 4))):
        kind = sweeper(
            tw_late=draw(st.sampled_from([1_500, 2_500, 4_000, 20_000])),
            max_work=draw(st.sampled_from([0, 2_000, 14_400])),
        )
        own = part(line_town(vehicle_types=(kind,), spacings=()))
        tasks = draw(st.permutations(range(4)))[: draw(st.integers(1, 4))]
        visits = [visit for task in tasks for visit in (Serve(task, 0), Use(0))]
        route = Route(0, tuple(visits))
        if retime(own.problem, route, {}) is None:
            route = Route(0, ())
            tasks = ()
        lost = dict.fromkeys(set(range(4)) - set(tasks), Reason.NO_TIME)
        parts.append(own)
        solutions.append(Solution((route,) if tasks else (), lost))
    return parts, solutions, draw(st.integers(1, 2))


@settings(max_examples=120, deadline=None)
@given(days())
def test_after_the_queue_every_route_is_lawful_and_every_task_accounted_for(case):
    parts, solutions, bays = case
    town = district(with_bays(TIP, bays), WATER)
    day = schedule_day(town, parts, solutions)
    assert judged(town, day) == []
    before = sum(reason != Reason.QUEUE for s in solutions for reason in s.unserved.values())
    after = sum(len(solution.unserved) for solution in day.solutions)
    assert after == before + len(day.dropped)


@settings(max_examples=120, deadline=None)
@given(days())
def test_so_is_a_day_whose_repaired_routes_go_on_from_where_they_are(case):
    parts, solutions, bays = case
    town = district(with_bays(TIP, bays), WATER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("solver.routing.search.queue.MANY_LINES", 0)
        day = schedule_day(town, parts, solutions)
    assert judged(town, day) == []
    before = sum(reason != Reason.QUEUE for s in solutions for reason in s.unserved.values())
    after = sum(len(solution.unserved) for solution in day.solutions)
    assert after == before + len(day.dropped)
