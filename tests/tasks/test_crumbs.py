"""The inside of a junction goes with its street: two dual carriageways that cross, by hand.

Main Road runs east in two one-way halves, Cross Street north in two; between the four nodes where
they meet each half has a piece of 20 m of its own way and, as on real maps, of another name.
"""

from __future__ import annotations

import pytest

from models.district import StreetRule
from solver.roads.osm import read_osm
from solver.tasks.crumbs import followed
from tests.tasks.town import bureau, lonlat, passes, plan_day, rules_of, site, vehicle

NODES = {
    1: (0, 100), 2: (200, 100), 3: (220, 100), 4: (420, 100),
    5: (0, 120), 6: (200, 120), 7: (220, 120), 8: (420, 120),
    9: (200, 0), 10: (200, 320), 11: (220, 0), 12: (220, 320),
}  # fmt: skip
WAYS = {
    1: ("Main Road", (1, 2)), 2: ("Main Square", (2, 3)), 3: ("Main Road", (3, 4)),
    4: ("Main Road", (8, 7)), 5: ("Main Square", (7, 6)), 6: ("Main Road", (6, 5)),
    7: ("Cross Street", (11, 3)), 8: ("Cross Square", (3, 7)), 9: ("Cross Street", (7, 12)),
    10: ("Cross Street", (10, 6)), 11: ("Cross Square", (6, 2)), 12: ("Cross Street", (2, 9)),
    13: ("", (4, 8)), 14: ("", (5, 1)), 15: ("", (12, 10)), 16: ("", (9, 11)),
}  # fmt: skip
"""One way each, in the direction of its nodes; 2, 5, 8 and 11 are the inside of the junction, and
the last four turn round at the ends."""
INSIDE = {2: "Main Road", 5: "Main Road", 8: "Cross Street", 11: "Cross Street"}
SITES = (site("D", "depot", 100, 99), site("T", "tip", 300, 98), site("W", "water", 100, 122))


def crossing(folder, **tags):
    """The junction; `w2={...}` adds tags to way 2."""
    lines = ['<?xml version="1.0"?>', '<osm version="0.6">']
    for node, place in NODES.items():
        lon, lat = lonlat(*place)
        lines.append(f'<node id="{node}" lon="{lon:.8f}" lat="{lat:.8f}"/>')
    for way, (name, nodes) in WAYS.items():
        own = {
            "highway": "primary" if name else "service",
            "oneway": "yes",
            "width": "10",
            "name": name,
        }
        own |= tags.get(f"w{way}", {})
        lines.append(f'<way id="{way}">')
        lines += [f'<nd ref="{node}"/>' for node in nodes]
        lines += [f'<tag k="{key}" v="{value}"/>' for key, value in own.items()]
        lines.append("</way>")
    path = folder / "town.osm"
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return read_osm(path)


def follows(network, crumb_m=40, own=()):
    """Name that each way of the inside takes; its own where it follows nobody."""
    found = followed(network, crumb_m, own)
    arcs = {int(way): arc for arc, way in enumerate(network.way.tolist())}
    return {way: network.street(int(found[arcs[way]])) for way in INSIDE}


def test_every_piece_of_the_inside_follows_the_street_straight_on(tmp_path):
    network = crossing(tmp_path)
    assert follows(network) == INSIDE
    rest = [arc for arc, way in enumerate(network.way.tolist()) if way not in INSIDE]
    assert (followed(network, 40, ())[rest] == rest).all()


@pytest.mark.parametrize(
    ("tags", "crumb_m", "own"),
    [
        ({}, 20, ()),
        ({}, 40, {2}),
        ({"w2": {"highway": "secondary"}}, 40, ()),
        ({"w2": {"width": "12"}}, 40, ()),
        ({"w2": {"bridge": "yes"}}, 40, ()),
    ],
)
def test_a_piece_of_another_kind_or_with_a_row_of_its_own_stands_for_itself(
    tmp_path, tags, crumb_m, own
):
    assert follows(crossing(tmp_path, **tags), crumb_m, own)[2] == "Main Square"


def test_a_crumb_that_runs_both_ways_follows_in_both(tmp_path):
    both = {f"w{way}": {"oneway": "no"} for way in WAYS}
    network = crossing(tmp_path, **both)
    found = followed(network, 40, ())
    for arc, way in enumerate(network.way.tolist()):
        if way in INSIDE:
            assert network.street(int(found[arc])) == INSIDE[way]
            back = int(network.reverse[arc])
            assert found[back] == network.reverse[found[arc]]


def planned(tmp_path, join_m, **more):
    classes = {name: passes("08:00-12:00") for name in ("I", "II", "III")}
    rules = rules_of(sweep={"street": {"classes": classes, "join_m": join_m}})
    district = bureau(vehicle("a", "sw_s", "early"), **{"sites": SITES, **more})
    _, day = plan_day(crossing(tmp_path), district, rules, only=["sweep"])
    (part,) = day.parts
    return part.refs


@pytest.mark.parametrize("join_m", [0, 500])
def test_the_inside_is_swept_with_its_street_whatever_junctions_do(tmp_path, join_m):
    """Each half of Main Road, 420 m, and of Cross Street, 320 m, is one task."""
    refs = planned(tmp_path, join_m)
    assert sorted((ref.name, ref.length_m) for ref in refs) == [
        ("Cross Street", 320), ("Cross Street", 320), ("Main Road", 420), ("Main Road", 420),
    ]  # fmt: skip


def test_the_inside_takes_class_and_marks_of_its_street(tmp_path):
    """By name the square would be class III; a row with the way's id still rules."""
    square = StreetRule(name="Main Square", cleaning_class="III")
    refs = planned(tmp_path, 400, streets=(square,))
    assert {ref.cleaning_class for ref in refs if ref.name == "Main Road"} == {"II"}
    rows = tuple(StreetRule(way_id=way, cleaning_class="III") for way in (2, 5))
    refs = planned(tmp_path, 400, streets=rows)
    assert sorted(ref.length_m for ref in refs if ref.cleaning_class == "III") == [20, 20]
