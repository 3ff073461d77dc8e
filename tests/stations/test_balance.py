"""Waste to stations within their design tonnage, by hand and as a law for random towns."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.district import SiteKind
from models.problem import DenseMatrix
from models.units import UNREACHABLE
from solver.stations.balance import balance, with_capacities
from tests.line_town import line_town
from tests.stations.town import TIP, WATER, district, part


def two_tips():
    """16 kg of waste at places 1..4; tips at place 2 and, like it, at place 4."""
    town = line_town()
    second = replace(town.facilities[0], id="tip4", enter=4, leave=4, daily_capacity=())
    first = replace(town.facilities[0], daily_capacity=())
    return part(
        line_town(facilities=(first, town.facilities[1], second)), sites=("tip", "water", "tip4")
    )


def stations(first_kg, second_kg):
    return district(
        replace(TIP, design_kg=first_kg), WATER, replace(TIP, id="tip4", design_kg=second_kg)
    )


def test_what_fits_is_not_short_and_capacities_are_the_designs():
    found = balance(stations(100, 100), [two_tips()])
    assert found.shortfall_kg == 0
    assert found.capacity == {(0, "tip"): 100, (0, "tip4"): 100}
    assert found.price == {"tip": 0, "tip4": 0}


def test_a_full_station_has_a_price_for_the_longer_way():
    """Tasks 1, 2 are nearest to place 2, task 3 as near to 4: with 4 kg there, t1 or t2 go on."""
    found = balance(stations(4, 100), [two_tips()])
    assert found.shortfall_kg == 0
    assert found.price["tip"] > 0
    assert found.price["tip4"] == 0


def test_the_shortfall_is_what_all_stations_together_cannot_take():
    assert balance(stations(5, 6), [two_tips()]).shortfall_kg == 16 - 11


def test_a_closed_station_takes_nothing():
    found = balance(stations(20, 20), [two_tips()], {"tip": 0})
    assert found.capacity[0, "tip"] == 0
    assert found.shortfall_kg == 0


def test_two_parts_share_a_station_and_never_get_more_than_it_takes():
    found = balance(stations(10, 100), [two_tips(), two_tips()])
    assert found.capacity[0, "tip"] + found.capacity[1, "tip"] <= 10


def test_capacities_stand_in_the_facilities_of_the_parts():
    parts = [two_tips()]
    (limited,) = with_capacities(parts, balance(stations(7, 9), parts))
    daily = {f.id: f.daily_capacity for f in limited.problem.facilities}
    assert daily["tip"][0] == 7
    assert daily["tip4"][0] == 9
    assert daily["water"] == ()


@pytest.mark.parametrize("kind", [SiteKind.TIP, SiteKind.PLANT])
@pytest.mark.parametrize(("parts", "shares"), [(1, {}), (2, {(0, "tip"), (1, "tip")})])
def test_the_quota_of_a_plant_or_tip_is_divided_only_where_several_parts_use_it(
    kind, parts, shares
):
    """One part alone has the quota in its problem already."""
    site = replace(TIP, kind=kind, design_kg=0, daily_quota_kg=10)
    town = district(site, WATER, replace(site, id="tip4", daily_quota_kg=0))
    found = balance(town, [two_tips()] * parts)
    assert found.capacity.keys() == set(shares)
    assert sum(found.capacity.values()) <= 10
    assert found.shortfall_kg == 0, "the other takes what comes"


def test_a_station_without_a_design_takes_all_and_has_neither_capacity_nor_price():
    found = balance(stations(0, 0), [two_tips()])
    assert (found.capacity, found.shortfall_kg, found.price) == ({}, 0, {})


def test_a_closed_station_is_divided_into_nothings():
    """Nothing is sent there, so there is nothing to divide by: 0 kg for each part."""
    found = balance(stations(20, 40), [two_tips(), two_tips()], {"tip": 0})
    assert (found.capacity[0, "tip"], found.capacity[1, "tip"]) == (0, 0)


@pytest.mark.parametrize("parts", [[], [part(line_town(tasks=(), spacings=()))]])
def test_a_day_without_waste_is_not_short_of_anything(parts):
    found = balance(stations(5, 5), parts)
    assert (found.capacity, found.shortfall_kg, found.price) == ({}, 0, {})


def test_waste_that_no_way_leads_from_is_short_although_the_stations_are_empty():
    """Nothing leaves place 4: t4's 4 kg stay; the 12 kg of the others find room."""
    town = line_town()
    gaps = town.matrices[0].duration.copy()
    gaps[4, :4] = UNREACHABLE
    lost = part(replace(town, matrices=(DenseMatrix(gaps, gaps),)))
    assert balance(district(), [lost]).shortfall_kg == 4


def test_a_limit_given_for_the_run_replaces_the_design_of_its_station_alone():
    found = balance(stations(20, 40), [two_tips()], {"tip": 3})
    assert found.capacity == {(0, "tip"): 3, (0, "tip4"): 40}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40))
def test_shortfall_is_demand_less_capacity_wherever_every_way_is_open(first, second):
    assert balance(stations(first, second), [two_tips()]).shortfall_kg == max(
        0, 16 - first - second
    )


@pytest.mark.parametrize("limits", [(5, 6), (4, 100), (0, 16)])
def test_neighbours_taken_together_prove_the_same_shortfall(limits, monkeypatch):
    exact = balance(stations(*limits), [two_tips()])
    monkeypatch.setattr("solver.stations.balance.MANY", 0)
    rough = balance(stations(*limits), [two_tips()])
    assert rough.shortfall_kg == exact.shortfall_kg
    assert rough.capacity == exact.capacity
