"""The least relaxation: small cases by hand, and that what is named does serve the task."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.plan import Relaxation
from models.problem import RoutingProblem
from models.solution import Reason, Route, Serve, Solution, Use
from solver.advice.least_change import LONGER_MIN, least_relaxations
from solver.advice.one_more_bay import one_more_bay
from solver.judge.routes import check
from solver.routing.search.engine import RuinEngine
from solver.stations.queue import schedule_day
from solver.stop import at_most
from tests.line_town import line_town, sweeper
from tests.routing.little_town import random_town
from tests.stations.town import TIP, WATER, district, part, untimed, with_bays

HOUR = 3_600


def plain(**changes):
    """A sweeper of line town without meal and rests, out for 28,000 s at most, no overtime."""
    fields = {"meal": None, "max_work": 0, "max_overtime": 0, "num_available": 1, **changes}
    return sweeper(**fields)


def town(kind, *, limit=100, windows=((0, 40_000),), **changes):
    """Line town with one type of vehicle; its tip takes `limit` kg a day inside `windows`."""
    own = line_town(vehicle_types=(kind,), spacings=(), **changes)
    tip = replace(own.facilities[0], daily_capacity=(limit, 0), windows=windows)
    return replace(own, facilities=(tip, own.facilities[1]))


def of(problem: RoutingProblem, reason: Reason, *served: int):
    """The one relaxation of the last task, when `served` are done by one vehicle."""
    visits = tuple(Serve(task, 0) for task in served)
    left = {t: reason for t in range(len(problem.tasks)) if t not in served}
    plan = Solution((Route(0, visits),) if visits else (), left)
    found = least_relaxations(untimed(part(problem), plan))
    return found.get((0, len(problem.tasks) - 1))


def test_a_shift_too_short_names_the_first_step_that_is_enough():
    """t4 alone: 240 s there, 300 s service, 120 s to the tip, 600 s there, 120 s home: 1,380 s."""
    problem = town(plain(max_duration=1_000), tasks=line_town().tasks[3:])
    found = of(problem, Reason.NO_TIME)
    assert (found.kind, found.id, found.shift, found.amount) == ("shift", "sweeper", "early", 20)
    assert found.serves == 1


def test_a_full_tip_names_the_kilograms_above_its_limit():
    problem = town(plain(), tasks=line_town().tasks[:1], limit=3)
    found = of(problem, Reason.NO_CAPACITY)
    assert (found.kind, found.id, found.amount) == ("quota", "tip", 4)


def test_a_tip_that_closes_too_early_names_the_hour():
    """Out at 10:00, at the tip at 10:07 for 10 min; it closes at 10:10: ten minutes more."""
    kind = plain(tw_early=10 * HOUR)
    problem = town(kind, tasks=line_town().tasks[:1], windows=((0, 10 * HOUR),))
    found = of(problem, Reason.WINDOW)
    assert (found.kind, found.id, found.amount, found.until) == ("hours", "tip", 10, "10:20")


def test_no_vehicle_left_asks_for_one_more():
    """No vehicle is at home, so neither hours nor tonnes help."""
    problem = town(plain(num_available=0), tasks=line_town().tasks[:2])
    found = of(problem, Reason.NO_TIME)
    assert (found.kind, found.id, found.amount, found.serves) == ("vehicle", "sweeper", 1, 2)


def test_what_no_vehicle_can_carry_asks_for_a_larger_one():
    """A task of 9 kg for a vehicle of 8 kg: no time, no tonnes and no second one help."""
    heavy = replace(line_town().tasks[0], demand=(9, 100))
    assert of(town(plain(), tasks=(heavy,)), Reason.NO_TIME) is None
    found = of(town(plain(), tasks=(heavy,)), Reason.TOO_LARGE)
    assert (found.kind, found.id, found.amount, found.serves) == ("payload", "sweeper", 9, 1)


def relaxed(problem: RoutingProblem, catalogue: tuple[str, ...], one) -> RoutingProblem:
    """The problem with the change that a relaxation names, made here and not by the solver."""
    seconds = 60 * one.amount
    match one.kind:
        case "shift":
            kinds = tuple(
                replace(k, tw_late=k.tw_late + seconds, max_overtime=k.max_overtime + seconds)
                if name == one.id
                else k
                for k, name in zip(problem.vehicle_types, catalogue, strict=True)
            )
            return replace(problem, vehicle_types=kinds)
        case "vehicle":
            kinds = tuple(
                replace(k, num_available=k.num_available + one.amount) if name == one.id else k
                for k, name in zip(problem.vehicle_types, catalogue, strict=True)
            )
            return replace(problem, vehicle_types=kinds)
        case "hours":
            facilities = tuple(
                replace(
                    f, windows=(*f.windows[:-1], (f.windows[-1][0], f.windows[-1][1] + seconds))
                )
                for f in problem.facilities
            )
            return replace(problem, facilities=facilities)
        case _:
            facilities = tuple(
                replace(f, daily_capacity=tuple(c + one.amount for c in f.daily_capacity))
                if f.id == one.id
                else f
                for f in problem.facilities
            )
            return replace(problem, facilities=facilities)


def short_of(lack: str, seed: int) -> RoutingProblem:
    """A random town that lacks vehicles, hours, tonnes or an open tip; every task is required."""
    problem = random_town(seed, tasks=12)
    tip = problem.facilities[0]
    fields = {
        "vehicles": {"num_available": 0},
        "hours": {"num_available": 1, "max_duration": 4_500, "max_overtime": 0},
        "tonnes": {"num_available": 3},
        "tip": {"num_available": 3, "tw_late": 20 * HOUR},
    }[lack]
    if lack == "tonnes":
        tip = replace(tip, daily_capacity=(20, 0))
    if lack == "tip":
        tip = replace(tip, windows=((6 * HOUR, 9 * HOUR),))
    return replace(
        problem,
        vehicle_types=tuple(replace(kind, **fields) for kind in problem.vehicle_types),
        facilities=(tip, *problem.facilities[1:]),
        tasks=tuple(replace(task, prize=None) for task in problem.tasks),
    )


@example(364, "tip")
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["vehicles", "hours", "tonnes", "tip"]))
def test_what_is_named_does_serve_the_tasks(seed, lack):
    """Random towns that lack something: the change made, the engine serves the tasks."""
    problem = short_of(lack, seed)
    plan = RuinEngine().solve(problem, stop=at_most(60), seed=1).solution
    catalogue = ("small", "large")
    sites = tuple(facility.id for facility in problem.facilities)
    found = least_relaxations(untimed(part(problem, sites=sites, catalogue=catalogue), plan))
    assert set(found) <= {(0, task) for task in plan.unserved}
    for one in set(found.values()):
        laxer = relaxed(problem, catalogue, one)
        again = RuinEngine().solve(laxer, stop=at_most(400), seed=1, initial=plan)
        assert len(again.solution.unserved) <= len(plan.unserved) - one.serves, one
        assert check(laxer, again.solution, again.schedules) == []


@pytest.mark.parametrize("minutes", LONGER_MIN)
def test_every_step_is_the_least_where_the_one_before_is_too_short(minutes):
    """10,000 s of service make the way 11,080 s; 30 s of the step are to spare."""
    last = line_town().tasks[3]
    long = replace(last, modes=(replace(last.modes[0], duration=10_000),))
    problem = town(plain(max_duration=11_080 - 60 * minutes + 30), tasks=(long,))
    found = of(problem, Reason.NO_TIME)
    assert (found.kind, found.amount) == ("shift", minutes)
    assert of(problem, Reason.NO_TIME) == found


def test_once_it_is_late_no_trial_is_made():
    """The town whose shift is too short by less than 20 minutes needs two trials, one is none."""
    problem = town(plain(max_duration=1_000), tasks=line_town().tasks[3:])
    day = untimed(part(problem), Solution((), {0: Reason.NO_TIME}))
    clock = iter([False, False])  # as it is, then with a shift 20 minutes longer
    assert least_relaxations(day, late=lambda: next(clock, True))[0, 0].amount == 20
    clock = iter([False])
    assert least_relaxations(day, late=lambda: next(clock, True)) == {}


def test_once_it_is_late_no_bay_is_tried():
    short = line_town(vehicle_types=(sweeper(tw_late=1_200),), spacings=())
    parts = (part(short), part(short))
    one = Solution((Route(0, (Serve(1, 0), Use(0))),), dict.fromkeys((0, 2, 3), Reason.NO_TIME))
    day = schedule_day(district(), parts, (one, one))
    assert one_more_bay(district(), day, late=lambda: True) == {}


def test_a_task_lost_to_a_queue_asks_for_one_more_bay():
    """Home by 1,200 s: two vehicles cannot tip one after the other, side by side they can."""
    short = line_town(vehicle_types=(sweeper(tw_late=1_200),), spacings=())
    parts = (part(short), part(short))
    one = Solution((Route(0, (Serve(1, 0), Use(0))),), dict.fromkeys((0, 2, 3), Reason.NO_TIME))
    day = schedule_day(district(), parts, (one, one))
    lost = day.dropped[0][:2]
    found = one_more_bay(district(), day)
    assert found == {lost: Relaxation(kind="bays", id="tip", amount=1, serves=1)}
    assert one_more_bay(district(with_bays(TIP, 2), WATER), day) == {}
