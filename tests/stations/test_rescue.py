"""What a queue takes from one route is done by another that has time, or by an idle vehicle."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from models.solution import Reason, Route, Serve, Solution, Use
from solver.routing.search.patchwork import add_loads
from solver.routing.search.put_back import Copy, put_back
from solver.stations.queue import schedule_day
from solver.stations.rescue import rescue
from tests.line_town import line_town, sweeper
from tests.stations.test_queue import OUT_AND_TIP, days, judged
from tests.stations.town import TIP, WATER, district, part, with_bays


def left_out(day):
    return sum(len(solution.unserved) for solution in day.solutions)


def lost(day):
    return [r for solution in day.solutions for r in solution.unserved.values()].count(Reason.QUEUE)


def two_parts(*kinds):
    """Two parts that come to the tip at the same time; only one vehicle can be home by 1,200 s."""
    town = line_town(vehicle_types=kinds, spacings=())
    parts = (part(town), part(town))
    return schedule_day(district(), parts, (OUT_AND_TIP, OUT_AND_TIP))


def test_an_idle_vehicle_with_time_takes_over_what_the_queue_took():
    day = two_parts(sweeper(tw_late=1_200), sweeper(tw_late=9_000, num_available=1))
    assert lost(day) == 1
    assert rescue(district(), day, late=lambda: True) is day
    after = rescue(district(), day)
    assert left_out(after) == left_out(day) - 1
    assert judged(district(), after) == []


def test_nothing_can_be_done_where_every_vehicle_is_home_early():
    day = two_parts(sweeper(tw_late=1_200))
    assert rescue(district(), day) is day


def test_a_day_without_losses_is_left_alone():
    parts = (part(), part())
    day = schedule_day(district(), parts, (OUT_AND_TIP, OUT_AND_TIP))
    assert rescue(district(), day) is day


@pytest.mark.parametrize("late", [1_500, 2_200, 3_000])
def test_a_route_keeps_in_hand_what_it_waits(late):
    """The other part's route waits for 600 s; with the task its own way home may be too long."""
    kinds = (sweeper(tw_late=1_200, num_available=1), sweeper(tw_late=late, num_available=1))
    town = line_town(vehicle_types=kinds, spacings=())
    parts = (part(town), part(town))
    second = Solution(
        (Route(0, (Serve(1, 0), Use(0))), Route(1, (Serve(2, 0), Use(0)))),
        dict.fromkeys((0, 3), Reason.NO_TIME),
    )
    day = schedule_day(district(), parts, (OUT_AND_TIP, second))
    after = rescue(district(), day)
    assert judged(district(), after) == []
    assert left_out(after) <= left_out(day)
    if late == 3_000:
        assert lost(after) == 0


def bays_of(problem, bays):
    """The problem with as many bays at its tip as the district has there."""
    tip, *others = problem.facilities
    return replace(problem, facilities=(replace(tip, bays=bays), *others))


@settings(max_examples=120, deadline=None)
@given(days())
def test_a_rescued_day_is_lawful_and_leaves_no_more_out(case):
    parts, solutions, bays = case
    town = district(with_bays(TIP, bays), WATER)
    parts = [replace(one, problem=bays_of(one.problem, bays)) for one in parts]
    day = schedule_day(town, parts, solutions)
    after = rescue(town, day)
    assert judged(town, after) == []
    assert left_out(after) <= left_out(day)
    for before, now in zip(day.solutions, after.solutions, strict=True):
        assert set(now.unserved) <= set(range(4))
        served = [v.task for r in now.routes for v in r.visits if isinstance(v, Serve)]
        assert sorted([*served, *now.unserved]) == list(range(4))
        assert sum(len(r.visits) > 0 for r in now.routes) <= sum(
            kind.num_available for kind in parts[0].problem.vehicle_types
        )
        assert len(before.routes) <= len(now.routes) + len(now.unserved)


def test_a_route_torn_apart_is_no_rescue(monkeypatch):
    """The copy gives task 2 a place in the route that loses task 0 there: no task may vanish."""
    town = line_town(spacings=())
    whole = Route(0, (Serve(0, 0), Serve(1, 0), Use(0)))
    torn = Route(0, (Serve(2, 0), Serve(1, 0), Use(0)))
    lost_one = Solution((whole,), {2: Reason.QUEUE, 3: Reason.NO_TIME})
    assert put_back(town, lost_one, [2]) is not None
    monkeypatch.setattr(Copy, "driven", lambda *_: [torn])
    assert put_back(town, lost_one, [2]) is None


def test_room_that_a_route_frees_is_free_in_the_plan_that_comes_back():
    """The first route need not tip at the small tip; who takes its room there sends it elsewhere.

    It is home at 2,280 s, so a second vehicle serves place 3, and the small tip is on its way.
    """
    town = line_town(spacings=())
    small, water = replace(town.facilities[0], daily_capacity=(4, 0)), town.facilities[1]
    large = replace(small, id="far", enter=4, leave=4, daily_capacity=())
    kinds = (sweeper(tw_late=2_280, num_available=1), sweeper(num_available=1))
    town = replace(town, facilities=(small, water, large), vehicle_types=kinds)
    out = Route(0, (Serve(0, 0), Use(0), Serve(1, 0), Use(2)))
    found = put_back(town, Solution((out,), dict.fromkeys((2, 3), Reason.QUEUE)), [2])
    assert found is not None
    assert [route.tasks for route in found.routes] == [[0, 1], [2]]
    taken = np.zeros((3, 2), dtype=np.int64)
    for route in found.routes:
        add_loads(town, route, taken)
    assert taken[0, 0] == 4
    assert taken[:, 0].sum() == 12
