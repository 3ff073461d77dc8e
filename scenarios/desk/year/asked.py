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


def asked_by_year(
    folder: Path, day: date, district: District, rules: RuleProfile
) -> dict[str, int]:
    """Metres of street work, by operation, in the trips that the year's calendar gives the day.

    Of quotas that want extra passes. Nothing where there is none, tables have mistakes or the
    ledger cannot be read: the day is planned by its cadences then.
    """
    rows = [row for _, row in read_tables(folder, day, ("quotas",)).rows["quotas"]]
    if not any(row.extra and row.year == day.year for row in rows):
        return {}
    try:
        calendar = standing(folder, YearOrder(year=day.year, today=day))
    except HuanweiError:
        return {}
    if calendar is None:
        return {}
    quotas = [row.to_domain(rules) for row in rows if row.year == day.year]
    wanted = {(one.operation, one.vehicle_type): one for one in quotas if one.extra}
    number = next(n for n, one in enumerate(calendar.days) if one.date == day)
    found = Counter[str]()
    for one in calendar.quotas:
        quota = wanted.get((one.operation, one.vehicle_type))
        if quota is not None:
            trips = one.days[number].planned + one.days[number].done
            found[one.operation] += trips * metres_a_trip(quota, district, rules)
    return dict(found)
