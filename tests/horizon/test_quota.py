"""A year's trips on its days: whole, even, within what can be driven, and alarms on their day."""

from __future__ import annotations

import itertools
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.history.events import Absence, WeatherDay
from models.year.quota import WHOLE, MonthNormals
from solver.horizon.calendar import TRUSTED_DAYS, calendar_days, usual_weather
from solver.horizon.quota import apportion, done_by_day, spread
from tests.horizon.years import (
    FIRST,
    LAST,
    YEAR,
    calendar,
    driver,
    nth,
    quota,
    trip,
    vehicle,
    year,
)


@pytest.mark.parametrize(
    ("amount", "limits", "weights", "parts"),
    [
        (6, [9, 9, 9], [1, 1, 1], [2, 2, 2]),
        (7, [9, 9, 9], [1, 1, 1], [2, 3, 2]),
        (6, [1, 9, 9], [1, 1, 1], [1, 3, 2]),
        (6, [9, 9, 9], [1, 0, 1], [3, 0, 3]),
        (9, [9, 9, 9], [1, 2, 6], [1, 2, 6]),
        (99, [2, 3, 4], [1, 1, 1], [2, 3, 4]),
        (0, [2, 3], [1, 1], [0, 0]),
        (5, [0, 0], [1, 1], [0, 0]),
    ],
)
def test_whole_parts_by_weight(amount, limits, weights, parts):
    assert apportion(amount, limits, weights) == parts


small = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=4)


@given(small, st.integers(0, 8))
def test_no_other_whole_numbers_come_nearer_to_the_weights(days, amount):
    """Against brute force: least sum of x^2 / w of all that sum up to the same."""
    limits = [limit if weight else 0 for limit, weight in days]
    weights = [weight for _, weight in days]
    parts = apportion(amount, limits, weights)
    total = min(amount, sum(limits))
    assert sum(parts) == total
    assert all(part <= limit for part, limit in zip(parts, limits, strict=True))

    def cost(numbers):
        return sum(Fraction(x * x, w) for x, w in zip(numbers, weights, strict=True) if x)

    others = itertools.product(*(range(limit + 1) for limit in limits))
    assert cost(parts) == min(cost(one) for one in others if sum(one) == total)


@given(st.integers(1, 60), st.data())
def test_equal_days_with_one_more_lie_at_equal_steps(size, data):
    count = data.draw(st.integers(0, size))
    taken = spread(range(size), count)
    assert len(taken) == count
    for seen in range(1, size + 1):
        assert abs(sum(day < seen for day in taken) - seen * count / size) <= 1


def test_730_trips_of_two_vehicles_are_two_a_day():
    made = calendar(year(quota(730)))
    (flush,) = made.quotas
    assert {day.planned for day in flush.days} == {2}
    assert flush.alarm is None
    assert flush.begin_by == FIRST
    assert [month.planned for month in flush.months][:2] == [62, 56]
    assert made.violations == []


def test_a_year_that_does_not_start_raises_the_alarm_on_the_first_day_it_is_late():
    """700 trips, 2 a day: on day 16 the 350 days left bring exactly 700, on day 17 698 are too few.

    Each of the 349 days left then needs 2.006, so 3 trips and a third vehicle.
    """
    (before,) = calendar(year(quota(700), today=nth(16))).quotas
    assert (before.alarm, before.begin_by, before.planned) == (None, nth(16), 700)
    (after,) = calendar(year(quota(700), today=nth(17))).quotas
    assert after.alarm is not None
    told = after.alarm.model_dump()
    assert told == {
        "level": "late", "since": nth(17), "short": 2, "days": 349, "trips_a_day": 3,
        "vehicles_a_day": 3, "vehicles": 2,
    }  # fmt: skip
    (later,) = calendar(year(quota(700), today=nth(100))).quotas
    assert later.alarm is not None
    assert (later.alarm.since, later.alarm.short) == (nth(17), 700 - 2 * 266)
    assert later.planned == 2 * 266


def test_arrears_are_caught_up_evenly_over_all_days_left():
    """365 trips asked, none in the first 182 days: 183 days left carry 365, that is 1.99 a day."""
    (flush,) = calendar(year(quota(365), today=nth(183))).quotas
    assert flush.arrears == 182
    ahead = [day.planned for day in flush.days[182:]]
    assert sorted(set(ahead)) == [1, 2]
    assert (ahead.count(1), ahead.count(2)) == (1, 182)
    assert all(day.planned == 0 for day in flush.days[:182])


def test_what_is_done_is_taken_off_and_today_counts_as_it_stands():
    """Today has brought one of its two trips already: one more can be planned on it."""
    trips = (trip(nth(1)), trip(nth(2)), trip(nth(2), valid=False), trip(nth(3)))
    (flush,) = calendar(year(quota(729), today=nth(2), trips=trips)).quotas
    assert (flush.done, flush.owed) == (2, 727)
    assert flush.days[1].planned == 1
    assert flush.capacity == 1 + 2 * 363


def test_the_quota_met_early_plans_no_more():
    trips = tuple(trip(nth(1), begin_s=n) for n in range(3))
    (flush,) = calendar(year(quota(2), today=nth(5), trips=trips)).quotas
    assert (flush.owed, flush.planned, flush.alarm, flush.begin_by) == (0, 0, None, None)


def test_the_reserve_stays_free_until_it_is_needed():
    """Four a day, a quarter kept: 3 x 365 = 1,095 can be planned without need."""
    facts = {"vehicles": tuple(vehicle(f"F{n}") for n in range(4))}
    (calm,) = calendar(year(quota(1_095, reserve_percent=25), **facts)).quotas
    assert {day.planned for day in calm.days} == {3}
    assert calm.alarm is None
    (tight,) = calendar(year(quota(1_100, reserve_percent=25), **facts)).quotas
    assert tight.alarm is not None
    assert (tight.alarm.level, tight.alarm.short) == ("reserve", 5)
    assert tight.planned == 1_100
    assert [day.planned for day in tight.days[:7]] == [4, 4, 4, 4, 4, 3, 3]
    (late,) = calendar(year(quota(1_461, reserve_percent=25), **facts)).quotas
    assert late.alarm is not None
    assert (late.alarm.level, late.alarm.short, late.alarm.vehicles_a_day) == ("late", 1, 5)


def test_the_last_days_are_kept_free_until_they_are_needed():
    """Two a day, the last ten days kept: 710 fit before them, the 711th is the first beyond."""
    (calm,) = calendar(year(quota(710, buffer_days=10))).quotas
    assert {day.planned for day in calm.days[:355]} == {2}
    assert {day.planned for day in calm.days[355:]} == {0}
    assert calm.alarm is None
    (tight,) = calendar(year(quota(713, buffer_days=10))).quotas
    assert [day.planned for day in tight.days[355:]] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert tight.alarm is not None
    assert (tight.alarm.level, tight.alarm.short) == ("reserve", 3)


def test_an_alert_frees_the_reserve_and_its_weight_draws_trips():
    alert = WeatherDay(day=nth(5), alert=True)
    asked = quota(366, reserve_percent=50, alert_weight=2 * WHOLE)
    (flush,) = calendar(year(asked, weather=(alert,))).quotas
    assert (flush.days[4].reserve, flush.days[5].reserve) == (0, 1)
    assert (flush.days[4].planned, flush.days[5].planned) == (2, 1)


@pytest.mark.parametrize(
    ("told", "stops"),
    [
        ({"rain_um": 100}, True),
        ({"rain_um": 99}, False),
        ({"rain_um": 0}, False),
        ({"low_dc": 39}, True),
        ({"low_dc": 40}, False),
        ({"snow": True}, True),
        ({"wind_grade": 9}, False),
    ],
)
def test_weather_that_forbids_the_work_takes_the_day_out(told, stops):
    made = calendar(year(quota(100), weather=(WeatherDay(day=nth(50), **told),)))
    day = made.quotas[0].days[49]
    assert (day.stopped is not None, day.capacity) == (stops, 0 if stops else 2)
    assert made.violations == []


def test_seasons_weekends_and_holidays_weigh():
    """July counts twice, Sundays and Saturdays nothing."""
    months = tuple(2 * WHOLE if n == 7 else WHOLE for n in range(1, 13))
    (flush,) = calendar(year(quota(300, months=months, weekend_weight=0))).quotas
    july, june = flush.months[6], flush.months[5]
    assert (june.days, july.days) == (22, 23)
    assert abs(july.planned - 2 * june.planned) <= 3
    for day, told in zip(flush.days, calendar(year(quota(1))).days, strict=True):
        assert not (told.weekend and day.planned)


def test_vehicles_that_are_away_and_drivers_that_rest_limit_a_day():
    """Two vehicles with a shift each; two drivers, one day in seven off, fill 12 of 14 seats."""
    gone = (Absence(kind="vehicle", what="F1", begin=nth(10), end=nth(12)),)
    (flush,) = calendar(year(quota(100), absences=gone)).quotas
    assert [day.capacity for day in flush.days[8:13]] == [2, 1, 1, 1, 2]
    (few,) = calendar(year(quota(100), drivers=(driver("P1"), driver("P2")))).quotas
    assert {day.capacity for day in few.days} == {1, 2}
    assert {sum(day.capacity for day in few.days[n : n + 7]) for n in range(350)} == {12}
    ill = (Absence(kind="driver", what="P1", begin=nth(10), end=nth(10)),)
    people = tuple(driver(f"P{n}") for n in range(1, 4))
    (three,) = calendar(year(quota(100), drivers=people, absences=ill)).quotas
    assert {day.capacity for n, day in enumerate(three.days) if n != 9} == {2}
    assert three.days[9].capacity == few.days[9].capacity


def test_a_trip_counts_as_the_quota_says():
    """Two trips of one outing and a reported row of three: 2 outings, 5 trips, 9 km."""
    trips = (
        trip(nth(1), route="r1", work_m=2_500),
        trip(nth(1), route="r1", begin_s=60, work_m=2_500),
        trip(nth(2), trips=3, work_m=4_000),
        trip(nth(3), vehicle_type="hp", work_m=900),
        trip(nth(3), operation="sweep"),
    )
    dates = [nth(1), nth(2), nth(3)]
    asked = {
        "route": quota(9, counts="route", vehicle_type="fl_16"),
        "trip": quota(9, vehicle_type="fl_16"),
        "km": quota(9, counts="km", per_m=3_000),
    }
    done = {name: done_by_day(one, trips, dates, nth(3)) for name, one in asked.items()}
    assert done == {"route": [1, 3, 0], "trip": [2, 3, 0], "km": [1, 2, 0]}


def test_usual_weather_has_as_many_days_of_each_kind_as_the_normals_say():
    normals = MonthNormals(
        month=2, low_dc=0, swing_dc=50, rain_days=9, snow_days=2, wind_days=3, alert_days=12,
        source="memory",
    )  # fmt: skip
    days = usual_weather(YEAR, [normals])
    assert len(days) == 28
    assert sum(bool(day.rain_um) for day in days.values()) == 9
    assert sum(day.snow for day in days.values()) == 2
    assert sum(day.alert for day in days.values()) == 12
    assert sum(bool(day.wind_grade) for day in days.values()) == 3
    assert not any(day.alert and day.rain_um for day in days.values())
    lows = sorted(day.low_dc or 0 for day in days.values())
    assert (lows[0], lows[-1]) == (-49, 48)
    assert usual_weather(YEAR, [normals]) == days


def test_nothing_is_assumed_of_the_next_week():
    normals = [MonthNormals(month=n, low_dc=0, rain_days=28, source="memory") for n in range(1, 13)]
    seen = WeatherDay(day=nth(70), rain_um=0)
    today = nth(60)
    days = calendar_days(YEAR, today, [seen], normals)
    assert {day.origin for day in days[:59]} == {"normals"}
    assert {day.origin for day in days[59 : 59 + TRUSTED_DAYS]} == {""}
    assert [day.origin for day in days[65:71]] == [
        "",
        "normals",
        "normals",
        "normals",
        "seen",
        "normals",
    ]
    assert days[-1].date == LAST


def test_a_leap_year_has_its_day():
    made = calendar(year(quota(366, year=2028), year=2028, today=date(2028, 1, 1)))
    assert len(made.days) == 366
    assert [day.planned for day in made.quotas[0].days] == [1] * 366
