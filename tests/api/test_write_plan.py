"""A plan folder: complete, whole or nothing, readable by the programs it is meant for."""

import json
from datetime import datetime

import gpxpy
import openpyxl
import pytest

from api.exports.folder import (
    Telling,
    file_names,
    plan_files,
    write_plan,
    write_side_by_side,
)
from api.exports.whole import PlanFolderError, drafted
from api.serve.pages.hand import map_content
from models.plan import Plan
from models.record import PlanText
from scenarios.desk.horizon.quota_line import QuotaLine
from tests.api.handmade import make_district, tiny_network, walk_plan


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    network = tiny_network(folder)
    return walk_plan(network), network, make_district(network, folder, 6)


@pytest.fixture(scope="module")
def written(town, tmp_path_factory):
    return write_plan(*town, tmp_path_factory.mktemp("plans") / "2026-03-02")


def test_folder_holds_every_file_of_the_plan(town, written):
    plan = town[0]
    names = {p.relative_to(written).as_posix() for p in written.rglob("*") if p.is_file()}
    per_route = {
        name
        for route in plan.routes
        for name in (f"gpx/{route.id}.gpx", f"sheets/{route.id}.html", f"sheets/en/{route.id}.html")
    }
    per_person = {
        f"sheets/{folder}driver-{duty.driver}.html"
        for duty in plan.roster
        for folder in ("", "en/")
    }
    whole = {"plan.json", "routes.geojson", "plan.xlsx", "map.html"}
    sheets = {f"sheets/{name}.html" for name in ("all", "en/all", "drivers", "en/drivers")}
    assert names == whole | per_route | per_person | sheets


@pytest.mark.parametrize("workers", [1, 2])
def test_files_are_the_same_whoever_writes_them(town, written, tmp_path, workers):
    """But for the workbook, which tells when it was made."""
    with drafted(tmp_path / "plan") as draft:
        write_side_by_side(draft, Telling.of(*town, "zh"), workers)
        draft.publish()
    names = {p.relative_to(written) for p in written.rglob("*") if p.is_file()}
    assert names == {
        p.relative_to(tmp_path / "plan") for p in (tmp_path / "plan").rglob("*") if p.is_file()
    }
    for name in names:
        if name.suffix != ".xlsx":
            assert (tmp_path / "plan" / name).read_bytes() == (written / name).read_bytes()


def test_what_cannot_be_written_by_another_process_is_told_here(town, tmp_path):
    telling = Telling.of(*town, "zh")
    telling.names.update(dict.fromkeys(telling.names, "../../../x"))
    with drafted(tmp_path / "plan") as draft, pytest.raises(PlanFolderError, match="E854"):
        write_side_by_side(draft, telling, 2)


def test_map_and_workbook_tell_what_the_plan_brings_a_quota(town, tmp_path):
    """Two trips short, and what counts as a trip, where people read the plan."""
    line = QuotaLine(
        title=PlanText(zh="冲洗", en="Flushing"), definition=PlanText(zh="每趟一罐", en="one tank"),
        year=2026, days=1, asked=365, done=100, owed=265, planned=4, trips=2,
    )  # fmt: skip
    files = dict(plan_files(*town, "zh", quotas=[line]))
    for name in ("map.html", "plan.xlsx"):
        (tmp_path / name).write_bytes(files[name])
    ((chinese, english),) = map_content(tmp_path)["quotas"]
    assert chinese == ["冲洗：2026 年 365 趟，已完成 100，尚欠 265；今日日历安排 4 趟，"
                       "本计划 2 趟，少 2 趟。", "每趟一罐"]  # fmt: skip
    assert english[1] == "one tank"
    rows = openpyxl.load_workbook(tmp_path / "plan.xlsx")["指标"].values
    assert ("年度任务", " ".join(chinese), None) in [row[:3] for row in rows]


def test_plan_json_reads_back_equal(town, written):
    text = (written / "plan.json").read_bytes()
    assert Plan.model_validate_json(text) == town[0]
    assert b'"return":' in text
    assert b"+08:00" in text


def test_geojson_has_a_feature_per_moving_step_inside_the_town(town, written):
    collection = json.loads((written / "routes.geojson").read_text(encoding="utf-8"))
    layers = [f["properties"]["layer"] for f in collection["features"]]
    moves = sum(bool(s.streets) for r in town[0].routes for t in r.trips for s in t.steps)
    lines = [f for f in collection["features"] if f["geometry"]["type"] == "LineString"]
    assert len(lines) == moves
    assert layers.count("unserved") == 2
    assert layers.count("facility") == 7
    for feature in lines:
        for lon, lat in feature["geometry"]["coordinates"]:
            assert 119.9 < lon < 120.1
            assert 31.7 < lat < 31.9


def test_gpx_times_rise_along_the_track_and_end_where_the_route_ends(town, written):
    route = town[0].routes[0]
    gpx = gpxpy.parse((written / "gpx" / f"{route.id}.gpx").read_text(encoding="utf-8"))
    times = [p.time for t in gpx.tracks for s in t.segments for p in s.points]
    assert times == sorted(times)
    assert route.depart <= times[0]
    assert times[-1] <= route.return_
    assert {w.name for w in gpx.waypoints} >= {"城东停车场"}


def test_workbook_has_a_sheet_per_table_with_frozen_chinese_headers(town, written):
    book = openpyxl.load_workbook(written / "plan.xlsx")
    assert book.sheetnames[:3] == ["指标", "线路", "步骤"]
    routes = book["线路"]
    assert routes.freeze_panes == "A2"
    assert routes["A1"].value == "线路"
    assert [row[0].value for row in routes.iter_rows(min_row=2)] == [r.id for r in town[0].routes]
    steps = sum(len(trip.steps) for r in town[0].routes for trip in r.trips)
    assert book["步骤"].max_row == steps + 1
    assert isinstance(routes["J2"].value, datetime)


def test_a_name_that_looks_like_a_formula_stays_text(town, tmp_path):
    plan, network, district = town
    bad = plan.unserved[0].model_copy(update={"name": "=1+1"})
    out = write_plan(plan.model_copy(update={"unserved": [bad]}), network, district, tmp_path / "p")
    cell = openpyxl.load_workbook(out / "plan.xlsx")["未服务"]["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_an_older_plan_is_replaced_and_nothing_is_left_beside(town, tmp_path):
    out = write_plan(*town, tmp_path / "p", extra={"note.txt": b"old"})
    write_plan(*town, out)
    assert not (out / "note.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["p"]


def test_a_folder_that_is_not_a_plan_is_left_alone(town, tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(PlanFolderError, match="not a plan"):
        write_plan(*town, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_file_in_the_way_is_refused(town, tmp_path):
    (tmp_path / "p").write_bytes(b"x")
    with pytest.raises(PlanFolderError, match="is a file"):
        write_plan(*town, tmp_path / "p")


@pytest.mark.parametrize("failing", ["folder.map_page", "whole.exchange"])
def test_an_interrupted_write_leaves_the_older_plan(town, tmp_path, monkeypatch, failing):
    def stopped(*args, **more):
        raise KeyboardInterrupt

    out = write_plan(*town, tmp_path / "p", extra={"note.txt": b"old"})
    monkeypatch.setattr(f"api.exports.{failing}", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_plan(*town, out)
    assert (out / "note.txt").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["p"]


def test_extra_files_cannot_leave_the_folder(town, tmp_path):
    with pytest.raises(PlanFolderError, match="outside"):
        write_plan(*town, tmp_path / "p", extra={"../evil": b"x"})
    assert not list(tmp_path.iterdir())


def test_ids_become_safe_unique_file_names():
    ids = ["机扫/早班 1", "机扫_早班_1", "../..", "all", "A", "a"]
    names = list(file_names(ids).values())
    assert len({name.lower() for name in names}) == len(ids)
    assert not any("/" in name or name.startswith(".") for name in names)
    assert "all" not in names


def test_sheets_too_many_for_one_page_follow_each_other_on_several(town, tmp_path, monkeypatch):
    """With room for one article a page, six routes have six pages, which `all` lists."""
    monkeypatch.setattr("api.exports.sheets.PAGE_CHARS", 1)
    written = write_plan(*town, tmp_path / "p")
    contents = (written / "sheets" / "all.html").read_text("utf-8")
    assert contents.count("<article>") == 1
    for number, route in enumerate(town[0].routes, start=1):
        assert f'href="_all-{number}.html"' in contents
        assert f'href="{route.id}.html"' in contents
        page = (written / "sheets" / f"_all-{number}.html").read_text("utf-8")
        assert page.count("<article>") == 1
        assert route.id in page
        assert f'href="en/_all-{number}.html"' in page
