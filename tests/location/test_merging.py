"""Merging of points on lanes one can add up, against all choices, and on foot over a map."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ProblemError
from models.location import MergePoint
from solver.judge.merging import check_merging
from solver.location.merging import merging_solution, solve_merging
from solver.location.walking import ON_FOOT, Footways
from solver.roads.osm import read_osm
from tests.location.lanes import lane

METRE = 1 / 111_195.0
"""One metre in degrees: the town stands on the equator."""


def test_three_points_become_one_where_walking_is_cheaper_than_points():
    problem = lane([0, 1, 2], [(0, 0, 2), (100, 1, 3), (200, 2, 4)])
    found = solve_merging(problem, seconds=5)
    assert (found.target, found.cost, found.bound) == ((1, 1, 1), 1_600, 1_600)


def test_points_stay_where_walking_is_dearer():
    problem = lane([0, 1, 2], [(0, 0, 20), (100, 1, 30), (200, 2, 40)])
    found = solve_merging(problem, seconds=5)
    assert (found.target, found.stays, found.gap) == ((0, 1, 2), 3, 0)


def test_kinds_are_not_mixed_and_capacity_holds():
    homes = [(0, 0, 1), (100, 1, 1), (200, 2, 1)]
    apart = solve_merging(lane([0, 1, 2], homes, groups=["a", "b", "a"]), seconds=5)
    assert apart.target == (0, 1, 2)  # the two of one kind are 200 m apart
    full = solve_merging(lane([0, 1, 2], homes, capacity_kg=200), seconds=5)
    assert full.stays == 2


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_solver_finds_the_best_of_all_lawful_choices(data):
    count = data.draw(st.integers(2, 4))
    whole = st.integers
    homes = [(data.draw(whole(-1, 4)) * 60 + 100 * p, p, data.draw(whole(0, 12)))
             for p in range(count) for _ in range(data.draw(whole(1, 2)))]  # fmt: skip
    problem = lane(
        list(range(count)),
        homes,
        limit_m=data.draw(st.sampled_from([0, 90, 150, 400])),
        capacity_kg=data.draw(st.sampled_from([50, 200, 900])),
        people=[data.draw(whole(0, 3)) for _ in range(count)],
        risk=[data.draw(st.sampled_from([0, 30])) for _ in range(count)],
        max_opposition_percent=data.draw(st.sampled_from([20, 100])),
        person_kg_cost=data.draw(whole(0, 4)),
    )
    choices = (merging_solution(problem, target) for target in product(range(count), repeat=count))
    best = min(one.cost for one in choices if not check_merging(problem, one))
    found = solve_merging(problem, seconds=10)
    assert check_merging(problem, found) == []
    assert found.cost == best
    assert found.bound >= best - 2


def test_odd_numbers_are_refused():
    with pytest.raises(ProblemError, match="point p: kilograms below 0"):
        MergePoint(id="p", demand_kg=-1, capacity_kg=0, group="")
    with pytest.raises(ProblemError, match="no way to their own point"):
        lane([0], [(0, 0, 1), (5, 1, 1)])


ROADS = {
    1: ("residential", [(0, 0), (300, 0)], '<tag k="oneway" v="yes"/>'),
    2: ("motorway", [(0, 50), (300, 50)], ""),
    3: ("footway", [(300, 0), (300, 100)], ""),
    4: ("residential", [(300, 100), (0, 100)], ""),
    5: ("motorway_link", [(0, 0), (0, 50)], ""),
}


@pytest.fixture
def ways(tmp_path):
    """A loop open at the west, where only a motorway crosses: the footway in the east joins it."""
    spots = sorted({spot for _, line, _ in ROADS.values() for spot in line})
    nodes = "".join(
        f'<node id="{k}" version="1" lon="{x * METRE}" lat="{y * METRE}"/>'
        for k, (x, y) in enumerate(spots, start=1)
    )
    lines = "".join(
        f'<way id="{number}" version="1">'
        + "".join(f'<nd ref="{spots.index(spot) + 1}"/>' for spot in line)
        + f'<tag k="highway" v="{kind}"/>{tags}</way>'
        for number, (kind, line, tags) in ROADS.items()
    )
    path = tmp_path / "loop.osm"
    path.write_text(f'<osm version="0.6">{nodes}{lines}</osm>', "utf-8")
    return read_osm(path, classes=ON_FOOT)


def test_ways_on_foot_are_walked_both_ways_and_never_across(ways):
    """Places at (100, 0) and (100, 100), a door 10 m south of (50, 0), and one far from all."""
    at = np.array([(100, 0), (100, 100), (50, -10), (100, -900)]) * METRE
    walk = Footways(ways, ways.to_xy(at[:, 0], at[:, 1]))
    found = walk.walks(np.arange(4), np.arange(2), 600)
    assert found[2, 0] == pytest.approx(60, abs=2)  # against the one-way street
    assert found[0, 1] == pytest.approx(500, abs=3)  # 100 m as the crow flies
    assert found[0, 1] == found[1, 0]
    assert {place for place, _ in found} == {0, 1, 2}
    assert (0, 1) not in walk.walks(np.arange(4), np.arange(2), 450)
