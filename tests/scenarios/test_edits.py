"""Scenario files: what they change, on which day, and what is wrong with bad ones."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from models.district import Stream
from models.edits import CloseStreet, Merge, Open, Scenario, SplitPoint
from models.errors import InputErrors
from scenarios.demo import write_demo
from scenarios.desk.day import load_folder
from scenarios.edits.places import check_on_map
from scenarios.edits.read import read_scenario
from solver.edits.apply import apply_scenario
from tests.scenarios.towns import district

DAY = date(2026, 10, 1)


def changed(tmp_path: Path, text: str, day: date = DAY):
    path = tmp_path / "what_if.toml"
    path.write_text('name = "x"\n' + text, encoding="utf-8")
    return apply_scenario(district(), read_scenario(path), day)


def ids(found) -> list[str]:
    return [site.id for site in found.sites]


MOVE = """
[[edits]]
do = "move"
site = "S1"
lon = 120.2
lat = 31.1
capacity_t = 75
open_from = 2026-09-01
close_on = 2026-12-01
"""


@pytest.mark.parametrize(
    ("day", "sites"),
    [
        (date(2026, 8, 31), ["S1", "S2", "P1"]),
        (date(2026, 10, 1), ["S1", "S2", "P1", "S1-new"]),
        (date(2026, 12, 1), ["S2", "P1", "S1-new"]),
    ],
)
def test_a_moved_station_opens_before_the_old_one_closes(tmp_path, day, sites):
    assert ids(changed(tmp_path, MOVE, day)) == sites


def test_half_as_much_again_in_all_that_goes_with_tonnage(tmp_path):
    new = changed(tmp_path, MOVE).site("S1-new")
    assert (new.design_kg, new.bays, new.press_kg_h, new.boxes) == (75_000, 3, 21_000, 5)
    assert (new.lon, new.lat, new.windows) == (120.2, 31.1, ((14_400, 82_800),))


def test_merging_adds_up(tmp_path):
    found = changed(
        tmp_path,
        '[[edits]]\ndo = "merge"\nsites = ["S1", "S2"]\nsite = "N"\nlon = 120\nlat = 31\n',
    )
    assert ids(found) == ["P1", "N"]
    assert (found.site("N").design_kg, found.site("N").bays) == (80_000, 4)


def test_plants_in_one_take_what_they_took_apart():
    """9 t and 6 t a day make 15; a plant without a quota makes one without."""
    plant = district().site("P1")
    for quota, merged in ((6_000, 15_000), (0, 0)):
        town = replace(district(), sites=(plant, replace(plant, id="P2", daily_quota_kg=quota)))
        edit = Merge(do="merge", sites=("P1", "P2"), site="P", lon=120.1, lat=31.0)
        found = apply_scenario(town, Scenario(name="x", edits=(edit,)), DAY)
        assert [site.daily_quota_kg for site in found.sites] == [merged]


def test_edits_are_held_against_the_map(tmp_path):
    """A place far from every road, a street misspelt and a way that is not there."""
    write_demo(tmp_path / "town", size="tiny")
    network = load_folder(tmp_path / "town", DAY).network
    name = next(text for text in network.names if text)
    here = float(network.lon[0]), float(network.lat[0])
    edits = (
        Open(do="open", site="A", like="S1", lon=here[0], lat=here[1]),
        Open(do="open", site="B", like="S1", lon=here[0] + 1, lat=here[1]),
        SplitPoint(do="split_point", point="R0", places=(here, (here[0], here[1] + 1))),
        CloseStreet(do="close_street", name=name),
        CloseStreet(do="close_street", name=name + "x"),
        CloseStreet(do="close_street", way_id=1),
    )
    found = list(check_on_map(Scenario(name="x", edits=edits), network))
    assert [(one.code, one.row) for one in found] == [
        ("E706", 2), ("E706", 3), ("E701", 5), ("E701", 6)
    ]  # fmt: skip
    assert name in found[2].hint_en


def test_open_close_resize_hours_one_after_the_other(tmp_path):
    found = changed(
        tmp_path,
        """
[[edits]]
do = "open"
site = "S9"
like = "S2"
lon = 120
lat = 31
[[edits]]
do = "close"
site = "S2"
[[edits]]
do = "resize"
site = "P1"
capacity_t = 20
[[edits]]
do = "hours"
site = "S9"
hours = "06:00-18:00"
""",
    )
    assert ids(found) == ["S1", "P1", "S9"]
    assert found.site("P1").daily_quota_kg == 20_000
    assert found.site("S9").windows == ((21_600, 64_800),)


def test_fleet_points_demand_and_streets(tmp_path):
    found = changed(
        tmp_path,
        """
[[edits]]
do = "fleet"
like = "V1"
count = 2
remove = ["V2"]
[[edits]]
do = "merge_points"
points = ["R0", "R1"]
[[edits]]
do = "split_point"
point = "R2"
places = [[120.0, 31.0], [120.1, 31.0], [120.2, 31.0]]
[[edits]]
do = "demand"
factor = 2
stream = "residual"
[[edits]]
do = "close_street"
name = "人民路"
close_on = 2026-10-05
""",
    )
    assert [one.id for one in found.vehicles] == ["V1", "V1-new1", "V1-new2"]
    assert [(p.id, p.demand_kg) for p in found.points] == [
        ("R0", 402), ("R2", 68), ("R2-2", 68), ("R2-3", 68),
    ]  # fmt: skip
    assert all(point.stream == Stream.RESIDUAL for point in found.points)
    assert (found.closures[0].begin, found.closures[0].end) == (DAY, date(2026, 10, 5))


def test_everything_wrong_is_said_at_once(tmp_path):
    with pytest.raises(InputErrors) as found:
        changed(
            tmp_path,
            """
surplus = 1
[[edits]]
do = "teleport"
[[edits]]
do = "close"
[[edits]]
do = "demand"
factor = -1
""",
        )
    places = [(i.code, i.row, i.column) for i in found.value.issues]
    assert places == [
        ("E702", 0, "surplus"), ("E702", 1, "do"), ("E703", 2, "site"), ("E702", 3, "factor"),
    ]  # fmt: skip
    assert all(i.message_zh and i.hint_zh and i.hint_en for i in found.value.issues)


def test_names_the_district_does_not_have_come_with_the_nearest(tmp_path):
    text = '[[edits]]\ndo = "close"\nsite = "S3"\n[[edits]]\ndo = "fleet"\nremove = ["W1"]\n'
    with pytest.raises(InputErrors) as found:
        changed(tmp_path, text)
    assert [(i.code, i.row, i.value) for i in found.value.issues] == [
        ("E701", 1, "S3"),
        ("E701", 2, "W1"),
    ]
    assert "S1" in found.value.issues[0].hint_en


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[[edits]]\ndo = "open"\nsite = "S2"\nlike = "S1"\nlon = 1\nlat = 1\n', "E704"),
        (MOVE.replace("2026-12-01", "2026-01-01"), "E705"),
        ('[[edits]]\ndo = "close_street"\n', "E703"),
        ('[[edits]]\ndo = "merge"\nsites = ["S1", "P1"]\nsite = "N"\nlon = 1\nlat = 1\n', "E702"),
        ("", "E703"),
        ("[[edits", "E700"),
    ],
)
def test_other_mistakes(tmp_path, text, code):
    with pytest.raises(InputErrors) as found:
        changed(tmp_path, text)
    assert [issue.code for issue in found.value.issues] == [code]
