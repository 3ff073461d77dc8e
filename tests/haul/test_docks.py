"""A swap takes a bay of its station: drawn so by the haul, told so by the judge."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.day import HaulBudget
from models.district import Stream
from models.station import HaulProblem, HaulTruck, Plant, Yard
from models.trade.rules import StationRules
from solver.haul.docks import beside, docks, finds_bays
from solver.haul.plan import plan_haul
from solver.judge.haul import check_haul
from solver.trade.sites import swap_bays
from tests.stations.town import TIP

HOUR = 3_600
BUDGET = HaulBudget(iterations=60, trials=1, seconds=60, slot_s=0)
WAY = {("d", "s"): (600, 5_000), ("s", "p"): (1_200, 10_000), ("p", "d"): (900, 8_000)}


def yard(bays=1, taken=(), **changes):
    fields = {
        "station": "s", "stream": Stream.RESIDUAL, "swap_s": 480, "windows": ((0, 12 * HOUR),),
        "inflow": ((HOUR, 10_000), (2 * HOUR, 10_000)), "must_clear": True,
    }  # fmt: skip
    return Yard(**(fields | {"bays": bays, "taken": taken} | changes))


def problem(*yards, trucks=2):
    return HaulProblem(
        yards=yards,
        plants=(Plant(id="p"),),
        trucks=tuple(
            HaulTruck(id=f"t{n}", depot="d", payload_kg=10_000, begin=0, end=12 * HOUR)
            for n in range(trucks)
        ),
        travel=WAY | {(to, frm): way for (frm, to), way in WAY.items()},
    )


@pytest.mark.parametrize(
    ("bays", "taken", "open_"),
    [
        (0, ((1_000, 2_000),), [(0, 43_200)]),
        (1, (), [(0, 43_200)]),
        (1, ((1_000, 2_000),), [(0, 520), (2_000, 43_200)]),
        (2, ((1_000, 2_000),), [(0, 43_200)]),
        (2, ((1_000, 2_000), (1_500, 3_000)), [(0, 1_020), (2_000, 43_200)]),
        (1, ((1_000, 2_000), (2_000, 3_000)), [(0, 520), (3_000, 43_200)]),
        (1, ((1_000, 2_000), (2_300, 3_000)), [(0, 520), (3_000, 43_200)]),
        (1, ((1_000, 2_000), (2_480, 3_000)), [(0, 520), (2_000, 2_000), (3_000, 43_200)]),
        (1, ((0, 50_000),), []),
    ],
)
def test_a_swap_begins_where_a_bay_stays_free_until_its_end(bays, taken, open_):
    assert sorted(docks(yard(bays, taken))) == open_


def swaps(plan):
    return sorted((run.swap_begin, run.swap_end) for tour in plan.tours for run in tour.runs)


def test_trucks_change_their_boxes_beside_the_routes_and_one_after_the_other():
    """All is ready at 2 h, when a route stands in the one bay for another hour."""
    own = problem(yard(taken=((2 * HOUR, 3 * HOUR),), inflow=((2 * HOUR, 20_000),)))
    plan = plan_haul(own, BUDGET)
    (first, second) = swaps(plan)
    assert plan.shortfall_kg == 0
    assert check_haul(own, plan) == []
    assert finds_bays(own, plan)
    assert first[0] >= 3 * HOUR
    assert second[0] >= first[1]


def test_two_streams_of_one_station_share_its_bays():
    both = [yard(stream=stream) for stream in (Stream.RESIDUAL, Stream.KITCHEN)]
    own = problem(*both, trucks=4)
    plan = plan_haul(own, BUDGET)
    assert plan.shortfall_kg == 0
    assert finds_bays(own, plan)
    assert beside(both[0], plan.tours).taken == tuple(
        (run.swap_begin, run.swap_end) for tour in plan.tours for run in tour.runs
    )


def test_a_known_timetable_is_not_kept_where_a_route_stands_in_its_bay():
    plan = plan_haul(problem(yard()), BUDGET)
    begin, end = swaps(plan)[0]
    for taken, kept in ((begin - 60, begin), True), ((begin - 60, begin + 1), False):
        assert finds_bays(problem(yard(taken=(taken,))), plan) == kept
    assert finds_bays(problem(yard(bays=2, taken=((begin, end),))), plan)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 2),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=8),
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 9)), min_size=1, max_size=4),
)
def test_whatever_the_routes_do_every_swap_has_a_bay(bays, stood, tipped):
    taken = tuple(sorted((600 * begin, 600 * (begin + long)) for begin, long in stood))
    inflow = tuple(sorted((HOUR * hour, 2_000 * kg) for hour, kg in tipped))
    own = problem(yard(bays, taken, inflow=inflow, press_kg_h=20_000))
    plan = plan_haul(own, replace(BUDGET, iterations=20))
    assert finds_bays(own, plan)
    assert {one.code for one in check_haul(own, plan)} <= {"NOT_CLEARED"}


def test_the_rules_say_whether_a_swap_takes_a_bay():
    rules = StationRules(source="memory", press_share=0.5, swap_min=8, full_share=0.9)
    assert swap_bays(replace(TIP, bays=3), rules) == 3
    apart = rules.model_copy(update={"swap_takes_bay": False})
    assert swap_bays(replace(TIP, bays=3), apart) == 0
