"""Who is out and what is ordered, written into the tables as the bureau keeps them."""

import csv
import io
from datetime import date

import openpyxl
import pytest

from models.errors import HuanweiError
from scenarios.demo import write_demo
from scenarios.desk.folder.rows import with_wishes
from scenarios.desk.today.news import NewOrder, marked, with_order
from scenarios.district import check_district
from solver.roads.crs import from_wgs84, to_wgs84

DAY = date(2026, 5, 12)
PLACE = (119.985901, 31.782841)


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    """The tiny demo: 13 vehicles, two orders; read-only."""
    folder = tmp_path_factory.mktemp("demo") / "tiny"
    write_demo(folder, size="tiny")
    return folder


@pytest.fixture
def folder(district, tmp_path):
    """A copy without roads that a test may change."""
    for path in district.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def lay(folder, heard):
    """The file the table lies in, with what was heard in it."""
    file, content = with_wishes(folder, DAY, heard.wishes)
    (folder / file).write_bytes(content)
    return folder / file


def lines(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


@pytest.mark.parametrize("name", ["SW_L-01", "sw_l-01", "苏DX0018"])
def test_a_vehicle_is_out_by_its_id_or_plate_and_back_again(folder, name):
    before = (folder / "vehicles.csv").read_bytes()
    made = marked(folder, DAY, name, available=False)
    assert made.id == "SW_L-01"
    path = lay(folder, made)
    assert path.name == "vehicles.csv"
    assert [one["id"] for one in lines(path) if one["available"] == "no"] == ["SW_L-01"]
    report = check_district(folder, DAY)
    assert not report.issues
    assert [one.id for one in report.district.vehicles if not one.available] == ["SW_L-01"]
    lay(folder, marked(folder, DAY, name, available=True))
    assert (folder / "vehicles.csv").read_bytes() == before


def test_a_person_is_out_by_name(folder):
    made = marked(folder, DAY, "刘勇", available=False)
    assert (made.id, made.wishes.table) == ("C002", "crews")


@pytest.mark.parametrize("name", ["", " ", "nobody", "=1+1"])
def test_who_is_not_there_is_told(folder, name):
    with pytest.raises(HuanweiError, match="no vehicle or person"):
        marked(folder, DAY, name, available=False)


def test_a_chinese_workbook_without_the_column_gets_it(folder):
    (folder / "vehicles.csv").unlink()
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["本局车辆表"],
        ["编号", "车牌号", "车型"],
        ["V1", "苏D1", "sw_l"],
        ["V2", "苏D2", "sw_l"],
    ):
        sheet.append(row)
    book.save(folder / "车辆.xlsx")
    made = marked(folder, DAY, "V2", available=False)
    rows = list(openpyxl.load_workbook(lay(folder, made)).active.values)
    assert rows[1:] == [
        ("编号", "车牌号", "车型", "可用"), ("V1", "苏D1", "sw_l", None),
        ("V2", "苏D2", "sw_l", "否"),
    ]  # fmt: skip


def test_an_order_takes_the_next_number_and_holds_on_its_day_alone(folder):
    order = NewOrder(operation="sweep", window="13:00-15:00", street="绣井里", note="抛洒")
    made = with_order(folder, DAY, order)
    assert made.id == "O3"
    lay(folder, made)
    assert [one.id for one in check_district(folder, DAY).district.orders] == ["O1", "O2", "O3"]
    other = check_district(folder, DAY.replace(day=13)).district
    assert [one.id for one in other.orders] == ["O1", "O2"]


def test_a_place_on_the_map_is_written_in_the_datum_of_the_table(folder):
    settings = folder / "district.toml"
    text = settings.read_text("utf-8")
    settings.write_text(f'{text}\n[tables.orders]\ncrs = "gcj02"\n', "utf-8")
    order = NewOrder(
        operation="collect_residual", window="09:00-11:00", lon=PLACE[0], lat=PLACE[1],
        demand_kg=600,
    )  # fmt: skip
    last = lines(lay(folder, with_order(folder, DAY, order)))[-1]
    shifted = (float(last["lon"]), float(last["lat"]))
    assert shifted == pytest.approx([float(x[0]) for x in from_wgs84(*PLACE, "gcj02")], abs=1e-6)
    assert [float(x[0]) for x in to_wgs84(*shifted, "gcj02")] == pytest.approx(PLACE, abs=2e-6)
    assert last["demand_kg"] == "600"


def test_units_and_pairs_of_the_headings_are_kept_to(folder):
    (folder / "orders.csv").write_text(
        '编号,作业,时间窗,经纬度,垃圾量(t)\nO7,sweep,9:00-10:00,"1,2",3\n', "utf-8"
    )
    order = NewOrder(
        operation="collect_residual", window="09:00-11:00", lon=120.0, lat=31.5, demand_kg=600
    )
    made = lines(lay(folder, with_order(folder, DAY, order)))[-1]
    assert (made["编号"], made["经纬度"], made["垃圾量(t)"]) == (
        "O8",
        "120.0000000,31.5000000",
        "0.6",
    )


def test_the_first_order_begins_the_table(folder):
    (folder / "orders.csv").unlink()
    made = with_order(
        folder, DAY, NewOrder(operation="sweep", window="9:00-10:00", street="绣井里")
    )
    assert made.id == "O1"
    assert lay(folder, made).name == "orders.csv"
    assert not check_district(folder, DAY).issues


def test_an_order_without_a_place_is_refused(folder):
    with pytest.raises(HuanweiError, match="neither a street nor a place"):
        with_order(folder, DAY, NewOrder(operation="sweep", window="9:00-10:00", lon=120.0))
