"""Carrying an older plan over, and keeping to it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.ids import TruckShift
from models.plan import PlanRoute, PlanStep, PlanTrip
from models.solution import Reason, Route, Serve, Solution
from solver.cost import cost
from solver.day.held import Held
from solver.day.keep import keep
from solver.document.earlier import Carried, deal_alike
from solver.judge.routes import check
from solver.routing.base.schedule import schedule_all
from solver.routing.search.engine import RuinEngine
from solver.stop import at_most
from tests.routing.little_town import random_town
from tests.stations.town import part, untimed

VEHICLES = (("s1", "s2", "s3"), ("l1", "l2", "l3"))


def bureau(seed, **changes):
    """A random town whose two types have three named vehicles each; every task is required."""
    town = random_town(seed, **changes)
    problem = replace(
        town,
        tasks=tuple(replace(task, prize=None) for task in town.tasks),
        vehicle_types=tuple(replace(kind, num_available=3) for kind in town.vehicle_types),
    )
    sites = tuple(facility.id for facility in problem.facilities)
    return part(problem, sites=sites, vehicles=VEHICLES)


def carried(own, solution):
    """What a plan with these routes says: the vehicles of a type go out in their order."""
    dealt = deal_alike(untimed(own, solution), {})
    drivers = tuple(dealt[0, number] for number in range(len(solution.routes)))
    homes = {
        own.problem.tasks[visit.task].id: TruckShift(driver, own.crews[route.vehicle_type].shift)
        for driver, route in zip(drivers, solution.routes, strict=True)
        for visit in route.visits
        if isinstance(visit, Serve)
    }
    return Carried((solution,), (drivers,), homes)


def solve(problem, *, seed=1, iterations=60, initial=None):
    return RuinEngine().solve(problem, stop=at_most(iterations), seed=seed, initial=initial)


def moved_tasks(own, kept, solution, homes):
    """Tasks whose vehicle of the searched part is not the one at home, where that one is there."""
    there = {vehicle for crew in own.crews for vehicle in crew.vehicles}
    return [
        visit.task
        for route in solution.routes
        for visit in route.visits
        if isinstance(visit, Serve)
        and (home := homes.get(own.problem.tasks[visit.task].id)) is not None
        and home.vehicle in there
        and (home.vehicle,) != kept.part.crews[route.vehicle_type].vehicles
    ]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 50_000))
def test_the_surcharge_is_all_that_the_two_problems_differ_by(seed, surcharge):
    """Restored, a plan keeps its laws and times and costs the surcharges less."""
    own = bureau(seed)
    begin = carried(own, solve(own.problem, seed=2).solution)
    (kept,) = keep([own], begin, surcharge)
    found = solve(kept.part.problem, initial=kept.initial)
    solution = kept.restore(found.solution)
    times = schedule_all(own.problem, solution.routes)
    assert check(own.problem, solution, times) == []
    moved = len(moved_tasks(own, kept, found.solution, begin.homes))
    dear = cost(kept.part.problem, found.solution, found.schedules).total
    assert cost(own.problem, solution, found.schedules).total + moved * surcharge == dear


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_nothing_moves_unless_it_saves_its_surcharge(seed):
    """From a plan that serves all: the saving is at least the surcharge of every move."""
    own = bureau(seed)
    before = solve(own.problem, seed=2, iterations=30)
    if before.solution.unserved:
        return
    begin = carried(own, before.solution)
    for surcharge in (0, 300, 1_000_000):
        (kept,) = keep([own], begin, surcharge)
        found = solve(kept.part.problem, initial=kept.initial)
        solution = kept.restore(found.solution)
        moved = len(moved_tasks(own, kept, found.solution, begin.homes))
        saved = before.cost.total - cost(own.problem, solution, found.schedules).total
        assert not solution.unserved
        assert saved >= moved * surcharge


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["s1", "l1"]))
def test_with_a_vehicle_gone_the_tasks_of_the_others_stay(seed, gone):
    """At a forbidding surcharge only the lost vehicle's work moves, to vehicles to spare."""
    own = bureau(seed, tasks=6)
    before = solve(own.problem, seed=2).solution
    if before.unserved or len(before.routes) > 3:
        return
    begin = carried(own, before)
    left = tuple(tuple(v for v in vehicles if v != gone) for vehicles in VEHICLES)
    kinds = tuple(
        replace(kind, num_available=len(vehicles))
        for kind, vehicles in zip(own.problem.vehicle_types, left, strict=True)
    )
    crews = tuple(
        replace(crew, vehicles=vehicles) for crew, vehicles in zip(own.crews, left, strict=True)
    )
    after = replace(own, crews=crews, problem=replace(own.problem, vehicle_types=kinds))
    routes = [
        (driver, route)
        for driver, route in zip(begin.vehicles[0], before.routes, strict=True)
        if driver != gone
    ]
    rest = Carried(
        (Solution(tuple(route for _, route in routes)),),
        (tuple(driver for driver, _ in routes),),
        begin.homes,
    )
    (kept,) = keep([after], rest, 10_000_000)
    found = solve(kept.part.problem, initial=kept.initial)
    if found.solution.unserved:
        return
    assert moved_tasks(after, kept, found.solution, begin.homes) == []


def test_vehicles_are_dealt_to_the_routes_that_share_most_of_their_tasks():
    """s2 did t0 and t1, s1 did t2: the routes come in the other order and keep their drivers."""
    own = bureau(5)
    ids = [task.id for task in own.problem.tasks]
    homes = {
        ids[0]: TruckShift("s2", "early"),
        ids[1]: TruckShift("s2", "early"),
        ids[2]: TruckShift("s1", "early"),
    }
    routes = (
        Route(0, (Serve(0, 0), Serve(1, 0))),
        Route(0, (Serve(3, 0),)),
        Route(0, (Serve(2, 0),)),
    )
    dealt = deal_alike(untimed(own, Solution(routes)), homes)
    assert dealt == {(0, 0): "s2", (0, 1): "s3", (0, 2): "s1"}


def test_a_task_done_in_another_shift_does_not_count():
    own = bureau(5)
    homes = {own.problem.tasks[0].id: TruckShift("s2", "night")}
    day = untimed(own, Solution((Route(0, (Serve(0, 0),)),)))
    assert deal_alike(day, homes) == {(0, 0): "s1"}


@pytest.mark.parametrize("seed", [2, 9, 18, 51])
def test_locked_work_comes_before_work_that_nobody_locked(seed):
    """Forty tasks are too many for two vehicles: what is left out is never what is locked."""
    town = random_town(seed, tasks=40)
    problem = replace(
        town,
        tasks=tuple(replace(task, prize=None) for task in town.tasks),
        vehicle_types=tuple(replace(kind, num_available=1) for kind in town.vehicle_types),
    )
    sites = tuple(facility.id for facility in problem.facilities)
    own = part(problem, sites=sites, vehicles=(("s1",), ("l1",)))
    begin = carried(own, solve(problem).solution)
    truck = min(begin.homes.values())
    mine = {task: home for task, home in begin.homes.items() if home == truck}
    (kept,) = keep([own], begin, None, Held(mine, {}, {}))
    found = kept.restore(solve(kept.part.problem, seed=2, initial=kept.initial).solution)
    left = {problem.tasks[task].id for task in found.unserved}
    assert left
    assert not left & mine.keys()
    assert set(found.unserved.values()) == {Reason.NO_TIME}


@pytest.mark.parametrize(("law", "able"), [("s1", [0]), ("l1", [1])])
def test_a_locked_task_has_only_the_modes_its_vehicle_may_drive(law, able):
    """Mode 0 is for the small, mode 1 for the large: a lock opens no mode to anybody."""
    own = bureau(1)
    first = own.problem.tasks[0]
    modes = [
        replace(first.modes[0], vehicle_types=frozenset({0})),
        replace(first.modes[0], vehicle_types=frozenset({1})),
    ]
    task = replace(first, modes=tuple(modes))
    own = replace(own, problem=replace(own.problem, tasks=(task, *own.problem.tasks[1:])))
    begin = carried(own, Solution((), dict.fromkeys(range(len(own.problem.tasks)), Reason.STOPPED)))
    crew = own.crews[0 if law == "s1" else 1]
    (kept,) = keep([own], begin, None, Held({task.id: TruckShift(law, crew.shift)}, {}, {}))
    assert list(kept.modes[0]) == able
    step = PlanStep.model_construct(kind="serve", task=task.id, mode=able[0], facility=None)
    trip = PlanTrip.model_construct(steps=[step])
    truck = TruckShift(law, crew.shift)
    route = PlanRoute.model_construct(trips=[trip])
    (kept,) = keep([own], begin, None, Held({task.id: truck}, {truck: route}, {}))
    (whole,) = kept.whole
    assert kept.restore(Solution((whole,), {})).routes[0].visits == (Serve(0, able[0]),)
    assert all(visit.mode < len(kept.modes[visit.task]) for visit in whole.visits)
