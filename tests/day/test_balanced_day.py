"""Stations too small for what is near: the plan changes, and says what that costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from models.day import Budget
from models.district import Driver, Stream
from models.plan import Plan
from solver.day.layout import ready_day
from solver.day.plan import Request, plan_day
from solver.document.verdict import judge_plan
from solver.haul.problem import estimated_travel
from solver.haul.travel import haul_travel
from tests.tasks.town import DAY, HOUR, bureau, grid, point, site, standard, vehicle
from tests.tasks.town import plan_day as day_of

if TYPE_CHECKING:
    from pathlib import Path

    from models.district import District
    from models.network import RoadNetwork

RESIDUAL = frozenset({Stream.RESIDUAL})
WIDE = {"width": "12"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    return grid(tmp_path_factory.mktemp("town"), all=WIDE)


def station(name: str, east: float, **more: Any):
    fields = {"design_kg": 20_000, "storage_kg": 30_000, "bays": 2, "clear_daily": True} | more
    hours = ((4 * HOUR, 26 * HOUR),)
    return site(name, "station", east, 205, windows=hours, streams=RESIDUAL, **fields)


def little_bureau(near: dict[str, Any], **more: Any) -> District:
    """Four points and a station near them, one 5 km outside, a plant, a collector and two trucks.

    The collector works early, the trucks after noon, when the plant opens.
    """
    return bureau(
        vehicle("c", "cp_3", "early"),
        vehicle("h1", "hl_15", "mid"),
        vehicle("h2", "hl_15", "mid"),
        sites=(
            site("D", "depot", 100, 5),
            station("NEAR", 60, **near),
            station("FAR", 380, access_s=600, access_m=5_000),
            site("P", "plant", 395, 405, windows=((13 * HOUR, 28 * HOUR),), streams=RESIDUAL,
                 access_s=1_200, access_m=12_000, daily_quota_kg=40_000),
        ),
        points=tuple(point(f"p{n}", 20 + 30 * n, 205, demand_kg=2_500) for n in range(4)),
        drivers=tuple(Driver(id=f"d{n}", name=f"d{n}", licence="A2") for n in range(6)),
        **more,
    )  # fmt: skip


def planned(district: District, town: RoadNetwork) -> Plan:
    request = Request(
        day=DAY, budget=Budget(iterations=60), workers=1, only=frozenset({"collect_residual"})
    )
    return plan_day(district, town, standard(), request).plan


def taken(plan: Plan) -> dict[str, float]:
    return {station.id: station.taken_t for station in plan.stations}


def test_a_station_too_small_for_what_is_near_gets_less_and_the_way_is_longer(town):
    plan = planned(little_bureau({"design_kg": 5_000}), town)
    assert plan.violations == []
    assert plan.kpis["unbalanced"]["above_design_t"] == {"NEAR": 5.0}
    assert plan.kpis["balanced"]["over_t"] == 0
    assert taken(plan) == {"NEAR": 5.0, "FAR": 5.0}
    assert plan.kpis["balance_extra_km"] > 0
    assert plan.kpis["plant_t"] == {"P": 10.0}
    assert {one.id: one.alarm for one in plan.stations} == {"NEAR": "near", "FAR": ""}
    assert plan.kpis["station_alarm_ratio"] == {"NEAR": 1.0}
    assert any("NEAR 接收量达设计能力的 100 %" in note.zh for note in plan.notes)


def test_a_plant_that_two_operations_drive_to_keeps_its_quota_where_no_station_binds(town):
    """P beside the points takes 6 t, Q is ten minutes off; 5 t of bins and 2 t of villages.

    The station takes other waste, far below its design: the unbalanced day is the plan, and
    either operation alone would be within the quota.
    """
    plant = {"windows": ((4 * HOUR, 28 * HOUR),), "streams": RESIDUAL, "daily_quota_kg": 6_000}
    recyclable = frozenset({Stream.RECYCLABLE})
    goods = replace(
        point("r", 110, 205, demand_kg=200), stream=Stream.RECYCLABLE, kind="recycle_box"
    )
    villages = [replace(point(f"v{n}", 50 + 40 * n, 205, demand_kg=1_000), kind="village")
                for n in range(2)]  # fmt: skip
    bins = [point(f"p{n}", 20 + 60 * n, 205, demand_kg=2_500) for n in range(2)]
    district = bureau(
        vehicle("c", "cp_3", "early"),
        vehicle("v", "rv_4", "early"),
        vehicle("r", "rc_2", "early"),
        vehicle("h", "hl_15", "mid"),
        sites=(
            site("D", "depot", 100, 5),
            site("P", "plant", 60, 205, **plant),
            site("Q", "plant", 395, 405, access_s=600, access_m=5_000, **plant),
            replace(station("S", 380), streams=recyclable),
            site("R", "plant", 395, 405, windows=((4 * HOUR, 28 * HOUR),), streams=recyclable),
        ),
        points=(*bins, *villages, goods),
        drivers=tuple(Driver(id=f"d{n}", name=f"d{n}", licence="A2") for n in range(8)),
    )  # fmt: skip
    request = Request(day=DAY, budget=Budget(iterations=60), workers=1)
    plan = plan_day(district, town, standard(), request).plan
    assert plan.violations == []
    assert [one for one in plan.unserved if one.operation.startswith("collect")] == []
    assert {route.operation for route in plan.routes} >= {"collect_residual", "collect_rural"}


def test_where_all_fits_both_plans_are_one(town):
    plan = planned(little_bureau({}), town)
    assert taken(plan) == {"NEAR": 10.0, "FAR": 0.0}
    assert plan.kpis["unbalanced"] == plan.kpis["balanced"]
    assert plan.kpis["balance_extra_km"] == plan.kpis["balance_extra_h"] == 0


def test_what_no_station_can_take_stays_at_the_points(town):
    small = little_bureau({"design_kg": 5_000})
    small = replace(
        small,
        sites=tuple(replace(s, design_kg=2_500) if s.id == "FAR" else s for s in small.sites),
    )
    plan = planned(small, town)
    assert plan.violations == []
    assert plan.kpis["uncollected_kg"] == 2_500
    assert [task.reason for task in plan.unserved] == ["no_capacity"]


def test_a_station_that_would_overflow_before_the_trucks_come_gets_less(town):
    """10 t are tipped in the morning, the trucks begin after noon, the floor holds 6 t."""
    plan = planned(little_bureau({"storage_kg": 6_000}), town)
    assert plan.violations == []
    assert plan.kpis["overflow_kg"] == 0
    assert taken(plan)["NEAR"] <= 6
    assert sum(taken(plan).values()) == 10


def test_what_the_quota_leaves_over_is_not_collected_and_proven(town):
    district = little_bureau({})
    district = replace(
        district,
        sites=tuple(
            replace(s, daily_quota_kg=6_000) if s.id == "P" else s for s in district.sites
        ),
    )  # fmt: skip
    plan = planned(district, town)
    assert plan.violations == []
    assert plan.kpis["staying_kg"] == 0
    assert 6_000 >= plan.kpis["uncollected_kg"] >= plan.kpis["shortfall_kg"] >= 3_999


def test_without_trucks_nothing_is_hauled_and_a_note_says_so(town):
    district = little_bureau({})
    district = replace(district, vehicles=district.vehicles[:1])
    plan = planned(district, town)
    assert plan.haul == plan.tours == []
    assert any("转运车" in note.zh for note in plan.notes)
    assert sum(taken(plan).values()) == 10


def test_haul_trucks_drive_the_roads_and_the_way_beyond_the_gateway(town):
    district = little_bureau({})
    ground, day = day_of(town, district)
    (travel,) = haul_travel(district, ground, day.haul).values()
    rough = estimated_travel(district.sites)
    assert travel.keys() == rough.keys()
    seconds, metres = travel["NEAR", "P"]
    assert 12_000 + 535 <= metres <= 12_000 + 1_200, "335 m east, 200 m north, round some blocks"
    assert 1_200 < seconds < 1_200 + 300
    assert travel["NEAR", "P"] != rough["NEAR", "P"]


def test_where_no_road_leads_there_is_no_way_and_no_estimate_of_one(tmp_path: Path):
    """Streets of 2.6 m: a small collector fits, no haul truck does."""
    network = grid(tmp_path, all={"width": "2.6"})
    district = little_bureau({})
    ground, day = day_of(network, district)
    (travel,) = haul_travel(district, ground, day.haul).values()
    assert travel == {}


@pytest.fixture
def narrow_street(tmp_path: Path) -> tuple[District, RoadNetwork]:
    """Both stations stand in a street of 2.9 m, which the slim truck fits, the two others not."""
    network = grid(tmp_path, all=WIDE, w2={"width": "2.9"})
    district = little_bureau({})
    small = {"width_m": 1.9}
    slim = vehicle("slim", "hl_15", "mid", overrides=small)
    collector = replace(district.vehicles[0], overrides=small)
    return replace(district, vehicles=(collector, *district.vehicles[1:], slim)), network


def test_each_truck_has_the_ways_of_its_own_size(narrow_street):
    district, network = narrow_street
    ground, day = day_of(network, district)
    ways = {name: set(table) for name, table in haul_travel(district, ground, day.haul).items()}
    slim = ways.pop(next(name for name in ways if "width_m" in name))
    (broad,) = ways.values()
    assert ("NEAR", "P") in slim
    assert broad == {("D", "P"), ("P", "D")}


def test_only_the_truck_that_fits_hauls_and_the_judge_knows_why(narrow_street):
    district, network = narrow_street
    request = Request(
        day=DAY, budget=Budget(iterations=60), workers=1, only=frozenset({"collect_residual"})
    )
    made = plan_day(district, network, standard(), request)
    assert made.plan.violations == []
    assert {tour.vehicle for tour in made.plan.tours} == {"slim"}
    document = made.plan.model_dump(mode="json", by_alias=True)
    for row in (*document["tours"], *document["haul"]):
        row["vehicle"] = "h1"
    ready = ready_day(district, network, standard(), request)
    found = judge_plan(Plan.model_validate(document), ready.day, ready.hauler, ready.ground)
    assert {"NO_WAY", "WIDTH"} <= {one.code for one in found}
