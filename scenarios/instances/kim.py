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
from models.units import UNREACHABLE
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
    depots, tasks, facilities = [], [], []
    for place, (line, stop) in enumerate(table):
        if min(stop[5:]) < 0:
            raise line.fail("a negative service time, load or type")
        match line.whole(line.words()[7]):
            case 0:
                depots.append(place)
            case 1:
                tasks.append(_task(line, stop, place))
            case 2:
                facilities.append(_landfill(line, stop, place))
            case _:
                raise line.fail("stop types are 0 depot, 1 stop, 2 landfill")
    if len(depots) != 1:
        raise rows[-1].fail(f"{len(depots)} depots (type 0) found, one was expected")
    early, late = _window(table[depots[0]][0])
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


def _task(line: Line, stop: list[float], place: int) -> Task:
    early, late = _window(line)
    mode = Mode(enter=place, leave=place, duration=round(stop[5]), tw_early=early, tw_late=late)
    tenths = round(stop[6] * 10)
    return Task(id=f"{stop[0]:g}", modes=(mode,), demand=(tenths, tenths, 1))


def _landfill(line: Line, stop: list[float], place: int) -> Facility:
    return Facility(
        id=f"landfill {stop[0]:g}",
        enter=place,
        leave=place,
        resets=frozenset({0}),
        duration=round(stop[5]),
        windows=(_window(line),),
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
    legs = (np.rint(np.minimum(each, UNREACHABLE)).astype(np.int32) for each in (seconds, feet))
    return DenseMatrix(*legs)
