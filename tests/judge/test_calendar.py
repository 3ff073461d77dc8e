"""The judge of a year finds every false calendar, and none in true ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.history.events import Absence, WeatherDay
from models.year.quota import MonthNormals
from solver.judge.calendar import check_calendar
from tests.horizon.years import calendar, driver, nth, quota, trip, vehicle, year

NORMALS = tuple(
    MonthNormals(month=n, low_dc=100, rain_days=10, snow_days=1, wind_days=2, alert_days=3,
                 source="memory")
    for n in range(1, 13)
)  # fmt: skip
FACTS = year(
    quota(300, reserve_percent=20, alert_weight=2_000),
    quota(100, vehicle_type="hp", counts="km", per_m=5_000, weekend_weight=0),
    today=nth(100),
    normals=NORMALS,
    vehicles=(*(vehicle(f"F{n}") for n in range(4)), vehicle("H1", "hp")),
    drivers=tuple(driver(f"P{n}") for n in range(7)),
    trips=tuple(trip(nth(n), f"F{n % 4}", work_m=4_000) for n in range(1, 101, 3)),
    weather=(WeatherDay(day=nth(103), rain_um=9_000, forecast=True), WeatherDay(day=nth(90))),
    absences=(Absence(kind="vehicle", what="F1", begin=nth(120), end=nth(140)),),
)
TRUE = calendar(FACTS)
LATE = year(quota(700), today=nth(30))


def test_a_true_calendar_is_lawful():
    assert TRUE.violations == []
    assert TRUE.quotas[0].planned + TRUE.quotas[0].done == 300


def test_a_calendar_with_an_alarm_is_lawful_too():
    made = calendar(LATE)
    assert made.quotas[0].alarm is not None
    assert made.violations == []


OPEN = next(n for n, day in enumerate(TRUE.quotas[0].days) if n > 110 and day.reserve)


def altered(quota_changes=None, day_changes=None, at=(0, OPEN), facts=FACTS, **changes):
    """The true calendar with one of its numbers changed."""
    true = calendar(facts) if facts is not FACTS else TRUE
    which, n = at
    quotas = list(true.quotas)
    if day_changes:
        days = list(quotas[which].days)
        days[n] = days[n].model_copy(update=day_changes)
        quotas[which] = quotas[which].model_copy(update={"days": days})
    quotas[which] = quotas[which].model_copy(update=quota_changes or {})
    return true.model_copy(update={"quotas": quotas, **changes})


def codes(false, facts=FACTS):
    return {one.code for one in check_calendar(false, facts)}


def moved(frm, to, which=0):
    """The true calendar with one trip moved from a day to another."""
    days = list(TRUE.quotas[which].days)
    days[frm] = days[frm].model_copy(update={"planned": days[frm].planned - 1})
    days[to] = days[to].model_copy(update={"planned": days[to].planned + 1})
    quotas = list(TRUE.quotas)
    quotas[which] = quotas[which].model_copy(update={"days": days})
    return TRUE.model_copy(update={"quotas": quotas})


PLANNED = [n for n, day in enumerate(TRUE.quotas[0].days) if day.planned]
STOPPED = next(n for n, day in enumerate(TRUE.quotas[0].days) if n > 110 and day.stopped)
DAY = TRUE.quotas[0].days[OPEN]


@pytest.mark.parametrize(
    ("false", "code"),
    [
        (altered(day_changes={"planned": DAY.planned + 1}), "QUOTA_SUM"),
        (altered({"planned": 3}), "QUOTA_SUM"),
        (altered(day_changes={"planned": DAY.capacity + 1}), "QUOTA_CAPACITY"),
        (altered(day_changes={"planned": -1}), "QUOTA_CAPACITY"),
        (altered(day_changes={"capacity": DAY.capacity + 1}), "QUOTA_CAPACITY"),
        (altered(day_changes={"vehicles": 9}), "QUOTA_CAPACITY"),
        (altered({"capacity": 1}), "QUOTA_CAPACITY"),
        (altered(day_changes={"planned": 1}, at=(0, 20)), "QUOTA_CAPACITY"),
        (altered(day_changes={"planned": DAY.capacity}), "QUOTA_RESERVE"),
        (altered(day_changes={"planned": 1}, at=(0, STOPPED)), "QUOTA_WEATHER"),
        (altered(day_changes={"stopped": None}, at=(0, STOPPED)), "QUOTA_WEATHER"),
        (moved(PLANNED[3], PLANNED[0]), "QUOTA_EVEN"),
        (altered(day_changes={"done": 7}, at=(0, 3)), "QUOTA_DONE"),
        (altered({"owed": 5}), "QUOTA_DONE"),
        (altered({"done": 299}), "QUOTA_DONE"),
        (altered({"arrears": 99}), "QUOTA_DONE"),
        (altered({"months": TRUE.quotas[0].months[1:]}), "QUOTA_TOTAL"),
        (altered({"weeks": TRUE.quotas[1].weeks}), "QUOTA_TOTAL"),
        (altered({"trips": 5}), "UNKNOWN"),
        (TRUE.model_copy(update={"days": TRUE.days[1:]}), "UNKNOWN"),
        (TRUE.model_copy(update={"today": nth(3)}), "UNKNOWN"),
    ],
)
def test_a_false_number_is_found(false, code):
    assert code in codes(false)


def test_trips_moved_between_equal_days_so_that_they_lie_together_are_found():
    days = [day.planned for day in TRUE.quotas[1].days]
    open_days = [n for n, day in enumerate(TRUE.quotas[1].days) if day.capacity and n > 99]
    ordered = sorted((days[n] for n in open_days), reverse=True)
    assert len(set(ordered)) == 2
    told = list(TRUE.quotas[1].days)
    for n, planned in zip(open_days, ordered, strict=True):
        told[n] = told[n].model_copy(update={"planned": planned})
    false = [TRUE.quotas[0], TRUE.quotas[1].model_copy(update={"days": told})]
    assert "QUOTA_EVEN" in codes(TRUE.model_copy(update={"quotas": false}))


def test_what_is_kept_back_is_not_used_while_other_days_are_free():
    """In need every other day is full, and the earliest of those kept back is used first."""
    need = year(quota(713, buffer_days=10))
    true = calendar(need)
    assert true.violations == []
    for frm in (121, 355):
        days = list(true.quotas[0].days)
        for n, more in ((frm, -1), (364, 1)):
            days[n] = days[n].model_copy(update={"planned": days[n].planned + more})
        quotas = [true.quotas[0].model_copy(update={"days": days})]
        assert "QUOTA_RESERVE" in codes(true.model_copy(update={"quotas": quotas}), need)


@pytest.mark.parametrize(
    "change",
    [{"since": nth(29)}, {"short": 1}, {"days": 3}, {"trips_a_day": 2}, {"vehicles_a_day": 2},
     {"vehicles": 3}, {"level": "reserve"}],
)  # fmt: skip
def test_an_alarm_with_a_false_number_is_found(change):
    true = calendar(LATE).quotas[0].alarm
    assert true is not None
    false = altered({"alarm": true.model_copy(update=change)}, facts=LATE)
    assert codes(false, LATE) == {"QUOTA_ALARM"}


def test_an_alarm_left_out_or_made_up_is_found():
    assert codes(altered({"alarm": None}, facts=LATE), LATE) == {"QUOTA_ALARM"}
    assert codes(altered({"alarm": calendar(LATE).quotas[0].alarm})) == {"QUOTA_ALARM"}


def weather(n, **changes):
    days = list(TRUE.days)
    days[n] = days[n].model_copy(update=changes)
    return TRUE.model_copy(update={"days": days})


@pytest.mark.parametrize(
    "false",
    [
        weather(102, rain_mm=0.0),
        weather(102, weather="seen"),
        weather(50, snow=True),
        weather(101, rain_mm=3.0),
        weather(200, alert=not TRUE.days[200].alert),
        weather(101, weather="normals"),
    ],
)
def test_weather_nobody_told_is_found(false):
    assert "QUOTA_NORMALS" in codes(false)


def test_days_that_are_not_usual_are_counted_by_month():
    """Without a single rainy day in any month, the year is not the usual one."""
    dry = [
        day.model_copy(update={"rain_mm": 0.0}) if day.weather == "normals" else day
        for day in TRUE.days
    ]
    found = check_calendar(TRUE.model_copy(update={"days": dry}), FACTS)
    months = {one.where for one in found if one.code == "QUOTA_NORMALS"}
    assert len(months) >= 8
    assert nth(100) + timedelta(7) == TRUE.days[106].date
