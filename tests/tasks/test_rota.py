"""The rota: neighbours on one day, days of equal work, the same days whoever is on duty."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.tasks.rota import with_extra_pass
from solver.tasks.sectors import sectors
from solver.tasks.streets import street_units
from tests.tasks.town import DAY, bureau, grid, passes, plan_day, point, rules_of, vehicle

TRUCK = vehicle("S1", "sw_s", "early", "mid")
EVERY_OTHER = {"street": {"classes": {"IV": passes("04:00-18:00", every_days=2)}, "join_m": 0}}


def due(network, rules, first=DAY, days=2, only="sweep", **more):
    """Ids of the tasks of each day from `first`."""
    found = []
    for number in range(days):
        district = bureau(TRUCK, **more)
        _, day = plan_day(
            network, district, rules, day=first + timedelta(number), only=frozenset({only})
        )
        found.append({task.id for part in day.parts for task in part.problem.tasks})
    return found


def test_half_the_town_today_and_the_other_half_tomorrow(tmp_path):
    """Twelve blocks served in either direction: six a day, and none twice."""
    today, tomorrow = due(grid(tmp_path), rules_of(sweep=EVERY_OTHER))
    assert (len(today), len(tomorrow)) == (6, 6)
    assert not today & tomorrow


def test_the_rota_comes_round(tmp_path):
    network, rules = grid(tmp_path), rules_of(sweep=EVERY_OTHER)
    assert due(network, rules) == due(network, rules, first=DAY + timedelta(2))


def test_neighbours_fall_on_one_day(tmp_path):
    """The town has no longest side; whichever way it is cut, each half holds together."""
    network, rules = grid(tmp_path), rules_of(sweep=EVERY_OTHER)
    _, day = plan_day(network, bureau(TRUCK), rules, only=frozenset({"sweep"}))
    places = np.array([(ref.lon, ref.lat) for part in day.parts for ref in part.refs])
    spread = places.max(axis=0) - places.min(axis=0)
    assert spread.min() < 0.6 * spread.max()


def test_both_kerbs_of_a_street_fall_on_one_day(tmp_path):
    wide = {"all": {"width": "12"}}
    blocks = [
        {frozenset(name.split("-")[2].split(":")) for name in ids}
        for ids in due(grid(tmp_path, **wide), rules_of(sweep=EVERY_OTHER))
    ]
    assert not blocks[0] & blocks[1]


def test_points_have_a_rota_too(tmp_path):
    """Four points on a line, each second day: the two in the west, the two in the east."""
    points = tuple(point(f"P{n}", 100 * n, 200, stream="residual") for n in range(1, 5))
    rules = rules_of(collect_residual={
        "points": {"visits": passes("04:00-20:00", every_days=2)}, "vehicle_types": ["sw_s"],
    })  # fmt: skip
    days = due(grid(tmp_path), rules, only="collect_residual", points=points)
    names = sorted(sorted(one.split("-")[1] for one in day) for day in days)
    assert names == [["P1", "P2"], ["P3", "P4"]]


def test_the_fleet_does_not_change_the_rota(tmp_path):
    """A what-if without a vehicle is a what-if about the same streets."""
    network, rules = grid(tmp_path), rules_of(sweep=EVERY_OTHER)
    alone = due(network, rules)
    _, day = plan_day(
        network, bureau(TRUCK, vehicle("L1", "sw_l", "early")), rules, only=frozenset({"sweep"})
    )
    assert {task.id for part in day.parts for task in part.problem.tasks} == alone[0]


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=20, max_size=60),
    st.integers(1, 7),
)
def test_sectors_of_equal_places_are_even_and_apart(places, count):
    found = sectors(np.array(places, float), np.ones(len(places)), [1.0] * count)
    sizes = np.bincount(found, minlength=count)
    assert sizes.max() - sizes.min() <= 2
    again = sectors(np.array(places, float), np.ones(len(places)), [1.0] * count)
    assert (found == again).all()


@pytest.mark.parametrize(("shares", "sizes"), [([1, 3], [2, 6]), ([1, 1, 2], [2, 2, 4])])
def test_sectors_have_their_shares_from_west_to_east(shares, sizes):
    places = np.array([(10.0 * n, n % 2) for n in range(8)])
    found = sectors(places, np.ones(8), shares)
    assert np.bincount(found).tolist() == sizes
    assert (np.diff(found) >= 0).all()


def test_one_more_place_moves_only_the_border():
    places = np.array([(10.0 * n, n % 2) for n in range(40)])
    before = sectors(places, np.ones(40), [1.0, 1.0, 1.0, 1.0])
    after = sectors(np.vstack([places, [[400, 0]]]), np.ones(41), [1.0, 1.0, 1.0, 1.0])
    moved = defaultdict(int)
    for old, new in zip(before, after, strict=False):
        moved[int(old)] += int(old != new)
    assert max(moved.values()) <= 1


def test_a_point_that_fills_is_emptied_before_it_overflows(tmp_path):
    """100 kg a day and no noise: 300 kg hold three days, 50 kg one; each visit takes what came."""
    points = (
        point("P1", 100, 200, demand_kg=100, capacity_kg=300),
        point("P2", 300, 200, demand_kg=100, capacity_kg=50),
        point("P3", 300, 100, demand_kg=100),
    )
    stock = {"source": "memory", "sd_share": 0.0, "risk": 0.01}
    work = {"visits": passes("04:00-20:00"), "stock": stock}
    rules = rules_of(collect_residual={"points": work, "vehicle_types": ["sw_s"]})
    loads = defaultdict(list)
    for number in range(6):
        _, day = plan_day(
            grid(tmp_path), bureau(TRUCK, points=points), rules, day=DAY + timedelta(number),
            only=frozenset({"collect_residual"}),
        )  # fmt: skip
        for left in day.left:
            loads[left.ref.object_id].append(left.kg)
        for part in day.parts:
            for ref, task in zip(part.refs, part.problem.tasks, strict=True):
                loads[ref.object_id].append(sum(task.demand))
    assert {name: sorted(kg) for name, kg in loads.items()} == {
        "P1": [300, 300], "P2": [100] * 6, "P3": [100] * 6,
    }  # fmt: skip


def test_streets_take_turns_with_their_extra_pass(tmp_path):
    """Of six blocks that are not due a day, 1,200 m, as many as 1,000 m need: halves in turn."""
    network, rules = grid(tmp_path), rules_of(sweep=EVERY_OTHER)
    ground, _ = plan_day(network, bureau(TRUCK), rules, only=frozenset({"sweep"}))
    units = street_units(rules, "sweep", ground)
    found = []
    for number in (0, 1, 2, 3):
        day = DAY + timedelta(number)
        due = {one.id for one in units if one.due(day, None)}
        extra = {one.id for one in with_extra_pass(ground.network, units, due, 1_000, day)}
        assert len(extra) == 3
        assert not due & extra
        found.append(extra)
    assert found[0] | found[2] != found[0], "the other half of the same streets"
    assert with_extra_pass(ground.network, units, due, 900, DAY) == []
    assert len(with_extra_pass(ground.network, units, due, 3_000, DAY)) == len(units)
