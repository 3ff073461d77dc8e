"""The whole way: a district folder to a judged plan folder, and back from an edited one."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from api.runner import write_day
from models.day import Budget
from models.errors import InputErrors
from scenarios.demo import write_demo
from scenarios.desk.judge import judge_folder
from solver.day.plan import News, Request

if TYPE_CHECKING:
    from pathlib import Path

    from models.plan import Plan

DAY = date(2026, 5, 12)
OPERATIONS = frozenset({"flush", "collect_kitchen"})


def plan(folder: Path, out: Path, *, workers: int = 1) -> Plan:
    request = Request(
        day=DAY, budget=Budget(iterations=40), workers=workers, only=OPERATIONS, seed=3
    )
    return write_day(folder, request, out, language="zh").plan


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("day") / "district"
    write_demo(folder, size="tiny")
    return folder


@pytest.fixture(scope="module")
def made(district: Path) -> tuple[Plan, Path]:
    out = district.parent / "plan"
    return plan(district, out), out


def edited(out: Path, into: Path, change: Any) -> Path:
    """A copy of the plan folder with its document changed by `change`."""
    into.mkdir()
    (into / "inputs.zip").write_bytes((out / "inputs.zip").read_bytes())
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    change(document)
    (into / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    return into


def test_the_plan_breaks_no_law_and_accounts_for_every_task(made):
    document, _ = made
    assert document.violations == []
    assert document.kpis["served"] + document.kpis["unserved"] == document.kpis["tasks"]
    assert all(task.reason for task in document.unserved)


def test_the_judge_finds_nothing_in_the_folder_as_written(made):
    found = judge_folder(made[1])
    assert found.as_written == ()
    assert found.retimed.violations == []


def test_the_same_iterations_give_the_same_plan_with_any_number_of_workers(made, district):
    again = plan(district, district.parent / "again", workers=2)
    assert again.model_copy(update={"created": made[0].created}) == made[0]


def test_one_vehicle_on_two_routes_is_seen(made, tmp_path):
    def change(document):
        first, other = document["routes"][:2]
        other["depart"] = first["depart"]
        other["vehicle"] = first["vehicle"]

    found = judge_folder(edited(made[1], tmp_path / "edited", change))
    assert {"VEHICLE_TWICE", "UNKNOWN"} & {one.code for one in found.as_written}


def test_a_task_taken_out_by_hand_is_missed(made, tmp_path):
    def change(document):
        trip = document["routes"][0]["trips"][0]
        at = next(i for i, step in enumerate(trip["steps"]) if step["kind"] == "serve")
        del trip["steps"][at]

    found = judge_folder(edited(made[1], tmp_path / "edited", change))
    assert {"UNSERVED_NO_REASON", "GAP"} <= {one.code for one in found.as_written}
    assert "UNSERVED_NO_REASON" in {one.code for one in found.retimed.violations}


def test_a_document_that_breaks_the_schema_names_the_place(made, tmp_path):
    def change(document):
        document["routes"][0]["distance_m"] = "far"

    with pytest.raises(InputErrors) as caught:
        judge_folder(edited(made[1], tmp_path / "edited", change))
    assert [issue.column for issue in caught.value.issues] == ["routes.0.distance_m"]


def test_a_plan_stopped_before_its_search_leaves_the_earlier_one(district, tmp_path):
    request = Request(day=DAY, budget=Budget(iterations=1), workers=1, only=OPERATIONS)
    (tmp_path / "plan").mkdir()
    earlier = '{"schema_version": "earlier"}'
    (tmp_path / "plan" / "plan.json").write_text(earlier, "utf-8")
    with pytest.raises(InputErrors) as caught:
        write_day(district, request, tmp_path / "plan", language="zh", stopped=lambda: True)
    assert [one.code for one in caught.value.issues] == ["E855"]
    assert [one.name for one in tmp_path.iterdir()] == ["plan"]
    assert (tmp_path / "plan" / "plan.json").read_text("utf-8") == earlier


def test_a_search_stopped_at_once_still_gives_a_whole_plan(district, tmp_path):
    request = Request(day=DAY, budget=Budget(seconds=600), workers=1, only=OPERATIONS)
    stages: list[News] = []
    document = write_day(
        district, request, tmp_path / "plan", language="en", news=stages.append,
        stopped=lambda: any(one.search is not None for one in stages),
    ).plan  # fmt: skip
    assert (tmp_path / "plan" / "map.html").is_file()
    assert document.kpis["served"] + document.kpis["unserved"] == document.kpis["tasks"]
