"""The one language of change: what differs from the district as its folder tells it.

A what-if, a scenario file, a choice of sites and an event of the live day are lists of edits;
`solver/edits/apply.py` applies them. An edit may have dates; without any it holds at once. What a
person changes in a plan by hand are edits too, of routes instead of the district
(`solver/hand/orders.py`); they name vehicles by their ids or plates, tasks by their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.district import Window

MAX_FACTOR = 20
"""More waste than so many times today's is a slip of the finger (chosen)."""
Share = Annotated[float, Field(gt=0, le=20_000)]
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]


class Change(BaseModel):
    """Base of all edits."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Edit(Change):
    """One change of a district; it holds from `open_from` on (absent: at once)."""

    open_from: Date | None = None

    def begun(self, day: Date) -> bool:
        """Whether the change holds on `day`."""
        return self.open_from is None or self.open_from <= day


class Open(Edit):
    """A new station or plant, as `like` an existing one."""

    do: Literal["open"]
    site: str = Field(min_length=1)
    like: str
    lon: Lon
    lat: Lat
    name: str = ""
    capacity_t: Share | None = None


class Close(Edit):
    """A site closes on `close_on` (absent: at once)."""

    do: Literal["close"]
    site: str
    close_on: Date | None = None


class Move(Edit):
    """A site at a new place; the old one works on until `close_on` (absent: `open_from`)."""

    do: Literal["move"]
    site: str
    lon: Lon
    lat: Lat
    capacity_t: Share | None = None
    close_on: Date | None = None


class Merge(Edit):
    """Several stations become one at a new place, with their tonnage or `capacity_t`."""

    do: Literal["merge"]
    sites: tuple[str, ...] = Field(min_length=2)
    site: str = Field(min_length=1)
    lon: Lon
    lat: Lat
    name: str = ""
    capacity_t: Share | None = None
    close_on: Date | None = None


class Resize(Edit):
    """Another design tonnage of a station, or quota of a plant; more bays."""

    do: Literal["resize"]
    site: str
    capacity_t: Share | None = None
    bays: int | None = Field(default=None, ge=1, le=100)


class HoursEdit(Edit):
    """Other opening hours of a site."""

    do: Literal["hours"]
    site: str
    hours: tuple[Window, ...]


class Fleet(Edit):
    """`count` more vehicles like `like`, or those named in `remove` out of service."""

    do: Literal["fleet"]
    like: str | None = None
    count: int = Field(default=1, ge=1, le=500)
    remove: tuple[str, ...] = ()


class Garage(Edit):
    """Vehicles that begin and end their shifts at another depot."""

    do: Literal["garage"]
    vehicles: tuple[str, ...] = Field(min_length=1)
    depot: str


class MergePoints(Edit):
    """Collection points become one, at the first one's place unless lon and lat are given.

    With a `kind` the point is of that kind from then on: a sorting room, also one point alone.
    """

    do: Literal["merge_points"]
    points: tuple[str, ...] = Field(min_length=1)
    lon: Lon | None = None
    lat: Lat | None = None
    kind: str = ""

    @model_validator(mode="after")
    def _changes_something(self) -> MergePoints:
        if len(self.points) < 2 and not self.kind:
            raise ValueError(
                "give two points or more, or a kind · 请给出两个以上的点，或填写 kind（类别）"
            )
        return self


class SplitPoint(Edit):
    """A collection point becomes several at the given places, in equal shares."""

    do: Literal["split_point"]
    point: str
    places: tuple[tuple[Lon, Lat], ...] = Field(min_length=2)


class CloseStreet(Edit):
    """A street closed to all, by name or OSM way, to `close_on` inclusive (absent: for good)."""

    do: Literal["close_street"]
    name: str | None = None
    way_id: int | None = Field(default=None, ge=1)
    close_on: Date | None = None


class Demand(Edit):
    """Waste of all points, or of one stream, times a factor."""

    do: Literal["demand"]
    factor: float = Field(gt=0, le=MAX_FACTOR)
    stream: str | None = None


class Without(Edit):
    """Sites, vehicles and people that are out of action."""

    do: Literal["without"]
    ids: tuple[str, ...] = Field(min_length=1)


class Quota(Edit):
    """Another daily quota of a plant; 0 closes it."""

    do: Literal["quota"]
    site: str
    tonnes: float = Field(ge=0, lt=1_000_000)


AnyEdit = Annotated[
    Open | Close | Move | Merge | Resize | HoursEdit | Fleet | MergePoints | SplitPoint
    | CloseStreet | Demand | Without | Quota | Garage,
    Field(discriminator="do"),
]  # fmt: skip
KINDS = (
    "open", "close", "move", "merge", "resize", "hours", "fleet", "merge_points", "split_point",
    "close_street", "demand", "without", "quota", "garage",
)  # fmt: skip

Name = Annotated[str, Field(min_length=1, max_length=200)]
MOST_TASKS = 5_000
"""One change by hand names so many tasks at most (chosen: more is a plan, not a change)."""
Tasks = Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_TASKS)]


class Reassign(Change):
    """Tasks go to a vehicle, together, before its service number `at` (0: where it is best).

    `shift` may be left out where the vehicle is out in one shift alone.
    """

    do: Literal["reassign"] = "reassign"
    tasks: Tasks
    vehicle: Name
    shift: str = Field(default="", max_length=200)
    at: int = Field(default=0, ge=0, le=100_000)


class TakeOut(Change):
    """Tasks are left unserved by hand."""

    do: Literal["take_out"] = "take_out"
    tasks: Tasks


class SwapWork(Change):
    """Two vehicles of one operation exchange all their work of a shift."""

    do: Literal["swap"] = "swap"
    vehicle: Name
    shift: str = Field(default="", max_length=200)
    with_vehicle: Name
    with_shift: str = Field(default="", max_length=200)


class SendLoad(Change):
    """The load of trip number `trip` (from 1) of a vehicle goes to another site."""

    do: Literal["send_load"] = "send_load"
    vehicle: Name
    shift: str = Field(default="", max_length=200)
    trip: int = Field(ge=1, le=1_000)
    site: Name


class Lock(Change):
    """What a search leaves as it is: a law, not a price.

    `route`: the vehicle does exactly `tasks`, in this order. `vehicle`: it does `tasks` at least.
    `task`: it does the one of `tasks`. `station`: it takes its waste to `sites` alone. Whoever
    locks by hand leaves `tasks` or `sites` out: they become what the plan says.
    """

    do: Literal["lock"] = "lock"
    what: Literal["route", "vehicle", "task", "station"]
    vehicle: str = Field(default="", max_length=200)
    shift: str = Field(default="", max_length=200)
    tasks: tuple[Name, ...] = Field(default=(), max_length=MOST_TASKS)
    sites: tuple[Name, ...] = Field(default=(), max_length=100)


class Unlock(Change):
    """A lock is taken off; a `task` is named by `tasks`, the rest by vehicle and shift."""

    do: Literal["unlock"] = "unlock"
    what: Literal["route", "vehicle", "task", "station"]
    vehicle: str = Field(default="", max_length=200)
    shift: str = Field(default="", max_length=200)
    tasks: tuple[Name, ...] = Field(default=(), max_length=MOST_TASKS)


HandEdit = Annotated[
    Reassign | TakeOut | SwapWork | SendLoad | Lock | Unlock, Field(discriminator="do")
]
"""A change by hand of a plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named list of edits."""

    name: str
    edits: tuple[Edit, ...]
    file: str = ""
