"""Quotas of the demo bureau's year, and the usual weather they are planned with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.demo.tables import Cell, Tables

YEAR = 2026
"""The year of the demo's quotas."""
QUOTAS: tuple[dict[str, Cell], ...] = (
    {"operation": "sweep", "trips": 9_600, "counts": "route", "buffer_days": 10, "note": "A03"},
    {"operation": "flush", "trips": 3_900, "counts": "trip", "per_vehicle": 6,
     "buffer_days": 31, "season": "6-9:1.5;12-2:0.5", "note": "A01"},
    {"operation": "fog", "trips": 1_600, "counts": "trip", "per_vehicle": 10,
     "reserve_percent": 20, "buffer_days": 31, "alert_weight": 2, "note": "A02"},
)  # fmt: skip
"""Least trips of the reference bureau (rows of the domain brief in the notes); what a vehicle makes
a day at most is from memory: a flusher a tank an hour, a fog cannon one in 80 minutes."""
SOURCE = "memory: 长江下游数量级，请换成当地气象局常年值 · lower Yangtze, put in your own normals"
LOWS_C = (0.5, 2.0, 6.0, 11.0, 16.5, 21.0, 25.0, 25.0, 20.5, 14.5, 8.5, 2.5)
RAIN_DAYS = (9, 9, 12, 11, 11, 12, 13, 12, 9, 8, 8, 7)
SNOW_DAYS = (2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
WIND_DAYS = (3, 3, 4, 4, 3, 2, 3, 3, 2, 2, 2, 3)
ALERT_DAYS = (5, 3, 2, 1, 1, 0, 0, 0, 0, 1, 2, 5)


def lay_year(tables: Tables, scale: float) -> None:
    """The quotas, as large as the bureau is, and a row of usual weather a month."""
    for quota in QUOTAS:
        trips = max(round(scale * int(quota["trips"])), 1)
        tables.add("quotas", {"year": YEAR, **quota, "trips": trips})
    months = zip(LOWS_C, RAIN_DAYS, SNOW_DAYS, WIND_DAYS, ALERT_DAYS, strict=True)
    for month, (low, rain, snow, wind, alert) in enumerate(months, start=1):
        tables.add("climate", {
            "month": month, "low_c": low, "swing_c": 5, "rain_days": rain, "snow_days": snow,
            "wind_days": wind, "alert_days": alert, "source": SOURCE,
        })  # fmt: skip
