"""Signed limits: all keys, all units, lists, and what nobody can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.network import Profile
from solver.roads.graph import Verdict, build_turn_graph
from solver.roads.reading.limits import CLOSED, METRES, TONNES, Limits, limits, measure
from solver.roads.reading.map_notes import MapNotes
from tests.roads.towns import STREET, arc, town

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [
        ("7.5", 7.5), ("7.5 t", 7.5), ("7,5 t", 7.5), (".5 t", 0.5), ("10T", 10), ("10吨", 10),
        ("3500 kg", 3.5), ("3500公斤", 3.5), ("3500千克", 3.5), ("3.5 tonnes", 3.5),
        ("15 mt", 15), ("限重10吨", 10), ("总重 10 吨", 10), ("１０吨", 10), ("10吨以下", 10),
        ("10;8", 8), ("10 t; 7.5 t", 7.5), ("10|8", 8), ("10、8", 8), ("<3.5t", 3.5),
        ("22000 lbs", 9.979), ("10 st", 9.07), ("10 tons", 9.07), ("max 3.5 t", 3.5),
        ("3500", 3.5), ("0", 0), ("40,000 lbs", 18.14), ("40 000 kg", 40), ("3,500 kg", 3.5),
    ],
)  # fmt: skip
def test_weights(text: str, tonnes: float):
    assert measure(text, TONNES) == pytest.approx(tonnes, abs=0.01)


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("3.5", 3.5), ("3.5 m", 3.5), ("3,5m", 3.5), ("3.5米", 3.5), ("3米5", 3.5), ("350 cm", 3.5),
        ("350", 3.5), ("3500", 3.5), ("限高3.5米", 3.5), ("4.5;3.8", 3.8), ("8'6\"", 2.59),
        ("8′6″", 2.59), ("8’6”", 2.59), ("8'6''", 2.59), ("12 ft 6 in", 3.81), ("12ft", 3.66),
        ("12'", 3.66), ("78 in", 1.98), ("16'5\"", 5.0), ("１３′", 3.96),
    ],
)  # fmt: skip
def test_lengths(text: str, metres: float):
    assert measure(text, METRES) == pytest.approx(metres, abs=0.01)


@pytest.mark.parametrize("text", ["", "ten", "10 elephants", "10;many", "3-4", "45 m high", "-3"])
def test_nonsense_is_no_number(text: str):
    assert measure(text, METRES) is None


@pytest.mark.parametrize(
    "key",
    [
        "maxweight", "maxweight:hgv", "maxweightrating", "maxweightrating:hgv", "maxgcweight",
        "maxgcweightrating", "maxweight:signed", "maxweight:forward", "maxweight:goods",
        "maxunladenweight", "maxload", "maxtonnage", "max_weight", "maxweight:both_ways",
    ],
)  # fmt: skip
def test_every_key_of_weight_binds(key: str):
    assert limits({key: "7.5"}, MapNotes(), "way 1") == Limits(max_weight_kg=7500)


@pytest.mark.parametrize("suffix", ["", ":physical", ":signed", ":legal", ":hgv", ":forward"])
@pytest.mark.parametrize("base", ["maxheight", "maxwidth", "maxlength"])
def test_every_key_of_size_binds(base: str, suffix: str):
    found = limits({base + suffix: "3.2"}, MapNotes(), "way 1")
    assert found == Limits(**{f"max_{base[3:]}_cm": 320})


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ({"maxweight": "10", "maxweightrating": "7.5"}, Limits(max_weight_kg=7500)),
        ({"maxaxleload": "8"}, Limits(max_weight_kg=12_500)),
        ({"maxweight:backward": "5"}, Limits()),
        ({"maxweight:bus": "5"}, Limits()),
        ({"maxheight": "default"}, Limits()),
        ({"maxheight": "none", "maxheight:signed": "no"}, Limits()),
        ({"maxweight:conditional": "5 @ (22:00-06:00); none @ delivery"},
         Limits(max_weight_kg=5000)),
        ({"hgv:conditional": "no @ (weight>7.5)"}, Limits(max_weight_kg=7500)),
        ({"access:conditional": "no @ (length>10 m)"}, Limits(max_length_cm=1000)),
        ({"hgv:conditional": "yes @ (weight>7.5)"}, Limits()),
        ({"hgv:conditional": "destination @ (weight>7.5)"}, Limits()),
        ({"hgv:conditional": "no @ (07:00-19:00; weight>7.5)"}, Limits(max_weight_kg=7500)),
        ({"hgv:conditional": "no @ (weight>7.5 AND Mo-Fr 07:00-19:00)"},
         Limits(max_weight_kg=7500)),
        ({"hgv:conditional": "no @ (weight>7.5t)"}, Limits(max_weight_kg=7500)),
        ({"hgv:conditional": "private @ (width>2.2 AND length>10)"},
         Limits(max_width_cm=220, max_length_cm=1000)),
        ({"maxweight:conditional": "7.5"}, Limits(max_weight_kg=7500)),
        ({"maxheight:forward:conditional": "3.5 @ (07:00-19:00)"}, Limits(max_height_cm=350)),
        ({"maxheight": "no_sign", "maxheight:physical": "4,1"}, Limits(max_height_cm=410)),
        ({"maxheight": "below_default"}, Limits(max_height_cm=CLOSED)),
        ({"maxheight": "3;4"}, Limits(max_height_cm=300)),
        ({"maxlength": "25"}, Limits(max_length_cm=2500)),
        ({"maxlength": "25.25 m;18"}, Limits(max_length_cm=1800)),
        ({"maxlength:hgv:conditional": "12 @ (wet)"}, Limits(max_length_cm=1200)),
        ({"maxlength": "75"}, Limits(max_length_cm=CLOSED)),
        ({"max_height": "3.2"}, Limits(max_height_cm=320)),
        ({"maxspeed": "30", "maxstay": "2 h"}, Limits()),
    ],
    ids=str,
)  # fmt: skip
def test_the_strictest_of_all_limits_holds(tags: dict[str, str], found: Limits):
    assert limits(tags, MapNotes(), "way 1") == found


@pytest.mark.parametrize("value", ["限", "heavy", "10 elephants", "10;many", "below_default", "0"])
def test_a_limit_nobody_can_read_closes_the_road(value: str):
    notes = MapNotes()
    assert limits({"maxweight": value}, notes, "way 9").max_weight_kg == CLOSED
    told = notes.examples.get("limits_unread")
    assert told == (None if value == "0" else f"way 9 maxweight={value}")


@pytest.mark.parametrize(
    ("tags", "verdict"),
    [
        ({"maxlength": "10"}, Verdict.LENGTH),
        ({"maxweightrating:hgv": "10 tonnes"}, Verdict.WEIGHT),
        ({"maxheight:physical": "9'"}, Verdict.HEIGHT),
        ({"maxwidth:physical": "2.2"}, Verdict.WIDTH),
        ({"maxaxleload": "10"}, Verdict.WEIGHT),
        ({"maxaxleload": "10.5"}, Verdict.FINE),
    ],
    ids=str,
)
def test_limits_keep_a_truck_out(tmp_path: Path, tags: dict[str, str], verdict: Verdict):
    """A truck of 16 t, 3.2 m high, 2.5 m wide and 12 m long."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0)]
    ways = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], {**STREET, **tags})]
    graph = build_turn_graph(town(tmp_path, nodes, ways), Profile())
    assert graph.verdict[arc(graph.network, 3, 4)] == verdict


def test_a_limit_of_one_direction_binds_one_arc(tmp_path: Path):
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]
    ways = [([1, 2], STREET), ([2, 3], {**STREET, "maxweight:backward": "5"})]
    network = town(tmp_path, nodes, ways)
    assert network.max_weight_kg[arc(network, 2, 3)] == 0
    assert network.max_weight_kg[arc(network, 3, 2)] == 5000
