"""The judge of several days: which visits break a cadence, and which the weather excuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.horizon.week import HorizonDocument, Stopped, WeekWork
from models.record import PlanText
from solver.judge.week import check_week

MONDAY = date(2026, 5, 11)


def week(visits, *, last=None, every=3, stopped=(), days=7, least=1, allowed=()):
    """One street from Monday on; days as numbers from 0, before it below 0."""

    def day(number):
        return MONDAY + timedelta(number)

    work = WeekWork(
        unit="flush-1",
        operation="flush",
        thing="1",
        name="",
        least_days=least,
        greatest_days=every,
        allowed=list(allowed),
        last=None if last is None else day(last),
        visits=[day(one) for one in visits],
    )
    cause = PlanText(zh="", en="")
    return HorizonDocument(
        district="town",
        district_id="town",
        begin=MONDAY,
        days=days,
        works=[work],
        stopped=[Stopped(date=day(one), operation="flush", cause=cause) for one in stopped],
    )


def codes(told):
    return [one.code for one in check_week(told)]


@pytest.mark.parametrize("first", range(3))
def test_every_third_day_is_lawful_wherever_it_begins(first):
    assert codes(week(range(first, 7, 3))) == []
    assert codes(week(range(first, 7, 3), last=first - 3)) == []


@pytest.mark.parametrize(
    ("visits", "more", "expected"),
    [
        ([0, 4], {}, ["WEEK_GAP"]),
        ([3, 6], {}, ["WEEK_GAP"]),
        ([0, 3], {}, ["WEEK_GAP"]),
        ([], {}, ["WEEK_GAP"]),
        ([2, 5], {"last": -2}, ["WEEK_GAP"]),
        ([0, 1, 4], {"least": 2}, ["WEEK_CLOSE"]),
        ([0, 3, 3, 6], {}, ["WEEK_DAY"]),
        ([0, 3, 6, 7], {}, ["WEEK_DAY"]),
        ([0, 3, 6], {"stopped": [3]}, ["WEEK_DAY"]),
        ([0, 3, 6], {"allowed": [1, 2, 4]}, ["WEEK_DAY"]),
        ([0, 3, 6], {"last": 1}, ["WEEK_DAY"]),
    ],
    ids=[
        "a day late", "late at first", "late at last", "never", "late after the last service",
        "too close", "twice a day", "outside", "in the rain", "on a Sunday", "done in the future",
    ],
)  # fmt: skip
def test_a_false_week_is_noticed(visits, more, expected):
    assert codes(week(visits, **more)) == expected


def test_rain_excuses_the_days_it_falls_and_no_more():
    """Due on Thursday, rain on Thursday and Friday: Saturday is lawful, Sunday is not."""
    assert codes(week([0, 5], stopped=[3, 4])) == []
    assert codes(week([0, 6], stopped=[3, 4])) == ["WEEK_GAP"]


def test_what_is_overdue_comes_on_the_first_free_day():
    assert codes(week([0, 3, 6], last=-9)) == []
    assert codes(week([1, 4], last=-9)) == ["WEEK_GAP"]
    assert codes(week([1, 4], last=-9, stopped=[0])) == []


def test_the_excess_is_in_days():
    assert [one.excess for one in check_week(week([0, 5]))] == [2]
