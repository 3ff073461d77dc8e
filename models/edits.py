"""The one language of change: what differs from the district as its folder tells it.

A what-if, a scenario file, a choice of sites and an event of the live day are lists of edits;
`solver/edits/apply.py` applies them. An edit may have dates; without any it holds at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.district import Window

MAX_FACTOR = 20
"""More waste than so many times today's is a slip of the finger (chosen)."""
Share = Annotated[float, Field(gt=0, le=20_000)]
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]


class Edit(BaseModel):
    """One change; it holds from `open_from` on (absent: at once)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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


class MergePoints(Edit):
    """Collection points become one, at the first one's place unless lon and lat are given."""

    do: Literal["merge_points"]
    points: tuple[str, ...] = Field(min_length=2)
    lon: Lon | None = None
    lat: Lat | None = None


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
    | CloseStreet | Demand | Without | Quota,
    Field(discriminator="do"),
]  # fmt: skip
KINDS = (
    "open", "close", "move", "merge", "resize", "hours", "fleet", "merge_points", "split_point",
    "close_street", "demand", "without", "quota",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named list of edits."""

    name: str
    edits: tuple[Edit, ...]
    file: str = ""
