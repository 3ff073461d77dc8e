"""Vehicles: numbers made once, one price for everybody, and who does what."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from models.district import ShiftPattern
from scenarios.district import check_district
from solver.haul.problem import haul_trucks
from solver.location.build import haul_fleet
from solver.trade.vehicles import (
    HAUL,
    fleet,
    normal_s,
    overtime_s,
    practised,
    rates,
    truck_of,
    usual,
)
from tests.district.folders import write_good
from tests.tasks.town import (
    DAY,
    HOUR,
    SHIFTS,
    SITES,
    bureau,
    grid,
    plan_day,
    point,
    rules_of,
    site,
    standard,
    vehicle,
)

if TYPE_CHECKING:
    from models.trade.rules import RuleProfile

PLANT = site("P", "plant", 395, 405, access_s=1_200, access_m=12_000)
POINTS = tuple(point(f"p{n}", 20 + 45 * n, 205, demand_kg=2_000) for n in range(4))
CLASHING = (
    ShiftPattern(id="dawn", begin=4 * HOUR, end=12 * HOUR),
    ShiftPattern(id="day", begin=8 * HOUR, end=16 * HOUR),
    ShiftPattern(id="noon", begin=12 * HOUR, end=20 * HOUR),
    ShiftPattern(id="late", begin=22 * HOUR, end=30 * HOUR),
)


def truck(kind: str, *shifts: str, patterns=SHIFTS, **more):
    return truck_of(vehicle("v", kind, *shifts, **more), standard(), patterns)


def priced(**costs: object) -> RuleProfile:
    """The standard profile with prices replaced."""
    return standard().model_copy(update={"costs": standard().costs.model_copy(update=costs)})


# ------------------------------------------------------------------ numbers


def test_a_rows_own_number_counts_else_the_catalogues():
    own = truck("sw_s", "early", overrides={"l_per_min": 20, "crew": 2, "width_m": 1.9})
    usual_one = truck("sw_s", "early")
    assert (own.l_per_min, usual_one.l_per_min) == (20, 10)
    assert (own.crew, usual_one.crew) == (2, 1)
    assert (own.waste_kg, own.water_l) == (2_000, 1_000)
    assert (own.profile.name, own.profile.width_m) == ("small width_m=1.9", 1.9)
    assert usual_one.profile.name == "small"
    assert own.numbers != usual_one.numbers


@pytest.mark.parametrize(("litres", "factor"), [(10, 0.6), (20, 1.2), (40, 2.4)])
def test_a_rows_litres_a_minute_decide_how_far_a_tank_reaches(tmp_path, litres, factor):
    """20 l/min at 6 km/h is what sweeping counts; this one works at 5 km/h."""
    sweeper = vehicle("s", "sw_s", "early", "mid", overrides={"l_per_min": litres})
    _, day = plan_day(grid(tmp_path), bureau(sweeper), only=["sweep"])
    assert {round(crew.water_factor, 6) for part in day.parts for crew in part.crews} == {factor}
    tank = {kind.capacity[1] for part in day.parts for kind in part.problem.vehicle_types}
    assert tank == {int(1_000 / factor)}


# ------------------------------------------------------------------ price


@pytest.mark.parametrize(
    ("per", "shifts", "shift_cny", "day_cny"),
    [
        ("day", ("early",), 250, 0),
        ("day", ("early", "mid"), 0, 250),
        ("shift", ("early", "mid"), 250, 0),
    ],
)
def test_the_price_of_a_day_means_the_same_for_routes_and_haul(
    tmp_path, per, shifts, shift_cny, day_cny
):
    """A hook-lift costs 250 CNY a day, a compactor of 8 t 220."""
    rules = priced(fixed_per=per)
    town = bureau(
        vehicle("h", "hl_15", *shifts), vehicle("c", "cp_8", *shifts),
        points=POINTS, sites=(*SITES, PLANT),
    )  # fmt: skip
    _, day = plan_day(grid(tmp_path), town, rules, only=["collect_residual"])
    trucks = haul_trucks(town, day.haul, rules)
    assert {(t.fixed_cost, t.day_cost) for t in trucks} == {
        (shift_cny * 100_000, day_cny * 100_000)
    }
    assert {t.day for t in trucks} == ({"h"} if day_cny else {""})
    kinds = [kind for part in day.parts for kind in part.problem.vehicle_types]
    assert {k.fixed_cost for k in kinds} == {220 * shift_cny // 250 * 100_000}
    assert {k.day_cost for k in kinds if k.day} == ({22_000_000} if day_cny else set())
    price = rates(haul_fleet(town, rules)[0], rules)
    assert price.per_shift + price.per_day == 25_000_000


def test_a_day_shared_with_other_work_bears_nothing_of_a_bound(tmp_path):
    """Whoever hauls in both shifts bears half of the day in each; who does other work may be paid
    for there."""
    town = bureau(
        vehicle("h", "hl_15", "early", "mid"), vehicle("c", "cp_8", "early", "mid"),
        points=POINTS, sites=(*SITES, PLANT),
    )  # fmt: skip
    _, day = plan_day(grid(tmp_path), town, standard(), only=["collect_residual"])
    alone, mixed = (
        haul_trucks(town, day.haul, standard()),
        haul_trucks(town, day.haul, standard(), {"h"}),
    )
    assert [(t.day_cost, t.day_share) for t in alone] == [(25_000_000, 12_500_000)] * 2
    assert [(t.day_cost, t.day_share) for t in mixed] == [(25_000_000, 0)] * 2


def test_helpers_and_overtime_cost_in_haul_what_they_cost_in_routes(tmp_path):
    """45 + 25 CNY/h for two on board; overtime half as much again."""
    crewed = vehicle("h", "hl_15", "early", overrides={"crew": 2})
    town = bureau(crewed, points=POINTS, sites=(*SITES, PLANT))
    _, day = plan_day(grid(tmp_path), town)
    (hauler,) = haul_trucks(town, day.haul, standard())
    assert hauler.crew == 2
    assert hauler.cost_per_s == round(70 * 100_000 / 3_600)
    assert hauler.cost_per_overtime_s == round(hauler.cost_per_s / 2)
    assert (hauler.max_duration, hauler.max_overtime) == (7 * HOUR + 1_800, HOUR)
    assert hauler.end == 12 * HOUR - 900 + HOUR
    assert hauler.overtime_s(5 * HOUR, 13 * HOUR) == 1_800


def test_overtime_ends_where_the_next_shift_of_the_vehicle_begins():
    labour = standard().labour
    two = truck("hl_15", "early", "mid")
    assert [overtime_s(labour, two, shift) for shift in two.shifts] == [0, HOUR]
    clashing = truck("hl_15", "dawn", "day", patterns=CLASHING)
    assert [overtime_s(labour, clashing, shift) for shift in clashing.shifts] == [HOUR, HOUR]
    assert normal_s(labour, SHIFTS[0]) == 8 * HOUR - 1_800


def test_where_nobody_hauls_an_estimate_takes_a_truck_of_the_catalogue():
    town = bureau(vehicle("c", "cp_8", "early"))
    assert usual(town, standard(), HAUL).type == "hl_15"
    assert usual(town, standard(), "collect_residual").type == "cp_8"
    assert usual(bureau(), standard(), "collect_residual").type == "cp_3"


# ------------------------------------------------------------------ who does what


@pytest.mark.parametrize(
    ("kind", "listed", "may"),
    [
        ("hl_15", (), {HAUL}),
        ("hl_15", ("collect_residual",), set()),
        ("cp_8", (), {"collect_residual"}),
        ("cp_8", (HAUL,), {HAUL}),
        ("cp_8", (HAUL, "collect_residual"), {HAUL, "collect_residual"}),
        ("fl_10", (HAUL,), set()),
        ("yh", ("alley_wash",), {"alley_wash"}),
    ],
)
def test_who_may_haul_is_said_once(kind, listed, may):
    """A tank carries no waste, and `yh` has no hopper: neither hauls."""
    assert set(truck(kind, "early", operations=listed).operations) == may


@pytest.mark.parametrize("kind", ["hl_15", "yh"])
def test_a_vehicle_that_can_do_nothing_it_is_listed_for_gives_a_note(tmp_path, kind):
    odd = vehicle("odd", kind, "early", operations=("collect_residual",))
    town = bureau(odd, vehicle("c", "cp_8", "early"), points=POINTS, sites=(*SITES, PLANT))
    _, day = plan_day(grid(tmp_path), town, only=["collect_residual"])
    assert not day.haul
    (note,) = [note for note in day.notes if "odd" in note.en]
    assert "its type does none of the operations its row names" in note.en


@pytest.mark.parametrize(
    ("kind", "listed", "does"),
    [
        ("fl_16", (), {"flush"}),
        ("fl_16", ("sprinkle",), {"sprinkle"}),
        ("fl_16", ("sprinkle", "flush"), {"sprinkle", "flush"}),
        ("yh", (), {"alley_wash", "sidewalk_wash_small"}),
        ("ds_1", ("flush",), set()),
    ],
)
def test_optional_work_is_done_by_those_whose_row_names_it_or_who_have_no_other(kind, listed, does):
    owned = vehicle("v", kind, "early", operations=listed)
    assert set(truck_of(owned, standard(), SHIFTS).operations) == does
    usual = {name for name, one in standard().operations.items() if not one.optional}
    assert set(practised(standard(), (owned,)).operations) == usual | does


def test_points_of_work_that_nobody_does_go_back_to_the_usual_collection():
    """Villages have a truck of their own, litter boxes none: the compactor empties them."""
    rural = vehicle("r", "rv_4", "early")
    for owned, left in ((), ()), ((rural,), ("village",)):
        points = practised(standard(), owned).operations["collect_residual"].points
        assert points.except_kinds == left


def test_a_vehicle_that_may_do_nothing_at_all_gives_a_note(tmp_path):
    town = bureau(vehicle("odd", "yh", "early"), points=POINTS)
    _, day = plan_day(grid(tmp_path), town)
    assert any("odd" in note.en and "no work of its kind" in note.en for note in day.notes)


@pytest.mark.parametrize("trucks", [1, 2, 3])
def test_a_vehicle_that_may_haul_and_collect_does_one_of_them_in_a_shift(tmp_path, trucks):
    both = [
        vehicle(f"b{n}", "cp_8", "early", "mid", operations=(HAUL, "collect_residual"))
        for n in range(trucks)
    ]
    town = bureau(*both, points=POINTS, sites=(*SITES, PLANT))
    _, day = plan_day(grid(tmp_path), town, only=["collect_residual"])
    routes = [(v, group.shift.id) for group in day.groups for v in group.vehicles]
    hauls = [(duty.truck.id, duty.shift.id) for duty in day.haul]
    assert len({*routes, *hauls}) == len(routes) + len(hauls) == 2 * trucks
    assert routes
    assert hauls


# ------------------------------------------------------------------ shifts that overlap


@pytest.mark.parametrize(
    ("shifts", "worked"),
    [
        (("dawn", "day"), 1),
        (("dawn", "noon"), 2),
        (("dawn", "day", "noon"), 2),
        (("dawn", "day", "noon", "late"), 3),
        (("day",), 1),
    ],
)
@pytest.mark.parametrize("kind", ["cp_8", "hl_15"])
def test_of_two_shifts_that_overlap_a_vehicle_works_one(tmp_path, shifts, worked, kind):
    other = vehicle("c", "cp_8", "dawn", "noon")
    town = bureau(
        vehicle("v", kind, *shifts), other, points=POINTS, sites=(*SITES, PLANT), shifts=CLASHING
    )
    rules = rules_of()
    _, day = plan_day(grid(tmp_path), town, rules, only=["collect_residual"])
    dealt = [group.shift for group in day.groups if "v" in group.vehicles]
    dealt += [duty.shift for duty in day.haul if duty.truck.id == "v"]
    spans = sorted((shift.begin, shift.end) for shift in dealt)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))
    assert 1 <= len(spans) <= worked


def test_only_available_vehicles_of_known_types_are_the_fleet():
    known = vehicle("a", "cp_8", "early")
    town = bureau(
        known, replace(known, id="b", available=False), replace(known, id="c", type="zeppelin")
    )
    assert [one.id for one in fleet(town, standard())] == ["a"]


@pytest.mark.parametrize(("value", "code"), [('"shift"', None), ('"day"', None), ('"week"', "E")])
def test_a_district_says_what_the_price_of_a_day_buys(tmp_path, value, code):
    folder = write_good(tmp_path / "grid")
    text = (folder / "district.toml").read_text(encoding="utf-8")
    text = text.replace("[costs]\n", f"[costs]\nfixed_per = {value}\n")
    (folder / "district.toml").write_text(text, encoding="utf-8")
    issues = [i for i in check_district(folder, DAY).issues if i.code.startswith("E")]
    assert bool(issues) == (code is not None)
    assert all("fixed_per" in issue.column for issue in issues)
