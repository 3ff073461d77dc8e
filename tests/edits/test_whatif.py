"""The changed district: what is left out, what is scaled, and all that is wrong at once."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.district import Driver, Site, SiteKind, Stream, Vehicle
from models.errors import InputErrors
from scenarios.desk.whatif import what_if
from solver.edits.whatif import changed_district
from tests.stations.town import TIP, WATER, district, point

DAY = date(2026, 5, 12)


def bureau():
    """A station, a plant of 9 t, a depot with two vehicles, a driver, points of 4 kg each."""
    return district(
        TIP,
        WATER,
        Site(id="P1", name="plant", kind=SiteKind.PLANT, lon=0, lat=0, daily_quota_kg=9_000),
        Site(id="D1", name="depot", kind=SiteKind.DEPOT, lon=0, lat=0),
        vehicles=tuple(
            Vehicle(id=name, type="cp_8", depot="D1", shifts=("early",), overrides={})
            for name in ("V1", "V2")
        ),
        drivers=(Driver(id="C1", name="Li", licence="B2"),),
        points=(point("R1", Stream.RESIDUAL), point("R2", Stream.KITCHEN)),
    )


def changed(**asked):
    return changed_district(bureau(), what_if(**asked), DAY)


def codes(**change):
    with pytest.raises(InputErrors) as caught:
        changed(**change)
    return [(issue.code, issue.column, issue.value) for issue in caught.value.issues]


def test_a_station_a_vehicle_and_a_driver_are_left_out():
    left = changed(without=["tip", "V1", "C1"])
    assert [site.id for site in left.sites] == ["water", "P1", "D1"]
    assert [one.id for one in left.vehicles] == ["V2"]
    assert left.drivers == ()


def test_a_quota_is_cut_and_0_closes_the_plant():
    assert changed(quota_t={"P1": 4.5}).site("P1").daily_quota_kg == 4_500
    closed = changed(quota_t={"P1": 0})
    assert [site.id for site in closed.sites] == ["tip", "water", "D1"]


def test_everything_wrong_is_told_at_once():
    wrong = codes(without=["tip4", "V3", "D1"], quota_t={"tip": 3, "P1": -1}, demand_factor=0)
    assert wrong == [
        ("E602", "without", "tip4"),
        ("E602", "without", "V3"),
        ("E603", "without", "D1"),
        ("E602", "quota", "tip"),
        ("E604", "quota", "P1=-1.0"),
        ("E604", "demand-factor", "0.0"),
    ]


def test_the_hint_names_the_nearest_ids_and_the_vehicles_of_a_depot():
    with pytest.raises(InputErrors) as caught:
        changed(without=["V11", "D1"])
    near, depot = caught.value.issues
    assert near.hint_en.startswith("did you mean: V1")
    assert depot.hint_zh == "请去掉它的车辆：V1, V2"


@given(st.floats(0.01, 20))
def test_waste_grows_by_the_factor_and_nothing_else_does(factor):
    before, after = bureau(), changed(demand_factor=factor)
    assert [p.demand_kg for p in after.points] == [round(4 * factor)] * 2
    assert after.sites == before.sites
    assert after.vehicles == before.vehicles
    assert [replace(p, demand_kg=4) for p in after.points] == list(before.points)


def test_no_change_changes_nothing():
    before, after = bureau(), changed()
    assert (after.sites, after.vehicles, after.drivers, after.points) == (
        before.sites, before.vehicles, before.drivers, before.points,
    )  # fmt: skip
