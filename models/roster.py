"""The roster document: what `roster.json` holds. Times are ISO 8601 with offset +08:00."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from models.plan import PlanTitles, PlanViolation
from models.record import Record

ROSTER_VERSION = "1.2"


class RosterDay(Record):
    """A day of the roster, and the plan its work comes from."""

    plan: date
    """Day of the plan that is repeated; the same day where it has one of its own."""
    date: date
    temperature_c: float | None = None
    holiday: str = ""
    """The statutory holiday it is, in Chinese."""


class RosterDuty(Record):
    """One crew's work: a route or a haul tour of a plan, with the checks before and after."""

    id: str
    """DATE/ROUTE."""
    date: date
    route: str
    vehicle: str
    operation: str
    """"haul" for haul trucks."""
    shift: str
    depot: str
    licence: str
    begin: datetime
    end: datetime
    crew: list[str]
    """Driver first."""
    missing: int = 0
    """Empty seats."""
    blocked: dict[str, int] = Field(default_factory=dict)
    """Rule -> people it keeps out of the empty seats."""
    relaxation: str = ""
    """RULE PERSON: the rule that alone keeps this person out."""


class RosterPerson(Record):
    """Hours and fatigue of one person over the roster."""

    id: str
    name: str
    licence: str
    hours_h: float
    overtime_h: float
    month_overtime_h: float
    """Most overtime of a calendar month, earlier rosters included."""
    rest_day_h: float = 0
    """Of the hours, on rest days without another day off in the week."""
    holiday_h: float = 0
    """Of the hours, on statutory holidays."""
    pay_cny: float = 0
    premium_cny: float = 0
    """Of the pay, what overtime, rest days and holidays bring beyond the wage of the hours."""
    days: int
    nights: int
    weekend_days: int
    standbys: int
    longest_run: int
    """Most days in a row with work, the days before included."""
    longest_nights: int
    least_rest_h: float | None
    """Shortest rest between two days' work; None: fewer than two."""
    alerts: list[str]
    """Limits that are reached, though not broken: rule codes."""


class RosterStandby(Record):
    """Who may be called on a day in a shift."""

    date: date
    shift: str
    people: list[str]


class RosterSources(Record):
    """What a roster was made of beside the tables and plans of its district.

    Files by their paths below the district's folder, or whole paths; "": none.
    """

    history: str = ""
    keep: str = ""
    leave: str = ""
    standby: int | None = None
    """People to be called per day and shift; None: a roster of an earlier version."""


class RosterDocument(Record):
    """Who works when, over days of one district."""

    roster_version: str = ROSTER_VERSION
    district: str
    district_id: str
    titles: PlanTitles = Field(default_factory=PlanTitles)
    begin: date
    created: datetime
    sources: RosterSources = Field(default_factory=RosterSources)
    days: list[RosterDay]
    duties: list[RosterDuty]
    people: list[RosterPerson]
    standby: list[RosterStandby]
    pay_cny: float = 0
    """Of all people; `premium_cny` is the part beyond the wage of the hours."""
    premium_cny: float = 0
    empty_seats: int
    least_empty_seats: int
    """Proven: no roster has fewer."""
    changed: int | None = None
    """Seats that differ from the roster to keep; None: there was none."""
    violations: list[PlanViolation]
