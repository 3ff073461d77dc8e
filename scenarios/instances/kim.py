"""Waste collection with disposal sites, lunch and windows (Kim, Kim, Sahoo 2006).

Manhattan distances in feet; `cost / scale` is in miles. Trucks leave and return empty, may tip
several times, and keep a yardage and a number of stops per day. Lunch begins between 11 and 12.
"""

from __future__ import annotations

import numpy as np

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Meal,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from scenarios.instances.instance import Instance, Line, lines

FEET_PER_MILE = 5_280
LUNCH = (11 * 3_600, 12 * 3_600)
DIMENSIONS = (
    Dimension(name="load", kind=DimensionKind.WASTE, end_empty=True),
    Dimension(name="yards a day", kind=DimensionKind.WASTE),
    Dimension(name="stops a day", kind=DimensionKind.WASTE),
)


def parse_kim(text: str) -> Instance:
    """A day of commercial waste collection; loads in tenths of a yard.

    Times whose minutes exceed 59 (0875) are read as decimal hours, with a note. Raises
    `InstanceError` with the line number.
    """
    rows = lines(text)
    title = next((k for k, line in enumerate(rows) if "Stop_Type" in line.text), 0)
    if title != 5:
        raise rows[title].fail("five lines of numbers stand above the table's title")
    yards, yards_a_day, stops_a_day, lunch, mph = (_first(line) for line in rows[:5])
    table = [(line, line.numbers(8)) for line in rows[6:]]
    kinds = {line.number: line.whole(line.words()[7]) for line, _ in table}
    depots = [place for place, (line, _) in enumerate(table) if kinds[line.number] == 0]
    if len(depots) != 1:
        raise rows[-1].fail(f"{len(depots)} depots (type 0) found, one was expected")
    depot_line, _ = table[depots[0]]
    facilities, tasks = [], []
    for place, (line, (stop_id, _, _, _, _, service, load, _)) in enumerate(table):
        early, late = _window(line)
        if kinds[line.number] == 2:
            facilities.append(
                Facility(
                    id=f"landfill {stop_id:g}",
                    enter=place,
                    leave=place,
                    resets=frozenset({0}),
                    duration=round(service),
                    windows=((early, late),),
                )
            )
        elif kinds[line.number] == 1:
            mode = Mode(
                enter=place, leave=place, duration=round(service), tw_early=early, tw_late=late
            )
            tenths = round(load * 10)
            tasks.append(Task(id=f"{stop_id:g}", modes=(mode,), demand=(tenths, tenths, 1)))
        elif kinds[line.number] != 0:
            raise line.fail("stop types are 0 depot, 1 stop, 2 landfill")
    early, late = _window(depot_line)
    truck = VehicleType(
        id="truck",
        capacity=(round(yards * 10), round(yards_a_day * 10), round(stops_a_day)),
        start=depots[0],
        end=depots[0],
        num_available=max(len(tasks), 1),
        tw_early=early,
        tw_late=late,
        meal=Meal(duration=round(lunch), tw_early=LUNCH[0], tw_late=LUNCH[1]),
    )
    problem = RoutingProblem(
        tasks=tuple(tasks),
        vehicle_types=(truck,),
        facilities=tuple(facilities),
        matrices=(_manhattan(np.array([stop[1:3] for _, stop in table]), mph),),
        dimensions=DIMENSIONS,
        cost_unit="ft",
    )
    odd = [line.number for line, stop in table if max(stop[3] % 100, stop[4] % 100) > 59]
    notes = tuple(f"line {number}: minutes above 59 read as decimal hours" for number in odd)
    places = tuple(f"{stop[0]:g}" for _, stop in table)
    return Instance(
        problem=problem, family="waste-vrptw", scale=FEET_PER_MILE, places=places, notes=notes
    )


def _first(line: Line) -> float:
    value = line.number_in(line.words()[0])
    if value <= 0:
        raise line.fail("a number above 0 was expected")
    return value


def _window(line: Line) -> tuple[int, int]:
    early, late = (_seconds(line, word) for word in line.words()[3:5])
    if early > late:
        raise line.fail("the window closes before it opens")
    return early, late


def _seconds(line: Line, word: str) -> int:
    hours, minutes = divmod(line.whole(word), 100)
    if not 0 <= hours <= 24:
        raise line.fail(f"{word} is no HHMM time")
    return hours * 3_600 + (minutes * 36 if minutes > 59 else minutes * 60)


def _manhattan(
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]], mph: float
) -> DenseMatrix:
    feet = np.zeros((len(points), len(points)))
    for axis in (0, 1):
        feet += np.abs(points[:, axis, None] - points[None, :, axis])
    seconds = feet / FEET_PER_MILE * 3_600 / mph
    return DenseMatrix(np.rint(seconds).astype(np.int32), np.rint(feet).astype(np.int32))
