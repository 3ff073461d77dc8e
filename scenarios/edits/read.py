"""What if: a small TOML file of dated edits over a district, checked like any input.

name = "五塘角站迁至北郊"
[[edits]]
do = "move"
site = "S01"
lon = 120.01
lat = 31.77
open_from = 2026-09-01
close_on = 2026-12-01
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from models.errors import InputErrors, Issue
from models.toml_text import TomlError, read_toml
from scenarios.district import cells
from scenarios.edits.issues import Spot, issue, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Share = Annotated[float, Field(gt=0, le=20_000)]
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]
Hours = Annotated[tuple[tuple[int, int], ...], BeforeValidator(cells.windows)]


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
    hours: Hours


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
    factor: float = Field(gt=0, le=10)
    stream: str | None = None


AnyEdit = Annotated[
    Open | Close | Move | Merge | Resize | HoursEdit | Fleet | MergePoints | SplitPoint
    | CloseStreet | Demand,
    Field(discriminator="do"),
]  # fmt: skip
_ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyEdit)
KINDS = (
    "open", "close", "move", "merge", "resize", "hours", "fleet", "merge_points", "split_point",
    "close_street", "demand",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named list of edits."""

    name: str
    edits: tuple[Edit, ...]
    file: str = ""


def read_scenario(path: Path) -> Scenario:
    """The scenario in a TOML file; raises `InputErrors` with everything that is wrong with it."""
    try:
        table = read_toml(path)
    except TomlError as error:
        raise InputErrors([unreadable(path.name, str(error))]) from None
    issues = [
        issue("E702", Spot(path.name, 0, key), "", "name, edits")
        for key in sorted(set(table) - {"name", "edits"})
    ]
    rows = table.get("edits")
    if not isinstance(rows, list) or not rows:
        issues.append(
            issue("E703", Spot(path.name, 0, "edits"), "", '[[edits]] do = "close" site = "S01"')
        )
        rows = []
    edits = []
    for number, row in enumerate(rows, start=1):
        try:
            edits.append(_ADAPTER.validate_python(row))
        except ValidationError as error:
            issues += _row_issues(error, path.name, number)
    if issues:
        raise InputErrors(issues)
    return Scenario(name=str(table.get("name", path.stem)), edits=tuple(edits), file=path.name)


def _row_issues(error: ValidationError, file: str, number: int) -> Iterator[Issue]:
    for wrong in error.errors(include_url=False):
        place = [str(part) for part in wrong["loc"] if str(part) not in KINDS]
        value = "" if isinstance(wrong["input"], dict) else str(wrong["input"])
        if wrong["type"] in {"union_tag_invalid", "union_tag_not_found"}:
            value = str(wrong["input"].get("do", "")) if isinstance(wrong["input"], dict) else ""
            yield issue("E702", Spot(file, number, "do"), value, ", ".join(KINDS))
        elif wrong["type"] == "missing":
            yield issue("E703", Spot(file, number, ".".join(place)), "", f"{place[-1]} = ...")
        else:
            yield issue("E702", Spot(file, number, ".".join(place)), value, str(wrong["msg"]))
