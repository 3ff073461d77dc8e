"""A district's week: rain moves work, what was missed comes first, the judge agrees."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.horizon.week import HorizonDocument, Stopped
from models.ids import TaskId
from models.record import PlanText
from models.trade.sourced import Cadence, Pass
from scenarios.desk.horizon.week import work_of
from solver.horizon.deal import choices
from solver.horizon.week import visits
from solver.judge.week import check_week
from solver.tasks.rota import Unit
from solver.trade.cadence import rhythms

MONDAY = date(2026, 5, 11)


def cadence(**more):
    return Cadence(source="memory", passes=(Pass(windows=["04:00-07:00"]),), **more)


def unit(own, number):
    allowed = rhythms(own)
    return Unit(TaskId("flush", "1", "1:2"), "", "I", own, allowed[number % len(allowed)])


def days_of(one, *, last=None, stopped=(), days=7):
    """The unit's days as numbers from Monday on."""
    window = [MONDAY + timedelta(n) for n in range(days)]
    shut = [MONDAY + timedelta(n) for n in stopped]
    known = None if last is None else MONDAY + timedelta(last)
    return [(day - MONDAY).days for day in visits(one, window, last=known, stopped=shut)]


MONDAYS = unit(cadence(every_days=7), 0)
"""Every Monday."""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, [0]),
        ({"last": -7}, [0]),
        ({"days": 14}, [0, 7]),
        ({"stopped": [0, 1]}, [2]),
        ({"stopped": range(7)}, []),
    ],
    ids=["Monday", "in its time", "a fortnight", "after the rain", "rain all week"],
)
def test_a_weekly_street(more, expected):
    assert days_of(MONDAYS, **more) == expected


def test_what_was_missed_comes_first_and_its_day_again():
    """Tuesdays, missed last week: on Monday, and on Tuesday as its rhythm says."""
    tuesdays = unit(cadence(every_days=7), 1)
    assert days_of(tuesdays, last=-6) == [1]
    assert days_of(tuesdays, last=-13) == [0, 1]
    assert days_of(tuesdays, last=-13, stopped=[0]) == [1]


A_WEEK = (
    st.sampled_from([
        {"every_days": 2}, {"every_days": 3}, {"every_days": 5}, {"every_days": 7},
        {"times_week": 2}, {"times_week": 3}, {"times_month": 2}, {"times_month": 1},
        {"every_days": 7, "weekdays": (2, 4)}, {"times_week": 2, "weekdays": (1, 2, 4, 5)},
        {"patterns": ((1, 4), (2, 5))},
    ]),
    st.integers(0, 40),
    st.integers(1, 21),
    st.one_of(st.none(), st.integers(-40, -1)),
    st.sets(st.integers(0, 20), max_size=6),
)  # fmt: skip
"""A cadence, the number of a rhythm, days, the last service, and days of rain."""


def judged(own, days, *, last, shut, chosen):
    """What the judge finds in a week of one unit."""
    told = HorizonDocument(
        district="town",
        district_id="town",
        begin=MONDAY,
        days=days,
        works=[work_of(own, last, chosen)],
        stopped=[
            Stopped(date=day, operation="flush", cause=PlanText(zh="", en="")) for day in shut
        ],
    )
    return list(check_week(told))


@given(*A_WEEK)
def test_the_judge_finds_nothing_in_any_week(more, number, days, last, stopped):
    own = unit(cadence(**more), number)
    known = None if last is None else MONDAY + timedelta(last)
    window = [MONDAY + timedelta(n) for n in range(days)]
    shut = [MONDAY + timedelta(n) for n in sorted(stopped) if n < days]
    chosen = visits(own, window, last=known, stopped=shut)
    assert judged(own, days, last=known, shut=shut, chosen=chosen) == []


@given(*A_WEEK)
def test_the_judge_finds_nothing_in_any_set_of_days_a_search_may_choose(
    more, number, days, last, stopped
):
    own = unit(cadence(**more), number)
    known = None if last is None else MONDAY + timedelta(last)
    window = [MONDAY + timedelta(n) for n in range(days)]
    shut = [MONDAY + timedelta(n) for n in sorted(stopped) if n < days]
    before = {} if known is None else {str(own.id): known}
    (choice,) = choices([own], window, last=before, stopped={"flush": shut})
    assert min(choice.owed) == 0
    for chosen in choice.days:
        assert judged(own, days, last=known, shut=shut, chosen=list(chosen)) == []


def test_two_weeks_one_after_the_other_are_as_one_fortnight():
    for number, more in itertools.product(range(7), ({"every_days": 3}, {"times_week": 2})):
        own = unit(cadence(**more), number)
        whole = days_of(own, days=14)
        first = [day for day in whole if day < 7]
        window = [MONDAY + timedelta(n) for n in range(7, 14)]
        second = visits(own, window, last=MONDAY + timedelta(first[-1]), stopped=())
        assert [(day - MONDAY).days for day in second] == [day for day in whole if day >= 7]
