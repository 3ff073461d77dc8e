"""inputs.zip holds the files that were read and nothing else."""

import io
import shutil
import zipfile
from datetime import date

import pytest

from scenarios.desk.day import pack_day
from scenarios.district import read_district
from tests.district.folders import replace, write_good
from tests.tables.books import rows_of, write_book

DAY = date(2026, 3, 18)
READ = {
    "district.toml", "roads.osm", "facilities.csv", "vehicles.csv", "points.csv", "crews.csv",
    "streets.csv", "closures.csv", "orders.csv",
}  # fmt: skip


@pytest.fixture
def good(tmp_path):
    return write_good(tmp_path / "grid")


def packed(folder):
    with zipfile.ZipFile(io.BytesIO(pack_day(folder, DAY))) as archive:
        return set(archive.namelist())


def test_only_what_was_read_is_packed(good, tmp_path):
    (tmp_path / "secret").write_text("password", encoding="utf-8")
    (good / "note.txt").symlink_to(tmp_path / "secret")
    (good / "more").symlink_to(tmp_path)
    for name in (
        "plans/2026-03-17/plan.json",
        "results/r1/inputs.zip",
        "rosters/2026-03/roster.json",
        "roster.json",
        "leave.csv",
        "notes.docx",
        ".git/config",
        "old/points.csv",
    ):
        (good / name).parent.mkdir(parents=True, exist_ok=True)
        (good / name).write_text("x", encoding="utf-8")  # fmt: skip
    assert packed(good) == READ


def test_a_table_behind_a_link_out_is_not_packed_for_it_is_not_read(good, tmp_path):
    (good / "crews.csv").rename(tmp_path / "people.csv")
    (good / "crews.csv").symlink_to(tmp_path / "people.csv")
    assert packed(good) == READ - {"crews.csv"}


def test_plan_after_plan_the_zip_stays_as_it_is(good):
    first = pack_day(good, DAY)
    for number in range(3):
        (good / f"r{number}").mkdir()
        (good / f"r{number}" / "inputs.zip").write_bytes(pack_day(good, DAY))
    assert pack_day(good, DAY) == first


def test_profiles_workbooks_and_the_files_of_a_map_are_packed(good, tmp_path):
    (good / "own").mkdir()
    (good / "own" / "rules.toml").write_text('extends = "own/base.toml"\n', encoding="utf-8")
    (good / "own" / "base.toml").write_text('extends = "standard"\n', encoding="utf-8")
    replace(good, "district.toml", '"standard"', '"own/rules.toml"')
    (good / "crews.csv").unlink()
    write_book(good / "人员与工单.xlsx", {"人员": rows_of("crews")})
    wanted = READ - {"crews.csv"} | {"own/rules.toml", "own/base.toml", "人员与工单.xlsx"}
    assert packed(good) == wanted
    with zipfile.ZipFile(io.BytesIO(pack_day(good, DAY))) as archive:
        archive.extractall(tmp_path / "again")
    shutil.copytree(tmp_path / "again", tmp_path / "x" / "grid")
    assert read_district(tmp_path / "x" / "grid", DAY).drivers == read_district(good, DAY).drivers


def test_roads_downloaded_for_a_place_are_packed(good):
    from scenarios.district.roads import download_name  # noqa: PLC0415

    replace(good, "district.toml", '"roads.osm"', '"place:方格镇"')
    name = download_name("place:方格镇")
    (good / "roads.osm").rename(good / name)
    assert packed(good) == READ - {"roads.osm"} | {name}
