"""The plan document: what `plan.json` holds, versioned, with a published JSON Schema.

Times are ISO 8601 with offset +08:00, coordinates [lon, lat] WGS-84, units in the field names.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from models.district import Stream
from models.edits import AnyEdit, HandEdit, Lock
from models.solution import Reason

SCHEMA_VERSION = "2.0"
FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Plans are days of these years: any moment outside them is a slip of the pen."""

T = TypeVar("T", date, datetime)


def _in_our_time(moment: T) -> T:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year {moment.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
"""ISO 8601 with an offset: without one it would be another moment on another computer."""
Day = Annotated[date, AfterValidator(_in_our_time)]


class Record(BaseModel):
    """Base of all parts of a plan: frozen, no unknown fields, no number that is none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PlanText(Record):
    """A text in both languages; a plain one, of plans before 2.0, stands for both."""

    zh: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return {"zh": value, "en": value} if isinstance(value, str) else value

    def text(self, language: str) -> str:
        """In Chinese where `language` is `zh`, else in English."""
        return self.zh if language == "zh" else self.en


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


def _as_edits(told: Any) -> Any:
    """A what-if as edits, also where a plan of version 1 tells it as three fields, or as none."""
    if told is None:
        return ()
    if not isinstance(told, dict) or told.keys() - {"without", "demand_factor", "quota_t"}:
        return told
    quotas = told.get("quota_t", {})
    if not isinstance(quotas, dict):
        return told
    found: list[dict[str, Any]] = []
    if ids := told.get("without"):
        found.append({"do": "without", "ids": ids})
    found += [{"do": "quota", "site": site, "tonnes": tonnes} for site, tonnes in quotas.items()]
    if (factor := told.get("demand_factor", 1)) != 1:
        found.append({"do": "demand", "factor": factor})
    return found


PlanWhatIf = Annotated[tuple[AnyEdit, ...], BeforeValidator(_as_edits)]
"""How the planned day differs from the district folder: edits in their order; none: it does not."""


class PlanFigure(Record):
    """A key figure in two plans; None where a plan does not have it."""

    key: str
    base: int | float | None
    value: int | float | None


class PlanSiteChange(Record):
    """What a station or plant takes in two plans; a ratio is against its design or quota."""

    id: str
    name: str
    kind: Literal["station", "plant"]
    base_t: float
    value_t: float
    base_ratio: float | None
    value_ratio: float | None
    """None: no limit, or not there."""


class PlanMove(Record):
    """A task that another vehicle, or the same in another shift, took over."""

    task: str
    before: str
    """VEHICLE/SHIFT."""
    after: str


class PlanMoves(Record):
    """Who does what in two plans, counted in tasks."""

    kept: int
    moved: int
    new: int
    """Served now and not served, or not there, before."""
    gone: int
    """Served before, and no work of this day."""
    lost: list[str]
    """Served before, and left out now."""
    kept_share: float
    """kept / (kept + moved)."""
    vehicles_before: int
    vehicles_after: int
    moves: list[PlanMove]


class PlanDifference(Record):
    """What differs from an earlier plan."""

    base_date: Day
    base_created: Moment
    base_what_if: PlanWhatIf
    keep: bool
    """Whether moving a task from its vehicle had a price."""
    figures: list[PlanFigure]
    sites: list[PlanSiteChange]
    assignment: PlanMoves


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
    changes: tuple[PlanChange, ...] = ()
    """Changes by hand since the search that made the routes, in their order."""
    difference: PlanDifference | None = None
    """None: there was no earlier plan to compare with."""
