"""What the year asks of a day beyond the cadences of its streets: metres of work by operation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from scenarios.desk.year.plan import YearOrder, standing
from scenarios.district.read import read_tables
from solver.horizon.quota import metres_a_trip

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from models.district import District
    from models.trade.rules import RuleProfile
    from scenarios.district.rows.year import QuotaIn


def asked_by_year(
    folder: Path, day: date, district: District, rules: RuleProfile
) -> dict[str, int]:
    """Metres of street work, by operation, in the trips that the year's calendar gives the day.

    Of quotas that want extra passes. Nothing where there is none, tables have mistakes or the
    ledger cannot be read: the day is planned by its cadences then.
    """
    rows = _rows(folder, day)
    if not any(row.extra for row in rows):
        return {}
    try:
        calendar = standing(folder, YearOrder(year=day.year, today=day))
    except HuanweiError:
        return {}
    if calendar is None:
        return {}
    quotas = [row.to_domain(rules) for row in rows]
    wanted = {(one.operation, one.vehicle_type): one for one in quotas if one.extra}
    number = next(n for n, one in enumerate(calendar.days) if one.date == day)
    found = Counter[str]()
    for one in calendar.quotas:
        quota = wanted.get((one.operation, one.vehicle_type))
        if quota is not None:
            trips = one.days[number].planned + one.days[number].done
            found[one.operation] += trips * metres_a_trip(quota, district, rules)
    return dict(found)


def wants_extra(folder: Path, day: date) -> bool:
    """Whether a quota of the day's year wants extra passes."""
    return any(row.extra for row in _rows(folder, day))


def _rows(folder: Path, day: date) -> list[QuotaIn]:
    """Quotas of the day's year, as far as the table can be read."""
    rows = read_tables(folder, day, ("quotas",)).rows["quotas"]
    return [row for _, row in rows if row.year == day.year]
