"""What is still owed of a quota, laid on the days that are left: whole trips, spread evenly.

Webster's method (Sainte-Laguë): every next trip goes to the day with the least (2 x + 1) / w, where
the day has x trips and weight w. No other whole numbers of the same sum below the days' limits come
nearer to the weights (least sum of x^2 / w), and more trips never take one from a day.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from models.day import Note
from models.year.quota import WHOLE
from solver.horizon.calendar import (
    TRUSTED_DAYS,
    able_vehicles,
    calendar_days,
    capacity,
    days_of,
    forecast,
)
from solver.trade.kerbs import litres, treated_m, waste_kg
from solver.trade.vehicles import fleet, normal_s, work_speed_kmh
from solver.trade.weather import stopped_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.district import District
    from models.history.events import TripDone
    from models.trade.rules import RuleProfile
    from models.trade.work import StreetWork
    from models.truck import Truck
    from models.year.quota import Quota, YearFacts
    from solver.horizon.calendar import CalendarDay


@dataclass(frozen=True, slots=True)
class Room:
    """What a day can take: trips, those of them kept back, vehicles, weight, or why none."""

    capacity: int
    reserve: int
    vehicles: int
    weight: int
    stopped: Note | None

    @property
    def regular(self) -> int:
        """Trips that may be planned without need."""
        return self.capacity - self.reserve


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """See `models.year.calendar.QuotaAlarm`."""

    level: str
    since: date
    short: int
    days: int
    trips_a_day: int
    vehicles_a_day: int
    vehicles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaPlan:
    """A quota on the days of its year, in their order; `begun` is the plan of 1 January."""

    quota: Quota
    rooms: tuple[Room, ...]
    done: tuple[int, ...]
    planned: tuple[int, ...]
    begun: tuple[int, ...]
    owed: int
    begin_by: date | None
    alarm: Alarm | None


def plan_quota(quota: Quota, facts: YearFacts, days: Sequence[CalendarDay]) -> QuotaPlan:
    """Lay what is owed on the days from today on.

    While the days can bring it without what they keep back, that stays free; else only what is
    missing is laid there, and what still cannot be driven is short, and an alarm.
    """
    dates = [day.date for day in days]
    able = able_vehicles(quota, facts)
    rooms = [room(quota, facts, day, able) for day in days]
    done = done_by_day(quota, facts.trips, dates, facts.today)
    owed = max(quota.trips - sum(done), 0)
    left = [_left(one, done[n], dates[n], facts.today) for n, one in enumerate(rooms)]
    regular = [_regular(one, done[n], dates[n], facts.today) for n, one in enumerate(rooms)]
    return QuotaPlan(
        quota=quota,
        rooms=tuple(rooms),
        done=tuple(done),
        planned=tuple(lay_out(owed, regular, left, [one.weight for one in rooms])),
        begun=tuple(_begun(quota, facts, able)),
        owed=owed,
        begin_by=_begin_by(owed, left, dates, facts.today),
        alarm=_alarm(quota, facts, dates, rooms, done),
    )


def room(quota: Quota, facts: YearFacts, day: CalendarDay, able: frozenset[str]) -> Room:
    """What the day can take: nothing where weather or a weight of 0 stops the work."""
    trips, vehicles = capacity(quota, facts, day.date, able)
    weight = weight_of(quota, facts, day)
    stopped = stopped_by(facts.rules, quota.operation, forecast(day.weather))
    if stopped is None and not weight:
        stopped = Note("按任务表不安排", "no work by the table of quotas")
    if stopped is not None:
        return Room(0, 0, vehicles, 0, stopped)
    reserve = 0 if day.weather.alert else -(-trips * quota.reserve_percent // 100)
    if (date(day.date.year, 12, 31) - day.date).days < quota.buffer_days:
        reserve = trips
    return Room(trips, reserve, vehicles, weight, None)


def weight_of(quota: Quota, facts: YearFacts, day: CalendarDay) -> int:
    """The day's weight: month, alert, weekend and holiday, multiplied [1e-12]."""
    return math.prod((
        quota.months[day.date.month - 1],
        quota.alert_weight if day.weather.alert else WHOLE,
        quota.weekend_weight if day.date.isoweekday() > 5 else WHOLE,
        quota.holiday_weight if day.date in facts.holidays else WHOLE,
    ))  # fmt: skip


def done_by_day(
    quota: Quota, trips: Iterable[TripDone], dates: Sequence[date], today: date
) -> list[int]:
    """Trips that count, by day; kilometres become trips as soon as they are full."""
    place = {day: n for n, day in enumerate(dates)}
    amounts = [0] * len(dates)
    outings: set[tuple[date, str, str]] = set()
    for trip in trips:
        n = place.get(trip.day)
        if n is None or trip.day > today or not counts(quota, trip):
            continue
        outing = (trip.day, trip.vehicle, trip.route)
        if quota.counts == "km":
            amounts[n] += trip.work_m
        elif quota.counts == "trip" or not trip.route:
            amounts[n] += trip.trips
        elif outing not in outings:
            outings.add(outing)
            amounts[n] += 1
    if quota.counts != "km":
        return amounts
    full = [metres // quota.per_m for metres in accumulate(amounts)]
    return [now - before for now, before in zip(full, [0, *full], strict=False)]


def counts(quota: Quota, trip: TripDone) -> bool:
    """Whether a trip counts for the quota."""
    return (
        trip.valid
        and trip.operation == quota.operation
        and quota.vehicle_type in {"", trip.vehicle_type}
    )


USE_OF_SHIFT = 0.45
"""A vehicle works along streets for this share of a shift (measured: 0.42 of the demo's sweepers,
whose passes have short hours; the rest is ways, tips, water and waiting)."""


def metres_a_trip(quota: Quota, district: District, rules: RuleProfile) -> int:
    """Metres of street work that one trip of the quota does, on the mean of its vehicles [m].

    An outing works for a share of its shift, a trip until the tank is empty or the hopper full. 0
    where the operation has no streets, or no vehicle.
    """
    work = rules.operations[quota.operation].street
    trucks = [
        one
        for one in fleet(district, rules)
        if quota.operation in one.operations and quota.vehicle_type in {"", one.type}
    ]
    if work is None or not trucks:
        return 0
    if quota.counts == "km":
        return quota.per_m
    by_load = quota.counts == "trip"
    each = [_tank_m(one, work) if by_load else _shifts_m(one, work, rules) for one in trucks]
    found = [metres for own in each for metres in own]
    return round(sum(found) / max(len(found), 1))


def _tank_m(truck: Truck, work: StreetWork) -> Iterator[float]:
    """How far the vehicle works with what it holds [m]; nothing where it neither wets nor picks."""
    width_m = treated_m(work, work.working_width_m, 1)
    loads = (
        (truck.water_l, litres(work, 1_000, width_m)),
        (truck.waste_kg, waste_kg(work, 1_000, width_m)),
    )
    limits = [1_000 * most / a_km for most, a_km in loads if most and a_km]
    if limits:
        yield min(limits)


def _shifts_m(truck: Truck, work: StreetWork, rules: RuleProfile) -> Iterator[float]:
    """How far it works in each of its shifts [m]."""
    for shift in truck.shifts:
        yield normal_s(rules.labour, shift) * work_speed_kmh(truck, work) / 3.6 * USE_OF_SHIFT


def lay_out(
    amount: int, regular: Sequence[int], whole: Sequence[int], weights: Sequence[int]
) -> list[int]:
    """Trips by day: evenly within the regular limits; what is beyond them as early as may be.

    Who needs what was kept back cannot tell whether the weather will let him have it later.
    """
    beyond = amount - sum(regular)
    if beyond <= 0:
        return apportion(amount, regular, weights)
    parts = list(regular)
    for n, most in enumerate(whole):
        more = min(most - parts[n], beyond)
        parts[n] += more
        beyond -= more
    return parts


def apportion(amount: int, limits: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Whole parts of `amount` by weight, none above its limit; all that the limits allow.

    Of equal days, those that get one more are spread evenly over them. O(amount log days).
    """
    open_days = [n for n, weight in enumerate(weights) if weight > 0 and limits[n] > 0]
    parts = [0] * len(limits)
    left = min(amount, sum(limits[n] for n in open_days))
    common = math.lcm(*(weights[n] for n in open_days))
    heap = [(common // weights[n], n) for n in open_days]
    heapq.heapify(heap)
    while left:
        rank, group = heap[0][0], list[int]()
        while heap and heap[0][0] == rank:
            group.append(heapq.heappop(heap)[1])
        for n in group if len(group) <= left else spread(group, left):
            parts[n] += 1
            left -= 1
            if parts[n] < limits[n]:
                heapq.heappush(heap, ((2 * parts[n] + 1) * (common // weights[n]), n))
    return parts


def spread(days: Sequence[int], count: int) -> list[int]:
    """`count` of the days, in equal steps."""
    size = len(days)
    return [
        day
        for n, day in enumerate(days)
        if (2 * (n + 1) * count + size) // (2 * size) > (2 * n * count + size) // (2 * size)
    ]


def _left(one: Room, done: int, day: date, today: date) -> int:
    """Trips that can still be made on the day."""
    if day < today:
        return 0
    return max(one.capacity - done, 0) if day == today else one.capacity


def _regular(one: Room, done: int, day: date, today: date) -> int:
    """Likewise, without the reserve."""
    if day < today:
        return 0
    return max(one.regular - done, 0) if day == today else one.regular


def _begun(quota: Quota, facts: YearFacts, able: frozenset[str]) -> list[int]:
    """The plan of 1 January: usual weather, nobody away, nothing done."""
    first = days_of(facts.year)[0]
    plain = replace(facts, today=first, trips=(), weather=(), absences=())
    days = calendar_days(facts.year, first - timedelta(TRUSTED_DAYS), (), facts.normals)
    rooms = [room(quota, plain, day, able) for day in days]
    regular, whole = [one.regular for one in rooms], [one.capacity for one in rooms]
    return lay_out(quota.trips, regular, whole, [one.weight for one in rooms])


def _begin_by(owed: int, left: Sequence[int], dates: Sequence[date], today: date) -> date | None:
    """The last day from which on all vehicles can still bring what is owed."""
    if not owed:
        return None
    rest = 0
    for day, trips in zip(reversed(dates), reversed(left), strict=True):
        rest += trips
        if day < today:
            return None
        if trips and rest >= owed:
            return day
    return None


def _alarm(
    quota: Quota, facts: YearFacts, dates: Sequence[date], rooms: Sequence[Room],
    done: Sequence[int],
) -> Alarm | None:  # fmt: skip
    """What cannot be driven any more, and since when; None while all can be."""
    for level in ("late", "reserve"):
        limits = [one.capacity if level == "late" else one.regular for one in rooms]
        since = _since(quota.trips, limits, done, dates, facts.today)
        if since is None:
            continue
        owed, ahead = quota.trips - sum(done), [
            (_left(one, done[n], dates[n], facts.today), limits[n], one)
            for n, one in enumerate(rooms)
            if dates[n] >= facts.today and one.capacity
        ]  # fmt: skip
        count, trips = len(ahead), sum(one.capacity for _, _, one in ahead)
        vehicles = sum(one.vehicles for _, _, one in ahead)
        return Alarm(
            level=level,
            since=since,
            short=owed - _rest(limits, done, dates, facts.today),
            days=count,
            trips_a_day=-(-owed // count) if count else owed,
            vehicles_a_day=-(-owed * vehicles // (trips * count)) if trips else 0,
            vehicles=max((one.vehicles for _, _, one in ahead), default=0),
        )
    return None


def _rest(limits: Sequence[int], done: Sequence[int], dates: Sequence[date], today: date) -> int:
    """Trips the limits allow from today on, those of today less what today has brought."""
    return sum(
        max(limit - done[n], 0) if dates[n] == today else limit
        for n, limit in enumerate(limits)
        if dates[n] >= today
    )


def _since(
    trips: int, limits: Sequence[int], done: Sequence[int], dates: Sequence[date], today: date
) -> date | None:
    """The first day, up to today, whose rest could not bring what was owed; None if today can.

    A rest is reckoned in the morning: what the day itself brought is not yet done. Today counts as
    it stands.
    """
    if trips - sum(done) <= _rest(limits, done, dates, today):
        return None
    rest, owed = sum(limits), trips
    for day, limit, brought in zip(dates, limits, done, strict=True):
        if day >= today or owed > rest:
            return min(day, today)
        rest -= limit
        owed -= brought
    return today
