"""Headways: as many passes as the hours need, and any times inside their windows keep the law."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pydantic import ValidationError

from models.trade.sourced import Cadence, Pass
from solver.trade.cadence import Slot
from solver.trade.headway import TURNS, day_passes, extra_pass

HOUR, MINUTE = 3_600, 60
HOURS = (6 * HOUR, 20 * HOUR)


def cyclic(headway_min=120, late_min=10, **more):
    told = {"passes": ({"windows": ("06:00-20:00",)},), **more}
    return Cadence(source="memory", headway_min=headway_min, late_min=late_min, **told)


@pytest.mark.parametrize("headway_min", [15, 30, 50, 119, 120, 240, 419, 420, 830])
@pytest.mark.parametrize("turn", range(TURNS))
def test_no_times_in_the_windows_leave_a_place_too_long(turn, headway_min):
    """The worst: as early as may be, then as late as may be; the opening and the close count."""
    found = day_passes(cyclic(headway_min), (), turn=turn)
    greatest = (headway_min + 10) * MINUTE
    hours = [one for each in found for one in each.slots]
    begins = [(one.early, one.late) for one in hours]
    assert all(HOURS[0] <= early <= late <= HOURS[1] for early, late in begins)
    if len(found) > 1:
        assert begins[0][1] - HOURS[0] <= greatest
        assert HOURS[1] - begins[-1][0] <= greatest
    assert max((b[1] - a[0] for a, b in pairwise(begins)), default=0) <= greatest
    assert [each.most_s for each in found] == [0, *[greatest] * (len(found) - 1)]


def test_two_hours_from_six_to_twenty_are_eight_passes():
    """The last begins 130 min before the close, 710 min after the first: 6.8 rounds of four fifths,
    104 min; so seven of 101.4 min, which leave 28.6 min to begin in.
    """
    found = day_passes(cyclic(), ())
    assert len(found) == 8
    (first,), (second,) = found[0].slots, found[1].slots
    assert (first.early, first.late - first.early) == (HOURS[0], 130 * MINUTE - 6_086)
    assert second.early - first.early == 6_086


def test_turns_follow_each_other_through_a_round():
    early = [day_passes(cyclic(), (), turn=turn)[0].slots[0].early for turn in range(TURNS)]
    assert [one - early[0] for one in early] == [6_086 * turn // TURNS for turn in range(TURNS)]


def test_hours_without_work_part_the_day():
    """Before the ban everything is finished; the first pass after it has nothing to keep."""
    found = day_passes(cyclic(60, 0), [(9 * HOUR, 11 * HOUR)])
    assert [one.most_s for one in found].count(0) == 2
    (last,) = [a.slots[0] for a, b in pairwise(found) if not b.most_s]
    assert last.finish
    assert last.late <= 9 * HOUR


def test_few_hours_are_one_pass():
    assert day_passes(cyclic(840, 0), ()) == [((Slot(*HOURS, finish=False),), 0, 0)]


@pytest.mark.parametrize(
    "told",
    [
        {"passes": ({"windows": ("06:00-09:00",)}, {"windows": ("10:00-20:00",)})},
        {"min_gap_h": 1},
        {"headway_min": 5},
        {"headway_min": 0, "late_min": 1},
    ],
)
def test_what_does_not_go_together_is_refused(told):
    with pytest.raises(ValidationError, match="headway_min"):
        cyclic(**told)


MORNING = Pass(windows=["04:00-07:00"])
NOON, NIGHT = Pass(windows=["11:00-16:00"]), Pass(windows=["22:00-29:00"], rule="finish")


@pytest.mark.parametrize(
    ("passes", "again", "expected"),
    [
        ((MORNING,), False, [(4, 7, False), (11, 16, False), (22, 29, True)]),
        ((MORNING,), True, [(11, 16, False), (22, 29, True)]),
        ((MORNING, NOON), True, [(22, 29, True)]),
        ((MORNING, NOON, NIGHT), True, []),
    ],
    ids=["not due", "after one", "after two", "no time is left"],
)
def test_an_extra_pass_comes_after_the_hours_of_the_last(passes, again, expected):
    """Four hours after the last hour of the pass before, in any hours that the work has."""
    own = Cadence(source="memory", passes=passes, min_gap_h=4)
    found = extra_pass(own, (MORNING, NOON, NIGHT), (), again=again)
    assert [(s.early / HOUR, s.late / HOUR, s.finish) for s in found.slots] == expected
    assert found.least_s == 0
