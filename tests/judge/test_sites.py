"""Every law of relocation, broken by hand in a city of two zones."""

import re
from pathlib import Path

import pytest

from models.errors import ProblemError
from models.location import LocationPlant, Period, size_class
from solver.judge.sites import check_location
from tests.location.cities import DATES, choice, city, site

OLD = site("old", 50, existing=True)
OLD2 = site("old2", 50, existing=True)
NEW = site("new", 60)
NEAR = {(0, 0): 40, (1, 1): 40}


def codes(problem, solution):
    return {(one.code, one.excess) for one in check_location(problem, solution)}


def test_today_unchanged_breaks_nothing():
    problem = city([OLD, OLD2])
    assert codes(problem, choice(problem, [{0, 1}] * 3, [NEAR] * 3)) == set()


def test_build_one_before_pulling_one_down():
    problem = city([OLD, OLD2, NEW])
    moved = {(0, 0): 40, (1, 2): 40}
    good = choice(problem, [{0, 1}, {0, 1, 2}, {0, 2}], [NEAR, NEAR, moved])
    assert codes(problem, good) == set()
    hasty = choice(problem, [{0, 1}, {0, 2}, {0, 2}], [NEAR, moved, moved])
    assert codes(problem, hasty) == {("DATE", 30)}  # 50 kg stay, 80 are needed


def test_capacity_gap_at_a_date():
    problem = city([OLD, OLD2], keep_capacity=False)
    plan = choice(problem, [{0, 1}, {0}, {0}], [NEAR, {(0, 0): 40, (1, 0): 40}, NEAR])
    found = codes(problem, plan)
    assert ("CAPACITY_GAP", 30) in found
    assert ("SITE_CAPACITY", 30) in found
    assert ("SITE_CLOSED", 40) in found


def test_what_is_pulled_down_is_replaced():
    roomy = [site("a", 100, existing=True), site("b", 30, existing=True)]
    problem = city(roomy)
    plan = choice(problem, [{0, 1}, {0}, {0}], [NEAR] + [{(0, 0): 40, (1, 0): 40}] * 2)
    assert codes(problem, plan) == {("CAPACITY_GAP", 30)}
    assert codes(city(roomy, keep_capacity=False), plan) == set()


def test_growth_and_peak_count():
    periods = (Period(begin=DATES[0]), Period(begin=DATES[1], growth_percent=110))
    problem = city([OLD, OLD2], periods=periods, peak_percent=130)
    plan = choice(problem, [{0, 1}] * 2, [NEAR, {(0, 0): 44, (1, 1): 44}])
    assert codes(problem, plan) == {("CAPACITY_GAP", 15), ("SITE_CAPACITY", 6)}


def test_new_sites_wait_for_their_date_and_today_is_given():
    late = site("late", 60, open_from=2)
    problem = city([OLD, OLD2, late])
    early = choice(problem, [{0, 1}, {0, 1, 2}, {0, 1, 2}], [NEAR] * 3)
    assert codes(problem, early) == {("DATE", 1)}
    rewritten = choice(problem, [{0, 1, 2}] * 3, [NEAR] * 3)
    assert ("DATE", 0) in codes(problem, rewritten)


def test_no_site_opens_twice_and_some_must_stay():
    problem = city([OLD, site("fixed", 50, existing=True, may_close=False), NEW])
    moved = {(0, 0): 40, (1, 2): 40}
    plan = choice(problem, [{0, 1}, {0, 1, 2}, {0, 2}], [NEAR, NEAR, moved])
    assert codes(problem, plan) == {("DATE", 0)}
    back = choice(problem, [{0, 1}, {0, 1, 2}, {0, 1}], [NEAR] * 3)
    details = [one.detail for one in check_location(problem, back)]
    assert "opens or closes more than once" in details


@pytest.mark.parametrize(
    ("capacity", "metres"),
    [(40_000, 8), (60_000, 10), (200_000, 15), (500_000, 20), (2_000_000, 30)],
)
def test_distance_of_the_size_class(capacity, metres):
    assert size_class(capacity).building_m == metres
    tight = site("tight", capacity, home_m=metres - 3, sensitive_m=99)
    problem = city([OLD, OLD2, tight])
    plan = choice(problem, [{0, 1}, {0, 1, 2}, {0, 1, 2}], [NEAR] * 3)
    assert codes(problem, plan) == {("DISTANCE", 3), ("DISTANCE", 1)}


def test_one_station_on_a_lot():
    small, large = site("n1", 20, place="lot"), site("n2", 60, place="lot")
    problem = city([OLD, OLD2, small, large])
    plan = choice(problem, [{0, 1}, {0, 1, 2, 3}, {0, 1, 2, 3}], [NEAR] * 3)
    assert codes(problem, plan) == {("PLACE", 1)}


def test_all_waste_is_assigned_within_reach_and_undivided():
    problem = city([OLD, OLD2], max_drive_s=5, single_source=True)
    split = {(0, 0): 30, (0, 1): 5, (1, 1): 40}
    assert codes(problem, choice(problem, [{0, 1}] * 3, [NEAR, NEAR, split])) == {
        ("UNASSIGNED", 5),
        ("DRIVE_TIME", 6),  # 11 s, 5 allowed
        ("SINGLE_SOURCE", 1),
    }


def test_plants_take_what_stations_send_also_with_one_out():
    plants = (LocationPlant(id="p", quota_kg=70), LocationPlant(id="q", quota_kg=80))
    problem = city([OLD, OLD2], plants=plants, outages=True)
    away = {(0, 0): 40, (1, 1): 40}
    plan = choice(problem, [{0, 1}] * 3, [NEAR] * 3, [away, away, {(0, 0): 75, (1, 1): 40}])
    assert codes(problem, plan) == {("OUTAGE", 10), ("HAUL_BALANCE", 35), ("PLANT_QUOTA", 5)}


def test_no_way_to_a_plant():
    plants = (LocationPlant(id="p", quota_kg=100),)
    problem = city([OLD, OLD2], plants=plants)
    table = problem.haul_cost.copy()
    table[1, 0] = 10**15
    cut = city([OLD, OLD2], plants=plants)
    object.__setattr__(cut, "haul_cost", table)
    away = {(0, 0): 40, (1, 0): 40}
    assert codes(cut, choice(cut, [{0, 1}] * 3, [NEAR] * 3, [away] * 3)) == {("NO_WAY", 40)}


def test_unknown_sites_end_the_judgement():
    problem = city([OLD, OLD2])
    bad = choice(problem, [{0, 1}] * 3, [NEAR] * 3)
    object.__setattr__(bad, "open_sites", (frozenset({0, 1, 7}),) * 3)
    assert codes(problem, bad) == {("UNKNOWN", 0)}


def test_numbers_that_cannot_be_are_refused():
    with pytest.raises(ProblemError, match="capacity 0"):
        site("x", 0)
    with pytest.raises(ProblemError, match="peak factor"):
        city([OLD], peak_percent=90)
    with pytest.raises(ProblemError, match="follow one another"):
        city([OLD], periods=(Period(begin=DATES[1]), Period(begin=DATES[0])))


def test_every_code_is_documented():
    root = Path(__file__).resolve().parents[2]
    source = (root / "solver" / "judge" / "sites.py").read_text(encoding="utf-8")
    page = (root / "docs" / "violations.md").read_text(encoding="utf-8")
    said = set(re.findall(r'code="([A-Z_0-9]+)"', source))
    assert len(said) >= 14
    assert not {code for code in said if f"`{code}`" not in page}
