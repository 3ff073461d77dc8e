"""When a haul truck may change its box: the station is open, and one of its bays is free all along.

The routes stand at their bays first; swaps take what is left, one at a time at each station, as
there is one press. What is drawn so keeps the law of the bays whatever the haul does.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.district import Window
    from models.station import HaulPlan, HaulProblem, HaulTour, Yard


def docks(yard: Yard) -> tuple[Window, ...]:
    """When a swap may begin [s]: in the yard's windows, with a bay free until it ends."""
    found = yard.windows
    for begin, end in _full(yard):
        found = tuple(
            (early, late)
            for opens, closes in found
            for early, late in (
                (opens, min(closes, begin - yard.swap_s)),
                (max(opens, end), closes),
            )
            if early <= late
        )
    return found


def beside(yard: Yard, tours: Sequence[HaulTour]) -> Yard:
    """The yard beside the swaps of these tours at the same station, which have their bays."""
    if not yard.bays:
        return yard
    swaps = [
        (run.swap_begin, run.swap_end)
        for tour in tours
        for run in tour.runs
        if run.station == yard.station
    ]
    return replace(yard, taken=(*yard.taken, *swaps))


def finds_bays(problem: HaulProblem, plan: HaulPlan) -> bool:
    """Whether every swap of a timetable has a bay beside the routes and the other swaps."""
    runs = [run for tour in plan.tours for run in tour.runs]
    for yard in {yard.station: yard for yard in problem.yards if yard.bays}.values():
        swaps = [(run.swap_begin, run.swap_end) for run in runs if run.station == yard.station]
        full = list(_full(replace(yard, taken=(*yard.taken, *swaps), bays=yard.bays + 1)))
        if any(begin < leave and end > dock for begin, end in full for dock, leave in swaps):
            return False
    return True


def _full(yard: Yard) -> Iterator[Window]:
    """Spans [s] in which all bays are taken, in order; visits may touch."""
    if not yard.bays:
        return
    changes = sorted(
        change for begin, end in yard.taken for change in ((begin, 1), (end, -1)) if begin < end
    )
    level = 0
    for (moment, change), (until, _) in pairwise(
        [*changes, (changes[-1][0], 0)] if changes else []
    ):
        level += change
        if level >= yard.bays and moment < until:
            yield moment, until
