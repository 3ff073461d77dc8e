"""Hours come round every day, in both directions over midnight."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.district import Site, SiteKind
from models.errors import ProblemError
from models.units import DAY, MAX_TIME
from solver.judge.hours import outside
from solver.trade.hours import NEVER, beside, daily, gate, next_stay, stays

H = 3_600


def hours(*pairs):
    return tuple((round(a * H), round(b * H)) for a, b in pairs)


@pytest.mark.parametrize(
    ("windows", "asked", "wanted"),
    [
        (((22, 29.5),), (0, 12), ((-2, 5.5),)),
        (((22, 29.5),), (20, 28), ((22, 29.5),)),
        (((0, 5),), (20, 28), ((24, 29),)),
        (((6, 9), (18, 20)), (0, 31), ((6, 9), (18, 20), (30, 33))),
        (((12, 36),), (0, 24), ((-36, 60),)),
        (((0, 6), (22, 24)), (0, 24), ((-2, 6), (22, 30))),
        (((8, 10),), (11, 20), ()),
        (((8, 10),), (10, 20), ((8, 10),)),
    ],
)
def test_hours_meet_a_stretch_of_time(windows, asked, wanted):
    found = daily(hours(*windows), asked[0] * H, asked[1] * H)
    inside = [(max(a, -36 * H), min(b, 60 * H)) for a, b in found]
    assert inside == list(hours(*wanted))


@pytest.mark.parametrize("windows", [((0, 24),), ((12, 36),), ((0, 12), (12, 24))])
def test_around_the_clock_has_no_gap(windows):
    (whole,) = daily(hours(*windows), 0, 3 * DAY)
    assert whole[0] <= 0
    assert whole[1] >= 3 * DAY


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(1, 24)), max_size=5), st.integers(0, 30))
def test_daily_hours_cover_what_each_day_of_each_window_covers(pairs, begin):
    windows = [(early, early + length) for early, length in pairs]
    end = begin + 30
    found = daily([(a * H, b * H) for a, b in windows], begin * H, end * H)
    wanted = {
        hour
        for hour in range(begin, end)
        if any(a <= hour + 24 * day < b for a, b in windows for day in range(-3, 4))
    }
    assert {
        hour for hour in range(begin, end) if any(a <= hour * H < b for a, b in found)
    } == wanted
    assert all(first[1] < second[0] for first, second in pairwise(found))


def test_a_stay_ends_by_closing_time_and_the_way_to_the_gate_counts():
    """Open 05-22: 600 s at the gate 30 min away begin at the gateway 04:30 to 21:20."""
    assert stays(hours((5, 22)), 0, 12 * H, 600, way=1_800) == ((4.5 * H, 21 * H + 1_200),)
    assert stays(hours((5, 5.1)), 0, 12 * H, 600) == ()
    assert next_stay(hours((5, 5.1)), 0, 600) == NEVER == (MAX_TIME, MAX_TIME)
    assert next_stay(hours((5, 22)), 12 * H, 600) == (29 * H, 46 * H - 600)


def test_the_openings_beside_a_shift_are_the_last_before_and_the_first_after():
    assert beside(hours((6, 20.25)), 81 * H // 4, 29 * H, 600) == (
        (6 * H, 20.25 * H - 600), (30 * H, 44.25 * H - 600),
    )  # fmt: skip
    assert beside(hours((13, 14)), 4 * H, 12 * H, 600) == ((13 * H, 14 * H - 600),)


def test_a_gate_shut_in_the_middle_leaves_the_longer_stretch():
    assert gate(hours((5, 22)), (20 * H, 28 * H)) == (20 * H, 22 * H)
    assert gate(hours((5, 22)), (20 * H, 34 * H)) == (29 * H, 34 * H)
    assert gate(hours((0, 24)), (20 * H, 28 * H)) == (20 * H, 28 * H)
    assert gate(hours((9, 10)), (20 * H, 28 * H)) is None


@pytest.mark.parametrize("windows", [((22, 29.5),), ((6, 9), (18, 20)), ((0, 24),), ((9, 10),)])
@pytest.mark.parametrize("begin", range(0, 50, 3))
@pytest.mark.parametrize("stay", [0, 600, 2 * H])
def test_the_judge_agrees_though_it_works_hours_out_anew(windows, begin, stay):
    begin *= H
    may = any(a <= begin <= b for a, b in stays(hours(*windows), begin, begin, stay))
    assert (outside(hours(*windows), begin, begin + stay) == 0) == may


def test_a_site_open_for_more_than_a_day_is_no_site():
    with pytest.raises(ProblemError, match="more than a day"):
        Site(id="S", name="S", kind=SiteKind.STATION, lon=0, lat=0, windows=((0, DAY + 1),))
