"""`huanwei ledger` as its user runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from tests.ledger.test_driven import TWO_TRIPS, write_plan
from tests.ledger.towns import write_district

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "出车记录.csv": "编号,日期,车牌,作业,开始时间,结束时间,趟次,作业里程(km),有效\n"
    "7,2025-05-11,苏F11111,清扫,22:00,次日02:30,2,12.5,是\n"
    ",2025-05-11,苏F33333,冲洗,,,3,,否\n",
    "磅单.csv": "日期,站点,车辆,时间,净重(kg)\n2025-05-11,S01,V1,09:30,4200\n",
    "天气.csv": "日期,最低气温,降雨量(mm),风力,降雪,pm2.5,预警\n2025-05-11,-1.5,0.2,3,是,80,是\n",
    "缺勤.csv": "类别,对象,开始日期,结束日期,原因\n车辆,F1,2025-05-10,2025-05-12,检修\n",
    "满溢记录.csv": "日期,时间,点位,满溢度\n2025-05-11,06:30,R1,87.5\n",
}  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Path:
    write_district(tmp_path / "town")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "town"


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["ledger", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.stdout


def answered(*words: object, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*words, "--json", code=code))
    return found


def test_what_is_exported_makes_the_same_ledger_again(town: Path, tmp_path: Path):
    for name in FILES:
        run("import", tmp_path / name, town)
    for language in ("zh", "en"):
        book = tmp_path / f"{language}.xlsx"
        assert answered("export", town, "--out", book, "--lang", language)["rows"] == {
            "trips": 2, "weighings": 1, "weather": 1, "absences": 1, "levels": 1,
        }  # fmt: skip
        again = answered("import", book, town)
        assert {name: one["same"] for name, one in again["tables"].items()} == {
            "trips": 2, "weighings": 1, "weather": 1, "absences": 1, "levels": 1,
        }  # fmt: skip
        assert not any(one["new"] or one["corrected"] for one in again["tables"].values())


def test_days_that_are_exported_can_be_chosen(town: Path, tmp_path: Path):
    run("import", tmp_path / "出车记录.csv", town)
    run("import", tmp_path / "缺勤.csv", town)
    book = tmp_path / "later.xlsx"
    rows = answered("export", town, "--out", book, "--from", "2025-05-12")["rows"]
    assert (rows["trips"], rows["absences"]) == (0, 1)


def test_the_ledger_is_shown_with_its_imports(town: Path, tmp_path: Path):
    run("import", tmp_path / "出车记录.csv", town, "--person", "王")
    shown = answered("show", town)
    assert shown["tables"][0] == {
        "table": "trips", "rows": 2, "holding": 2, "first": "2025-05-11", "last": "2025-05-11",
    }  # fmt: skip
    assert [(one["source"], one["person"]) for one in shown["batches"]] == [("出车记录.csv", "王")]
    assert "出车记录" in run("show", town)
    assert "Trips" in run("show", town, "--lang", "en")


def test_mistakes_end_with_2_and_make_nothing(town: Path, tmp_path: Path):
    bad = tmp_path / "出车记录.csv"
    bad.write_text("日期,车辆,作业\n2025-05-41,V1,清扫\n", encoding="utf-8")
    told = answered("import", bad, town, code=2)
    assert [(one["code"], one["row"]) for one in told["errors"]] == [("E309", 2)]
    assert answered("show", town)["batches"] == []
    assert answered("import", tmp_path / "none.csv", town, code=2)["errors"][0]["code"] == "E204"


def test_a_plan_is_recorded_by_its_name(town: Path):
    write_plan(town, TWO_TRIPS)
    assert answered("record", town, "--plan", "2026-05-12")["new"] == 2
    assert answered("record", town, "--plan", "2026-05-12")["same"] == 2
    run("record", town, "--plan", "2026-05-13", code=2)


def test_what_a_plan_brings_its_quota_is_told(town: Path):
    """Two trips of 700 sweeping trips of the year are done, 698 are owed."""
    write_plan(town, TWO_TRIPS)
    (town / "quotas.csv").write_text("year,operation,trips\n2026,sweep,700\n", encoding="utf-8")
    told = run("record", town, "--plan", "2026-05-12")
    assert "机械清扫 截至 2026-05-12 已完成 2 趟，尚欠 698 趟" in told
    (town / "quotas.csv").write_text("year,operation,trips\n2026,dance,700\n", encoding="utf-8")
    assert "趟，尚欠" not in run("record", town, "--plan", "2026-05-12")


def test_the_columns_are_told_in_both_languages(town: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "60")  # a narrow terminal shows them whole too
    assert answered("what")["tables"]["trips"]["day"] == {"heading": "日期", "required": True}
    assert "作业里程(km)" in run("what")
    assert "work_km" in run("what", "--lang", "en")


def test_the_address_is_taken_from_option_and_setting(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    office = f"sqlite:///{tmp_path / 'office.sqlite'}"
    run("import", tmp_path / "天气.csv", town, "--ledger", office)
    assert not (town / "ledger.sqlite").exists()
    monkeypatch.setenv("HUANWEI_LEDGER", office)
    assert answered("show", town)["tables"][2]["holding"] == 1
    run("show", town, "--ledger", "mysql://x/y", code=2)
