"""Who may drive a way, by OSM's hierarchy of transport modes: whole families of tags."""

from __future__ import annotations

import pytest

from models.network import Access, NodeFlag
from solver.roads.reading.map_notes import MapNotes
from solver.roads.reading.rights import Rights, node_flags, rights

OPEN = Rights(Access.YES, Access.YES)
CAR_ONLY = Rights(Access.YES, Access.NO)
STREET = {"highway": "residential"}


def of(tags: dict[str, str], notes: MapNotes | None = None) -> tuple[Rights | None, Rights | None]:
    return rights({**STREET, **tags}, MapNotes() if notes is None else notes, "way 1")


def told(tags: dict[str, str]) -> dict[str, int]:
    notes = MapNotes()
    of(tags, notes)
    return dict(notes.counts)


@pytest.mark.parametrize(
    "tags",
    [
        {"oneway": "yes"},
        {"oneway": "Yes"},
        {"oneway": "1 "},
        {"oneway": "true"},
        {"oneway:motor_vehicle": "yes"},
        {"oneway:vehicle": "yes"},
        {"motor_vehicle:backward": "no"},
        {"vehicle:backward": "no"},
        {"access:backward": "no"},
        {"access:backward": "No"},
        {"oneway": "no", "oneway:motor_vehicle": "yes"},
        {"oneway": "recommended"},
        {"oneway:conditional": "yes @ (07:00-09:00)"},
        {"vehicle:backward:conditional": "no @ (07:00-09:00)"},
        {"junction": "roundabout"},
        {"junction": "Roundabout "},
        {"junction": "circular", "oneway:bicycle": "no"},
        {"oneway": "yes", "oneway:conditional": "no @ (Mo-Fr 07:00-09:00)"},
        {"oneway": "yes", "motor_vehicle": "destination"},
    ],
    ids=str,
)
def test_only_along(tags: dict[str, str]):
    along, against = of(tags)
    assert along is not None
    assert along.hgv <= Access.DESTINATION
    assert against is None


@pytest.mark.parametrize(
    "tags",
    [
        {"oneway": "-1"},
        {"oneway": "reverse"},
        {"motor_vehicle:forward": "no"},
        {"oneway:motor_vehicle": "-1"},
    ],
    ids=str,
)
def test_only_against(tags: dict[str, str]):
    assert of(tags) == (None, OPEN)


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"oneway": "no"},
        {"oneway": "alternating"},
        {"oneway": "yes", "oneway:motor_vehicle": "no"},
        {"oneway:bus": "yes"},
        {"oneway:bicycle": "yes"},
        {"highway": "motorway", "oneway": "no"},
        {"bicycle:backward": "no"},
        {"oneway:conditional": "no @ (07:00-09:00)"},
        {"access:lanes": "no|yes"},
    ],
    ids=str,
)
def test_both_ways(tags: dict[str, str]):
    assert of(tags) == (OPEN, OPEN)


@pytest.mark.parametrize("tag", ["oneway:hgv=yes", "hgv:backward=no", "hgv:backward=No "])
def test_one_way_for_trucks_alone(tag: str):
    key, value = tag.split("=")
    assert of({key: value}) == (OPEN, CAR_ONLY)


def test_one_way_streets_open_to_trucks_alone():
    only_trucks = Rights(Access.NO, Access.YES)
    assert of({"oneway": "yes", "oneway:hgv": "no"}) == (OPEN, only_trucks)


def test_a_reversible_lane_is_never_surely_ours():
    shut = Rights(Access.NO, Access.NO)
    assert of({"oneway": "reversible"}) == (shut, shut)


@pytest.mark.parametrize(
    ("tags", "access", "hgv"),
    [
        ({"motor_vehicle": "no", "hgv": "yes"}, Access.FOOT, Access.YES),
        ({"access": "no", "motor_vehicle": "yes"}, Access.YES, Access.YES),
        ({"vehicle": "private"}, Access.PRIVATE, Access.PRIVATE),
        ({"access": "private", "vehicle": "yes"}, Access.YES, Access.YES),
        ({"motorcar": "no"}, Access.FOOT, Access.FOOT),
        ({"goods": "no"}, Access.FOOT, Access.FOOT),
        ({"hgv": "destination", "motor_vehicle": "no"}, Access.FOOT, Access.DESTINATION),
        ({"access": "private;delivery"}, Access.PRIVATE, Access.PRIVATE),
        ({"access": "Private"}, Access.PRIVATE, Access.PRIVATE),
        ({"access": " no "}, Access.NO, Access.NO),
        ({"access": "no", "foot": "yes"}, Access.FOOT, Access.FOOT),
        ({"access": "mystery"}, Access.NO, Access.NO),
        ({"hgv": "mystery"}, Access.YES, Access.NO),
        ({"hgv:conditional": "no @ (07:00-09:00)"}, Access.YES, Access.FOOT),
        ({"access:conditional": "no @ (22:00-06:00)"}, Access.FOOT, Access.FOOT),
        ({"access": "no", "access:conditional": "yes @ (22:00-06:00)"}, Access.NO, Access.NO),
        ({"access:conditional": "yes @ (22:00-06:00)"}, Access.YES, Access.YES),
        ({"hgv:conditional": "no @ (weight>7.5)"}, Access.YES, Access.YES),
        ({"hgv:conditional": "delivery @ (22:00-06:00)"}, Access.YES, Access.DESTINATION),
        ({"hgv:conditional": "destination @ (weight>7.5)"}, Access.YES, Access.DESTINATION),
        ({"hgv:conditional": "no @ (weight>7.5 AND Mo-Fr 07:00-09:00)"}, Access.YES, Access.YES),
        ({"hgv:conditional": "no @ (axles>2)"}, Access.YES, Access.FOOT),
        ({"hgv:conditional": "no"}, Access.YES, Access.FOOT),
        ({"motor_vehicle:conditional": "no"}, Access.FOOT, Access.FOOT),
        ({"access:conditional": "destination"}, Access.DESTINATION, Access.DESTINATION),
        ({"access": "permit"}, Access.PRIVATE, Access.PRIVATE),
        ({"access": "customers"}, Access.DESTINATION, Access.DESTINATION),
        ({"access": "discouraged"}, Access.DESTINATION, Access.DESTINATION),
        ({"access": "use_sidepath"}, Access.NO, Access.NO),
        ({"access": "unknown"}, Access.NO, Access.NO),
        ({"access": "agricultural;forestry"}, Access.PRIVATE, Access.PRIVATE),
        ({"service": "emergency_access"}, Access.NO, Access.NO),
        ({"service": "emergency_access", "motor_vehicle": "yes"}, Access.YES, Access.YES),
        ({"service": "driveway"}, Access.YES, Access.YES),
        ({"service": "parking_aisle", "motorroad": "no"}, Access.YES, Access.YES),
        ({"smoothness": "impassable"}, Access.NO, Access.NO),
        ({"smoothness": "very_bad"}, Access.YES, Access.YES),
        ({"ford": "yes", "toll": "yes"}, Access.YES, Access.YES),
        ({"highway": "pedestrian", "motor_vehicle": "destination"}, Access.DESTINATION,
         Access.DESTINATION),
        ({"highway": "pedestrian", "access": "yes"}, Access.FOOT, Access.FOOT),
        ({"bus": "no", "bicycle": "no"}, Access.YES, Access.YES),
    ],
    ids=str,
)  # fmt: skip
def test_the_most_special_mode_speaks_and_doubt_forbids(
    tags: dict[str, str], access: Access, hgv: Access
):
    along, against = of(tags)
    assert along == against == Rights(access, hgv)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"access": "mystery"}, "access_unread"),
        ({"hgv:forward": "perhaps"}, "access_unread"),
        ({"oneway": "maybe"}, "oneway_unread"),
        ({"hgv:conditional": "no @ (07:00-09:00)"}, "conditions"),
        ({"oneway:conditional": "yes @ (07:00-09:00)"}, "conditions"),
    ],
    ids=str,
)
def test_what_is_not_understood_is_counted_once_with_an_example(tags: dict[str, str], kind: str):
    notes = MapNotes()
    of(tags, notes)
    ((key, value),) = tags.items()
    assert dict(notes.counts) == {kind: 1}
    assert notes.examples[kind] == f"way 1 {key}={value}"


def test_usual_tags_are_not_counted():
    assert told({"oneway": "yes", "hgv": "no", "access": "permissive", "oneway:bus": "x"}) == {}


BLOCKED, GATE, NO_HGV = NodeFlag.BLOCKED, NodeFlag.PRIVATE_GATE, NodeFlag.NO_HGV


@pytest.mark.parametrize(
    ("tags", "flags"),
    [
        ({"barrier": "bollard"}, BLOCKED),
        ({"barrier": "bollard", "motorcar": "yes"}, 0),
        ({"barrier": "bollard", "motor_vehicle": "destination"}, 0),
        ({"barrier": "bollard", "bollard": "removable"}, GATE),
        ({"barrier": "bollard", "bollard": "rising"}, GATE),
        ({"barrier": "bollard", "access": "private"}, GATE),
        ({"barrier": "bollard", "bicycle": "yes"}, BLOCKED),
        ({"barrier": "gate"}, 0),
        ({"barrier": "Gate "}, 0),
        ({"barrier": "gate", "motorcar": "no"}, BLOCKED),
        ({"barrier": "gate", "motor_vehicle": "no"}, BLOCKED),
        ({"barrier": "gate", "access": "no", "hgv": "yes"}, BLOCKED),
        ({"barrier": "gate", "hgv": "no"}, NO_HGV),
        ({"barrier": "gate", "access": "private"}, GATE),
        ({"barrier": "gate", "access": "private;delivery"}, GATE),
        ({"barrier": "lift_gate", "access": "residents"}, GATE),
        ({"barrier": "gate", "locked": "yes"}, GATE),
        ({"barrier": "gate", "locked": "yes", "motor_vehicle": "yes"}, 0),
        ({"barrier": "gate", "locked": "no"}, 0),
        ({"barrier": "gate", "access": "perhaps"}, BLOCKED),
        ({"barrier": "gate", "motor_vehicle:conditional": "no @ (20:00-06:00)"}, BLOCKED),
        ({"barrier": "gate", "opening_hours": "06:00-22:00"}, GATE),
        ({"barrier": "gate", "opening_hours": "24/7"}, 0),
        ({"barrier": "bollard", "opening_hours": "06:00-22:00"}, BLOCKED),
        ({"barrier": "gate", "opening_hours": "06:00-22:00", "access": "yes"}, GATE),
        ({"barrier": "gate", "opening_hours": "06:00-22:00", "hgv": "no"}, GATE | NO_HGV),
        ({"barrier": "gate", "access": "no", "emergency": "yes"}, BLOCKED),
        ({"barrier": "lift_gate", "emergency": "yes"}, 0),
        ({"barrier": "swing_gate", "locked": "yes"}, GATE),
        ({"barrier": "bollard", "bollard": "automatic"}, GATE),
        ({"barrier": "bollard", "maxwidth": "2.5"}, BLOCKED),
        ({"barrier": "gate;bollard"}, BLOCKED),
        ({"barrier": "gate; lift_gate"}, 0),
        ({"barrier": "gate;no"}, 0),
        ({"barrier": "gate|wall", "motor_vehicle": "yes"}, 0),
        ({"barrier": "height_restrictor"}, NO_HGV),
        ({"barrier": "height_restrictor", "maxheight:physical": "2.5"}, 0),
        ({"barrier": "height_restrictor", "hgv": "yes"}, NO_HGV),
        ({"barrier": "width_restrictor"}, NO_HGV),
        ({"barrier": "width_restrictor", "maxwidth": "2.2"}, 0),
        ({"barrier": "block"}, BLOCKED),
        ({"barrier": "gate", "hgv": "permit"}, GATE),
        ({"barrier": "toll_booth"}, 0),
        ({"barrier": "cattle_grid"}, 0),
        ({"barrier": "no"}, 0),
        ({"barrier": "bus_trap"}, BLOCKED),
        ({"barrier": "concrete_block"}, BLOCKED),
        ({"barrier": "barrier_board"}, BLOCKED),
        ({"barrier": "wicket_gate"}, BLOCKED),
        ({"barrier": "horse_stile"}, BLOCKED),
        ({"barrier": "stile", "access": "yes"}, BLOCKED),
        ({"barrier": "some_new_thing"}, BLOCKED),
        ({"barrier": "some_new_thing", "motor_vehicle": "yes"}, 0),
        ({"highway": "traffic_signals", "barrier": "block"}, BLOCKED | NodeFlag.SIGNAL),
    ],
    ids=str,
)
def test_barriers_by_kind_and_by_what_is_tagged_on_them(tags: dict[str, str], flags: int):
    assert node_flags(tags, MapNotes(), "node 1") == flags


def test_an_unknown_barrier_is_named():
    notes = MapNotes()
    node_flags({"barrier": "moat"}, notes, "node 7")
    assert notes.examples == {"barriers_unread": "node 7 barrier=moat"}


def test_a_restrictor_that_tells_no_size_is_named():
    notes = MapNotes()
    node_flags({"barrier": "height_restrictor"}, notes, "node 7")
    assert notes.examples == {"restrictors_unread": "node 7 barrier=height_restrictor"}
