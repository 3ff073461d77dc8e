"""Cases 23 and 24: odd names in every file of a plan; seeds, orders of rows, plans carried over."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import gpxpy
import openpyxl
import pytest

from api.python import check_district, plan_day
from models.day import Budget, Request
from scenarios.desk.day import plan_folder

if TYPE_CHECKING:
    from models.plan import Plan

HERE = Path(__file__).parent
DAY = "2026-03-18"
ODD = [
    "{{7*7}}", "${jndi:ldap://x}", "<script>alert(2)</script>", "]]>", "--><b>x</b>", "&amp;&lt;",
    "\t=1+1", "＝1+1", "%s%n{0}", "javascript:alert(1)", "'; DROP TABLE points;--", "\\u003cb>",
    "</textarea><svg onload=alert(3)>", "a\u2028b", "=1+1\n=2+2",
]  # fmt: skip
"""Further names: of templates, scripts, XML, workbooks, formats and databases."""
RAW = re.compile(r"<(img src=x|script>alert|svg onload|b>x</b>)")


def case(number: str) -> Path:
    return next(HERE.glob(f"{number}-*"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """The folder of case 23 with more odd names, planned and written."""
    folder = tmp_path_factory.mktemp("odd") / "district"
    shutil.copytree(case("23"), folder)
    lines = [
        f'"N{at}","{name.replace(chr(34), chr(34) * 2)}",residual,121.0842357,31.9718087,40,\n'
        for at, name in enumerate(ODD)
    ]
    with (folder / "points.csv").open("a", encoding="utf-8") as table:
        table.writelines(lines)
    out = folder / "plans" / DAY
    plan = plan_day(folder, DAY, iterations=60, workers=1, only=["collect_residual"], out=out)
    return plan, out


def test_23_odd_names_are_served_like_others(written: tuple[Plan, Path]):
    plan, _ = written
    assert {one.reason for one in plan.unserved} == {"too_large"}
    assert {one.code for one in plan.violations} <= {"CREW_SHORT"}
    names = {step.name for r in plan.routes for t in r.trips for step in t.steps}
    assert {"{{7*7}}", "]]>", "=HYPERLINK(1)", "@SUM(1)", "%s%n{0}", "=1+1\n=2+2"} <= names


def test_23_no_cell_of_the_workbook_is_a_formula(written: tuple[Plan, Path]):
    book = openpyxl.load_workbook(written[1] / "plan.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"n", "s", "d", "b", "inlineStr"}
    texts = {cell.value for cell in cells}
    assert {"=HYPERLINK(1)", "+2+3", "@SUM(1)", "{{7*7}}"} <= texts


def test_23_no_page_holds_a_name_as_html(written: tuple[Plan, Path]):
    pages = [*written[1].rglob("*.html")]
    assert len(pages) > 8
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not RAW.search(text), page.name


def test_23_files_lie_in_the_folder_and_are_well_formed(written: tuple[Plan, Path]):
    plan, out = written
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    for name in files:
        assert not re.search(r'[<>:"\\|?*\x00-\x1f]|\.\.|[ .](/|$)', name)
        assert not re.search(r"(^|/)(con|nul|aux|prn)(\.|$)", name, re.IGNORECASE)
        assert len(name.encode()) < 240
    tracks = [gpxpy.parse(path.read_text("utf-8")) for path in (out / "gpx").glob("*.gpx")]
    assert len(tracks) == len(plan.routes)
    for path in (out / "gpx").glob("*.gpx"):
        assert set(re.findall(r"<time>[^<]*(.)</time>", path.read_text("utf-8"))) == {"Z"}


@pytest.mark.parametrize(("length", "told"), [(80, ""), (81, "至多 80 个字符"), (150, "80")])
def test_23_an_id_that_is_too_long_is_told_in_one_language(tmp_path: Path, length: int, told: str):
    folder = tmp_path / "district"
    shutil.copytree(case("23"), folder)
    path = folder / "points.csv"
    path.write_text(path.read_text("utf-8").replace('"B9"', '"' + "长" * length + '"'), "utf-8")
    issues = check_district(folder, DAY).issues
    assert [one.code for one in issues] == (["E106"] if told else [])
    for one in issues:
        assert told in one.message_zh
        assert not re.search(r"[a-z]{3}", one.message_zh + one.hint_zh)


def town(tmp_path: Path, *changes: tuple[str, str, str]) -> Path:
    """The folder of case 24, with texts of its files replaced by others."""
    folder = tmp_path / "district"
    shutil.copytree(case("24"), folder, dirs_exist_ok=True)
    for name, old, new in changes:
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
    return folder


def planned(folder: Path, seed: int = 1, before: Plan | None = None) -> Plan:
    request = Request(
        day=date.fromisoformat(DAY), budget=Budget(iterations=60), workers=1, seed=seed,
        only=frozenset({"collect_residual"}), before=before, keep=before is not None,
    )  # fmt: skip
    plan = plan_folder(folder, request)[1].plan
    assert {one.code for one in plan.violations} <= {"CREW_SHORT"}
    return plan


def rounds(plan: Plan) -> list[list[str]]:
    """Names of the steps of every route."""
    return [[step.name for t in route.trips for step in t.steps] for route in plan.routes]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned(town(tmp_path_factory.mktemp("first")))


def test_24_the_same_seed_gives_the_same_routes(tmp_path: Path, first: Plan):
    again = planned(town(tmp_path))
    assert rounds(again) == rounds(first)
    assert again.kpis["cost_cny"] == first.kpis["cost_cny"]


@pytest.mark.parametrize("table", ["points.csv", "vehicles.csv"])
def test_24_the_order_of_rows_costs_nothing(tmp_path: Path, first: Plan, table: str):
    folder = town(tmp_path)
    head, *rows = (folder / table).read_text("utf-8").splitlines()
    (folder / table).write_text("\n".join([head, *rows[::-1]]) + "\n", "utf-8")
    other = planned(folder)
    assert other.unserved == first.unserved == []
    assert other.kpis["cost_cny"] == pytest.approx(first.kpis["cost_cny"], rel=0.02)


@pytest.mark.parametrize("seed", [-5, 2**70])
def test_24_any_number_is_a_seed(tmp_path: Path, first: Plan, seed: int):
    plan = planned(town(tmp_path), seed)
    assert plan.unserved == []
    assert plan.kpis["cost_cny"] == pytest.approx(first.kpis["cost_cny"], rel=0.05)


@pytest.mark.parametrize(
    "change",
    [
        ("vehicles.csv", "V2,cp_8,D1,early,collect_residual,1000\n", ""),
        ("vehicles.csv", "V1,", "新车,"),
        ("points.csv", "B15,", "新点,"),
        ("points.csv", ",395,", ",790,"),
    ],
    ids=["a truck is gone", "a truck is renamed", "a point is renamed", "twice the waste"],
)  # fmt: skip
def test_24_a_plan_is_carried_over_to_a_day_that_changed(
    tmp_path: Path, first: Plan, change: tuple[str, str, str]
):
    assert len(first.routes) == 1
    kept = planned(town(tmp_path, change), before=first)
    assert kept.unserved == []
