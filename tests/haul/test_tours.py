"""The cheapest tours at given prices: one truck, one yard, one plant, added up by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.district import Stream
from models.station import Plant
from solver.haul.tours import NO_TOUR, TourGrid, Track, all_tracks
from tests.haul.test_plan import HOUR, problem, truck, yard

SLOT = 1_800
ONE_RUN = 1_000_000 + 23_000 * 100 + 10 * (600 + 480 + 1_200 + 1_500 + 900)
"""The truck's day, 5 + 10 + 8 km, and the seconds out, docking, to the plant, tipping, home."""
ANOTHER = 20_000 * 100 + 10 * (1_200 + 480 + 1_200 + 1_500)
"""Back to the yard and to the plant again."""


def solved(case, gains=None, *, pause: bool = False, step_s: int = 300, free: bool = False):
    """The grid of the first truck's whole shift, and its least cost less `gains` by slot."""
    one = case.trucks[0]
    track = Track(0, one, one.begin, one.end, pause)
    grid = TourGrid(case, [track], step_s, slot_s=SLOT, origin=0, free=free)
    gain = np.zeros((1, 1, 1, int(grid.slots.max()) + 1))
    for slot, money in (gains or {}).items():
        gain[..., slot] = money
    return grid, float(grid.solve(gain)[0, 0])


def test_the_cheapest_tour_is_one_run_where_no_run_brings_anything():
    grid, least = solved(problem())
    tour = grid.tour(0, 0)
    assert least == tour.cost == ONE_RUN == 3_346_800
    assert [run[:2] for run in tour.runs] == [(0, 0)]


def test_tours_of_nothing_but_their_runs_are_free_where_asked():
    assert solved(problem(), free=True)[1] == 0


@pytest.mark.parametrize(("gain", "runs"), [(ANOTHER - 1, [4]), (ANOTHER + 1, [4, 8])])
def test_a_second_run_is_made_where_it_brings_more_than_it_costs(gain, runs):
    """A run at two brings 90 CNY, more than any tour costs; one at four about what it costs."""
    grid, least = solved(problem(), {4: 9_000_000, 8: gain})
    tour = grid.tour(0, 0)
    assert [slot for _, _, slot in tour.runs] == runs
    assert tour.cost == ONE_RUN + ANOTHER * (len(runs) - 1), "prices are no costs"
    assert least == tour.cost - 9_000_000 - gain * (len(runs) - 1)


def test_two_runs_in_a_row_need_the_way_there_and_back():
    """480 + 1,200 + 1,500 + 1,200 = 4,380 s from dock to dock: never two in half an hour."""
    grid, _ = solved(problem(), {4: 9_000_000, 5: 9_000_000, 6: 9_000_000})
    assert [slot for _, _, slot in grid.tour(0, 0).runs] == [4, 6]


def test_a_pause_is_paid_once():
    """20 min at 10 mfen a second."""
    grid, least = solved(problem(), pause=True)
    assert least == grid.tour(0, 0).cost == ONE_RUN + 1_200 * 10


@pytest.mark.parametrize("opens", [0, 3, 7])
def test_a_truck_docks_while_the_station_is_open(opens):
    windows = ((opens * HOUR, (opens + 1) * HOUR),)
    grid, least = solved(problem(yards=(yard(windows=windows),)))
    ((_, _, slot),) = grid.tour(0, 0).runs
    assert least == ONE_RUN
    assert opens * HOUR <= slot * SLOT <= (opens + 1) * HOUR


@pytest.mark.parametrize(
    "changes",
    [
        {"trucks": (truck(end=4_000),)},
        {"trucks": (truck(streams=frozenset({Stream.KITCHEN})),)},
        {"plants": (Plant(id="p", streams=frozenset({Stream.KITCHEN})),)},
        {"plants": (Plant(id="p", windows=((0, HOUR // 2),)),)},
        {"yards": (yard(windows=((11 * HOUR + 1_800, 12 * HOUR),)),)},
    ],
)
def test_without_time_or_the_right_stream_there_is_no_tour(changes):
    """A tour takes 4,680 s; whoever docks at 11:30 is home at 12:38."""
    assert solved(problem(**changes))[1] >= NO_TOUR / 2


def test_tours_of_a_shift_longer_than_a_stretch_have_a_pause_or_are_short():
    """12 h with 4 h at a stretch: begun in the hour from b on, a short one is over by b + 5."""
    case = problem(max_work_s=4 * HOUR)
    whole, short = all_tracks(case, case.trucks[:1])
    assert [(one.begin, one.end, one.pause) for one in whole] == [(0, 12 * HOUR, True)]
    assert [(one.begin // HOUR, one.end // HOUR) for one in short] == [
        (begin, begin + 5) for begin in range(8)
    ]
    assert not any(one.pause for one in short)


@pytest.mark.parametrize("stretch", [0, 12, 13])
def test_a_shift_no_longer_than_a_stretch_needs_no_pause_and_no_short_tours(stretch):
    case = problem(max_work_s=stretch * HOUR)
    whole, short = all_tracks(case, case.trucks)
    assert [(one.fleet, one.pause) for one in whole] == [(0, False), (1, False)]
    assert short == []
