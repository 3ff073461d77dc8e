"""A district changed on its map: places dragged, rows set, streets closed, two at one row."""

from __future__ import annotations

import csv
import io
import shutil

import httpx
import pytest

from models.account import Role
from scenarios.demo import write_demo
from tests.api.offices import PASSWORD, bearer, people, serving

DAY = "2026-05-12"
METRE = 1e-5
"""Degrees of about a metre."""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """One server with a demo district and somebody of a town at work."""
    root = tmp_path_factory.mktemp("data")
    write_demo(root / "demo", size="tiny")
    words = people(root, Role.DISTRICT, Role.TOWN)
    with serving(root, accounts=True) as url, bearer(url, words[Role.TOWN]) as client:
        yield root, client


class Desk:
    """A district of one's own, and the way to its addresses."""

    def __init__(self, client, folder):
        self.client, self.folder = client, folder

    def get(self, path, **query):
        return self.client.get(f"/api/v1/districts/{self.folder.name}/{path}", params=query)

    def send(self, method, path, body):
        return self.client.request(
            method, f"/api/v1/districts/{self.folder.name}/{path}", json=body
        )


@pytest.fixture
def desk(office):
    root, client = office
    folder = root / f"d{len(list(root.iterdir()))}"
    shutil.copytree(root / "demo", folder)
    return Desk(client, folder)


def atlas(client):
    return client.get("map", date=DAY).json()


def table(client, name):
    return next(one for one in atlas(client)["tables"] if one["table"] == name)


def row_of(client, name, key):
    return next(row for row in table(client, name)["rows"] if key in row["cells"])


def change(client, name, **wish):
    return client.send("PATCH", f"tables/{name}/rows", wish)


def cells(desk, name):
    text = (desk.folder / name).read_text("utf-8-sig")
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text))}


def named(row, **values):
    """A wish about a row as it was seen."""
    return {"row": row["row"], "seen": row["cells"], **({"values": values} if values else {})}


def first(client, name="points"):
    return table(client, name)["rows"][0]


def test_a_dragged_point_is_there_and_the_rest_of_the_table_is_as_it_was(desk):
    before, row = (desk.folder / "points.csv").read_text("utf-8-sig"), first(desk)
    at = [row["at"][0] + 50 * METRE, row["at"][1]]
    wish = {"row": row["row"], "seen": row["cells"], "at": at}
    assert change(desk, "points", put=[wish]).json()["about"] == "points.csv"
    assert first(desk)["at"] == pytest.approx(at, abs=METRE / 100)
    after = (desk.folder / "points.csv").read_text("utf-8-sig")
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    assert sum(old != new for old, new in pairs) == 1
    undone = desk.send("POST", "undo", {"latest": atlas(desk)["latest"]})
    assert undone.status_code == 200
    assert (desk.folder / "points.csv").read_text("utf-8-sig") == before


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "epsg:4547", "epsg:32650"])
def test_a_place_is_written_in_the_datum_of_the_table_and_read_back(desk, crs):
    row = first(desk)
    desk.send("PUT", "settings", {"key": "crs", "value": crs})
    at = [119.9812345, 31.8054321]
    near = desk.get("near", lon=at[0], lat=at[1]).json()
    wish = {"row": row["row"], "seen": row["cells"], "at": at}
    assert change(desk, "points", put=[wish]).status_code == 200
    written = cells(desk, "points.csv")[row["cells"][0]]
    assert (written["lon"], written["lat"], near["crs"]) == (near["x"], near["y"], crs)
    shown = row_of(desk, "points", row["cells"][0])
    assert shown["at"] == pytest.approx(at, abs=METRE / 50)
    if crs in {"gcj02", "bd09"}:  # some 500 m away from what a receiver says
        assert abs(float(written["lon"]) - at[0]) > 300 * METRE


def test_what_a_place_is_near_is_told_before_it_is_saved(desk):
    roads = desk.get("roads").json()
    lon, lat = (number / 1e5 for number in roads["pieces"][0]["line"][:2])
    near = desk.get("near", lon=lon, lat=lat).json()
    assert (near["verdict"], near["distance_m"] <= 1) == ("near", True)
    away = desk.get("near", lon=lon + 1, lat=lat).json()
    assert (away["verdict"], away["distance_m"] > 80_000) == ("off", True)


def test_rows_are_added_with_a_new_column_and_taken_out(desk):
    row = first(desk)
    values = {"id": "NEW", "stream": "residual", "demand_kg": "120", "capacity_kg": "240"}
    change(desk, "points", added=[{"values": values, "at": row["at"]}])
    made = cells(desk, "points.csv")["NEW"]
    assert (made["demand_kg"], made["capacity_kg"]) == ("120", "240")
    shown = row_of(desk, "points", "NEW")
    assert change(desk, "points", gone=[named(shown)]).status_code == 200
    assert "NEW" not in cells(desk, "points.csv")


def test_a_closure_is_drawn_where_no_table_of_closures_was(desk):
    (desk.folder / "closures.csv").unlink()
    roads, before = desk.get("roads").json(), atlas(desk)
    assert before["closed"] == []
    way = roads["pieces"][0]["way"]
    values = {"way_id": str(way), "begin": DAY, "end": DAY, "reason": "施工"}
    assert change(desk, "closures", added=[{"values": values}]).json()["about"] == "closures.csv"
    closed = {roads["pieces"][at]["way"] for at in atlas(desk)["closed"]}
    assert closed == {way}
    report = desk.get("check", date=DAY).json()
    assert report["fine"]


def test_a_street_row_changes_the_class_of_its_pieces_alone(desk):
    roads, before = desk.get("roads").json(), atlas(desk)["classes"]
    name = next(one["name"] for one in roads["pieces"] if roads["names"][one["name"]])
    values = {"name": roads["names"][name], "cleaning_class": "I"}
    assert change(desk, "streets", added=[{"values": values}]).status_code == 200
    after = atlas(desk)["classes"]
    for piece, old, new in zip(roads["pieces"], before, after, strict=True):
        assert new == ("1" if piece["name"] == name else old)


def test_two_people_at_one_row_lose_nothing(desk):
    row = first(desk)
    key = row["cells"][0]
    seen = {"row": row["row"], "seen": row["cells"]}
    assert change(desk, "points", put=[{**seen, "values": {"demand_kg": "777"}}]).status_code == 200
    # another cell of the row as both saw it: both changes are kept
    assert change(desk, "points", put=[{**seen, "values": {"name": "新名"}}]).status_code == 200
    kept = cells(desk, "points.csv")[key]
    assert (kept["demand_kg"], kept["name"]) == ("777", "新名")
    # the same cell: told what stands there now, and nothing is overwritten
    late = change(desk, "points", put=[{**seen, "values": {"demand_kg": "1"}}])
    assert (late.status_code, late.json()["error"]) == (409, "changed_meanwhile")
    assert "777" in late.json()["errors"][0]["message_en"]
    # who would take it out is told too
    gone = change(desk, "points", gone=[seen])
    assert gone.json()["error"] == "changed_meanwhile"
    assert cells(desk, "points.csv")[key]["demand_kg"] == "777"


def test_a_row_is_found_again_after_others_were_taken_out(desk):
    above, below = table(desk, "points")["rows"][:2]
    assert change(desk, "points", gone=[named(above)]).status_code == 200
    assert change(desk, "points", put=[named(below, demand_kg="55")]).status_code == 200
    assert cells(desk, "points.csv")[below["cells"][0]]["demand_kg"] == "55"
    again = change(desk, "points", put=[named(above, demand_kg="1")])
    assert again.json()["error"] == "changed_meanwhile"


def test_undo_walks_back_and_refuses_what_nobody_has_seen(desk):
    row = first(desk)
    for text in ("一", "二"):
        row = first(desk)
        change(desk, "points", put=[named(row, name=text)])
    key, first_name = row["cells"][0], "一"
    late = desk.send("POST", "undo", {"latest": 1})
    assert late.json()["error"] == "changed_meanwhile"

    def undo():
        return desk.send("POST", "undo", {"latest": atlas(desk)["latest"]})

    assert undo().status_code == 200
    assert cells(desk, "points.csv")[key]["name"] == first_name
    assert undo().status_code == 200
    assert cells(desk, "points.csv")[key]["name"] not in {"一", "二"}
    assert undo().status_code == 409


@pytest.mark.parametrize(
    ("name", "wish", "told"),
    [
        ("points", {"added": [{"values": {"colour": "red"}}]}, "no column colour"),
        ("vehicles", {"added": [{"values": {"id": "V"}, "at": [120, 31]}]}, "have no place"),
        ("points", {"put": [{"row": 99_999, "seen": ["nobody"]}]}, "not there any more"),
        ("permits", {"gone": [{"row": 2, "seen": []}]}, "the table is gone"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(desk, name, wish, told):
    before = {path.name: path.read_bytes() for path in desk.folder.iterdir() if path.is_file()}
    answer = change(desk, name, **wish)
    assert (answer.status_code, told in answer.text) == (409, True)
    after = {path.name: path.read_bytes() for path in desk.folder.iterdir() if path.is_file()}
    assert after == before


def test_a_place_in_one_cell_keeps_its_order(desk):
    text = '编号,垃圾类别,纬度/经度,垃圾量(kg)\r\nA,其他垃圾,"31.8,119.98",100\r\n'
    (desk.folder / "points.csv").write_text(text, "utf-8")
    row = first(desk)
    assert row["at"] == [119.98, 31.8]
    wish = {"row": 2, "seen": row["cells"], "at": [119.99, 31.81], "values": {"note": "搬过"}}
    change(desk, "points", put=[wish])
    lines = (desk.folder / "points.csv").read_text("utf-8").split("\n")
    assert lines[0].endswith("垃圾量(kg),备注")
    assert '"31.8100000,119.9900000"' in lines[1]
    assert first(desk)["at"] == [119.99, 31.81]


def test_a_page_of_elsewhere_cannot_change_rows(office):
    url = str(office[1].base_url)
    with httpx.Client(base_url=url, timeout=30) as client:
        client.post("/login", data={"name": "the-town", "password": PASSWORD})
        refused = client.patch("/api/v1/districts/demo/tables/points/rows", json={})
        undone = client.post("/api/v1/districts/demo/undo", json={"latest": 1})
    assert [one.json()["error"] for one in (refused, undone)] == ["foreign_form"] * 2


def test_a_zone_is_drawn_in_the_datum_of_its_table_and_its_corners_are_read_back(desk):
    desk.send("PUT", "settings", {"key": "crs", "value": "gcj02"})
    ring = [[119.97, 31.79], [119.99, 31.79], [119.98, 31.81]]
    new = {"values": {"id": "Z1", "operator": "东方公司"}, "ring": ring}
    assert change(desk, "zones", added=[new]).json()["about"] == "zones.csv"
    (row,) = table(desk, "zones")["rows"]
    for found, drawn in zip(row["rings"][0], ring, strict=True):
        assert found == pytest.approx(drawn, abs=METRE / 50)
    assert "119.97," not in cells(desk, "zones.csv")["Z1"]["area"]  # some 500 m away from it
    wrong = change(desk, "points", put=[{**named(first(desk)), "ring": ring}])
    assert "no column area" in wrong.text
