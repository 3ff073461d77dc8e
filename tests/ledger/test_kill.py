"""Kill -9 at twenty moments of an import: nothing lost, nothing double, on both databases."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from models.history.events import TripDone
from scenarios.ledger.append import holding
from scenarios.ledger.store import open_ledger
from tests.ledger import killed
from tests.ledger.towns import write_district

if TYPE_CHECKING:
    from pathlib import Path

MOMENTS = 20
ROWS = 1_500


def write_trips(path: Path, rows: int) -> Path:
    """Trips of V1 and V2, one every five minutes of the days from 1 January on."""
    lines = ["日期,车辆,作业,开始时间,趟次"]
    for number in range(rows):
        day, five = divmod(number // 2, 288)
        clock = f"{five // 12:02d}:{five % 12 * 5:02d}"
        lines.append(f"2026-01-{day + 1:02d},V{number % 2 + 1},清扫,{clock},1")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def kept(town: Path, url: str) -> list[str]:
    with open_ledger(town, url) as ledger, ledger.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM batches").scalar() in {0, 1, 2}
        return [event.key for event in holding(connection, TripDone)]


def test_an_import_that_is_killed_leaves_all_of_its_rows_or_none(ledger_url: str, tmp_path: Path):
    town = write_district(tmp_path / "town")
    first = write_trips(tmp_path / "first.csv", 10)
    killed.lasts(first, town, ledger_url)
    trips = write_trips(tmp_path / "出车.csv", ROWS)
    took = killed.lasts(trips, town, f"sqlite:///{tmp_path}/measured")
    whole = 0
    for moment in range(MOMENTS):
        process = killed.begin(trips, town, ledger_url)
        time.sleep(took * moment / MOMENTS)
        process.kill()
        process.join()
        found = kept(town, ledger_url)
        assert len(found) in {10, ROWS}
        assert whole <= len(found), "rows that were there are lost"
        whole = len(found)
    killed.take(trips, town, ledger_url)
    found = kept(town, ledger_url)
    assert len(found) == len(set(found)) == ROWS


def test_two_imports_at_once_put_every_trip_down_once(ledger_url: str, tmp_path: Path):
    """Each waits for the other, and the later one finds everything there already."""
    town = write_district(tmp_path / "town")
    trips = write_trips(tmp_path / "出车.csv", ROWS)
    both = [killed.begin(trips, town, ledger_url) for _ in range(2)]
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    found = kept(town, ledger_url)
    assert len(found) == len(set(found)) == ROWS
