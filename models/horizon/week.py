"""Documents of several days: which work falls on which day, and what the days' plans made of it.

`horizon.json` is what was decided before any day was planned: a day plan reads it. `week.json` is
what came of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from models.plan import PlanTitles, PlanViolation
from models.record import Day, Moment, PlanText, Record

HORIZON_VERSION = "1.0"


class WeekLevel(Record):
    """How full a box was when it was read last, and what follows from it."""

    read: Day
    read_s: int = Field(ge=0, lt=86_400)
    """Seconds after midnight of `read`."""
    full_pm: int = Field(ge=0)
    """Thousandths of its capacity then."""
    begin_kg: int
    """Expected at the beginning of the first day."""
    due: Day
    """The last day it may wait so that it hardly ever overflows."""


class WeekWork(Record):
    """Work that does not come every day, and its days.

    `thing` is the OSM way or the point. `allowed` are the weekdays on which it may come (1 =
    Monday; empty: all); two visits lie `least_days` to `greatest_days` apart.
    """

    unit: str
    operation: str
    thing: str
    name: str
    cleaning_class: str = ""
    work_m: int = 0
    allowed: list[int] = Field(default_factory=list)
    least_days: int = Field(ge=1)
    greatest_days: int = Field(ge=1)
    last: Day | None = None
    """The last day on which it was done before, where that is known."""
    level: WeekLevel | None = None
    """Of a box whose level was read: it comes when it is full, not by a rota."""
    visits: list[Day]


class Away(Record):
    """A vehicle or driver away from `begin` to `end`, both included, by the ledger."""

    kind: Literal["vehicle", "driver"]
    what: str
    begin: Day
    end: Day


class Out(Record):
    """A vehicle or driver out on a day of the week: from when to when, a driver's checks too."""

    kind: Literal["vehicle", "driver"]
    what: str
    date: Day
    """The day whose plan it is, also of a shift that ends after midnight."""
    begin: Moment
    end: Moment


class AwayDocument(Record):
    """Who is away on the day of a plan, as the ledger said when it was made."""

    away: list[Away]


class AskedWork(Record):
    """Metres of street work of an operation that the year's quotas ask of a day."""

    operation: str
    metres: int = Field(ge=0)


class AskedDocument(Record):
    """What the year's quotas asked of the day of a plan when it was made."""

    asked: list[AskedWork]


class Stopped(Record):
    """An operation that does not come on a day - weather, or no vehicle there - and why."""

    date: Day
    operation: str
    cause: PlanText


class HorizonDocument(Record):
    """Which work falls on which day, from `begin` for `days` days."""

    horizon_version: str = HORIZON_VERSION
    district: str
    district_id: str
    titles: PlanTitles = Field(default_factory=PlanTitles)
    only: list[str] | None = None
    """Operations that are planned; None: all."""
    begin: Day
    days: int = Field(ge=1, le=62)
    away: list[Away] = Field(default_factory=list)
    """Who is in the workshop or on leave on some of the days."""
    stopped: list[Stopped] = Field(default_factory=list)
    out: list[Out] = Field(default_factory=list)
    """Who was out when, by the days' plans: nobody begins before that and the rest are over."""
    works: list[WeekWork]

    @model_validator(mode="after")
    def _each_once(self) -> HorizonDocument:
        names = [one.unit for one in self.works]
        if len(set(names)) < len(names):
            raise ValueError("work stands in `works` more than once · `works` 中有重复的作业")
        return self


class WeekFigures(Record):
    """Work of one operation on one day."""

    operation: str
    tasks: int
    unserved: int
    service_km: float
    deadhead_km: float
    work_h: float
    """Hours of all its routes."""


class WeekDay(Record):
    """A day of the week and its plan."""

    date: Day
    plan: str
    """Folder of its plan, below the week's."""
    routes: int
    unserved: int
    cost_cny: float
    violations: int
    operations: list[WeekFigures]
    missed: list[str] = Field(default_factory=list)
    """Units that were promised for the day and are not in its routes."""


class WeekDocument(Record):
    """What the days' plans made of a horizon."""

    horizon_version: str = HORIZON_VERSION
    begin: Day
    created: datetime
    language: str = "zh"
    days: list[WeekDay]
    violations: list[PlanViolation] = Field(default_factory=list)
