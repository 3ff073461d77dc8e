"""Sites of rooms and of water points on lanes one can add up, and the judge of false choices."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from pydantic import ValidationError

from models.location import UNREACHABLE_COST, CandidateSite, DemandZone
from models.trade.siting import SitingRules
from models.units import UNREACHABLE
from solver.judge.sites import check_location
from solver.location.cost import location_cost
from solver.location.model import Wishes, solve_location
from solver.location.needs import people_zones
from solver.location.siting import siting_problem

FOOT = {
    "source": "memory", "walk_m": 150, "capacity": 2, "site_cny_day": 1, "module_cny_day": 1,
    "person_day": 0.001, "apart_m": 40, "homes_m": 5, "schools_m": 10, "oppose_m": 30,
}  # fmt: skip
RULES = SitingRules.model_validate(FOOT)


def place(name, x, **facts):
    """A place at x m of the lane that holds 200 and costs 1,000 a day."""
    return CandidateSite(
        **({"id": name, "name": name, "place": name, "lon": x, "lat": 0.0, "capacity_kg": 200,
            "day_cost": 1_000, "keeps_m": (5, 10), "open_from": 0} | facts)
    )  # fmt: skip


def lane(sites, homes=(0, 100, 200), kg=100):
    """Homes of `kg` at these metres; a kilogram walks a metre for 1 mfen, 150 m at most."""
    zones = [DemandZone(id=f"z{x}", lon=x, lat=0.0, demand_kg=kg) for x in homes]
    metres = np.array([[abs(round(s.lon) - x) for s in sites] for x in homes], np.int64)
    far = metres > 150
    cost = np.where(far, UNREACHABLE_COST, kg * metres).astype(np.int64)
    table = np.where(far, UNREACHABLE, metres).astype(np.int64)
    return siting_problem(zones, sites, (cost, table), RULES, date(2026, 5, 12))


def choose(problem, chosen, flows):
    """A choice of sites with what each zone brings where, its cost added up."""
    found = solve_location(problem, seconds=5)
    told = location_cost(problem, [frozenset(chosen)], [flows], [{}]).total
    return replace(
        found, open_sites=(frozenset(chosen),), assigned=(flows,), hauled=({},),
        cost=told, bound=min(told, found.bound),
    )  # fmt: skip


A, B, C = place("a", 0), place("b", 100), place("c", 200)


def codes(problem, solution):
    return {(one.code, one.excess) for one in check_location(problem, solution)}


def test_the_middle_place_and_one_more_hold_all_three_homes():
    """One holds 200 of 300; two cost 2,000 and one home walks 100 m for 10,000: three are best."""
    problem, reached = lane([A, B, C])
    found = solve_location(problem, seconds=5)
    assert reached == [0, 1, 2]
    assert (found.open_sites[0], found.cost, found.bound) == (frozenset({0, 1, 2}), 3_000, 3_000)
    dear, _ = lane([replace(one, day_cost=20_000) for one in (A, B, C)])
    few = solve_location(dear, seconds=5)
    assert (len(few.open_sites[0]), few.cost) == (2, 50_000)
    assert codes(problem, found) == codes(dear, few) == set()


def test_who_reaches_no_lawful_place_is_told_and_not_served():
    close = place("c", 200, home_m=3)
    problem, reached = lane([A, close], homes=(0, 100, 200))
    assert reached == [0, 1]
    assert codes(problem, solve_location(problem, seconds=5)) == set()


def test_existing_sites_stay_unless_they_may_close():
    old = place("old", 60, existing=True, may_close=False)
    problem, _ = lane([old, A, B, C])
    assert 0 in solve_location(problem, seconds=5).open_sites[0]
    free, _ = lane([replace(old, may_close=True), A, B, C])
    assert 0 not in solve_location(free, seconds=5).open_sites[0]


def test_calm_places_leave_out_those_that_neighbours_would_stop():
    problem, _ = lane([A, replace(B, opposition_percent=50), C, place("d", 90)])
    calm = solve_location(problem, Wishes(max_opposition_percent=20), seconds=5)
    assert calm.open_sites[0] == {0, 2, 3}


HOME = {(0, 0): 100, (1, 1): 100, (2, 2): 100}


@pytest.mark.parametrize(
    ("facts", "chosen", "flows", "found"),
    [
        ({}, {0, 1, 2}, HOME, set()),
        ({}, {0, 1}, HOME, {("SITE_CLOSED", 100)}),
        ({}, {0, 1, 2}, {(0, 0): 100, (1, 1): 100, (2, 2): 70}, {("UNASSIGNED", 30)}),
        ({}, {0, 1, 2}, {(0, 1): 100, (1, 1): 100, (2, 1): 100}, {("SITE_CAPACITY", 100)}),
        ({"home_m": 3}, {0, 1, 2}, HOME, {("DISTANCE", 2)}),
        ({"sensitive_m": 4}, {0, 1, 2}, HOME, {("DISTANCE", 6)}),
        ({"capacity_kg": 90}, {0, 1, 2}, HOME, {("SITE_CAPACITY", 10)}),
    ],
)  # fmt: skip
def test_a_false_choice_is_noticed(facts, chosen, flows, found):
    problem, _ = lane([A, B, C])
    made = choose(problem, chosen, flows)
    last = replace(problem.sites[2], **facts)
    assert codes(replace(problem, sites=(*problem.sites[:2], last)), made) == found


def test_a_way_that_is_too_far_is_noticed():
    problem, _ = lane([A, B, C])
    made = choose(problem, {0, 1, 2}, {(0, 2): 100, (1, 1): 100, (2, 2): 100})
    assert {code for code, _ in codes(problem, made)} == {"DRIVE_TIME"}
    longer, _ = lane([A, B, C], homes=(0, 100, 40))
    over = replace(longer, max_drive_s=100)
    assert codes(over, choose(longer, {0, 1, 2}, {(0, 0): 100, (1, 1): 100, (2, 1): 100})) == set()
    tight = replace(longer, max_drive_s=50)
    made = choose(longer, {0, 1, 2}, {(0, 0): 100, (1, 1): 100, (2, 1): 100})
    assert codes(tight, made) == {("DRIVE_TIME", 10)}


@pytest.mark.parametrize("field", ["cost", "bound"])
def test_money_is_added_up_again(field):
    problem, _ = lane([A, B, C])
    honest = solve_location(problem, seconds=5)
    assert codes(problem, replace(honest, **{field: honest.cost + 9})) == {("CLAIM", 9)}


def test_rounding_people_to_cells_loses_nobody():
    class Town:
        xy = np.array([(60.0 * k, 0.0) for k in range(40)])
        persons = np.full(40, 1.3)

    zones = people_zones(Town, 1.0, 1, (120.0, 30.0))
    assert sum(zone.demand_kg for zone in zones) == 52
    assert len(zones) == 40


@pytest.mark.parametrize(
    ("facts", "way_out"),
    [
        ({"drive_min": 5}, "walk_m or drive_min"),
        ({"walk_m": None}, "walk_m or drive_min"),
        ({"person_day": 0}, "person_day"),
        ({"modules": [0]}, "whole numbers from 1"),
        ({"streams": ["residual"]}, "one for each"),
        ({"streams": ["residual", "kitchen"], "shares": [0.5, 0.4]}, "shares of 1"),
    ],
)
def test_rules_of_a_kind_that_make_no_sense_name_the_way_out(facts, way_out):
    with pytest.raises(ValidationError, match=way_out):
        SitingRules.model_validate(FOOT | facts)
