"""Figures of stations and haul: line town in tonnes, and one haul truck, added up by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models.day import Balance, DrivenDay, Halves
from models.district import SiteKind
from models.plan import PlanTour
from models.solution import Route, Serve, Solution, Use
from models.station import HaulPlan
from models.units import timestamp
from solver.document.station_figures import (
    balance_figures,
    balance_kpis,
    day_kpis,
    haul_kpis,
    shortfall_kpis,
)
from tests.haul.test_cost import TOUR, town
from tests.line_town import drive_through, line_town, sweeper, task
from tests.stations.town import TIP, WATER, district, part

DAY = date(2026, 3, 2)
TONNES = line_town(
    tasks=tuple(task(place, demand=(4_000, 100)) for place in range(1, 5)),
    vehicle_types=(sweeper(capacity=(8_000, 400), cost_per_m=1_000),),
)
"""4 t at each of four places."""
TWO_TRIPS = Route(0, (Serve(0, 0), Serve(1, 0), Use(0), Serve(2, 0), Use(0)))
"""8 t and 4 t to the tip; 600 m empty and 3 x 50 m served; out 0..2,460 s."""
HAULED = HaulPlan(tours=(TOUR,), cost=54_580_000, bound=50_000_000)
"""50 CNY, 90 km at 4 CNY, 127.8 CNY of hours, 8 t at 1 CNY: 545.80 CNY, of at least 500."""
PLAN_TOUR = PlanTour(
    id="haul-01", vehicle="t", vehicle_type="hl_15", shift="early", depot="d", crew=[],
    licence="B2", depart=timestamp(DAY, 0), pauses=[], distance_m=90_000, overtime_s=1_800,
    tonnes=8, cost_cny=545.8, co2_kg=71.2, **{"return": timestamp(DAY, 12_780)},
)  # fmt: skip


def day(*parts) -> DrivenDay:
    """Each part drives the two trips."""
    own = parts or (part(TONNES),)
    times = drive_through(TONNES, TWO_TRIPS)
    return DrivenDay.of(own, [Solution((TWO_TRIPS,))] * len(own), [[times]] * len(own))


def designed(kg: int):
    return district(replace(TIP, design_kg=kg), WATER)


@pytest.mark.parametrize(
    ("design", "over_t", "above"), [(10_000, 2, {"tip": 2}), (12_000, 0, {}), (0, 0, {})]
)
def test_routes_of_stations_in_tonnes_kilometres_hours_and_money(design, over_t, above):
    """12 t of a design of 10: 2 t over. 10,000 + 750 x 1,000 + 2,460 mfen are 7.62 CNY."""
    assert balance_figures(designed(design), day()) == {
        "over_t": over_t,
        "stations_over": len(above),
        "km": 0.8,
        "duty_h": 0.7,
        "cost_cny": 7.62,
        "above_design_t": above,
    }


def test_routes_that_use_no_station_do_not_count():
    """The second part tips at a tip that is no station."""
    other = part(TONNES, sites=("heap", "water"))
    heap = replace(TIP, id="heap", kind=SiteKind.TIP)
    found = balance_figures(district(TIP, WATER, heap), day(part(TONNES), other))
    assert (found["km"], found["cost_cny"]) == (0.8, 7.62)


def test_the_balance_tells_what_it_cost():
    was = {"km": 10.0, "duty_h": 5.0}
    found = balance_kpis(was, {"km": 12.34, "duty_h": 4.5})
    assert (found["balance_extra_km"], found["balance_extra_h"]) == (2.3, -0.5)
    assert found["unbalanced"] == was


def test_the_haul_in_figures():
    assert haul_kpis((town(), HAULED), [PLAN_TOUR]) == {
        "haul_runs": 1,
        "haul_trucks": 1,
        "hauled_t": {"residual": 8},
        "plant_t": {"p": 8},
        "haul_overtime_h": 0.5,
        "haul_km": 90,
        "haul_cost_cny": 545.8,
        "haul_co2_kg": 71.2,
        "haul_bound_cny": 500,
        "haul_gap_share": 0.0916,
    }


def test_a_truck_of_two_shifts_is_one_truck_and_a_plant_without_runs_has_nothing():
    two = [PLAN_TOUR, PLAN_TOUR.model_copy(update={"shift": "night"})]
    assert haul_kpis((town(), HAULED), two)["haul_trucks"] == 1
    assert haul_kpis((town(), HaulPlan(tours=(), cost=0, bound=0)), [])["plant_t"] == {"p": 0}


@pytest.mark.parametrize("bound", [0, 400])
def test_without_a_bound_of_a_fen_there_is_no_gap(bound):
    """400 mfen are less than half a fen, to which money is told."""
    found = haul_kpis((town(), replace(HAULED, bound=bound)), [PLAN_TOUR])
    assert "haul_bound_cny" not in found
    assert "haul_gap_share" not in found


@pytest.mark.parametrize(
    ("bound_kg", "balanced_kg", "design", "shortfall"),
    [(0, 0, 0, 0), (3_000, 500, 0, 3_500), (0, 0, 5_000, 11_000), (12_000, 0, 5_000, 12_000)],
)
def test_the_shortfall_is_the_larger_of_what_is_proven_each_way(
    bound_kg, balanced_kg, design, shortfall
):
    """16 t of waste where a design of 5 t leaves 11 t nowhere to go; the haul leaves its 8 t."""
    plan = HaulPlan(tours=(), cost=0, bound=0, bound_kg=bound_kg)
    balanced = Balance(capacity={}, shortfall_kg=balanced_kg, price={})
    halves = Halves(timed=day(), haul=(town(), plan), balanced=balanced)
    assert shortfall_kpis(designed(design), halves) == {
        "overflow_kg": 0,
        "staying_kg": 8_000,
        "shortfall_kg": shortfall,
    }


def test_a_district_without_stations_has_no_second_half():
    heap = replace(TIP, kind=SiteKind.TIP)
    halves = Halves(timed=day(), haul=None)
    assert day_kpis(district(heap, WATER), halves, tours=[], figures={}) == {}


def test_a_day_without_haul_tells_stations_and_shortfall_alone():
    found = day_kpis(designed(16_000), Halves(timed=day(), haul=None), tours=[], figures={})
    assert found == {
        "station_taken_t": 12,
        "max_station_load_ratio": 0.75,
        "overflow_kg": 0,
        "staying_kg": 0,
        "shortfall_kg": 0,
    }


def test_the_whole_day_is_routes_and_haul_together():
    """1.5 + 2.5 km, 10 CNY and 3 kg of the routes; 90 km, 545.80 CNY and 71.2 kg of the haul."""
    figures = {"service_km": 1.5, "deadhead_km": 2.5, "cost_cny": 10.0, "co2_kg": 3.0}
    halves = Halves(timed=day(), haul=(town(), HAULED))
    found = day_kpis(designed(16_000), halves, tours=[PLAN_TOUR], figures=figures)
    assert (found["day_km"], found["day_cost_cny"], found["day_co2_kg"]) == (94, 555.8, 74.2)
