"""Loads sent to other stations: by hand, and as a law for random plans and limits."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.day import DrivenPart
from models.solution import Reason, Route, Serve, Solution, Use
from solver.judge.routes import check, check_facility_totals
from solver.routing.base.schedule import schedule
from solver.stations.repoint import relieve, repoint
from tests.line_town import line_town
from tests.stations.town import part

NEAR, WATER, FAR = 0, 1, 2


def two_tips(near_kg=100, far_kg=100):
    """Line town with a second tip at place 4; each may take so much waste a day."""
    town = line_town()
    near = replace(town.facilities[NEAR], daily_capacity=(near_kg, 10**6))
    far = replace(near, id="tip4", enter=4, leave=4, daily_capacity=(far_kg, 10**6))
    return part(
        line_town(facilities=(near, town.facilities[WATER], far), spacings=()),
        sites=("tip", "water", "tip4"),
    )


def two_trips():
    """t1 and t2 to the near tip, then t3 and t4 to it as well: 8 kg each."""
    visits = (Serve(0, 0), Serve(1, 0), Use(NEAR), Serve(2, 0), Serve(3, 0), Use(NEAR))
    return Solution((Route(0, visits),))


def test_the_load_that_costs_least_moves():
    """From place 4 the far tip is on the spot, from place 2 it is four places more."""
    moved = repoint(two_tips(near_kg=8), two_trips())
    assert [v.facility for v in moved.routes[0].visits if isinstance(v, Use)] == [NEAR, FAR]
    assert moved.unserved == {}


def test_nothing_moves_where_everything_fits():
    assert repoint(two_tips(), two_trips()) == two_trips()


def test_where_no_load_fits_elsewhere_the_smallest_task_that_is_enough_is_given_up():
    moved = repoint(two_tips(near_kg=13, far_kg=3), two_trips())
    assert list(moved.unserved.values()) == [Reason.NO_CAPACITY]
    assert not list(check_facility_totals(two_tips(near_kg=13).problem, moved))


def test_a_visit_that_also_refills_stays_when_its_waste_is_given_up():
    """300 l before and 300 l after it: without the visit the tank of 400 l would be empty."""
    town = line_town(spacings=())
    both = replace(town.facilities[NEAR], resets=frozenset({0, 1}), daily_capacity=(0, 10**6))
    demands = ((4, 0), (0, 300), (0, 300))
    tasks = tuple(replace(t, demand=d) for t, d in zip(town.tasks, demands, strict=False))
    own = part(replace(town, tasks=tasks, facilities=(both,)), sites=("tip",))
    route = Route(0, (Serve(0, 0), Serve(1, 0), Use(0), Serve(2, 0)))
    moved = repoint(own, Solution((route,)))
    assert moved.unserved == {0: Reason.NO_CAPACITY}
    assert moved.routes == (Route(0, (Serve(1, 0), Use(0), Serve(2, 0))),)
    assert check(own.problem, moved, None) == []


def test_relief_moves_one_load_tipped_shortly_before_the_moment():
    own, plan = two_tips(), two_trips()
    times = tuple(schedule(own.problem, route) for route in plan.routes)
    driven = DrivenPart(0, own, plan, times)
    ends = [step.end for step in times[0].steps if step.visit in {2, 5} and step.kind == "facility"]
    eased, moves = relieve(driven, {"tip": ends[0]}, ())
    assert [move.visit for move in moves] == [2]
    assert eased.routes[0].visits[2] == Use(FAR)
    assert relieve(driven, {"tip": ends[0]}, moves) == (plan, [])


@st.composite
def overfull(draw):
    """A lawful route with a tip after one task or two, and limits it may not keep."""
    tasks = draw(st.permutations(range(4)))[: draw(st.integers(1, 4))]
    visits = []
    for number, task in enumerate(tasks):
        visits.append(Serve(task, 0))
        full = number > 0 and isinstance(visits[-2], Serve)
        if full or number == len(tasks) - 1 or draw(st.booleans()):
            visits.append(Use(draw(st.sampled_from((NEAR, FAR)))))
    left = dict.fromkeys(set(range(4)) - set(tasks), Reason.NO_TIME)
    limits = draw(st.integers(0, 18)), draw(st.integers(0, 18))
    return two_tips(*limits), Solution((Route(0, tuple(visits)),), left)


@settings(max_examples=120, deadline=None)
@given(overfull())
def test_no_facility_is_above_its_limit_and_every_task_is_accounted_for(case):
    own, plan = case
    moved = repoint(own, plan)
    times = [schedule(own.problem, route) for route in moved.routes]
    assert check(own.problem, moved, times) == []
