import csv
import tomllib
from pathlib import Path

import numpy as np
import pytest

from models.errors import HuanweiError
from scenarios.demo import write_demo
from scenarios.demo.tables import COLUMNS, REGISTERS
from solver.roads.osm import read_osm
from solver.trade.profile import load_profile

EXTRACTS = ("haimen_sanxing_roads.osm", "nanjing_xuanwu.osm.pbf")
LARGE_EXTRACTS = (
    "shanghai_center.osm.pbf", "taipei_arterials.osm.pbf", "jinan_city_derived.osm.pbf",
)  # fmt: skip


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def of_kind(folder: Path, kind: str) -> list[dict[str, str]]:
    return [row for row in table(folder, "facilities") if row["kind"] == kind]


def total(rows: list[dict[str, str]], column: str) -> float:
    return sum(float(row[column]) for row in rows)


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "reference"
    write_demo(folder)
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "tiny"
    write_demo(folder, size="tiny")
    return folder


def test_the_reference_bureau_has_the_figures_of_the_brief(reference):
    points = table(reference, "points")
    residual = [row for row in points if row["stream"] == "residual"]
    assert total(residual, "demand_kg") == 720_000
    assert sum(row["stream"] == "kitchen" for row in points) == 800
    assert len(of_kind(reference, "station")) == 10
    far = [row for row in of_kind(reference, "plant") if row["streams"] == "residual"]
    assert len(far) == 4
    assert all(15 <= float(row["access_km"]) <= 80 for row in far)
    assert 2 <= len(of_kind(reference, "depot")) <= 3


def test_stations_hold_all_waste_but_two_are_too_small_for_what_is_nearest(reference):
    network = read_osm(reference / "roads.osm")
    stations = of_kind(reference, "station")
    residual = [row for row in table(reference, "points") if row["stream"] == "residual"]

    def plane(rows):
        lonlat = np.array([[float(row["lon"]), float(row["lat"])] for row in rows])
        return network.to_xy(lonlat[:, 0], lonlat[:, 1])

    gap = ((plane(residual)[:, None] - plane(stations)[None]) ** 2).sum(axis=2)
    kg = np.array([float(row["demand_kg"]) for row in residual])
    near_t = np.bincount(gap.argmin(axis=1), kg, len(stations)) / 1000
    design = np.array([float(row["design_t"]) for row in stations])
    assert (near_t > 1.2 * design).sum() == 2
    assert design.sum() > 1.1 * 720
    assert sum("小学" in row["note"] for row in stations) == 2


def test_plants_take_all_waste_and_one_may_fail(reference):
    quotas = [float(row["daily_quota_t"]) for row in of_kind(reference, "plant")
              if row["streams"] == "residual"]  # fmt: skip
    assert sum(quotas) - max(quotas) >= 690


def test_every_vehicle_has_a_driver_of_its_licence_in_each_of_its_shifts(reference):
    rules = load_profile("standard")
    crews = [row for row in table(reference, "crews") if row["available"] == "yes"]
    vehicles = table(reference, "vehicles")
    haul = [row for row in vehicles if not row["operations"]]
    assert 30 <= len(vehicles) - len(haul) <= 60
    assert len(haul) >= 8
    for shift in ("early", "mid", "night"):
        for licence in ("A2", "B2"):
            seats = sum(
                shift in row["shifts"].split(";") and rules.vehicles[row["type"]].licence == licence
                for row in vehicles
            )
            fit = sum(
                row["shifts"] == shift and row["licence"] == licence and int(row["days_run"]) < 6
                for row in crews
            )
            assert fit >= seats


def test_the_same_arguments_write_the_same_bytes(tiny, tmp_path):
    write_demo(tmp_path / "again", size="tiny")
    files = sorted(path.name for path in tiny.iterdir())
    assert files == sorted(path.name for path in (tmp_path / "again").iterdir())
    assert all((tiny / f).read_bytes() == (tmp_path / "again" / f).read_bytes() for f in files)
    write_demo(tmp_path / "other", size="tiny", seed=2)
    assert (tiny / "points.csv").read_bytes() != (tmp_path / "other/points.csv").read_bytes()


def test_excel_opens_the_tables_and_they_have_the_documented_columns(tiny):
    for name, columns in COLUMNS.items():
        if name in REGISTERS:
            assert not (tiny / f"{name}.csv").exists()
            continue
        raw = (tiny / f"{name}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.decode("utf-8-sig").splitlines()[0].split(",") == list(columns)
    settings = tomllib.loads((tiny / "district.toml").read_text("utf-8"))
    assert [shift["id"] for shift in settings["shifts"]] == ["early", "mid", "late", "night"]
    assert (tiny / settings["roads"]).is_file()


def test_ids_are_unique_and_plates_too(reference):
    for name in ("facilities", "vehicles", "points", "crews", "orders"):
        ids = [row["id"] for row in table(reference, name)]
        assert len(ids) == len(set(ids)) > 0
    plates = [row["plate"] for row in table(reference, "vehicles")]
    assert len(plates) == len(set(plates))


def test_a_folder_in_use_is_left_alone(tiny):
    before = (tiny / "points.csv").read_bytes()
    with pytest.raises(HuanweiError, match="not empty"):
        write_demo(tiny, size="tiny")
    assert (tiny / "points.csv").read_bytes() == before


def test_nothing_is_left_behind_when_the_roads_are_no_good(tmp_path):
    broken = tmp_path / "broken.osm"
    broken.write_text("<osm version='0.6'></osm>")
    with pytest.raises(HuanweiError, match="no drivable road"):
        write_demo(tmp_path / "demo", roads=broken)
    assert [path.name for path in tmp_path.iterdir()] == ["broken.osm"]


def check_scaled(folder: Path, largest: int) -> None:
    """The bureau of an extract: at least one of everything, tonnage and shops in proportion."""
    points = table(folder, "points")
    residual = total([row for row in points if row["stream"] == "residual"], "demand_kg")
    shops = sum(row["stream"] == "kitchen" for row in points)
    assert 0 < residual <= 720_000
    assert shops / 800 == pytest.approx(residual / 720_000, abs=0.01)
    for kind in ("depot", "water", "tip", "station", "plant"):
        assert of_kind(folder, kind)
    assert 5 < len(table(folder, "vehicles")) <= largest
    assert len(table(folder, "orders")) == 2


@pytest.mark.parametrize("name", EXTRACTS)
def test_a_bureau_fits_a_small_extract(shared, tmp_path, name):
    write_demo(tmp_path / "demo", roads=shared / "osm" / name)
    check_scaled(tmp_path / "demo", largest=40)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE_EXTRACTS)
def test_a_bureau_fits_a_large_extract(shared, tmp_path, name):
    write_demo(tmp_path / "demo", roads=shared / "osm" / name)
    check_scaled(tmp_path / "demo", largest=70)


def test_a_place_is_downloaded_into_the_folder(shared, tmp_path, monkeypatch):
    def download(name, path):
        assert name == "海门区三星镇"
        read = (shared / "osm" / EXTRACTS[0]).read_bytes()
        path = path.with_name("roads.osm")
        path.write_bytes(read)
        return path

    monkeypatch.setattr("scenarios.demo.bureau.download_place", download)
    write_demo(tmp_path / "demo", place="海门区三星镇")
    check_scaled(tmp_path / "demo", largest=40)
    with pytest.raises(HuanweiError, match="not both"):
        write_demo(tmp_path / "both", place="海门区三星镇", roads=shared / "osm" / EXTRACTS[0])


@pytest.mark.parametrize("scale", [0.0, 0.01, 31, float("nan")])
def test_a_scale_out_of_range_is_refused_before_anything_is_written(tmp_path, scale):
    with pytest.raises(HuanweiError, match="--scale"):
        write_demo(tmp_path / "city", scale=scale)
    assert not (tmp_path / "city").exists()


def test_a_town_of_twice_the_area_has_twice_of_everything(tmp_path, reference):
    write_demo(tmp_path / "two", scale=2)
    for name in ("points", "vehicles", "crews"):
        assert 1.7 < len(table(tmp_path / "two", name)) / len(table(reference, name)) < 2.3
    stations = of_kind(tmp_path / "two", "station")
    assert len(stations) == 20
    assert len({row["name"] for row in stations}) == 20


def test_a_larger_bureau_looks_after_more_of_the_same_roads(tmp_path):
    folders = tmp_path / "half", tmp_path / "whole"
    write_demo(folders[0], scale=0.5)
    write_demo(folders[1], roads=folders[0] / "roads.osm", scale=0.2)
    others = [sum(row["exclude"] != "" for row in table(folder, "streets")) for folder in folders]
    assert others[1] > others[0]
