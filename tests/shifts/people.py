"""People and duties small enough to roster by hand."""

from models.district import Driver
from models.shift import Duty, LabourRules, RosterProblem

HOUR = 3_600
DAY = 24 * HOUR

RULES = LabourRules(
    normal_day_s=8 * HOUR,
    max_overtime_day_s=3 * HOUR,
    max_overtime_month_s=36 * HOUR,
    normal_week_s=40 * HOUR,
    min_rest_s=11 * HOUR,
    max_days_run=6,
    max_nights_run=5,
    night=(22 * HOUR, 30 * HOUR),
    night_min_s=3 * HOUR,
    max_span_s=13 * HOUR,
    pre_trip_s=900,
    post_trip_s=900,
    overtime_percent=150,
    rest_day_percent=200,
    holiday_percent=300,
    licence_covers={"A2": frozenset({"B2", "C1"}), "B2": frozenset({"C1"})},
)


def driver(name: str, licence: str = "B2", **changes: object) -> Driver:
    return Driver(id=name, name=name, licence=licence, **changes)


def duty(name: str, begin_h: float, end_h: float, licence: str = "B2", **changes: object) -> Duty:
    return Duty(
        id=name, begin=round(begin_h * HOUR), end=round(end_h * HOUR), licence=licence, **changes
    )


def roster_problem(duties, drivers, **changes) -> RosterProblem:
    changes = {"rules": RULES} | changes
    return RosterProblem(duties=tuple(duties), drivers=tuple(drivers), **changes)
