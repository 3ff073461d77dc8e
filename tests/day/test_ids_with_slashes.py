"""Ids are never glued and taken apart: a slash in a vehicle's or a shift's id changes no law.

A haul truck used to be `VEHICLE/SHIFT` in one text, and of `V3/早/晚` the vehicle was `V3/早`.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from api.runner import write_day
from models.day import Budget
from scenarios.demo import write_demo
from scenarios.desk.judge import judge_folder
from solver.day.plan import Request

if TYPE_CHECKING:
    from pathlib import Path

    from models.plan import Plan

DAY = date(2026, 5, 12)
SHIFTS = {"early": "早/晚", "mid": "早", "late": "晚/早", "night": "夜/班/三"}


def slashed(text: str) -> str:
    """The text with the shifts' other names."""
    for name, other in SHIFTS.items():
        text = re.sub(rf"\b{name}\b", other, text)
    return text


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("slashes") / "district"
    write_demo(folder, size="tiny")
    for file in ("vehicles.csv", "crews.csv", "district.toml"):
        text = slashed((folder / file).read_text(encoding="utf-8"))
        (folder / file).write_text(text, encoding="utf-8")
    table = (folder / "vehicles.csv").read_text(encoding="utf-8").splitlines()
    rows = [table[0], *(row.replace("-", "/", 1) for row in table[1:])]
    (folder / "vehicles.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def plan(district: Path, name: str, **fields: Any) -> Plan:
    request = Request(
        day=DAY,
        budget=Budget(iterations=40),
        workers=1,
        only=frozenset({"collect_residual"}),
        **fields,
    )
    return write_day(district, request, district / "plans" / name, language="zh").plan


@pytest.fixture(scope="module")
def base(district: Path) -> Plan:
    return plan(district, DAY.isoformat())


def test_routes_and_tours_name_vehicles_and_shifts_of_the_tables(district, base):
    rows = [*base.routes, *base.tours]
    known = {
        line.split(",")[0]
        for line in (district / "vehicles.csv").read_text(encoding="utf-8").splitlines()
    }
    assert base.routes
    assert base.tours
    assert {one.vehicle for one in rows} <= known
    assert {one.vehicle for one in base.haul} <= known
    assert all("/" in one.vehicle for one in rows)
    assert {one.shift for one in rows} <= set(SHIFTS.values())
    assert any("/" in one.shift for one in base.tours)


def test_the_roster_has_a_driver_for_all_of_them_and_the_judges_are_content(district, base):
    assert base.violations == []
    work = {name for row in base.roster for name in row.work}
    assert {one.id for one in (*base.routes, *base.tours)} == work
    found = judge_folder(district / "plans" / DAY.isoformat())
    assert found.as_written == ()
    assert found.retimed.tours == base.tours
    assert found.retimed.roster == base.roster


def test_an_empty_seat_is_told_by_the_name_of_its_route_or_tour(district, base, tmp_path):
    folder = district / "plans" / DAY.isoformat()
    shutil.copy(folder / "inputs.zip", tmp_path)
    told = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    for row in (told["routes"][0], told["tours"][0]):
        row["crew"] = []
    (tmp_path / "plan.json").write_text(json.dumps(told), encoding="utf-8")
    found = {one.where for one in judge_folder(tmp_path).as_written if one.code == "CREW_SHORT"}
    assert found == {f"duty {base.routes[0].id}", f"duty {base.tours[0].id}"}


def test_with_one_more_order_every_other_task_keeps_its_id_and_is_kept(district, base, tmp_path):
    again = tmp_path / "district"
    shutil.copytree(district, again)
    table = again / "orders.csv"
    row = "O9,collect_residual,09:30-14:30,,,{lon},{lat},100,5,\n"
    first = (again / "points.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")
    with table.open("a", encoding="utf-8") as rows:
        rows.write(row.format(lon=first[4], lat=first[5]))
    kept = plan(again, "more", before=base, keep=True)
    told = kept.difference.assignment
    assert kept.violations == []
    assert (told.gone, told.lost) == (0, [])
    assert told.new == 1
    assert told.kept_share > 0.9


def test_an_unchanged_day_kept_to_keeps_vehicles_and_crews(district, base):
    kept = plan(district, "kept", before=base, keep=True)
    assert kept.violations == []
    assert kept.difference.assignment.kept_share > 0.9
    manned = {(one.vehicle, one.shift): one.crew for one in (*base.routes, *base.tours)}
    rows = [*kept.routes, *kept.tours]
    same = [one.crew == manned.get((one.vehicle, one.shift)) for one in rows]
    assert sum(same) >= len(same) - 1
