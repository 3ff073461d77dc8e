"""Labour rules of a rule profile in inside units."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from models.shift import HeatLimit, LabourRules
from models.units import DAY, HOUR

if TYPE_CHECKING:
    from models.district import Window
    from models.trade.rules import Labour


def labour_rules(labour: Labour) -> LabourRules:
    """Rules of the profile's `[labour]` table, with licences from `licences.toml`.

    The special daily overtime is the hard limit, the normal one is a matter of cost. The span of
    one day's duties is what the rest between two days leaves of 24 h.
    """
    table = tomllib.loads((Path(__file__).parent / "licences.toml").read_text("utf-8"))
    rest = round(labour.rest_between_h * HOUR)
    return LabourRules(
        normal_day_s=round(labour.day_h * HOUR),
        max_overtime_day_s=round(labour.overtime_special_day_h * HOUR),
        max_overtime_month_s=round(labour.overtime_month_h * HOUR),
        normal_week_s=round(labour.week_h * HOUR),
        min_rest_s=rest,
        max_days_run=7 - labour.rest_days_week,
        max_nights_run=labour.nights_run,
        night=labour.night,
        night_min_s=round(table["night_min_h"] * HOUR),
        max_span_s=DAY - rest,
        pre_trip_s=round(labour.pre_trip_min * 60),
        post_trip_s=round(labour.post_trip_min * 60),
        guaranteed_s=round(labour.guaranteed_h * HOUR),
        heat=tuple(
            HeatLimit(
                from_c=one.from_c, max_s=round(one.max_h * HOUR), out_of_window=one.out_of_window
            )
            for one in labour.heat
        ),
        heat_window=labour.heat_window,
        outdoor_operations=frozenset(labour.outdoor_operations),
        operation_skills={k: frozenset(v) for k, v in labour.operation_skills.items()},
        vehicle_skills={k: frozenset(v) for k, v in labour.vehicle_skills.items()},
        overtime_percent=round(100 * labour.overtime_factor),
        rest_day_percent=round(100 * labour.rest_day_factor),
        holiday_percent=round(100 * labour.holiday_factor),
        licence_covers={held: frozenset(others) for held, others in table["covers"].items()},
    )


def is_night(night: Window, clock_s: int) -> bool:
    """Whether a time of the day [s] lies in the night window, which may go on past 24 h."""
    return any(night[0] <= clock_s + days < night[1] for days in (0, DAY))
