"""The timetable of bell collection: which shop hears the bell when, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import HuanweiError, InputErrors
from models.horizon.consistent import Seen
from models.ids import TaskId
from models.units import clock
from scenarios.district.read import read_folder
from scenarios.district.reading import sorted_issues
from solver.bells.timetable import TOLERANCE_S, Timetable, rounds_of, timetable
from solver.judge.days.consistency import check_consistency

if TYPE_CHECKING:
    from pathlib import Path

    from models.plan import Plan
    from models.solution import Violation

OPERATION = "collect_bell"
"""The operation of the rule profile that rings the bell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """A shop in the timetable: its stop on the round, the published time and the hours to keep."""

    route: str
    vehicle: str
    stop: int
    time: str
    point: str
    name: str
    lon: float
    lat: float
    hours: str


def bells(folder: Path, plan: Plan, *, days: int, seed: int) -> tuple[Timetable, list[Bell]]:
    """The timetable of a plan of the district in `folder`, and its list of shops.

    Raises `InputErrors` where a table cannot be read, and `HuanweiError` where the plan has no
    bell collection.
    """
    reading = read_folder(folder, plan.date)
    if reading.findings.issues:
        raise InputErrors(sorted_issues(reading.findings.errors()))
    rounds = rounds_of(plan, OPERATION)
    if not rounds:
        raise HuanweiError(
            f"the plan has no round of {OPERATION}: give points the kind shop, a vehicle the "
            "operation, and plan again.",
            zh=f"计划中没有 {OPERATION}（摇铃收集）线路：请把商铺列为 kind 为 shop 的收运点，"
            "给车辆写上该作业，再制定计划。",
        )
    made = timetable(rounds, days=days, seed=seed)
    points = {
        str(TaskId(OPERATION, point.id, pass_number=1)): point
        for _, point in reading.rows["points"]
    }
    found: list[Bell] = []
    for one, times in zip(made.rounds, made.times, strict=True):
        stops = {time: number for number, time in enumerate(dict.fromkeys(times), start=1)}
        for call, time in zip(one.calls, times, strict=True):
            point = points.get(call.task)
            if point is None:
                continue  # a work order has no time of its own
            found.append(
                Bell(
                    route=one.route,
                    vehicle=one.vehicle,
                    stop=stops[time],
                    time=clock(time),
                    point=point.id,
                    name=point.name,
                    lon=point.lon,
                    lat=point.lat,
                    hours=f"{clock(time - TOLERANCE_S)}-{clock(time + TOLERANCE_S)}",
                )
            )
    return made, found


def left_out(plan: Plan) -> list[str]:
    """Names of the shops the plan does not serve, which no timetable can name (a street shut)."""
    return [one.name or one.task for one in plan.unserved if one.operation == OPERATION]


def differences(made: Timetable, other: Plan) -> list[Violation]:
    """Where a plan of another day differs from the timetable: another truck, another time.

    Each stop keeps its truck and its published minute to within the tolerance; shops that a plan
    leaves out are its own unserved tasks.
    """
    usual = {
        call.task: Seen(one.vehicle, time)
        for one, times in zip(made.rounds, made.times, strict=True)
        for call, time in zip(one.calls, times, strict=True)
    }
    found = {
        call.task: Seen(one.vehicle, call.begin)
        for one in rounds_of(other, OPERATION)
        for call in one.calls
        if call.task in usual
    }
    return list(check_consistency([usual, found], TOLERANCE_S))
