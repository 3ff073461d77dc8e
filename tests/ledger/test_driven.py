"""A plan counted as driven: once, until somebody reports what was."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from models.errors import HuanweiError
from models.history.events import TripDone
from scenarios.ledger.append import holding
from scenarios.ledger.driven import record_plan
from scenarios.ledger.intake import import_file
from scenarios.ledger.store import open_ledger
from tests.ledger.towns import write_district

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 5, 12)


def step(kind: str, begin: str, end: str, metres: int = 0) -> dict[str, object]:
    moment = f"{DAY}T{{}}:00+08:00"
    return {
        "kind": kind, "arrive": moment.format(begin), "depart": moment.format(end),
        "distance_m": metres,
    }  # fmt: skip


def trip(*steps: dict[str, object]) -> dict[str, object]:
    return {"load_kg": 900, "water_l": 300, "steps": list(steps)}


def route(vehicle: str, *trips: dict[str, object], operation: str = "sweep") -> dict[str, object]:
    return {
        "id": f"r-{vehicle}", "part": 0, "vehicle": vehicle, "vehicle_type": "sw_l",
        "operation": operation, "shift": "day", "depot": "D", "engine": "ruin", "crew": [],
        "crew_needed": 1, "licence": "B2", "depart": f"{DAY}T04:00:00+08:00",
        "return": f"{DAY}T11:00:00+08:00", "distance_m": 0, "service_m": 0, "deadhead_m": 0,
        "duration_s": 0, "overtime_s": 0, "cost_cny": 0, "co2_kg": 0, "trips": list(trips),
    }  # fmt: skip


TWO_TRIPS = route(
    "V1",
    trip(step("start", "04:00", "04:10"), step("serve", "04:30", "05:00", 3_000),
         step("serve", "05:00", "05:30", 1_500), step("tip", "06:00", "06:10")),
    trip(step("serve", "06:30", "07:00", 2_000), step("tip", "07:20", "07:30")),
    trip(step("drive", "07:30", "08:00"), step("end", "08:00", "08:00")),
)  # fmt: skip


def write_plan(folder: Path, *routes: dict[str, object], name: str = "2026-05-12") -> Path:
    made = folder / "plans" / name
    made.mkdir(parents=True, exist_ok=True)
    document = {
        "district": "小区", "district_id": "t", "date": str(DAY), "seed": 1, "engine": "ruin",
        "created": f"{DAY}T00:00:00+08:00", "attribution": "", "language": "zh",
        "operations": ["sweep"], "kpis": {}, "notes": [], "routes": list(routes), "stations": [],
        "haul": [], "roster": [], "unserved": [], "violations": [],
    }  # fmt: skip
    (made / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    return made


def kept(folder: Path, url: str) -> list[TripDone]:
    with open_ledger(folder, url) as ledger, ledger.reading() as connection:
        return list(holding(connection, TripDone))


def record(folder: Path, url: str, plan: Path):
    with open_ledger(folder, url) as ledger:
        return record_plan(ledger, plan)


def report(folder: Path, url: str, rows: str):
    path = write_district(folder) / "出车记录.csv"
    path.write_text("日期,车辆,作业,开始时间,趟次\n" + rows, encoding="utf-8")
    with open_ledger(folder, url) as ledger:
        return import_file(ledger, path, folder, DAY)


def test_every_trip_with_work_on_it_is_a_row(ledger_url: str, tmp_path: Path):
    """Two trips serve 4.5 and 2 km; the third only drives home and is none."""
    done = record(tmp_path, ledger_url, write_plan(tmp_path, TWO_TRIPS))
    assert (done.trips, done.written.new) == (2, 2)
    first, second = kept(tmp_path, ledger_url)
    assert (first.begin_s, first.end_s, first.work_m) == (4 * 3600, 6 * 3600 + 600, 4_500)
    assert (second.work_m, second.route, second.plan) == (2_000, "r-V1", "2026-05-12")
    assert (second.vehicle_type, second.load_kg, second.water_l) == ("sw_l", 900, 300)


def test_a_second_time_changes_nothing(ledger_url: str, tmp_path: Path):
    plan = write_plan(tmp_path, TWO_TRIPS)
    record(tmp_path, ledger_url, plan)
    again = record(tmp_path, ledger_url, plan)
    assert (again.written.new, again.written.same, again.replaced) == (0, 2, 0)


def test_a_new_plan_of_the_day_replaces_what_the_old_one_recorded(ledger_url: str, tmp_path: Path):
    record(tmp_path, ledger_url, write_plan(tmp_path, TWO_TRIPS))
    other = route("V2", trip(step("serve", "05:00", "06:00", 800)))
    done = record(tmp_path, ledger_url, write_plan(tmp_path, other, name="2026-05-12-2"))
    assert done.replaced == 2
    assert [one.vehicle for one in kept(tmp_path, ledger_url)] == ["V2"]


def test_a_report_follows_the_plan_of_its_vehicle_alone(ledger_url: str, tmp_path: Path):
    """V1 drove once, at another time; of V2 nobody said anything, so its planned trip stands."""
    second = route("V2", trip(step("serve", "05:00", "06:00", 800)))
    record(tmp_path, ledger_url, write_plan(tmp_path, TWO_TRIPS, second))
    done = report(tmp_path, ledger_url, "2026-05-12,V1,清扫,04:15,1\n")
    assert done.replaced == 2
    held = [(one.vehicle, one.begin_s, one.plan) for one in kept(tmp_path, ledger_url)]
    assert held == [("V1", 15_300, ""), ("V2", 18_000, "2026-05-12")]


def test_a_report_of_the_very_trip_needs_no_correcting(ledger_url: str, tmp_path: Path):
    record(tmp_path, ledger_url, write_plan(tmp_path, TWO_TRIPS))
    done = report(tmp_path, ledger_url, "2026-05-12,V1,清扫,04:00,1\n2026-05-12,V1,清扫,06:30,1\n")
    assert done.written["trips"].corrected == 2
    assert [one.plan for one in kept(tmp_path, ledger_url)] == ["", ""]


def test_what_was_reported_is_not_planned_over(ledger_url: str, tmp_path: Path):
    report(tmp_path, ledger_url, "2026-05-12,V1,清扫,04:15,1\n")
    done = record(tmp_path, ledger_url, write_plan(tmp_path, TWO_TRIPS))
    assert (done.reported, done.written.new) == (2, 0)
    assert len(kept(tmp_path, ledger_url)) == 1


@pytest.mark.parametrize("text", [None, "{", "{}"])
def test_a_plan_that_cannot_be_read_is_told(tmp_path: Path, text: str | None):
    plan = write_plan(write_district(tmp_path), TWO_TRIPS)
    if text is None:
        (plan / "plan.json").unlink()
    else:
        (plan / "plan.json").write_text(text, encoding="utf-8")
    with open_ledger(tmp_path) as ledger, pytest.raises(HuanweiError) as told:
        record_plan(ledger, plan)
    assert told.value.zh
