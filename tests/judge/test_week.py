"""The judge of several days: which visits break a cadence, and which the weather excuses."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from models.horizon.week import HorizonDocument, Out, Stopped, WeekWork
from models.record import PlanText
from models.units import CHINA
from solver.judge.week import check_rests, check_week

MONDAY = date(2026, 5, 11)
HOUR = 3600


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


def out(kind, day, begin_h, end_h, what="A"):
    """Out on day number `day`, from one hour of it to another."""
    midnight = datetime.combine(MONDAY + timedelta(day), time.min, CHINA)
    begin, end = (midnight + timedelta(hours=hour) for hour in (begin_h, end_h))
    return Out(kind=kind, what=what, date=midnight.date(), begin=begin, end=end)


@pytest.mark.parametrize(
    ("kind", "times", "expected"),
    [
        ("vehicle", [(0, 20, 28.5), (1, 4, 11)], [("VEHICLE_TWICE", HOUR // 2)]),
        ("vehicle", [(0, 20, 28), (1, 4, 11)], []),
        ("vehicle", [(0, 20, 30), (1, 4, 5), (1, 5.5, 7)], [("VEHICLE_TWICE", 2 * HOUR),
                                                           ("VEHICLE_TWICE", HOUR // 2)]),
        ("driver", [(0, 20, 28), (1, 14, 20)], [("REST_BETWEEN", HOUR)]),
        ("driver", [(0, 20, 28), (1, 15, 20)], []),
        ("driver", [(0, 4, 12), (1, 4, 12), (2, 4, 12)], []),
        ("driver", [(0, 12, 20), (1, 4, 12), (2, 4, 12)], [("REST_BETWEEN", 3 * HOUR)]),
        ("driver", [(0, 4, 8), (0, 9, 12)], []),
    ],
)  # fmt: skip
def test_nobody_begins_a_day_before_the_one_before_is_over(kind, times, expected):
    found = check_rests([out(kind, *one) for one in times], 11 * HOUR)
    assert [(one.code, one.excess) for one in found] == expected


def test_the_nights_of_others_are_theirs():
    both = [out("driver", 0, 20, 28), out("vehicle", 0, 20, 28), out("driver", 1, 4, 12, "B")]
    assert list(check_rests(both, 11 * HOUR)) == []
