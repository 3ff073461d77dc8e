"""The judge of several days: cadences kept from the last service to the last day."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from models.horizon.week import HorizonDocument, Out, WeekWork


def check_week(told: HorizonDocument) -> Iterator[Violation]:
    """Every visit on an allowed day, none too soon, none after the first free day of its gap."""
    days = [told.begin + timedelta(n) for n in range(told.days)]
    shut = {(one.date, one.operation) for one in told.stopped}
    for work in told.works:
        free = [
            day
            for day in days
            if (day, work.operation) not in shut
            and (not work.allowed or day.isoweekday() in work.allowed)
        ]
        yield from _wrong_days(work, free)
        yield from _gaps(work, free, days)


def check_rests(out: Iterable[Out], rest_s: int) -> Iterator[Violation]:
    """No vehicle begins a day before it is home from another; drivers rest `rest_s` in between.

    What one day's plan holds is its own judge's.
    """
    of: dict[tuple[str, str], list[Out]] = {}
    for one in out:
        of.setdefault((one.kind, one.what), []).append(one)
    for (kind, what), own in sorted(of.items()):
        own.sort(key=lambda one: (one.begin, one.end))
        last = own[0]
        for one in own[1:]:
            pause = round((one.begin - last.end).total_seconds())
            short = (0 if kind == "vehicle" else rest_s) - pause
            if short > 0 and one.date != last.date:
                code = "VEHICLE_TWICE" if kind == "vehicle" else "REST_BETWEEN"
                yield Violation(
                    code=code, where=f"{one.date} {what}", excess=short, detail=str(last.date)
                )
            last = max(last, one, key=lambda each: each.end)


def _wrong_days(work: WeekWork, free: list[date]) -> Iterator[Violation]:
    """Visits outside the days, on a weekday not allowed, in weather that stops them, or twice."""
    for day in work.visits:
        if day not in free:
            yield Violation(code="WEEK_DAY", where=f"{work.unit} {day}", detail=str(day))
    for one, other in pairwise(work.visits):
        if other <= one:
            yield Violation(code="WEEK_DAY", where=f"{work.unit} {other}", detail="twice")


def _gaps(work: WeekWork, free: list[date], days: list[date]) -> Iterator[Violation]:
    """Too soon after the one before, or later than its greatest gap and the weather ask for."""
    after = days[-1] + timedelta(1)
    if work.last is not None and work.last >= days[0]:
        yield Violation(code="WEEK_DAY", where=f"{work.unit} {work.last}", detail="last")
        return
    # Where nothing is known of the days before, the gap is counted from the first day on.
    before = work.last or days[0] - timedelta(1)
    stops = sorted(set(work.visits))
    for one, other in pairwise([before, *stops, after]):
        gap = (other - one).days
        known = one != before or work.last is not None
        if known and other != after and gap < work.least_days:
            excess = work.least_days - gap
            yield Violation(code="WEEK_CLOSE", where=f"{work.unit} {other}", excess=excess)
        limit = one + timedelta(work.greatest_days)
        if one == before and work.level is not None:
            limit = work.level.due
        if any(limit <= day < other for day in free):
            excess = max(1, gap - work.greatest_days)
            yield Violation(code="WEEK_GAP", where=f"{work.unit} {other}", excess=excess)
