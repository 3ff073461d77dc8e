"""The register of contracts by hand: four restaurants, five contracts."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from models.errors import HuanweiError
from models.plan import Plan, PlanRoute, PlanStep, PlanTrip
from scenarios.desk.registers.contracts import coverage
from scenarios.district import check_district
from tests.district.folders import at, write_good

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 3, 18)
POINTS = f"""\
id,name,kind,stream,lon,lat,demand_kg
K1,一号饭店,restaurant,kitchen,{at(1, 1)},100
K2,二号饭店,restaurant,kitchen,{at(1, 2)},200
K3,三号饭店,restaurant,kitchen,{at(2, 1)},300
K4,四号饭店,restaurant,kitchen,{at(2, 2)},400
V1,村厨余点,village,kitchen,{at(2, 2)},50
R1,分类房,room,residual,{at(2, 2)},900
"""
CONTRACTS = """\
合同编号,点位编号,单位名称,生效日期,有效期至,桶数
C1,K1,甲,2025-01-01,2026-12-31,2
C2,K2,乙,2025-01-01,2026-04-17,3
C3,K3,丙,2024-01-01,2026-03-17,4
C0,K1,甲,2023-01-01,2024-12-31,9
C9,K4,丁,2026-03-19,2027-12-31,5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    good = write_good(tmp_path / "grid")
    (good / "points.csv").write_text(POINTS, encoding="utf-8")
    (good / "收运合同.csv").write_text(CONTRACTS, encoding="utf-8")
    return good


def test_states_are_those_of_the_day_and_the_latest_contract_counts(folder):
    """C2 ends in 30 days, C3 ended yesterday, C9 begins tomorrow: K4 has none today."""
    found = coverage(folder, DAY, stream="kitchen", kind="restaurant")
    assert [(one.point, one.state, one.contract) for one in found.producers] == [
        ("K1", "valid", "C1"), ("K2", "soon", "C2"), ("K3", "ended", "C3"), ("K4", "none", ""),
    ]  # fmt: skip
    assert found.figures() == {
        "producers": 4, "valid": 1, "soon": 1, "ended": 1, "none": 1, "covered_share": 0.5,
        "kg": 1000, "covered_kg": 300, "bins": 5, "served": 0,
    }  # fmt: skip
    tomorrow = coverage(folder, date(2026, 3, 19), stream="kitchen", kind="restaurant")
    assert [one.state for one in tomorrow.producers] == ["valid", "soon", "ended", "valid"]
    both = coverage(folder, DAY, stream="kitchen", kind="restaurant,village")
    assert len(both.producers) == 5
    everybody = coverage(folder, DAY, stream="kitchen")
    assert [one.point for one in everybody.producers][-1] == "V1"


def test_a_plan_says_who_is_served_when(folder):
    step = PlanStep.model_construct(
        task="collect_kitchen-K3-1", arrive=_moment("2026-03-18T09:40:00+08:00")
    )
    trip = PlanTrip.model_construct(steps=[step])
    route = PlanRoute.model_construct(operation="collect_kitchen", vehicle="V7", trips=[trip])
    plan = Plan.model_construct(routes=[route])
    found = coverage(folder, DAY, stream="kitchen", kind="restaurant", plan=plan)
    assert {one.point: one.served for one in found.producers if one.served} == {"K3": "V7 09:40"}


def _moment(text):
    from datetime import datetime  # noqa: PLC0415

    return datetime.fromisoformat(text)


def test_check_tells_contracts_that_ended_and_those_of_no_point(folder):
    (found,) = [one for one in check_district(folder, DAY).warnings if one.code == "W541"]
    assert (found.value, found.file) == ("1", "收运合同.csv")
    assert "C3" in found.message_zh
    text = (folder / "收运合同.csv").read_text("utf-8").replace("C9,K4", "C9,K44")
    (folder / "收运合同.csv").write_text(text, encoding="utf-8")
    (wrong,) = check_district(folder, DAY).issues
    assert (wrong.code, wrong.row, wrong.value) == ("E541", 6, "K44")
    assert "K4" in wrong.hint_en


@pytest.mark.parametrize(("watched", "told"), [("", []), ("甲", ["1"])])
def test_check_tells_rooms_without_a_supervisor_where_others_have_one(folder, watched, told):
    """R1 has none; R2 is watched, or no room of the table is."""
    rows = POINTS.splitlines()
    rows = [f"{rows[0]},督导员", *(f"{row}," for row in rows[1:])]
    rows.append(f"R2,分类房,room,residual,{at(1, 2)},900,{watched}")
    (folder / "points.csv").write_text("\n".join(rows), encoding="utf-8")
    report = check_district(folder, DAY)
    found = [one for one in report.warnings if one.code == "W545"]
    assert ([one.value for one in found], report.issues) == (told, ())
    assert all("R1" in one.message_en and "R2" not in one.message_en for one in found)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("C9,K4,丁,2026-03-19,2027-12-31", "C9,K4,丁,2027-03-19,2026-12-31", "E310"),
        ("C9,K4", "C1,K4", "E401"),
        ("2027-12-31,5", "永久,5", "E309"),
        ("2027-12-31,5", "2027-12-31,-5", "E303"),
        ("2027-12-31,5", ",5", "E301"),
    ],
)
def test_a_wrong_row_is_told(folder, old, new, code):
    text = (folder / "收运合同.csv").read_text("utf-8")
    assert old in text
    (folder / "收运合同.csv").write_text(text.replace(old, new), encoding="utf-8")
    assert [one.code for one in check_district(folder, DAY).issues] == [code]


def test_an_unknown_stream_is_refused(folder):
    with pytest.raises(HuanweiError, match="no such stream"):
        coverage(folder, DAY, stream="swill")


@pytest.mark.parametrize(("language", "words"), [("zh", "合同覆盖率 50.0 %"), ("en", "50.0 %")])
def test_the_command_tells_the_same(folder, language, words):
    asked = ["contracts", str(folder), "--date", str(DAY), "--kind", "restaurant"]
    told = CliRunner().invoke(app, [*asked, "--lang", language])
    assert told.exit_code == 0
    assert words in told.output
    assert "C3" in told.output
    assert "C1" not in told.output
    answer = json.loads(CliRunner().invoke(app, [*asked, "--json"]).output)
    assert answer["figures"]["covered_share"] == 0.5
    assert [one["state"] for one in answer["producers"]] == ["valid", "soon", "ended", "none"]
