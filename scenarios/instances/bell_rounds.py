"""Published timetables of bell collection: Taipei (arrive and leave) and Tainan (a time a stop).

A round is a trip of a route, in Taipei of its truck; the copies have lost which trip of the evening
a stop belongs to, so a new one begins after half an hour without a stop. Rows out of order in time
are put in order; what has no time is an error.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import InstanceError
from models.units import DAY
from solver.bells.timetable import Call, Round

if TYPE_CHECKING:
    from pathlib import Path

STAY_S = 60
"""A stop whose end nobody tells lasts so long, or until the next one (chosen)."""
NEW_TRIP_S = 1_800
"""After so many seconds without a stop the truck is on another trip (chosen: it was to tip)."""
CLOCK = re.compile(r"([0-2]?\d):?([0-5]\d)")
TAIPEI = ("route", "truck", "arrive", "depart", "lon", "lat")
TAINAN = ("route_id", "time", "days", "lon", "lat")


@dataclass(frozen=True, slots=True)
class BellTimetable:
    """Rounds with their calls, and where each call stands (lon, lat) by its name."""

    rounds: tuple[Round, ...]
    places: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Stop:
    begin: int
    end: int | None
    name: str


def read_bells(path: Path, *, weekday: int = 1) -> BellTimetable:
    """The timetable of a file on a weekday (1: Monday). Raises `InstanceError`, `OSError`."""
    return parse_bells(path.read_text(encoding="utf-8-sig", errors="replace"), weekday=weekday)


def parse_bells(text: str, *, weekday: int = 1) -> BellTimetable:
    """The rounds in a table of stops; which city it is follows from its columns.

    Taipei's table has no weekdays. Raises `InstanceError` with the line number.
    """
    table = csv.DictReader(io.StringIO(text))
    columns = set(table.fieldnames or ())
    with_truck = columns.issuperset(TAIPEI)
    if not with_truck and not columns.issuperset(TAINAN):
        wanted = f"{', '.join(TAIPEI)} or {', '.join(TAINAN)}"
        raise InstanceError(
            f"no timetable of bells; columns wanted are {wanted}",
            line=1,
            zh=f"不是鸣铃收运时刻表；需要的列：{wanted}",
        )
    stops: dict[tuple[str, str], list[_Stop]] = defaultdict(list)
    places: dict[str, tuple[float, float]] = {}
    for number, row in enumerate(table, start=2):
        if not with_truck and str(weekday) not in row["days"]:
            continue
        name = str(number)
        places[name] = (_degrees(row, "lon", number), _degrees(row, "lat", number))
        begin = _seconds(row["arrive" if with_truck else "time"], number)
        end = _seconds(row["depart"], number) if with_truck else None
        if end is not None and end < begin:
            end += DAY
        key = (row["route"], row["truck"]) if with_truck else (row["route_id"], row["route_id"])
        stops[key].append(_Stop(begin, end, name))
    if not stops:
        raise InstanceError(
            "the timetable has no stop on this day", line=1, zh="时刻表在这一天没有停靠点"
        )
    return BellTimetable(
        rounds=tuple(
            _round(f"{route} {trip}", truck, own)
            for (route, truck), every in stops.items()
            for trip, own in enumerate(_trips(every), start=1)
        ),
        places=places,
    )


def _trips(stops: list[_Stop]) -> list[list[_Stop]]:
    """Stops by their time, cut where half an hour passes without one."""
    trips: list[list[_Stop]] = []
    free = -DAY
    for stop in sorted(stops, key=lambda stop: stop.begin):
        if stop.begin - free > NEW_TRIP_S:
            trips.append([])
        trips[-1].append(stop)
        free = max(free, stop.begin + STAY_S if stop.end is None else stop.end)
    return trips


def _round(route: str, truck: str, ordered: list[_Stop]) -> Round:
    """The calls of a trip; one that lasts into the next ends there."""
    calls = []
    for number, stop in enumerate(ordered):
        free = ordered[number + 1].begin - stop.begin if number + 1 < len(ordered) else DAY
        stay = STAY_S if stop.end is None else stop.end - stop.begin
        calls.append(Call(stop.name, stop.begin, min(stay, free)))
    return Round(route=route, vehicle=truck, calls=tuple(calls))


def _seconds(text: str | None, number: int) -> int:
    """16:43 or 1643 as seconds after midnight."""
    told = (text or "").strip()
    match = CLOCK.fullmatch(told.zfill(4))
    if match is None or not told:
        raise InstanceError(
            f"a time such as 16:43 was expected, not {text!r}",
            line=number,
            zh=f"应为 16:43 这样的时刻，而不是 {text!r}",
        )
    return 3_600 * int(match[1]) + 60 * int(match[2])


def _degrees(row: dict[str, str], name: str, number: int) -> float:
    try:
        return float(row[name])
    except (TypeError, ValueError):
        raise InstanceError(
            f"{name}: a number was expected, not {row[name]!r}",
            line=number,
            zh=f"{name}：应为数字，而不是 {row[name]!r}",
        ) from None
