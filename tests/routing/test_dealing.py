"""Vehicles and rooms are dealt to parts by what their tasks ask for, and routes change vehicles."""

import math
from dataclasses import replace

import numpy as np
import pytest

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from models.solution import Reason, Route, Serve, Solution
from solver.judge.routes import check
from solver.routing.ruin.loop import Tuning
from solver.routing.search import patchwork
from solver.routing.search.burden import Burden, alike_but_for_depots
from solver.routing.search.engine import RuinEngine
from solver.routing.search.patchwork import Patchwork, dealt_near, landmarks
from solver.stop import at_most

HOUR = 3_600


def row_of_tasks(*modes: Mode, kinds: tuple[VehicleType, ...]) -> RoutingProblem:
    """Tasks at places 0, 1, 2, ... of a line of 10 s a step; depots are where the types say."""
    where = np.arange(0, 10 * (len(modes) + 1), 10)
    legs = np.abs(where[:, None] - where).astype(np.int32)
    return RoutingProblem(
        tasks=tuple(
            Task(id=f"task {n}", demand=(), modes=(replace(mode, enter=n, leave=n),))
            for n, mode in enumerate(modes)
        ),
        vehicle_types=kinds,
        matrices=(DenseMatrix(legs, legs),),
    )


def crew(name: str, early: int, late: int, count: int = 4, depot: int = 0) -> VehicleType:
    """Vehicles of a shift from one hour to another."""
    return VehicleType(
        id=name,
        capacity=(),
        num_available=count,
        start=depot,
        end=depot,
        tw_early=early * HOUR,
        tw_late=late * HOUR,
        max_duration=(late - early) * HOUR,
    )


def hour_of_work(early: int, late: int) -> Mode:
    return Mode(enter=0, leave=0, duration=HOUR, tw_early=early * HOUR, tw_late=(late - 1) * HOUR)


@pytest.mark.parametrize(
    ("early", "late", "vehicles"), [(6, 14, 0.5), (6, 10, 1.0), (7, 9, 2.0), (7, 8, 4.0)]
)
def test_four_hours_of_work_ask_for_as_many_vehicles_as_their_window_is_short(
    early, late, vehicles
):
    problem = row_of_tasks(*[hour_of_work(early, late)] * 4, kinds=(crew("early", 6, 14),))
    burden = Burden.of(problem, landmarks(problem))
    assert burden.wanted(range(4)) == pytest.approx([vehicles], rel=0.02)
    assert burden.wanted(range(2)) == pytest.approx([vehicles / 2], rel=0.02)


def test_the_fullest_hours_count_and_what_lies_inside_them_adds_up():
    """Two hours of work from 7 to 8 ask for two vehicles; two more any time are done by these."""
    modes = [hour_of_work(7, 8)] * 2 + [hour_of_work(6, 14)] * 2
    problem = row_of_tasks(*modes, kinds=(crew("early", 6, 14),))
    burden = Burden.of(problem, landmarks(problem))
    assert burden.wanted(range(4)) == pytest.approx(burden.wanted(range(2)), rel=1e-3)


def test_a_shift_is_asked_for_what_it_can_do_by_its_vehicles():
    """Three early vehicles and one late one: work of all day is shared, the evening's is not."""
    kinds = (crew("early", 6, 14, 3), crew("late", 14, 22, 1))
    modes = [hour_of_work(6, 22)] * 4 + [hour_of_work(18, 20)] * 2
    problem = row_of_tasks(*modes, kinds=kinds)
    burden = Burden.of(problem, landmarks(problem))
    assert burden.wanted(range(4)) == pytest.approx([3 / 8, 1 / 8], rel=0.05)
    assert burden.wanted([4, 5]) == pytest.approx([0.0, 1.0], abs=0.05)


def test_types_that_differ_by_depot_alone_are_one_group():
    kinds = (crew("a", 6, 14), crew("b", 6, 14, depot=1), crew("c", 14, 22))
    assert alike_but_for_depots(kinds) == ((0, 1), (2,))


def test_heavier_work_is_dealt_more_vehicles(monkeypatch):
    """Two ends of a line, six tasks each; those of one end take five times as long."""
    monkeypatch.setattr(patchwork, "PART_MODES", 6)
    monkeypatch.setattr(patchwork, "FEWEST_ROUTES", 1)
    monkeypatch.setattr(patchwork, "JITTER", 0.0)
    light = Mode(enter=0, leave=0, duration=1_000)
    heavy = replace(light, duration=5_000)
    kinds = (crew("a", 6, 14, 6), crew("b", 6, 14, 6, depot=12))
    problem = row_of_tasks(*[light] * 6, *[heavy] * 6, kinds=kinds)
    orders = Patchwork(problem, None, np.random.default_rng(1)).orders(1, 100, 0.0, 1.0)
    given = {min(order.share.tasks) // 6: sum(order.vehicles) for order in orders}
    assert given == {0: 2, 1: 10}


def test_rooms_go_where_loads_have_the_least_way_and_not_in_crumbs():
    """Two near parts share no unit, the far one goes to the plant, and what is full is left out."""
    seconds = np.array([[100.0, 200.0, 900.0], [150.0, 110.0, 800.0], [500.0, 500.0, 550.0]])
    flows = dealt_near(np.array([10.0, 12.0, math.inf]), np.array([10.0, 12.0, 5.0]), seconds)
    assert flows == pytest.approx(np.diag([10.0, 12.0, 5.0]))
    full = dealt_near(np.array([10.0, 12.0]), np.array([10.0, 12.0, 5.0]), seconds[:2])
    assert full == pytest.approx(np.array([[10.0, 0.0, 0.0], [0.0, 12.0, 0.0]]))


def test_a_piece_of_a_town_holds_a_small_unit_whole(monkeypatch):
    """Two units at the ends of a line: each end's own is its own, to the last kilogram."""
    monkeypatch.setattr(patchwork, "PART_MODES", 6)
    monkeypatch.setattr(patchwork, "FEWEST_ROUTES", 1)
    monkeypatch.setattr(patchwork, "JITTER", 0.0)
    problem = row_of_tasks(
        *[hour_of_work(6, 14)] * 12, kinds=(crew("a", 6, 14, 6), crew("b", 6, 14, 6, depot=12))
    )
    tips = tuple(
        Facility(id=str(at), enter=at, leave=at, resets=frozenset({0}), daily_capacity=(60,))
        for at in (0, 11)
    )
    problem = replace(
        problem,
        tasks=tuple(replace(task, demand=(10,)) for task in problem.tasks),
        vehicle_types=tuple(replace(kind, capacity=(100,)) for kind in problem.vehicle_types),
        dimensions=(Dimension(name="waste_kg", kind=DimensionKind.WASTE),),
        facilities=tips,
    )
    orders = Patchwork(problem, None, np.random.default_rng(1)).orders(1, 100, 0.0, 1.0)
    given = {min(order.share.tasks) // 6: order.rooms for order in orders}
    assert given == {0: ((60,), (0,)), 1: ((0,), (60,))}


@pytest.mark.parametrize(
    ("reason", "released"),
    [(Reason.NO_TIME, 1), (Reason.STOPPED, 0), (Reason.QUEUE, 0), (Reason.UNREACHABLE, 0)],
)
def test_the_least_busy_route_is_taken_apart_where_a_task_lacks_a_vehicle(reason, released):
    """Eight vehicles are out with one task each but the last, whose is the shortest."""
    modes = [replace(hour_of_work(6, 14), duration=HOUR - n) for n in range(9)]
    problem = row_of_tasks(*modes, kinds=(crew("early", 6, 14, 8),))
    routes = tuple(Route(0, (Serve(n, 0),)) for n in range(8))
    state = Patchwork(problem, Solution(routes, {8: reason}), np.random.default_rng(1))
    state.release()
    assert len(state.routes) == 8 - released
    assert state.unserved == ({7: Reason.STOPPED} if released else {}) | {8: reason}
    assert state.best.routes == routes
    state.release()  # which served no more: the best plan is gone on from
    assert tuple(route for route, _ in state.routes) == routes
    assert state.unserved == {8: reason}


def test_a_route_gets_the_idle_vehicle_of_a_nearer_depot():
    """Both types cost the same; the route begins with the far one and no task ever moves."""
    modes = [Mode(enter=0, leave=0, duration=100)] * 4
    far, near = (
        VehicleType(id=name, capacity=(), num_available=1, start=at, end=at, cost_per_m=1)
        for name, at in (("far", 4), ("near", 0))
    )
    problem = row_of_tasks(*modes, kinds=(far, near))
    problem = replace(problem, tasks=problem.tasks[:2])
    begin = Solution((Route(0, (Serve(0, 0), Serve(1, 0))),))
    only = Tuning(swap_chance=1.0, tail_chance=0.0)
    found = RuinEngine(tuning=only).solve(problem, stop=at_most(50), initial=begin)
    assert [route.vehicle_type for route in found.solution.routes] == [1]
    assert check(problem, found.solution, found.schedules) == []


def test_two_routes_exchange_their_vehicles():
    """A route at each end of the line, each with the vehicle of the other end."""
    kinds = tuple(
        VehicleType(id=name, capacity=(), num_available=1, start=at, end=at, cost_per_m=1)
        for name, at in (("left", 0), ("right", 4))
    )
    problem = row_of_tasks(*[Mode(enter=0, leave=0, duration=100)] * 4, kinds=kinds)
    wrong = Solution((Route(0, (Serve(2, 0), Serve(3, 0))), Route(1, (Serve(0, 0), Serve(1, 0)))))
    only = Tuning(swap_chance=1.0, tail_chance=0.0)
    found = RuinEngine(tuning=only).solve(problem, stop=at_most(50), initial=wrong)
    served = {r.vehicle_type: [v.task for v in r.visits] for r in found.solution.routes}
    assert {kind: sorted(tasks) for kind, tasks in served.items()} == {0: [0, 1], 1: [2, 3]}
    assert check(problem, found.solution, found.schedules) == []


def test_a_vehicle_that_may_not_do_a_task_is_never_given_it():
    """The nearer depot's vehicle may do one of two tasks only."""
    kinds = tuple(
        VehicleType(id=name, capacity=(), num_available=1, start=at, end=at, cost_per_m=1)
        for name, at in (("far", 2), ("near", 0))
    )
    problem = row_of_tasks(*[Mode(enter=0, leave=0, duration=100)] * 2, kinds=kinds)
    closed = replace(problem.tasks[1].modes[0], vehicle_types=frozenset({0}))
    problem = replace(problem, tasks=(problem.tasks[0], replace(problem.tasks[1], modes=(closed,))))
    begin = Solution((Route(0, (Serve(0, 0), Serve(1, 0))),))
    only = Tuning(swap_chance=1.0, tail_chance=0.0)
    found = RuinEngine(tuning=only).solve(problem, stop=at_most(50), initial=begin)
    assert check(problem, found.solution, found.schedules) == []
    assert found.solution.routes == begin.routes


def test_where_all_near_tips_are_full_a_far_one_without_a_limit_is_found():
    """Nine units of no room beside the tasks, and a plant past them all."""
    where = np.array([0, *range(1, 10), 500])
    legs = np.abs(where[:, None] - where).astype(np.int32)
    sites = [Facility(id=f"unit {n}", enter=n, leave=n, resets=frozenset({0}), daily_capacity=(0,))
             for n in range(1, 10)]  # fmt: skip
    plant = Facility(id="plant", enter=10, leave=10, resets=frozenset({0}))
    problem = RoutingProblem(
        tasks=tuple(Task(id=f"t{n}", demand=(1,), modes=(Mode(enter=0, leave=0),)) for n in (1, 2)),
        vehicle_types=(VehicleType(id="truck", capacity=(1,), num_available=1, start=0, end=0),),
        facilities=(*sites, plant),
        matrices=(DenseMatrix(legs, legs),),
        dimensions=(Dimension(name="waste", kind=DimensionKind.WASTE, end_empty=True),),
    )
    found = RuinEngine().solve(problem, stop=at_most(50))
    assert found.solution.unserved == {}
    assert check(problem, found.solution, found.schedules) == []
