"""The judge of a year: what is owed, what a day can bring, and that it is laid out evenly.

Trusts no number of the calendar: trips, vehicles, drivers and weather come from the facts. Days of
usual weather are made up, so of them only their number in a month is held against the normals.
"""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.district import Vehicle
    from models.year.calendar import QuotaYear, YearCalendar, YearDay
    from models.year.quota import Quota, YearFacts


TRUSTED_DAYS = 7
"""So many days from today on no weather may be assumed (chosen: as far as a forecast tells)."""


class Room(NamedTuple):
    """What a day can bring, what of it is kept for alerts, vehicles, and the day's weight."""

    capacity: int
    reserve: int
    vehicles: int
    weight: Fraction


def check_calendar(calendar: YearCalendar, facts: YearFacts) -> list[Violation]:
    """All violations of a calendar of a year."""
    if found := list(_check_shape(calendar, facts)):
        return found
    found += _check_weather(calendar, facts)
    for quota, told in zip(facts.quotas, calendar.quotas, strict=True):
        court = _Court(calendar, facts, quota, told)
        found += court.check()
    return found


def _check_shape(calendar: YearCalendar, facts: YearFacts) -> Iterator[Violation]:
    """Every day of the year, every quota, every day of a quota, in order."""
    first = date(facts.year, 1, 1)
    size = (date(facts.year + 1, 1, 1) - first).days
    days = [first + timedelta(n) for n in range(size)]
    if (calendar.year, calendar.today) != (facts.year, facts.today) or days != [
        one.date for one in calendar.days
    ]:
        yield Violation(code="UNKNOWN", where="days", detail=f"not the days of {facts.year}")
    asked = [(one.operation, one.vehicle_type, one.trips, one.counts) for one in facts.quotas]
    told = [(one.operation, one.vehicle_type, one.trips, one.counts) for one in calendar.quotas]
    if asked != told or any(len(one.days) != size for one in calendar.quotas):
        yield Violation(code="UNKNOWN", where="quotas", detail="not the quotas of the year")


def _check_weather(calendar: YearCalendar, facts: YearFacts) -> Iterator[Violation]:
    """Weather as the ledger tells it; else the usual number of days in every month, later on."""
    seen = {one.day: one for one in facts.weather}
    usual: dict[int, list[YearDay]] = defaultdict(list)
    for day in calendar.days:
        where, one = str(day.date), seen.get(day.date)
        told = (day.low_c, day.rain_mm, day.wind_grade, day.snow, day.alert)
        if one is not None:
            low = None if one.low_dc is None else one.low_dc / 10
            rain = None if one.rain_um is None else one.rain_um / 1_000
            origin = "forecast" if one.forecast else "seen"
            if (day.weather, *told) != (origin, low, rain, one.wind_grade, one.snow, one.alert):
                yield Violation(
                    code="QUOTA_NORMALS", where=where, detail="not the ledger's weather"
                )
        elif day.weather == "normals" and not 0 <= (day.date - facts.today).days < TRUSTED_DAYS:
            usual[day.date.month].append(day)
        elif day.weather or any(told):
            yield Violation(code="QUOTA_NORMALS", where=where, detail="nobody told this weather")
    months = {one.month: one for one in facts.normals}
    for month, days in usual.items():
        where = f"{facts.year}-{month:02d}"
        if month not in months:
            yield Violation(code="QUOTA_NORMALS", where=where, detail="there are no normals of it")
            continue
        normal, size = months[month], _days_in(facts.year, month)
        counted = {
            "rain": (sum(bool(one.rain_mm) for one in days), normal.rain_days),
            "snow": (sum(one.snow for one in days), normal.snow_days),
            "wind": (sum(bool(one.wind_grade) for one in days), normal.wind_days),
            "alert": (sum(one.alert for one in days), normal.alert_days),
        }
        for kind, (count, most) in counted.items():
            least = most - (size - len(days))
            if not min(least, size) <= count <= most:
                excess = count - most if count > most else least - count
                detail = f"days of {kind}: {count}, usual {most}"
                yield Violation(code="QUOTA_NORMALS", where=where, excess=excess, detail=detail)


def _days_in(year: int, month: int) -> int:
    return (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days


class _Court:
    """One quota, its facts, and what the calendar tells of it."""

    def __init__(
        self, calendar: YearCalendar, facts: YearFacts, quota: Quota, told: QuotaYear
    ) -> None:
        self.facts, self.quota, self.told = facts, quota, told
        self.days = calendar.days
        self.where = " ".join(filter(None, (quota.operation, quota.vehicle_type)))
        self.rooms = [self._room(day) for day in self.days]
        self.done = self._done()
        self.ahead = [n for n, day in enumerate(self.days) if day.date >= facts.today]
        self._need = self._short(spare=True)

    def check(self) -> Iterator[Violation]:
        """All violations of the quota's year."""
        yield from self._check_done()
        yield from self._check_rooms()
        yield from self._check_sum()
        yield from self._check_even()
        yield from self._check_alarm()
        yield from self._check_spans()

    def _broken(
        self, code: str, where: object = "", excess: int = 0, detail: str = ""
    ) -> Violation:
        place = " ".join(filter(None, (self.where, str(where))))
        return Violation(code=code, where=place, excess=excess, detail=detail)

    def _room(self, day: YearDay) -> Room:
        """What vehicles and drivers that are there can do, if weather and weights let them."""
        facts, quota = self.facts, self.quota
        away = {(one.kind, one.what) for one in facts.absences if one.begin <= day.date <= one.end}
        there = [one for one in facts.vehicles if one.available and ("vehicle", one.id) not in away]
        mine = [one for one in there if self._counts(one)]
        trips = sum(quota.per_vehicle if quota.per_vehicle else len(one.shifts) for one in mine)
        if facts.drivers:
            people = [
                one
                for one in facts.drivers
                if one.licence and one.available and ("driver", one.id) not in away
            ]
            at_work = Fraction(len(people) * (7 - facts.rules.labour.rest_days_week), 7)
            seats = sum(len(one.shifts) for one in there)
            if at_work < seats:
                share, n = trips * at_work / seats, day.date.toordinal()
                trips = math.floor(share * (n + 1)) - math.floor(share * n)
        weight = Fraction(quota.months[day.date.month - 1])
        weight *= quota.alert_weight if day.alert else 1_000
        weight *= quota.weekend_weight if day.date.weekday() >= 5 else 1_000
        weight *= quota.holiday_weight if day.date in facts.holidays else 1_000
        if not weight or self._stopped(day):
            return Room(0, 0, len(mine), Fraction(0))
        kept = 0 if day.alert else -(-trips * quota.reserve_percent // 100)
        if day.date > date(self.facts.year, 12, 31) - timedelta(quota.buffer_days):
            kept = trips
        return Room(trips, kept, len(mine), weight)

    def _counts(self, vehicle: Vehicle) -> bool:
        quota, rules = self.quota, self.facts.rules
        if quota.vehicle_type and vehicle.type != quota.vehicle_type:
            return False
        able = vehicle.type in rules.operations[quota.operation].vehicle_types
        return able and (not vehicle.operations or quota.operation in vehicle.operations)

    def _stopped(self, day: YearDay) -> bool:
        """Whether a weather rule of the operation forbids the work."""
        for name in self.facts.rules.operations[self.quota.operation].weather:
            rule = self.facts.rules.weather[name]
            cold = rule.below_c is not None and day.low_c is not None and day.low_c < rule.below_c
            wet = rule.rain_mm_from is not None and (day.rain_mm or 0) > 0
            wet = wet and (day.rain_mm or 0) >= (rule.rain_mm_from or 0)
            windy = rule.wind_grade_from is not None and day.wind_grade is not None
            windy = windy and (day.wind_grade or 0) >= (rule.wind_grade_from or 0)
            if cold or wet or windy or (rule.snow and day.snow):
                return True
        return False

    def _done(self) -> list[int]:
        """Trips of the ledger that count, by day."""
        quota, amounts = self.quota, dict.fromkeys((day.date for day in self.days), 0)
        outings = set()
        for trip in self.facts.trips:
            mine = trip.operation == quota.operation and trip.valid
            mine = mine and (not quota.vehicle_type or trip.vehicle_type == quota.vehicle_type)
            if not mine or trip.day not in amounts or trip.day > self.facts.today:
                continue
            if quota.counts == "km":
                amounts[trip.day] += trip.work_m
            elif quota.counts == "route" and trip.route:
                outings.add((trip.day, trip.vehicle, trip.route))
            else:
                amounts[trip.day] += trip.trips
        for day, _, _ in outings:
            amounts[day] += 1
        if quota.counts != "km":
            return list(amounts.values())
        full = [metres // quota.per_m for metres in accumulate(amounts.values())]
        return [b - a for a, b in zip([0, *full], full, strict=False)]

    def _check_done(self) -> Iterator[Violation]:
        for day, told, done in zip(self.days, self.told.days, self.done, strict=True):
            if told.done != done:
                detail = f"done {told.done}, the ledger has {done}"
                yield self._broken("QUOTA_DONE", day.date, abs(told.done - done), detail)
        owed = max(self.quota.trips - sum(self.done), 0)
        if (self.told.done, self.told.owed) != (sum(self.done), owed):
            yield self._broken("QUOTA_DONE", "", abs(self.told.owed - owed), f"owed {owed}")
        past = [n for n in range(len(self.days)) if n not in set(self.ahead)]
        arrears = sum(self.told.days[n].begun - self.done[n] for n in past)
        if self.told.arrears != arrears:
            yield self._broken("QUOTA_DONE", "", abs(self.told.arrears - arrears), "arrears")

    def _check_rooms(self) -> Iterator[Violation]:
        """No more than can be driven, nothing in weather that forbids it, nothing in the past."""
        for n, (day, told, room) in enumerate(
            zip(self.days, self.told.days, self.rooms, strict=True)
        ):
            if (told.capacity, told.reserve, told.vehicles) != room[:3]:
                detail = f"capacity {told.capacity}, {room.capacity} by vehicles and drivers"
                yield self._broken("QUOTA_CAPACITY", day.date, 0, detail)
            if bool(told.stopped) != (not room.weight):
                yield self._broken(
                    "QUOTA_WEATHER", day.date, 0, "stopped, or not, against the rule"
                )
            if told.planned < 0 or (told.planned and n not in self.ahead):
                yield self._broken("QUOTA_CAPACITY", day.date, abs(told.planned), "not ahead")
            elif told.planned and not room.weight:
                yield self._broken("QUOTA_WEATHER", day.date, told.planned, "planned")
            elif (over := told.planned - self._limit(n, spare=False)) > 0:
                yield self._broken("QUOTA_CAPACITY", day.date, over, "planned")

    def _limit(self, n: int, *, spare: bool) -> int:
        """Trips that day n can still bring, `spare`: without touching what is kept for alerts."""
        room = self.rooms[n]
        most = room.capacity - (room.reserve if spare else 0)
        today = self.days[n].date == self.facts.today
        return max(most - self.done[n], 0) if today else most

    def _short(self, *, spare: bool) -> int:
        """Trips owed beyond what the days ahead can bring."""
        rest = sum(self._limit(n, spare=spare) for n in self.ahead)
        return max(self.quota.trips - sum(self.done) - rest, 0)

    def _check_sum(self) -> Iterator[Violation]:
        """All that is owed is planned, or all that can be driven; the reserve only in need."""
        planned = sum(one.planned for one in self.told.days)
        wanted = self.told.owed - self._short(spare=False)
        if planned != wanted or self.told.planned != planned:
            detail = f"planned {planned} of {wanted}"
            yield self._broken("QUOTA_SUM", "", abs(wanted - planned), detail)
        need = self._need
        for n in self.ahead:
            usual = self._limit(n, spare=True)
            more = self.told.days[n].planned - usual
            wanted = min(self._limit(n, spare=False) - usual, need)
            if self._need and more != wanted:
                detail = f"kept back {wanted} to be used, the earliest first"
                yield self._broken("QUOTA_RESERVE", self.days[n].date, abs(more - wanted), detail)
            elif not self._need and more > 0:
                yield self._broken("QUOTA_RESERVE", self.days[n].date, more, "planned")
            need -= wanted
        capacity = sum(self._limit(n, spare=False) for n in self.ahead)
        reserve = sum(self.rooms[n].reserve for n in self.ahead)
        if (self.told.capacity, self.told.reserve) != (capacity, reserve):
            yield self._broken("QUOTA_CAPACITY", "", 0, f"capacity {capacity}, reserve {reserve}")

    def _check_even(self) -> Iterator[Violation]:
        """No trip could move to a day that has less of its share; ties lie evenly in time.

        That is the law of Webster's method: its plan is the one with the least sum of x^2 / w. In
        need all that is not kept back is full, and nothing is left to be even.
        """
        given, open_ = dict[int, Fraction](), dict[int, Fraction]()
        for n in [] if self._need else self.ahead:
            trips, weight = self.told.days[n].planned, self.rooms[n].weight
            if trips > 0 and weight:
                given[n] = (2 * trips - 1) / weight
            if weight and trips < self._limit(n, spare=True):
                open_[n] = (2 * trips + 1) / weight
        if not given or not open_:
            return
        worst, best = max(given, key=lambda n: given[n]), min(open_, key=lambda n: open_[n])
        if given[worst] > open_[best]:
            detail = f"one trip fewer here, one more on {self.days[best].date}"
            yield self._broken("QUOTA_EVEN", self.days[worst].date, 0, detail)
            return
        last = given[worst]
        tied = sorted(n for n in self.ahead if last in {given.get(n), open_.get(n)})
        more, taken = sum(given.get(n) == last for n in tied), 0
        for rank, n in enumerate(tied, start=1):
            taken += given.get(n) == last
            if abs(taken * len(tied) - rank * more) > len(tied):
                yield self._broken("QUOTA_EVEN", self.days[n].date, 0, "equal days are not even")
                return

    def _check_alarm(self) -> Iterator[Violation]:
        """An alarm from the day on which the rest cannot be driven, with true numbers."""
        late, alarm = self._short(spare=False), self.told.alarm
        short = late or self._short(spare=True)
        if alarm is None:
            if short:
                yield self._broken("QUOTA_ALARM", "", short, "no alarm")
            return
        ahead = [self.rooms[n] for n in self.ahead if self.rooms[n].capacity]
        owed, days = self.told.owed, len(ahead)
        trips, there = sum(one.capacity for one in ahead), sum(one.vehicles for one in ahead)
        true = {
            "level": "late" if late else "reserve" if short else "",
            "since": self._since(spare=not late),
            "short": short,
            "days": days,
            "trips_a_day": -(-owed // days) if days else owed,
            "vehicles_a_day": -(-owed * there // (trips * days)) if trips else 0,
            "vehicles": max((one.vehicles for one in ahead), default=0),
        }
        for name, value in true.items():
            if getattr(alarm, name) != value:
                detail = f"{name} is {value}"
                yield self._broken("QUOTA_ALARM", "", 0, detail)

    def _since(self, *, spare: bool) -> date:
        """The first morning on which the rest of the year could not bring what was owed."""
        owed = self.quota.trips
        most = [one.capacity - (one.reserve if spare else 0) for one in self.rooms]
        for n, day in enumerate(self.days):
            if day.date >= self.facts.today or owed > sum(most[n:]):
                return day.date
            owed -= self.done[n]
        return self.facts.today

    def _check_spans(self) -> Iterator[Violation]:
        """Months and weeks are the sums of their days, and none is missing."""
        names = [
            [f"{day.date:%Y-%m}" for day in self.days],
            ["{}-W{:02d}".format(*day.date.isocalendar()[:2]) for day in self.days],
        ]
        for spans, of_day in zip((self.told.months, self.told.weeks), names, strict=True):
            sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
            for n, name in enumerate(of_day):
                one, there = self.told.days[n], n in set(self.ahead)
                amounts = (
                    one.planned, one.done, one.begun, one.capacity * there,
                    (one.capacity > 0) * there,
                )  # fmt: skip
                sums[name] = [a + b for a, b in zip(sums[name], amounts, strict=True)]
            told = {
                one.span: [one.planned, one.done, one.begun, one.capacity, one.days]
                for one in spans
            }
            for name in sums.keys() | told.keys():
                if sums.get(name) != told.get(name):
                    yield self._broken("QUOTA_TOTAL", name, 0, "not the sum of its days")
