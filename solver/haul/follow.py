"""A timetable that follows small changes of what is tipped: same trucks and times, other kilograms.

A dispatcher who moves a point from one truck to another moves its waste in time. Each haul truck
then takes what is there when it docks, as near to what it took before as storage, press and payload
let it; what no truck can take is for the judge to tell.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from solver.haul.yards import pressed_kg, total_kg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.ids import TruckShift
    from models.station import HaulProblem, HaulRun, HaulTour, Yard


def followed(problem: HaulProblem, tours: Sequence[HaulTour]) -> tuple[HaulTour, ...]:
    """The tours with kilograms for what the routes bring now; runs keep truck, sites and times.

    The runs of a yard stay as they are where one of them would have nothing left to take.
    """
    payloads = {truck.id: truck.payload_kg for truck in problem.trucks}
    runs = defaultdict(list)
    for tour in tours:
        for run in tour.runs:
            runs[run.station, run.stream].append(run)
    taken: dict[HaulRun, int] = {}
    for yard in problem.yards:
        own = sorted(runs[yard.station, yard.stream], key=lambda run: run.swap_begin)
        loads = _loads(yard, own, payloads)
        if all(kg > 0 for kg in loads):
            taken |= zip(own, loads, strict=True)
    return tuple(
        replace(tour, runs=tuple(replace(run, kg=taken.get(run, run.kg)) for run in tour.runs))
        for tour in tours
    )


def _loads(yard: Yard, runs: Sequence[HaulRun], payloads: Mapping[TruckShift, int]) -> list[int]:
    """Kilograms of each run of a yard, in their order in time."""
    total = total_kg(yard)
    room = [payloads[run.truck] for run in runs]
    found: list[int] = []
    hauled = wanted = 0
    for number, run in enumerate(runs):
        wanted += run.kg
        last = number == len(runs) - 1
        until = run.swap_end if last else runs[number + 1].swap_end
        came = total if last else yard.initial_kg + sum(kg for at, kg in yard.inflow if at <= until)
        due = max(total - sum(room[number + 1 :]), came - (yard.storage_kg or came))
        ready = _ready(yard, run.swap_begin)
        most = min(ready, hauled + room[number], total)
        goal = total if last else max(due, wanted)
        found.append(max(min(goal, most) - hauled, 0))
        hauled += found[-1]
    return found


def _ready(yard: Yard, until: int) -> int:
    """Whole kilograms that the press has ready, where `pressed_kg` rounds up."""
    came = yard.initial_kg + sum(kg for at, kg in yard.inflow if at <= until)
    ready = pressed_kg(yard, until)
    return ready if ready >= came else ready - 1
