"""Weather, closures and orders of a day in the 3 x 3 town."""

from datetime import date

import pytest

from models.district import Closure, Order, Weather
from models.solution import Reason
from solver.trade.weather import stopped_by
from tests.tasks.town import (
    DAY,
    HOUR,
    SHORT,
    SITES,
    bureau,
    grid,
    plan_day,
    rules_of,
    standard,
    vehicle,
)


@pytest.mark.parametrize(
    ("weather", "operation", "bridge", "stopped"),
    [
        (Weather(), "flush", False, False),
        (Weather(temperature_c=3.9), "flush", False, True),
        (Weather(temperature_c=4.0), "flush", False, False),
        (Weather(temperature_c=5.0), "flush", True, True),
        (Weather(temperature_c=6.0), "flush", True, False),
        (Weather(temperature_c=-9.0), "sweep", False, False),
        (Weather(rain_mm=0.0), "fog", False, False),
        (Weather(rain_mm=2.0), "fog", False, True),
        (Weather(wind_grade=4), "sweep", False, False),
        (Weather(wind_grade=5), "sweep", False, True),
        (Weather(wind_grade=5), "flush", False, False),
        (Weather(snow=True), "flush", False, True),
        (Weather(snow=True), "collect_residual", False, False),
    ],
)
def test_weather_rules(weather, operation, bridge, stopped):
    assert bool(stopped_by(standard(), operation, weather, bridge=bridge)) == stopped


def test_weather_leaves_every_task_with_the_reason(tmp_path):
    town = bureau(vehicle("a", "sw_s", "early"), weather=Weather(wind_grade=6))
    _, day = plan_day(grid(tmp_path), town, rules_of(sweep=SHORT), only=["sweep"])
    assert not day.parts
    assert len(day.weathered) == 12
    assert {one.detail.en for one in day.weathered} == {"wind grade 6, limit 5"}


def test_frost_comes_first_on_bridges(tmp_path):
    rules = rules_of(sweep={**SHORT, "weather": ["water"]})
    town = bureau(vehicle("a", "sw_s", "early"), weather=Weather(temperature_c=5))
    _, day = plan_day(grid(tmp_path, w2={"bridge": "yes"}), town, rules, only=["sweep"])
    assert {one.ref.object_id for one in day.weathered} == {"2"}
    assert {ref.object_id for ref in day.parts[0].refs} == {"1", "3", "4", "5", "6"}


def test_closed_streets_are_left_with_the_reason(tmp_path):
    shut = Closure(way_id=2, begin=DAY, end=DAY, reason="gas works")
    past = Closure(way_id=3, begin=date(2026, 1, 1), end=date(2026, 1, 2))
    town = bureau(vehicle("a", "sw_s", "early"), closures=(shut, past))
    _, day = plan_day(grid(tmp_path), town, rules_of(sweep=SHORT), only=["sweep"])
    assert {(one.ref.object_id, one.reason, one.detail.en) for one in day.left} == {
        ("2", Reason.UNREACHABLE, "closed: gas works")
    }
    assert len(day.parts[0].problem.tasks) == 10


def test_orders_are_tasks_in_their_hours(tmp_path):
    lon, lat = SITES[0].lon, SITES[0].lat
    hours = (9 * HOUR, 11 * HOUR)
    orders = (
        Order(id="o1", operation="sweep", window=hours, name="street 3"),
        Order(id="o2", operation="sweep", window=hours, lon=lon, lat=lat, service_s=900),
        Order(id="o3", operation="juggle", window=hours, way_id=1),
        Order(id="o4", operation="sweep", window=hours, name="nowhere"),
    )
    nothing = rules_of(sweep={"street": {"classes": {}, "join_m": 0}})
    town = bureau(vehicle("a", "sw_s", "early"), orders=orders)
    _, day = plan_day(grid(tmp_path), town, nothing)
    tasks = dict(
        zip(
            [task.id for task in day.parts[0].problem.tasks],
            day.parts[0].problem.tasks,
            strict=True,
        )
    )
    assert len(tasks) == 3
    for name, task in tasks.items():
        end = 11 * HOUR - (900 if "o2" in name else 144)
        assert {(m.tw_early, m.tw_late) for m in task.modes} == {(9 * HOUR, end)}
    assert any("o4" in note.en for note in day.notes)
    left = [(one.ref.object_id, one.reason) for one in day.left]
    assert left == [("o3", Reason.NO_OPERATION)]
