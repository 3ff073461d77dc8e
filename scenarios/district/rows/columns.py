"""Kinds of columns at the door: units in the names, limits of sense; what all rows share.

Columns, aliases and units of headings: `headers.toml`. An empty cell is an absent field.
"""

from __future__ import annotations

from copy import copy
from datetime import date as Date
from functools import lru_cache, partial
from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from models.district import (
    SiteKind,
    Stream,
)
from scenarios.district.words import cells
from scenarios.district.words.coordinates import coordinate

MANY_WORDS = 4_096
"""Spellings remembered of each kind of cell: a million rows repeat a few words."""
_windows = lru_cache(MANY_WORDS)(cells.windows)
_yes_no = lru_cache(MANY_WORDS)(cells.yes_no)
_number = lru_cache(MANY_WORDS)(cells.number)
_identifier = lru_cache(MANY_WORDS)(cells.identifier)
_word = lru_cache(MANY_WORDS)(cells.word)

Text = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[str, BeforeValidator(cells.identifier), Field(min_length=1, max_length=80)]
Ids = Annotated[tuple[str, ...], BeforeValidator(cells.entries)]
Plate = Annotated[str, BeforeValidator(cells.plate)]
Number = Annotated[float, BeforeValidator(_number)]
Percent = Annotated[float, BeforeValidator(cells.percent)]
FreeWord = Annotated[str, BeforeValidator(_identifier), Field(min_length=1, max_length=80)]
Degrees = Annotated[float, BeforeValidator(coordinate)]
Whole = Annotated[int, BeforeValidator(cells.whole)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Hours = Annotated[tuple[tuple[int, int], ...], PlainValidator(_windows)]
"""Read by `_windows` alone, so that a million rows with the same hours share them."""
OneWindow = Annotated[tuple[int, int], BeforeValidator(cells.one_window)]
Day = Annotated[Date, BeforeValidator(cells.day)]
WayId = Annotated[int, BeforeValidator(cells.way_id), Field(ge=1, le=10**11)]
Kind = Annotated[SiteKind, BeforeValidator(partial(_word, kind="kind"))]
OneStream = Annotated[Stream, BeforeValidator(cells.stream)]
Streams = Annotated[frozenset[Stream], BeforeValidator(cells.streams)]
VehicleType = Annotated[
    str,
    BeforeValidator(lambda text: cells.code(text, "vehicle_type")),
    Field(min_length=1, max_length=80),
]
Operation = Annotated[str, BeforeValidator(cells.operation)]
Operations = Annotated[
    tuple[str, ...], BeforeValidator(lambda text: cells.codes(text, "operation"))
]
Licence = Annotated[str, BeforeValidator(partial(_word, kind="licence"))]
Status = Annotated[str, BeforeValidator(partial(_word, kind="status"))]
CleaningClass = Annotated[
    Literal["I", "II", "III", "IV"],
    BeforeValidator(partial(_word, kind="cleaning_class")),
]


def _more_than_zero(switch: str) -> BeforeValidator:
    """A capacity of 0 gets a message of its own: what to do instead."""

    def refuse_zero(text: object) -> object:
        value = cells.number(text)
        if value == 0:
            raise PydanticCustomError("E319", "capacity 0", {"switch": switch})
        return value

    return BeforeValidator(refuse_zero)


SiteCapacity = Annotated[float, _more_than_zero("status = closed"), Field(gt=0)]
VehicleCapacity = Annotated[float, _more_than_zero("available = no"), Field(gt=0)]


STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RowIn:
    """A row; unknown columns never reach it. A million of them fit the memory."""

    note: Text = ""

    def altered(self, **changes: object) -> Self:
        """The row with other values, which are valid already."""
        made = copy(self)
        for name, value in changes.items():
            object.__setattr__(made, name, value)
        return made
