"""What a timetable leaves behind, and how much less its stations then get: added up by hand."""

from __future__ import annotations

import pytest

from models.district import Stream
from models.station import HaulPlan, HaulProblem, HaulRun, HaulTour, Yard
from models.units import MAX_TIME
from solver.haul.stuck import Stuck, stuck

HOUR = 3_600
TIPPED = ((HOUR, 10_000), (2 * HOUR, 6_000), (3 * HOUR, 1_000))
"""10 t at one o'clock, 6 t at two, 1 t at three."""


def yard(station: str = "s", stream: Stream = Stream.RESIDUAL, **changes) -> Yard:
    return Yard(**({"station": station, "stream": stream, "inflow": TIPPED} | changes))


def town(*yards: Yard) -> HaulProblem:
    return HaulProblem(yards=yards, plants=(), trucks=(), travel={})


def hauled(*runs: tuple[int, int], station: str = "s", stream: Stream = Stream.RESIDUAL):
    """A plan whose runs leave a station at a moment with so many kilograms."""
    made = tuple(
        HaulRun(
            truck="t", station=station, plant="p", stream=stream, kg=kg,
            swap_begin=leave - 480, swap_end=leave, tip_begin=leave, tip_end=leave,
        )
        for leave, kg in runs
    )  # fmt: skip
    tour = HaulTour(truck="t", begin=0, end=9 * HOUR, runs=made)
    return HaulPlan(tours=(tour,), cost=0, bound=0)


def test_a_station_without_limits_is_never_stuck():
    found = stuck(town(yard()), hauled())
    assert (found.overflow_kg, found.staying_kg, found.excess) == (0, 0, {})
    assert found.peaks == {}


@pytest.mark.parametrize(
    ("runs", "over", "peak"),
    [
        ((), 5_000, 3 * HOUR),
        (((2 * HOUR, 8_000),), 0, None),
        (((2 * HOUR + 1, 8_000),), 4_000, 2 * HOUR),
        (((3 * HOUR, 2_000),), 4_000, 2 * HOUR),
    ],
)
def test_the_overflow_is_the_highest_stock_above_the_storage_and_its_moment_is_told(
    runs, over, peak
):
    """A floor of 12 t holds 10, 16, 17 t in turn where nothing leaves: 5 t too much at three.

    8 t gone by the second tipping leave 2, 8, 9 t; a second later there are 16 t first. 2 t gone
    by the third tipping leave 16 t at two and 15 at three.
    """
    found = stuck(town(yard(storage_kg=12_000)), hauled(*runs))
    assert found.overflow_kg == over
    assert found.peaks.get("s") == peak


@pytest.mark.parametrize(("initial", "over"), [(0, 5_000), (2_000, 7_000)])
def test_yesterdays_rest_takes_its_share_of_the_storage(initial, over):
    full = yard(storage_kg=12_000, initial_kg=initial)
    assert stuck(town(full), hauled()).overflow == {"s": over}


@pytest.mark.parametrize(("clears", "staying"), [(True, {"s": 3_000}), (False, {})])
def test_waste_may_stay_only_where_the_station_need_not_be_cleared(clears, staying):
    """17 t come, 14 t go; what stays is told at the end of the day."""
    found = stuck(town(yard(must_clear=clears)), hauled((4 * HOUR, 14_000)))
    assert found.staying == staying
    assert found.peaks == dict.fromkeys(staying, MAX_TIME)


def test_an_overflow_keeps_its_moment_where_waste_stays_too():
    found = stuck(town(yard(storage_kg=12_000, must_clear=True)), hauled((5 * HOUR, 16_000)))
    assert (found.overflow, found.staying) == ({"s": 5_000}, {"s": 1_000})
    assert found.peaks == {"s": 3 * HOUR}
    assert found.excess == {"s": 5_000}, "the same waste: the larger of both, not the sum"


def test_two_streams_of_a_station_are_two_stocks_whose_excess_adds_up():
    """Kitchen waste has a box of 16 t, the rest one of 12 t; only the rest is hauled, 4 t at 1."""
    both = town(yard(storage_kg=12_000), yard(stream=Stream.KITCHEN, storage_kg=16_000))
    found = stuck(both, hauled((HOUR + 1, 4_000)))
    assert found.overflow == {"s": 1_000 + 1_000}
    other = stuck(both, hauled((HOUR + 1, 4_000), stream=Stream.KITCHEN))
    assert other.overflow == {"s": 5_000}, "a run of one stream empties no other"


@pytest.mark.parametrize(
    ("limits", "lowered"),
    [
        ({}, {"s": 12_000}),
        ({"s": 20_000}, {"s": 12_000}),
        ({"s": 11_000}, {"s": 11_000}),
        ({"z": 9_000}, {"z": 9_000, "s": 12_000}),
    ],
)
def test_a_station_gets_so_much_less_than_it_took_and_never_more_than_its_limit(limits, lowered):
    """It took 17 t, 5 t too much: 12 t next time; others keep their limits."""
    assert Stuck({"s": 5_000}).lowered(limits, {"s": 17_000, "z": 1}) == lowered


def test_a_limit_never_falls_below_nothing():
    assert Stuck(staying={"s": 9_000}).lowered({}, {"s": 4_000}) == {"s": 0}
