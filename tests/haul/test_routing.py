"""The haul as a routing problem: loads are tasks, plants are tips; and the way back to tours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.district import Stream
from models.problem import Meal
from models.solution import Route, Schedule, Serve, Solution, Step, StepKind, Use
from models.station import Plant
from models.units import MAX_TIME, NO_LIMIT, UNREACHABLE
from solver.haul.routing import haul_routing, tours_of
from solver.haul.yards import LEFT_PER_KG, SHORT_PER_KG, Load
from tests.haul.test_plan import HOUR, TRAVEL, problem, truck, yard

FIRST = Load(0, 0, 10_000, ((HOUR, 2 * HOUR, 0), (2 * HOUR + 1, MAX_TIME, 7)))
SECOND = Load(0, 1, 6_000, ((2 * HOUR, MAX_TIME, 0),))
MORNING = ((0, HOUR + 1_800), (3 * HOUR, 5 * HOUR))
"""Open until half past one, and from three to five."""


def test_a_load_takes_the_one_box_of_a_truck_and_its_kilograms():
    routing, _ = haul_routing(problem(), [FIRST, SECOND])
    assert [task.id for task in routing.tasks] == ["s/0", "s/1"]
    assert [task.demand for task in routing.tasks] == [(10_000, 1), (6_000, 1)]
    assert {kind.capacity for kind in routing.vehicle_types} == {(10_000, 1)}
    assert routing.facilities[0].resets == {0, 1}


@pytest.mark.parametrize(("clears", "per_kg"), [(False, 0), (True, SHORT_PER_KG)])
def test_a_load_is_worth_more_where_nothing_may_stay_overnight(clears, per_kg):
    routing, _ = haul_routing(problem(yards=(yard(must_clear=clears),)), [SECOND])
    assert routing.tasks[0].prize == 6_000 * (LEFT_PER_KG + per_kg)


def test_a_truck_docks_while_the_station_is_open_and_pays_for_being_late():
    """Ready at one, due by two, late from then on: 1-1:30 free; 3-5 late, at the load's cost."""
    routing, _ = haul_routing(problem(yards=(yard(windows=MORNING),)), [FIRST])
    modes = [(one.tw_early, one.tw_late, one.cost) for one in routing.tasks[0].modes]
    assert modes == [(HOUR, HOUR + 1_800, 0), (3 * HOUR, 5 * HOUR, 7)]
    assert {one.duration for one in routing.tasks[0].modes} == {yard().swap_s}


def test_a_load_ready_after_closing_time_is_a_task_nobody_can_serve():
    late = replace(SECOND, windows=((6 * HOUR, MAX_TIME, 0),))
    routing, _ = haul_routing(problem(yards=(yard(windows=MORNING),)), [late])
    (mode,) = routing.tasks[0].modes
    assert mode.tw_early == MAX_TIME


@pytest.mark.parametrize(
    ("quota", "daily"), [(None, ()), (0, (0, NO_LIMIT)), (15_000, (15_000, NO_LIMIT))]
)
def test_a_quota_counts_kilograms_and_no_boxes(quota, daily):
    plants = (Plant(id="p", quota_kg=quota, gate_fee=2_000),)
    (facility,) = haul_routing(problem(plants=plants), [FIRST, SECOND])[0].facilities
    assert facility.daily_capacity == daily
    assert facility.visit_cost == 2_000 * 10, "2,000 mfen a tonne, the usual load of 10 t"


def test_trucks_alike_are_one_vehicle_type_and_any_difference_makes_another():
    meal = Meal(duration=1_800, tw_early=HOUR, tw_late=2 * HOUR)
    trucks = (truck(), truck("t2"), truck("t3", cost_per_m=99), truck("t4", meal=meal))
    routing, groups = haul_routing(problem(trucks=trucks), [FIRST])
    assert [[one.id for one in group] for group in groups] == [["t1", "t2"], ["t3"], ["t4"]]
    assert [kind.num_available for kind in routing.vehicle_types] == [2, 1, 1]
    assert [kind.meal for kind in routing.vehicle_types] == [None, None, meal]


def test_each_road_profile_has_its_own_ways_and_what_is_not_there_cannot_be_driven():
    """Places in order of their names: d, p, s; the wide truck's roads do not reach p."""
    wide = {way: TRAVEL[way] for way in TRAVEL if "p" not in way}
    case = problem(
        trucks=(truck(profile="slim"), truck("t2", profile="wide")),
        by_profile={"slim": TRAVEL, "wide": wide},
        travel={},
    )
    routing, _ = haul_routing(case, [FIRST])
    assert [kind.profile for kind in routing.vehicle_types] == [0, 1]
    slim, broad = routing.matrices
    assert slim.duration.tolist() == [[0, 900, 600], [900, 0, 1_200], [600, 1_200, 0]]
    assert slim.distance[1].tolist() == [8_000, 0, 10_000]
    assert broad.duration[0].tolist() == [0, UNREACHABLE, 600]
    assert broad.distance[2].tolist() == [5_000, UNREACHABLE, 0]


def times(*steps: tuple[str, int, int, int]) -> Schedule:
    return Schedule(tuple(Step(kind=StepKind(k), begin=b, end=e, visit=v) for k, b, e, v in steps))


RUN = Route(0, (Serve(0, 0), Use(0)))
TIMES = times(
    ("start", 3_000, 3_000, -1), ("drive", 3_000, 3_600, 0), ("serve", 3_600, 4_080, 0),
    ("drive", 4_080, 5_280, 1), ("wait", 5_280, 6_000, -1), ("facility", 6_000, 7_500, 1),
    ("break", 7_500, 8_700, -1), ("drive", 8_700, 9_600, 2), ("end", 9_600, 9_600, -1),
)  # fmt: skip
"""Docks at one, at the plant at 1:28, waits 12 min for its gate, pauses 20 min, goes home."""


def test_a_route_is_a_tour_whose_runs_are_its_loads_in_turn():
    case = problem()
    _, groups = haul_routing(case, [FIRST])
    (tour,) = tours_of(case, [FIRST], groups, Solution((RUN,)), [TIMES])
    (run,) = tour.runs
    assert (tour.truck, tour.begin, tour.end) == ("t1", 3_000, 9_600)
    assert (run.station, run.plant, run.stream, run.kg) == ("s", "p", Stream.RESIDUAL, 10_000)
    assert (run.swap_begin, run.swap_end) == (3_600, 4_080)
    assert (run.tip_begin, run.tip_end) == (6_000, 7_500)


@pytest.mark.parametrize(
    ("pause_s", "meal_s", "pauses"),
    [
        (1_200, 0, ((7_500, 8_700),)),
        (600, 0, ((5_280, 6_000), (7_500, 8_700))),
        (1_200, 700, ((5_280, 6_000), (7_500, 8_700))),
        (1_201, 0, ()),
    ],
)
def test_idle_times_are_pauses_from_the_shortest_that_counts(pause_s, meal_s, pauses):
    """The wait of 720 s counts where a pause or a meal is no longer, the 1,200 s nearly always."""
    meal = Meal(duration=meal_s, tw_early=0, tw_late=HOUR) if meal_s else None
    case = problem(pause_s=pause_s, trucks=(truck(meal=meal),))
    _, groups = haul_routing(case, [FIRST])
    (tour,) = tours_of(case, [FIRST], groups, Solution((RUN,)), [TIMES])
    assert tour.pauses == pauses


def test_each_route_gets_a_truck_of_its_class_and_none_gets_two():
    case = problem()
    _, groups = haul_routing(case, [FIRST, SECOND])
    two = Solution((RUN, Route(0, (Serve(1, 0), Use(0)))))
    tours = tours_of(case, [FIRST, SECOND], groups, two, [TIMES, TIMES])
    assert [tour.truck for tour in tours] == ["t1", "t2"]
    assert [tour.runs[0].kg for tour in tours] == [10_000, 6_000]
    assert [one.id for one in groups[0]] == ["t1", "t2"], "the classes are as they were"
