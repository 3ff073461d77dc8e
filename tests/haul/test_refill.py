"""Loads cut to what is left of a plant's quota, so that they may go to the nearer plant."""

import pytest

from models.station import HaulRun, HaulTour, Plant
from solver.haul.cost import haul_cost
from solver.haul.plan import plan_haul
from solver.haul.refill import Fill, refilled
from solver.judge.haul import check_haul
from tests.haul.test_plan import HOUR, SMALL, TRAVEL, problem, truck, yard

FAR = {("s", "q"): (3_000, 30_000), ("q", "d"): (3_000, 30_000)}
SECOND = {("s", "r"): (1_200, 10_000), ("r", "d"): (900, 8_000)}
WAYS = TRAVEL | {
    pair: way
    for (frm, to), way in (FAR | SECOND).items()
    for pair in ((frm, to), (to, frm))
}  # fmt: skip
NEAR, DISTANT = 0, 1


def case(kg, *, quota_kg, **changes):
    """`kg` at the station in the first hour, trucks of 12 t, plant p near with a quota, q far."""
    fields = {
        "yards": (yard(inflow=((HOUR, kg),)),),
        "plants": (Plant(id="p", quota_kg=quota_kg), Plant(id="q")),
        "trucks": (truck(payload_kg=12_000), truck("t2", payload_kg=12_000)),
        "travel": WAYS,
    }
    return problem(**(fields | changes))


def far_tour(name, kg):
    """Dock when the waste is there, to q and home."""
    leave = HOUR + 480
    run = HaulRun(
        truck=name, station="s", plant="q", stream=yard().stream, kg=kg, swap_begin=HOUR,
        swap_end=leave, tip_begin=leave + 3_000, tip_end=leave + 4_500,
    )  # fmt: skip
    return HaulTour(truck=name, begin=HOUR - 600, end=leave + 7_500, runs=(run,))


def test_one_load_is_cut_to_the_quota_and_the_other_takes_what_it_leaves():
    """22 t in halves of 11 t fit no quota of 10 t: 10 t go to p, 12 t fill the other truck."""
    tours = [far_tour("t1", 11_000), far_tour("t2", 11_000)]
    fills = [fill for (fill,) in refilled(case(22_000, quota_kg=10_000), tours)]
    assert sorted(fills) == [Fill(10_000, NEAR), Fill(12_000, DISTANT)]


@pytest.mark.parametrize(
    ("kg", "quota_kg", "plants"),
    [
        (20_000, 20_000, [NEAR, NEAR]),
        (24_000, 11_000, [DISTANT, DISTANT]),
        (12_000, 11_000, [DISTANT]),
    ],
    ids=["all fits near", "two full trucks have nothing to cut", "one truck is enough"],
)
def test_a_load_is_cut_only_where_that_saves_way(kg, quota_kg, plants):
    tours = [far_tour("t1", kg // 2), far_tour("t2", kg // 2)]
    fills = [fill for (fill,) in refilled(case(kg, quota_kg=quota_kg), tours)]
    assert [plant for load, plant in fills if load] == plants
    assert sum(load for load, _ in fills) == kg


def test_the_best_timetable_cuts_its_loads_to_two_quotas():
    """
    20 t to p (9 t left) and r (11 t left), 10 km off both: only 9 + 11 t go near.

    Neither a full box of 12 t and the rest nor two halves do. One truck as in the town of
    `test_haul`: out 5 km, 10 loaded, 10 back, 10 loaded, home 8.
    """
    plants = (Plant(id="p", quota_kg=9_000), Plant(id="q"), Plant(id="r", quota_kg=11_000))
    made = case(20_000, quota_kg=0, plants=plants)
    plan = plan_haul(made, SMALL)
    (tour,) = plan.tours
    assert check_haul(made, plan) == []
    assert {(run.plant, run.kg) for run in tour.runs} == {("p", 9_000), ("r", 11_000)}
    money = 1_000_000 + 43_000 * 100 + 10 * (tour.end - tour.begin)
    assert plan.cost == haul_cost(made, plan.tours) == money
