"""The plan document: what `plan.json` holds, versioned, with a published JSON Schema.

Times are ISO 8601 with offset +08:00, coordinates [lon, lat] WGS-84, units in the field names.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import (
    ConfigDict,
    Field,
)

from models.difference import PlanDifference, PlanWhatIf
from models.district import Stream
from models.edits import HandEdit, Lock
from models.record import Day, Moment, PlanText, Record
from models.solution import Reason

SCHEMA_VERSION = "2.0"


class Piece(Record):
    """A stretch of one street inside a drive or a service."""

    name: str
    distance_m: int
    duration_s: int
    turn: Literal["", "straight", "right", "left", "u_turn"] = ""
    """The turn made into it."""
    arcs: list[int] = Field(default_factory=list)


class PlanStep(Record):
    """One thing a vehicle does."""

    kind: Literal["start", "serve", "drive", "tip", "refill", "charge", "break", "wait", "end"]
    arrive: Moment
    depart: Moment
    task: str | None = None
    mode: int | None = None
    facility: str | None = None
    name: str = ""
    operator: str = ""
    """Who cleans the street that is served, where the district names somebody."""
    zone: str = ""
    """Zone in which the task that is served lies, where the district has zones."""
    streets: list[Piece] = Field(default_factory=list)
    from_: tuple[float, float] | None = Field(default=None, alias="from")
    to: tuple[float, float] | None = None
    distance_m: int = 0
    load_kg: int = 0
    """On board after the step."""
    water_l: int = 0
    """Left in the tank after the step."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


class PlanTrip(Record):
    """From the depot or a facility to the next facility or the depot."""

    load_kg: int
    water_l: int
    steps: list[PlanStep]


class PlanRoute(Record):
    """All trips of one vehicle in one shift."""

    id: str
    part: int
    """Index of the routing problem it belongs to."""
    vehicle: str
    vehicle_type: str
    operation: str
    shift: str
    depot: str
    engine: str
    crew: list[str]
    """Driver first; empty where nobody could be assigned."""
    crew_needed: int
    licence: str
    depart: Moment
    return_: Moment = Field(alias="return")
    distance_m: int
    service_m: int
    deadhead_m: int
    duration_s: int
    overtime_s: int
    cost_cny: float
    co2_kg: float
    trips: list[PlanTrip]

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


class StationPoint(Record):
    """A quarter-hour at a station."""

    t: Moment
    arrivals: int
    tonnes: float
    queue: int
    stock_t: float


class PlanStation(Record):
    """What a transfer station takes this day."""

    id: str
    name: str
    design_t: float
    taken_t: float
    load_ratio: float
    alarm: Literal["", "near", "over"] = ""
    """Near its design tonnage, by the rule profile's share, or over it."""
    storage_t: float
    peak_ratio: float
    mean_wait_s: int
    max_wait_s: int
    series: list[StationPoint]


class PlanHaul(Record):
    """One haul run: a load from a station to a plant."""

    id: str
    tour: str
    """Id of the truck's tour."""
    vehicle: str
    driver: str
    """Empty where nobody could be assigned."""
    station: str
    plant: str
    stream: Stream
    tonnes: float
    depart: Moment
    """The swap at the station begins."""
    swap_end: Moment
    arrive_plant: Moment
    """Tipping begins."""
    leave_plant: Moment
    return_: Moment = Field(alias="return")
    """Back at the next station, or at the depot."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


class PlanPause(Record):
    """A rest of a driver."""

    begin: Moment
    end: Moment


class PlanTour(Record):
    """A haul truck's shift: out of its depot, its runs (in `haul`), home."""

    id: str
    vehicle: str
    vehicle_type: str
    shift: str
    depot: str
    crew: list[str]
    """Driver first; empty where nobody could be assigned."""
    crew_needed: int = 1
    licence: str
    depart: Moment
    return_: Moment = Field(alias="return")
    pauses: list[PlanPause]
    distance_m: int
    overtime_s: int = 0
    tonnes: float
    cost_cny: float
    """Truck, metres, hours, overtime and gate fees."""
    co2_kg: float

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


class PlanDuty(Record):
    """One person's work this day."""

    driver: str
    name: str
    work: list[str]
    """Ids of routes and haul tours."""
    begin: Moment
    end: Moment
    overtime_s: int


class Relaxation(Record):
    """The least change of the day that would serve tasks left out."""

    kind: Literal["shift", "hours", "quota", "bays", "vehicle", "payload", "tank"]
    """A longer shift, a site open longer, more tonnes there, more bays there, more vehicles, a
    vehicle that carries more waste or more water than the one named."""
    id: str
    """A vehicle type of the rule profile, or a site."""
    shift: str = ""
    """Of a vehicle; "" for a site."""
    amount: int
    """Minutes, minutes, kg, bays, vehicles, kg, litres."""
    until: str = ""
    """When the site would close, HH:MM."""
    serves: int
    """Tasks of the same operation and reason that it would serve, this one among them."""


class PlanUnserved(Record):
    """A task left out."""

    task: str
    operation: str
    name: str
    reason: Reason
    relaxation: PlanText
    """What stands in the way of work that could not become a task: a width, a closed street."""
    least: Relaxation | None = None
    operator: str = ""
    zone: str = ""
    stream: Stream | None = None
    """Of the waste that stays where it is; None: none."""
    kg: int = 0
    """Of that waste."""
    lon: float
    lat: float


class PlanViolation(Record):
    """A broken law, and where a person finds it."""

    code: str
    where: str
    excess: int
    unit: Literal["", "s", "kg", "l", "wh", "m", "days", "nights", "people", "vehicles"] = ""
    """Of `excess`."""
    detail: str
    route: str = ""
    """Route or haul tour, as on its sheet."""
    vehicle: str = ""
    """Who drives it."""
    lon: float | None = None
    lat: float | None = None
    """Where on the map; None where the law has no place."""


class PlanTitles(Record):
    """What people call operations, vehicle types and streams, by the rule profile: [zh, en]."""

    operation: dict[str, tuple[str, str]] = Field(default_factory=dict)
    vehicle_type: dict[str, tuple[str, str]] = Field(default_factory=dict)
    stream: dict[str, tuple[str, str]] = Field(default_factory=dict)


class PlanChange(Record):
    """A change by hand that made this plan of the one before: what, by whom, when."""

    edit: HandEdit
    who: str = ""
    """"": at the command line, or on a server without accounts."""
    when: Moment


class PlanHome(Record):
    """Where a vehicle worked in a shift on the days before, and who drove it then."""

    vehicle: str
    shift: str
    operation: str
    """`haul`: its tours, which have no squares."""
    drivers: list[str]
    """Who drove it last comes first."""
    squares: list[tuple[int, int, int]]
    """Squares of the town, counted from 0 degrees to the east and to the north, and the tasks that
    it served there."""


class Plan(Record):
    """The day plan of a district."""

    schema_version: str = SCHEMA_VERSION
    district: str
    district_id: str
    date: Day
    seed: int
    engine: str
    created: Moment
    attribution: str
    language: str
    only: list[str] | None = None
    """Operations that were asked for; None: all of the rule profile."""
    operations: list[str]
    """Operations that were planned."""
    titles: PlanTitles = Field(default_factory=PlanTitles)
    kpis: dict[str, Any]
    notes: list[PlanText]
    routes: list[PlanRoute]
    stations: list[PlanStation]
    haul: list[PlanHaul]
    tours: list[PlanTour] = Field(default_factory=list)
    """Of the haul trucks."""
    roster: list[PlanDuty]
    unserved: list[PlanUnserved]
    violations: list[PlanViolation]
    what_if: PlanWhatIf = ()
    """Edits of the folder's day."""
    locks: tuple[Lock, ...] = ()
    """What a search leaves as it is."""
    homes: tuple[PlanHome, ...] = ()
    """Where vehicles and drivers were at home, as learned from the plans of the days before."""
    changes: tuple[PlanChange, ...] = ()
    """Changes by hand since the search that made the routes, in their order."""
    difference: PlanDifference | None = None
    """None: there was no earlier plan to compare with."""
