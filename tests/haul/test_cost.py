"""What a haul tour costs, added up by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.district import Stream
from models.station import HaulProblem, HaulRun, HaulTour, HaulTruck, Plant, Yard
from solver.haul.cost import haul_cost
from solver.haul.plan import plan_haul
from tests.haul.test_plan import SMALL

WAY = (3_600, 30_000)
YARD = Yard(station="s", stream=Stream.RESIDUAL, inflow=((0, 8_000),), must_clear=True)
TRUCK = HaulTruck(
    id="t", depot="d", payload_kg=10_000, begin=0, end=40_000, fixed_cost=5_000_000,
    cost_per_m=400, cost_per_s=1_000, cost_per_overtime_s=500,
)  # fmt: skip
TOUR = HaulTour(
    truck="t",
    begin=0,
    end=3 * 3_600 + 480 + 1_500,
    runs=(
        HaulRun(
            truck="t", station="s", plant="p", stream=Stream.RESIDUAL, kg=8_000,
            swap_begin=3_600, swap_end=4_080, tip_begin=7_680, tip_end=9_180,
        ),
    ),
)  # fmt: skip


def town(**changes: int) -> HaulProblem:
    """Depot, station and plant an hour apart each."""
    return HaulProblem(
        yards=(YARD,),
        plants=(Plant(id="p", gate_fee=100_000),),
        trucks=(replace(TRUCK, **changes),),
        travel={(a, b): WAY for a in "dsp" for b in "dsp" if a != b},
    )


@pytest.mark.parametrize(("normal", "overtime"), [(40_000, 0), (12_780, 0), (12_000, 780)])
def test_a_tour_pays_truck_metres_hours_overtime_and_gate(normal, overtime):
    """12,780 s out: 50 CNY, 90 km at 4 CNY, 12,780 s at 0.01 CNY, 8 t at 1 CNY, overtime."""
    assert TOUR.end == 12_780
    problem = town(max_duration=normal, max_overtime=3_600)
    plain = 5_000_000 + 90_000 * 400 + 12_780 * 1_000 + 8 * 100_000
    assert haul_cost(problem, [TOUR]) == plain + 500 * overtime


def test_the_timetable_pays_overtime_where_it_must_and_no_more():
    plan = plan_haul(town(max_duration=12_000, max_overtime=3_600), SMALL)
    (tour,) = plan.tours
    assert tour.end - tour.begin == 12_780
    assert plan.cost - plan_haul(town(), SMALL).cost == 500 * 780


def test_a_truck_without_that_much_overtime_stays_at_home():
    plan = plan_haul(town(max_duration=12_000, max_overtime=700), SMALL)
    assert plan.tours == ()
    assert plan.shortfall_kg == 8_000
