"""Haul: a town small enough to add up, and the law for random yards, plants and trucks."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.day import HaulBudget
from models.district import Stream
from models.problem import Meal
from models.station import HaulProblem, HaulTruck, Plant, Yard
from solver.haul.bound import bound_haul
from solver.haul.cost import haul_cost
from solver.haul.loads import fill, load_sizes, minimal_mixes
from solver.haul.plan import plan_haul
from solver.haul.yards import cut_loads
from solver.judge.haul import check_haul

HOUR = 3_600
SMALL = HaulBudget(iterations=300, trials=2, seconds=60)
WAY = {("d", "s"): (600, 5_000), ("s", "p"): (1_200, 10_000), ("p", "d"): (900, 8_000)}
TRAVEL = WAY | {(to, frm): way for (frm, to), way in WAY.items()}
EXCUSED = {"STOCK_OVER", "NOT_CLEARED"}
"""What a plan with a shortfall breaks, and nothing else."""


def yard(**changes):
    fields = {
        "station": "s",
        "stream": Stream.RESIDUAL,
        "inflow": ((HOUR, 10_000), (2 * HOUR, 10_000)),
        "must_clear": True,
    }
    return Yard(**(fields | changes))


def truck(name="t1", **changes):
    fields = {
        "id": name,
        "depot": "d",
        "payload_kg": 10_000,
        "begin": 0,
        "end": 12 * HOUR,
        "fixed_cost": 1_000_000,
        "cost_per_m": 100,
        "cost_per_s": 10,
    }
    return HaulTruck(**(fields | changes))


def problem(**changes):
    fields = {
        "yards": (yard(),),
        "plants": (Plant(id="p", gate_fee=1_000),),
        "trucks": (truck(), truck("t2")),
        "travel": TRAVEL,
    }
    return HaulProblem(**(fields | changes))


def test_one_truck_makes_both_runs_at_the_cost_added_up_by_hand():
    """Out 5 km, twice 10 km loaded, once 10 km back, home 8 km: 43 km; one truck."""
    plan = plan_haul(problem(), SMALL)
    (tour,) = plan.tours
    assert check_haul(problem(), plan) == []
    assert [run.kg for run in tour.runs] == [10_000, 10_000]
    seconds = tour.end - tour.begin
    money = 1_000_000 + 43_000 * 100 + 10 * seconds + 2 * 10 * 1_000
    assert plan.cost == haul_cost(problem(), plan.tours) == money
    assert 0 < plan.bound <= plan.cost
    assert plan.gap == (plan.cost - plan.bound) / plan.bound


MEAL = Meal(duration=1_800, tw_early=3 * HOUR, tw_late=4 * HOUR)


def test_a_driver_out_over_the_meal_window_eats_in_it():
    """The first load must leave before 2.5 h, the last comes at 6 h; there is one truck."""
    loads = ((HOUR, 10_000), (5 * HOUR // 2, 10_000), (6 * HOUR, 10_000))
    case = problem(yards=(yard(inflow=loads, storage_kg=12_000),), trucks=(truck(meal=MEAL),))
    plan = plan_haul(case, SMALL)
    assert check_haul(case, plan) == []
    (tour,) = plan.tours
    assert tour.begin <= MEAL.tw_early < MEAL.tw_late < tour.end
    assert any(
        MEAL.tw_early <= begin <= MEAL.tw_late and end - begin >= MEAL.duration
        for begin, end in tour.pauses
    )
    hungry = replace(plan, tours=(replace(tour, pauses=()),))
    assert "MEAL" in {one.code for one in check_haul(case, hungry)}


def test_a_truck_takes_only_ways_of_its_own_profile():
    """The second truck's roads do not reach the plant: the first does all, and blame falls due."""
    wide = {way: TRAVEL[way] for way in TRAVEL if "p" not in way}
    case = problem(
        trucks=(truck(profile="slim"), truck("t2", profile="wide", fixed_cost=0)),
        by_profile={"slim": TRAVEL, "wide": wide},
        travel={},
    )
    plan = plan_haul(case, SMALL)
    assert check_haul(case, plan) == []
    assert {tour.truck for tour in plan.tours} == {"t1"}
    forged = replace(
        plan, tours=tuple(replace(tour, truck=case.trucks[1].id) for tour in plan.tours)
    )
    assert "NO_WAY" in {one.code for one in check_haul(case, forged)}


def test_the_first_load_leaves_before_the_storage_overflows():
    case = problem(yards=(yard(storage_kg=12_000),))
    plan = plan_haul(case, SMALL)
    assert check_haul(case, plan) == []
    assert min(run.swap_end for tour in plan.tours for run in tour.runs) <= 2 * HOUR


def test_the_nearer_plant_is_used_up_to_its_quota():
    far = {("s", "q"): (3_000, 30_000), ("q", "d"): (3_000, 30_000)}
    travel = TRAVEL | far | {(to, frm): way for (frm, to), way in far.items()}
    plants = (Plant(id="p", quota_kg=15_000), Plant(id="q"))
    case = problem(plants=plants, travel=travel)
    plan = plan_haul(case, SMALL)
    assert check_haul(case, plan) == []
    assert Counter(run.plant for tour in plan.tours for run in tour.runs) == {"p": 1, "q": 1}


def test_too_little_quota_is_a_proven_shortfall():
    case = problem(plants=(Plant(id="p", quota_kg=12_000),))
    plan = plan_haul(case, SMALL)
    assert plan.shortfall_kg == 10_000
    assert 0 < plan.bound_kg <= 8_000
    assert plan.left_kg == {("s", Stream.RESIDUAL): 10_000}
    assert {v.code for v in check_haul(case, plan)} == {"NOT_CLEARED"}


def test_without_trucks_or_plants_everything_stays_and_is_proven_to():
    for case in (problem(trucks=()), problem(plants=())):
        plan = plan_haul(case, SMALL)
        assert plan.tours == ()
        assert plan.shortfall_kg == plan.bound_kg + 1 == 20_000


def test_streams_keep_apart():
    """Kitchen waste goes to its own plant with trucks that may carry it."""
    kitchen = yard(stream=Stream.KITCHEN, inflow=((HOUR, 4_000),))
    plants = (
        Plant(id="p", streams=frozenset({Stream.RESIDUAL})),
        Plant(id="k", streams=frozenset({Stream.KITCHEN})),
    )
    way = {("s", "k"): (600, 4_000), ("k", "d"): (600, 4_000)}
    travel = TRAVEL | way | {(to, frm): leg for (frm, to), leg in way.items()}
    case = problem(yards=(yard(), kitchen), plants=plants, travel=travel)
    plan = plan_haul(case, SMALL)
    assert check_haul(case, plan) == []
    assert {(run.stream, run.plant) for tour in plan.tours for run in tour.runs} == {
        (Stream.RESIDUAL, "p"),
        (Stream.KITCHEN, "k"),
    }


@pytest.mark.parametrize(("bays", "most"), [(0, 4), (1, 1), (2, 2), (3, 3)])
def test_streams_share_the_bays_of_a_plant(bays, most):
    """Each is planned for itself, and all trucks are at the gate when it opens."""
    yards = (yard(), yard(stream=Stream.KITCHEN, inflow=((HOUR, 8_000), (2 * HOUR, 8_000))))
    plant = Plant(id="p", bays=bays, windows=((6 * HOUR, 20 * HOUR),))
    trucks = tuple(truck(f"t{n}") for n in range(4))
    case = problem(yards=yards, plants=(plant,), trucks=trucks)
    plan = plan_haul(case, SMALL)
    assert check_haul(case, plan) == []
    assert plan.shortfall_kg == 0
    runs = [run for tour in plan.tours for run in tour.runs]
    assert {run.stream for run in runs} == {Stream.RESIDUAL, Stream.KITCHEN}
    at_once = [sum(one.tip_begin <= run.tip_begin < one.tip_end for one in runs) for run in runs]
    assert max(at_once) <= most


def test_waste_that_may_stay_is_left_only_where_no_truck_is():
    lazy = yard(must_clear=False)
    assert plan_haul(problem(yards=(lazy,)), SMALL).left_kg == {}
    alone = plan_haul(problem(yards=(lazy,), trucks=()), SMALL)
    assert (alone.shortfall_kg, alone.left_kg) == (0, {("s", Stream.RESIDUAL): 20_000})


def test_the_same_problem_gives_the_same_timetable():
    first, second = (plan_haul(problem(), SMALL) for _ in range(2))
    assert first.tours == second.tours


def shortest(travel, sites):
    """The same drives, none longer than a detour (Floyd and Warshall)."""
    best = dict(travel)
    for via in sites:
        for frm, to in travel:
            if via not in {frm, to}:
                detour = zip(best[frm, via], best[via, to], strict=True)
                best[frm, to] = tuple(map(min, best[frm, to], (a + b for a, b in detour)))
    return best


@st.composite
def hauls(draw):
    moment = st.integers(0, 40).map(lambda n: n * 900)
    names = ["s", "u"][: draw(st.integers(1, 2))]
    plants = ["p", "q"][: draw(st.integers(1, 2))]
    travel = {
        (frm, to): (draw(st.integers(1, 60)) * 60, draw(st.integers(1, 40)) * 500)
        for frm in [*names, *plants, "d"]
        for to in [*names, *plants, "d"]
        if frm != to
    }
    travel = shortest(travel, [*names, *plants, "d"])
    yards = tuple(
        yard(
            station=name,
            inflow=tuple(
                (draw(moment), draw(st.integers(1, 8)) * 1_000)
                for _ in range(draw(st.integers(1, 4)))
            ),
            press_kg_h=draw(st.sampled_from([0, 2_000, 10_000])),
            storage_kg=draw(st.sampled_from([0, 8_000, 20_000])),
            must_clear=draw(st.booleans()),
        )
        for name in names
    )
    return HaulProblem(
        yards=yards,
        plants=tuple(
            Plant(
                id=name,
                quota_kg=draw(st.sampled_from([None, 10_000, 30_000])),
                windows=draw(st.sampled_from([((0, 50_000),), ((20_000, 40_000),)])),
                bays=draw(st.integers(0, 1)),
            )
            for name in plants
        ),
        trucks=tuple(
            truck(
                f"t{n}",
                payload_kg=draw(st.sampled_from([6_000, 10_000])),
                begin=(begin := draw(st.sampled_from([0, 14_400]))),
                end=begin + 8 * HOUR,
            )
            for n in range(draw(st.integers(0, 3)))
        ),
        travel=travel,
    )


@settings(max_examples=20, deadline=None)
@given(hauls())
def test_every_timetable_is_lawful_above_its_bound_and_tells_what_stays(case):
    lawful_above_its_bound(case)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(hauls())
def test_many_timetables_are(case):
    lawful_above_its_bound(case)


@settings(max_examples=60, deadline=None)
@given(hauls())
def test_timetables_without_a_bound_are_lawful_too(case):
    lawful(case, plan_haul(case, HaulBudget(iterations=20, trials=1, seconds=60, slot_s=0)))


def lawful_above_its_bound(case):
    plan = plan_haul(case, HaulBudget(iterations=60, trials=1, seconds=60))
    lawful(case, plan)
    assert plan.bound <= plan.cost
    assert plan.bound_kg <= plan.shortfall_kg


def lawful(case, plan):
    codes = {violation.code for violation in check_haul(case, plan)}
    assert codes <= (EXCUSED if plan.shortfall_kg else set())
    total = sum(kg for one in case.yards for _, kg in one.inflow)
    hauled = sum(run.kg for tour in plan.tours for run in tour.runs)
    assert hauled + sum(plan.left_kg.values()) == total


@pytest.mark.parametrize("slot_s", [900, 3_600])
def test_every_grid_gives_a_bound(slot_s):
    case = problem()
    assert bound_haul(case, slot_s).cost <= plan_haul(case, SMALL).cost


def test_a_truck_class_with_other_costs_is_its_own():
    cheap = replace(truck("t3"), fixed_cost=10)
    plan = plan_haul(problem(trucks=(truck(), cheap)), SMALL)
    assert [tour.truck for tour in plan.tours] == ["t3"]


def test_loads_are_cut_to_each_payload_and_mixed_by_the_share_of_the_large_trucks():
    """Large trucks have 25 of 45 t: a yard of 20 of 30 t is above that share, one of 10 is not."""
    small = yard(station="u", inflow=((HOUR, 10_000),))
    trucks = (truck("a", payload_kg=25_000), truck("b"), truck("c"))
    case = problem(yards=(yard(), small), trucks=trucks)
    assert load_sizes(case) == [(25_000, 25_000), (10_000, 10_000), (10_000, 25_000)]


def test_slack_lies_in_the_boxes_asked_for_and_empty_boxes_are_left_out():
    assert fill((10, 10, 10), 24, "first") == (4, 10, 10)
    assert fill((10, 10, 10), 24, "last") == (10, 10, 4)
    assert fill((10, 10, 10), 24, "both") == (7, 10, 7)
    assert fill((10, 10), 10, "first") == (10,)


def test_minimal_mixes_hold_the_waste_but_not_without_any_box():
    """32 t in boxes of 10 and 25: four small ones, one of each, two large ones."""
    assert sorted(minimal_mixes(32_000, [10_000, 25_000])) == [
        (10_000,) * 4,
        (25_000, 10_000),
        (25_000, 25_000),
    ]


def cheapest_by_hand(case):
    """Least cost of hauling the full loads of one yard in every way, waste there at once."""
    (one,) = case.yards
    loads = len(cut_loads(one, 0, (10_000,) * 9))
    best = None
    for trucks in product(range(len(case.trucks)), repeat=loads):
        for plants in product(range(len(case.plants)), repeat=loads):
            cost = haul_by_hand(case, one, list(zip(trucks, plants, strict=True)))
            if cost is not None and (best is None or cost < best):
                best = cost
    return best


def haul_by_hand(case, one, runs):
    cost = 0
    for number, own in enumerate(case.trucks):
        mine = [case.plants[plant] for who, plant in runs if who == number]
        stops = ["d", *(site for plant in mine for site in (one.station, plant.id)), "d"]
        legs = [case.travel[leg] for leg in pairwise(stops)] if mine else []
        seconds = sum(s for s, _ in legs) + sum(one.swap_s + plant.tip_s for plant in mine)
        if seconds > own.end - own.begin:
            return None
        cost += own.cost_per_s * seconds + own.cost_per_m * sum(m for _, m in legs)
        cost += own.fixed_cost * bool(mine)
    return cost


@settings(max_examples=10, deadline=None)
@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.integers(5, 60), st.integers(1, 40)), min_size=6, max_size=6),
    st.integers(2, 4),
)
def test_the_bound_is_no_higher_than_the_best_of_all_tours(loads, ways, hours):
    """One yard, two plants, two trucks, no pause: small enough to try everything."""
    pairs = [(a, b) for a in "dspq" for b in "dspq" if a < b]
    travel = {}
    for (a, b), (minutes, km) in zip(pairs, ways, strict=True):
        travel[a, b] = travel[b, a] = (minutes * 60, km * 1_000)
    case = HaulProblem(
        yards=(yard(inflow=((0, 10_000 * loads),)),),
        plants=(Plant(id="p"), Plant(id="q")),
        trucks=tuple(truck(f"t{n}", end=hours * HOUR) for n in range(2)),
        travel=travel,
        max_work_s=0,
    )
    best = cheapest_by_hand(case)
    bound = bound_haul(case, 1_800).cost
    if best is not None:
        assert 0 < bound <= best
