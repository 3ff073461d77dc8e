"""What a bureau says of its streets: whom a row meets, and which of two rows rules."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.district import StreetRule
from solver.roads.graph import build_turn_graph
from solver.tasks.obstacles import Obstacles, closed, too_far
from solver.tasks.overrides import CLASS_NAMES, classify, select, widen
from solver.tasks.stopping import place_stops, refused_stops, stops_of
from solver.trade.vehicles import truck_of
from tests.tasks.town import SHIFTS, bureau, grid, point, standard, vehicle

if TYPE_CHECKING:
    from models.network import RoadNetwork

AROUND = StreetRule(name="street 2", buffer_m=210, cleaning_class="I")
BY_NAME = StreetRule(name="street 2", cleaning_class="II")
BY_WAY = StreetRule(way_id=2, cleaning_class="III")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    return grid(tmp_path_factory.mktemp("overrides"))


def classes(town: RoadNetwork, *rules: StreetRule) -> dict[int, str]:
    """Cleaning class by way."""
    streets, _ = classify(town, standard(), rules)
    codes = zip(town.way.tolist(), streets.classes, strict=True)
    return {way: CLASS_NAMES[code] for way, code in codes}


@pytest.mark.parametrize(
    ("chosen", "ways"),
    [
        ({"way_id": 2}, {2}),
        ({"name": "Street 5"}, {5}),
        ({"way_id": 1, "name": "street 3"}, {1, 3}),
        ({"name": "street 2", "buffer_m": 10}, {2}),
        ({"name": "street 2", "buffer_m": 210}, {1, 2, 3, 4, 5, 6}),
        ({"way_id": 99}, set()),
        ({"name": "nowhere", "buffer_m": 500}, set()),
    ],
)
def test_a_row_meets_its_way_its_name_or_what_lies_around(town: RoadNetwork, chosen, ways):
    """Blocks are 200 m: 210 m around the middle street is all the town."""
    assert set(town.way[select(town, **chosen)].tolist()) == ways


@pytest.mark.parametrize("rows", list(permutations((AROUND, BY_NAME, BY_WAY))))
def test_the_way_rules_over_the_name_and_the_name_over_what_lies_around(town, rows):
    """Whatever their order in the table; without the row by way the name rules."""
    assert classes(town, *rows) == {1: "I", 2: "III", 3: "I", 4: "I", 5: "I", 6: "I"}
    assert classes(town, *(row for row in rows if row != BY_WAY))[2] == "II"


def test_of_two_rows_of_one_kind_the_later_rules(town: RoadNetwork):
    other = StreetRule(way_id=2, cleaning_class="IV")
    assert classes(town, BY_WAY, other)[2] == "IV"
    assert classes(town, other, BY_WAY)[2] == "III"


def test_a_street_in_the_core_has_the_class_of_the_core(tmp_path):
    """Primary roads: I in the core, II elsewhere. 210 m around street 1 are its two blocks and
    three northward ones, each of two arcs; street 2, 200 m off, is taken out again.
    """
    main = grid(tmp_path, w1={"highway": "primary"}, w2={"highway": "primary"})
    rows = (StreetRule(name="street 1", buffer_m=210, core=True), StreetRule(way_id=2, core=False))
    streets, _ = classify(main, standard(), rows)
    assert np.bincount(main.way[streets.core]).tolist() == [0, 4, 0, 0, 2, 2, 2]
    assert (classes(main, *rows)[1], classes(main, *rows)[2]) == ("I", "II")


def test_an_operation_taken_out_around_is_taken_in_again_by_way(town: RoadNetwork):
    out = StreetRule(name="street 2", buffer_m=210, exclude=frozenset({"fog"}))
    back = StreetRule(way_id=2, include=frozenset({"fog"}))
    streets, notes = classify(town, standard(), (back, out))
    assert set(town.way[streets.excluded["fog"]].tolist()) == {1, 3, 4, 5, 6}
    assert set(town.way[streets.included["fog"]].tolist()) == {2}
    assert notes == []


def test_a_row_that_meets_no_street_is_told(town: RoadNetwork):
    _, notes = classify(town, standard(), (StreetRule(way_id=99), StreetRule(name="nowhere")))
    assert [note.en.split(" is ")[0] for note in notes] == ["streets: nowhere", "streets: 99"]


def test_stated_widths_and_lanes_are_no_guesses_and_the_network_before_keeps_its_own(town):
    wide = widen(town, (StreetRule(way_id=2, width_m=7.25), StreetRule(way_id=3, lanes=4)))
    on_2, on_3 = wide.way == 2, wide.way == 3
    assert set(wide.width_dm[on_2].tolist()) == {72}
    assert set(wide.width_dm[~on_2].tolist()) == set(town.width_dm.tolist()) == {60}
    assert set(wide.lanes[on_3].tolist()) == {4}
    assert not wide.lanes_guessed[on_3].any()
    assert np.array_equal(wide.lanes_guessed[~on_3], town.lanes_guessed[~on_3])


# ------------------------------------------------------------------------------------- obstacles

LARGE = truck_of(vehicle("v", "ws_l", "early"), standard(), SHIFTS).profile


@pytest.mark.parametrize(
    ("tags", "says"),
    [
        ({}, ""),
        ({"access": "no"}, "street 2: no right of access"),
        ({"width": "1.5"}, "street 2: too narrow (width)"),
        ({"maxheight": "2"}, "street 2: too low (height)"),
        ({"access": "no", "name": ""}, "residential, way 2: no right of access"),
    ],
)
def test_what_keeps_vehicles_from_a_street_is_said_with_its_name(tmp_path, tags, says):
    network = grid(tmp_path, w2=tags)
    why = Obstacles([build_turn_graph(network, LARGE)] * 2)
    arcs = np.flatnonzero(network.way == 2).tolist()
    assert why.of(arcs).en == says


def test_a_closure_gives_its_reason_and_a_far_place_its_metres():
    assert [closed(reason).en for reason in ("", "market")] == ["closed", "closed: market"]
    assert too_far(301, standard()).zh == "距最近的道路 301 米，超过 200 米"


# ------------------------------------------------------------------------------------- stops


@pytest.mark.parametrize(
    ("north", "shut", "says"),
    [
        (-150, {}, []),
        (-250, {}, ["250 m from the nearest road, beyond reach (200 m)"]),
        (-30, {"access": "no"}, ["street 1: no right of access"]),
        (100, {"access": "no"}, []),
    ],
)
def test_a_point_no_vehicle_can_serve_is_refused_with_the_cause(tmp_path, north, shut, says):
    """Off street 1, at its middle block: 200 m are in reach; 100 m north other streets are open."""
    network = grid(tmp_path, w1=shut)
    town = bureau(vehicle("c", "cp_8", "early"), points=(point("p", 100, north),))
    assert [one.why.en for one in refused_stops(network, town, standard())] == says


@pytest.mark.parametrize(("north", "notes"), [(-90, 0), (-110, 1)])
def test_a_stop_splits_its_street_and_one_served_from_afar_is_noted(town, north, notes):
    """Both directions of the block are cut: two arcs more; beyond 100 m a note names it."""
    here = bureau(vehicle("c", "cp_8", "early"), sites=(), points=(point("p", 150, north),))
    split, origin, places, told = place_stops(town, here, standard(), stops_of(here, standard()))
    assert split.num_arcs == town.num_arcs + 2
    assert np.array_equal(town.way[origin], split.way)
    (place,) = places
    assert split.head[place.right] == split.head[place.left]
    far = [note.en for note in told if "served from" in note.en]
    assert far == ["1 places are more than 100 m from the road they are served from: p p"] * notes
