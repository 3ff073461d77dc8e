"""The data of a district at the desk: uploaded, its problems told in place, mended, undone."""

from __future__ import annotations

import io
import os
import re
import shutil

import openpyxl
import pytest

from api.words.i18n import words
from models.account import Role
from scenarios.demo import write_demo
from scenarios.district.words.headings import TABLES
from tests.api.offices import bearer, people, serving

WORKBOOK = {
    "车辆": [
        ["编号", "车型", "停车场", "班次"],
        ["V1", "sw_l", "D1", "early"],
        ["V2", "没有这种车", "D1", "early"],
    ],
    "设施": [["编号", "名称", "类别", "经度", "纬度"], ["D1", "停车场", "depot", "很东", 31.78]],
}
"""Two tables; row 3 of one and row 2 of the other hold a mistake."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "d"
    write_demo(folder, size="tiny")
    return folder


@pytest.fixture
def desk(tmp_path, demo):
    shutil.copytree(demo, tmp_path / "d")
    words = people(tmp_path, Role.DISTRICT, Role.TOWN)
    with serving(tmp_path, accounts=True) as url, bearer(url, words[Role.TOWN]) as client:
        yield client


def book(sheets=WORKBOOK):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def put(client, name, content, district="d"):
    return client.put(f"/api/v1/districts/{district}/files/{name}", content=content)


def table(client, name, **query):
    return client.get(f"/api/v1/districts/d/tables/{name}", params=query).json()


def mend(client, name, **edits):
    base = edits.pop("base", None) or table(client, name)["base"]
    return client.patch(f"/api/v1/districts/d/tables/{name}", json={"base": base, **edits})


def problems(client, district="d"):
    report = client.get(f"/api/v1/districts/{district}/check", params={"date": "2026-05-12"}).json()
    return {(one["file"], one["row"], one["column"]): one for one in report["issues"]}


def test_a_cell_with_a_mistake_is_told_mended_and_the_mending_undone(desk):
    assert problems(desk) == {}
    shown = table(desk, "points")
    at = shown["headings"].index("demand_kg")
    was = shown["rows"][3]["cells"][at]
    cell = {"row": shown["rows"][3]["row"], "column": at}
    broken = mend(desk, "points", cells=[{**cell, "value": "很多"}]).json()
    assert (broken["what"], broken["about"]) == ("corrected", "points.csv")
    ((place, told),) = problems(desk).items()
    assert place == ("points.csv", cell["row"], "demand_kg")
    assert (told["value"], bool(told["hint_zh"])) == ("很多", True)
    mend(desk, "points", cells=[{**cell, "value": was}])
    assert problems(desk) == {}
    desk.post(f"/api/v1/districts/d/revisions/{broken['id']}/restore")
    assert problems(desk).keys() == {place}


def test_all_other_cells_of_a_table_stay_what_they_were(desk):
    before = table(desk, "points", most=500)["rows"]
    number, cells = before[5]["row"], before[5]["cells"]
    mend(desk, "points", cells=[{"row": number, "column": 1, "value": '新名，带逗号,"和引号"'}])
    after = table(desk, "points", most=500)["rows"]
    assert after[5]["cells"] == [cells[0], '新名，带逗号,"和引号"', *cells[2:]]
    assert [row for row in after if row["row"] != number] == [
        row for row in before if row["row"] != number]  # fmt: skip


def test_rows_are_taken_out_and_added(desk):
    before = table(desk, "vehicles", most=500)
    gone, last = before["rows"][1], before["rows"][-1]
    new = ["NEW", *last["cells"][1:]]
    assert mend(desk, "vehicles", removed=[gone["row"]], added=[new]).status_code == 200
    after = table(desk, "vehicles", most=500)["rows"]
    assert gone["cells"] not in [row["cells"] for row in after]
    assert after[-1]["cells"][: len(new)] == new
    assert len(after) == before["total"]


def test_whoever_comes_second_is_told_and_overwrites_nothing(desk):
    base = table(desk, "points")["base"]
    cell = {"row": 2, "column": 1}
    assert mend(desk, "points", base=base, cells=[{**cell, "value": "一"}]).status_code == 200
    late = mend(desk, "points", base=base, cells=[{**cell, "value": "二"}])
    assert (late.status_code, late.json()["error"]) == (409, "not_possible")
    assert table(desk, "points")["rows"][1]["cells"][1] == "一"


def test_a_newcomer_begins_a_district_and_uploads_a_workbook_with_mistakes(desk, demo):
    begun = desk.post("/api/v1/districts", json={"id": "new", "name": "新区", "crs": "wgs84"})
    assert (begun.status_code, begun.json()["name"]) == (201, "新区")
    again = desk.post("/api/v1/districts", json={"id": "new", "name": "新区", "crs": "wgs84"})
    assert again.status_code == 409
    assert put(desk, "roads.osm", (demo / "roads.osm").read_bytes(), "new").status_code == 200
    assert put(desk, "台账.xlsx", book(), "new").json()["what"] == "uploaded"
    found = problems(desk, "new")
    assert ("台账.xlsx", 3, "车型") in found
    assert ("台账.xlsx", 2, "经度") in found
    tables = desk.get("/api/v1/districts/new/tables").json()
    assert [(one["table"], one["sheet"]) for one in tables] == [
        ("facilities", "设施"), ("vehicles", "车辆")]  # fmt: skip
    url = "/api/v1/districts/new/tables/facilities"
    base = desk.get(url).json()["base"]
    cells = [{"row": 2, "column": 3, "value": "119.98"}]
    assert desk.patch(url, json={"base": base, "cells": cells}).status_code == 200
    left = problems(desk, "new")
    assert ("台账.xlsx", 2, "经度") not in left
    assert ("台账.xlsx", 3, "车型") in left


def test_the_datum_is_chosen_and_shown(desk):
    url = "/api/v1/districts/d/settings"
    assert desk.put(url, json={"key": "crs", "value": "gcj02"}).status_code == 200
    page = desk.get("/data/d", headers={"Accept": "text/html"}).text
    assert '<option value="gcj02" selected>' in page
    assert desk.put(url, json={"key": "shifts", "value": "x"}).status_code == 409


def test_every_version_is_there_and_undo_brings_a_removed_file_back(desk):
    before = table(desk, "orders")["rows"]
    desk.delete("/api/v1/districts/d/files/orders.csv")
    assert desk.get("/api/v1/districts/d/tables/orders").status_code == 404
    removed, found = desk.get("/api/v1/districts/d/revisions").json()
    assert (removed["what"], removed["who"], found["what"]) == ("removed", "the-town", "found")
    desk.post(f"/api/v1/districts/d/revisions/{found['id']}/restore")
    assert table(desk, "orders")["rows"] == before
    assert desk.post("/api/v1/districts/d/revisions/99999/restore").status_code == 409


def test_a_change_by_another_program_is_noted_and_not_lost(desk, tmp_path):
    put(desk, "orders.csv", b"id,operation\n")
    path = tmp_path / "d" / "orders.csv"
    path.write_bytes("id,operation\n手改,sweep\n".encode())
    put(desk, "orders.csv", b"id,operation\n")
    newest, outside, *_ = desk.get("/api/v1/districts/d/revisions").json()
    assert (newest["what"], outside["what"], outside["who"]) == ("uploaded", "outside", "")
    desk.post(f"/api/v1/districts/d/revisions/{outside['id']}/restore")
    assert "手改" in path.read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    ["..%2Fx.csv", ".hidden.csv", "x.exe", "x", "ledger.sqlite", "a%00.csv", "%2e%2e", "a:b.csv",
     "x" * 130 + ".csv", "district.toml%2Fx.csv"],
)  # fmt: skip
def test_files_that_no_district_has_are_refused(desk, tmp_path, name):
    answer = put(desk, name, b"x")
    assert answer.status_code in {404, 409}
    assert {path.name for path in tmp_path.iterdir()} <= {
        "d",
        "ledger.sqlite",
        "ledger.sqlite-wal",
        "ledger.sqlite-shm",
    }


def test_settings_are_not_removed(desk):
    assert desk.delete("/api/v1/districts/d/files/district.toml").status_code == 409


def test_formulas_are_not_made_by_typing(desk):
    put(desk, "vehicles.xlsx", book({"车辆": [["编号", "车型", "停车场"], ["V1", "sw_l", "D1"]]}))
    desk.delete("/api/v1/districts/d/files/vehicles.csv")
    mend(desk, "vehicles", cells=[{"row": 2, "column": 0, "value": "=HYPERLINK(1)"}])
    assert table(desk, "vehicles")["rows"][1]["cells"][0] == "=HYPERLINK(1)"


def test_files_of_other_programs_are_shown_and_not_changed(desk):
    places = b'{"type": "FeatureCollection", "features": []}'
    put(desk, "orders.geojson", places)
    shown = {one["file"]: one for one in desk.get("/api/v1/districts/d/tables").json()}
    assert shown["points.csv"]["changeable"]


def test_the_pages_of_data_show_names_as_text(desk):
    evil = "<b>x</b>"
    desk.put("/api/v1/districts/d/settings", json={"key": "name", "value": evil})
    for path in ("/data", "/data/d", "/"):
        text = desk.get(path, headers={"Accept": "text/html"}).text
        assert evil not in text
        assert "&lt;b&gt;" in text


def test_every_table_of_the_format_has_a_name_in_both_languages():
    assert {f"table_{name}" for name in TABLES} <= words()["desk"].keys()


def test_undo_pressed_again_and_again_walks_back_and_not_there_and_back(desk, tmp_path):
    """Three versions of a file; after each undo the one before, until nothing is left to undo."""
    for text in (b"id\n1\n", b"id\n2\n", b"id\n3\n"):
        put(desk, "orders.csv", text)
    path, seen = tmp_path / "d" / "orders.csv", []
    for _ in range(3):
        page = desk.get("/data/d", headers={"Accept": "text/html"}).text
        found = re.search(r'<p><button data-restore="(\d+)">', page)
        desk.post(f"/api/v1/districts/d/revisions/{found[1]}/restore")
        seen.append(path.read_bytes())
    assert seen[:2] == [b"id\n2\n", b"id\n1\n"]
    assert seen[2].startswith(b"\xef\xbb\xbfid,operation")  # as it was found
    page = desk.get("/data/d", headers={"Accept": "text/html"}).text
    assert not re.search(r'<p><button data-restore="(\d+)">', page)


def test_an_upload_that_is_cut_off_changes_nothing(desk, tmp_path):
    before = (tmp_path / "d" / "points.csv").read_bytes()

    def half():
        yield before[:200]
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        desk.put("/api/v1/districts/d/files/points.csv", content=half())
    assert (tmp_path / "d" / "points.csv").read_bytes() == before
    assert put(desk, "points.csv", before + b"\n").status_code == 200


def test_what_a_killed_server_left_behind_goes_with_the_next_change(desk, tmp_path):
    old, fresh = (tmp_path / "d" / f".huanwei-{name}" for name in ("old", "fresh"))
    for one in (old, fresh):
        one.mkdir()
        (one / "draft").write_bytes(b"half a table")
    os.utime(old, (0, 0))
    assert put(desk, "points.csv", (tmp_path / "d" / "points.csv").read_bytes()).status_code == 200
    assert (old.exists(), fresh.exists()) == (False, True)
