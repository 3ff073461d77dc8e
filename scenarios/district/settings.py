"""`district.toml` at the door."""

from __future__ import annotations

import re
from datetime import date as Date
from datetime import time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from models.day import Note
from models.district import ShiftPattern, Weather
from models.errors import NetworkError, expected
from models.toml_text import TomlError, parse_toml, toml_bytes
from models.units import DAY, clock
from scenarios.district.words import cells
from scenarios.district.words.headings import TABLES
from scenarios.district.words.messages import Where, suggest
from scenarios.tables.files import leads_out
from scenarios.tables.text import decode
from solver.roads.crs import crs_name

if TYPE_CHECKING:
    from pathlib import Path

    from models.district import Window
    from scenarios.district.words.messages import Findings

FILE = "district.toml"
_EXAMPLES = {
    "name": 'name = "三星镇"',
    "roads": 'roads = "roads.osm"',
    "shifts": '[[shifts]] id = "early", begin = "04:00", end = "12:00"',
    "id": 'id = "early"',
    "begin": 'begin = "04:00"',
    "end": 'end = "12:00"',
    "date": 'date = "2026-03-18"',
}


def _crs(text: str) -> str:
    try:
        return crs_name(cells.folded(text))
    except NetworkError:
        raise PydanticCustomError("E110", "unknown crs") from None


def _time(text: object) -> int:
    """Seconds after midnight of "04:00" or TOML's own 04:00:00; a bare 4 may be anything."""
    if isinstance(text, time):
        return 3600 * text.hour + 60 * text.minute
    if not isinstance(text, str):
        raise PydanticCustomError("E306", "not a time")
    return cells.moment(text)


def _window(text: object) -> object:
    if not isinstance(text, str):
        raise PydanticCustomError("E306", "not a time window")
    return cells.one_window(text)


def _roads(text: str) -> str:
    """A full-width colon after `place` or `bbox` is as good as another."""
    return re.sub(r"^(place|bbox)：", r"\1:", text.strip())


def _country(text: str) -> str:
    code = cells.folded(text).upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise PydanticCustomError("E116", "unknown country")
    return code


Crs = Annotated[str, AfterValidator(_crs)]
Country = Annotated[str, AfterValidator(_country)]
CHINA = frozenset({"CN", "HK", "MO", "TW"})
"""Country codes for which a place outside the box of `places` is a mistake."""
Time = Annotated[int, BeforeValidator(_time)]


class SettingsTable(BaseModel):
    """A table of `district.toml`; unknown keys are errors, not silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ShiftIn(SettingsTable):
    """A shift pattern; an end on the next day is written 04:00+1 or 28:00."""

    id: str = Field(min_length=1)
    begin: Time
    end: Time
    meal: Annotated[tuple[int, int], BeforeValidator(_window)] | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> ShiftIn:
        if self.end <= self.begin:
            words = cells.span_words(self.begin, self.end)
            words |= {"suggestion": words["suggestion"].split("-")[1], "column": "end"}
            raise PydanticCustomError("E109", "ends first", words)
        words = {"begin": clock(self.begin), "end": clock(self.end)}
        if self.end - self.begin > DAY:
            raise PydanticCustomError("E114", "longer than a day", words | {"column": "end"})
        if self.meal is not None and self._meal() is None:
            early, late = self.meal
            meal = {"early": clock(early), "late": clock(late), "column": "meal"}
            raise PydanticCustomError("E115", "meal outside", words | meal)
        return self

    def _meal(self) -> Window | None:
        """The meal's window on the day on which it lies inside the shift; None: on none.

        The shift goes on after it closes, or nobody would ever be out all through it.
        """
        if self.meal is None:
            return None
        inside = [
            (early, late)
            for early, late in (
                (self.meal[0] + days * DAY, self.meal[1] + days * DAY) for days in (-1, 0, 1)
            )
            if self.begin <= early and late < self.end
        ]
        return next(iter(inside), None)

    def to_domain(self) -> ShiftPattern:
        """The shift pattern."""
        return ShiftPattern(id=self.id, begin=self.begin, end=self.end, meal=self._meal())


class WeatherIn(SettingsTable):
    """Forecast; what is not given stops nothing."""

    temperature_c: float | None = Field(default=None, ge=-60, le=60)
    rain_mm: float | None = Field(default=None, ge=0, le=1_000)
    wind_grade: int | None = Field(default=None, ge=0, le=17)
    snow: bool = False

    def to_domain(self) -> Weather:
        """The weather."""
        return Weather(**{name: getattr(self, name) for name in WeatherIn.model_fields})


class WeatherDayIn(WeatherIn):
    """Forecast of one date, instead of `[weather]`."""

    date: Annotated[Date, BeforeValidator(cells.day)]


class OverpassIn(SettingsTable):
    """Where roads are downloaded from."""

    url: str | None = None
    nominatim: str | None = None


class TableIn(SettingsTable):
    """How one table is written, if unlike the others."""

    crs: Crs | None = None
    encoding: str | None = None


class Settings(SettingsTable):
    """`district.toml` as a whole."""

    name: str = Field(min_length=1, max_length=200)
    id: str | None = Field(default=None, min_length=1, max_length=80)
    roads: Annotated[str, AfterValidator(_roads), Field(min_length=1)]
    profile: str = Field(default="standard", min_length=1)
    crs: Crs = "wgs84"
    country: Country = "CN"
    language: Literal["zh", "en"] = "zh"
    shifts: tuple[ShiftIn, ...] = Field(min_length=1)
    overpass: OverpassIn = OverpassIn()
    weather: WeatherIn = WeatherIn()
    weather_days: tuple[WeatherDayIn, ...] = ()
    costs: dict[str, float | Literal["day", "shift"]] = {}
    tables: dict[str, TableIn] = {}

    def weather_on(self, day: Date) -> Weather:
        """Forecast of `day`."""
        dated = [entry for entry in self.weather_days if entry.date == day]
        return (dated[-1] if dated else self.weather).to_domain()

    def crs_of(self, table: str) -> str:
        """Coordinate system of a table."""
        return getattr(self.tables.get(table), "crs", None) or self.crs

    @property
    def abroad(self) -> bool:
        """Whether the district says that it lies outside China."""
        return self.country not in CHINA

    def encoding_of(self, table: str) -> str | None:
        """Encoding of a table; None: find out."""
        return getattr(self.tables.get(table), "encoding", None)


def read_settings(folder: Path, day: Date, findings: Findings) -> Settings | None:
    """Settings of the folder; with findings, what is left of them, or None if nothing is.

    What is left serves to find more faults in the tables: `roads` may be empty, and of shifts
    only the ids hold.
    """
    path = folder / FILE
    if not path.is_file():
        findings.add("E102", Where(FILE))
        return None
    if leads_out(path):
        findings.add("E214", Where(FILE))
        return None
    try:
        text = decode(toml_bytes(path), None)
        raw = {} if text is None else parse_toml(text)
    except TomlError as error:
        findings.add("E103", Where(FILE), detail=error)
        return None
    if text is None:
        findings.add("E103", Where(FILE), detail="UTF-8, UTF-16, GB18030?")
        return None
    for table in sorted(set(_mapping(raw.get("tables"))) - set(TABLES)):
        where = Where(FILE, 0, f"tables.{table}")
        findings.add("E104", where, table, **suggest(table, TABLES))
        del raw["tables"][table]
    try:
        settings = Settings.model_validate(raw, context={"day": day})
    except ValidationError as error:
        told = error.errors()
        for detail in told:
            inside = [one for one in told if one["loc"][:1] == detail["loc"]]
            if detail["type"] != "too_short" or len(inside) == 1:  # short of what is faulty itself
                _file_error(detail, raw, findings)
        return _salvaged(raw, {str(detail["loc"][0]) for detail in told}, day)
    _unique_shifts(settings, findings)
    return settings


def _salvaged(raw: dict[str, Any], failed: set[str], day: Date) -> Settings:
    """Settings without the keys that failed."""
    kept = {key: value for key, value in raw.items() if key not in failed}
    dummy = {"id": "?", "begin": "00:00", "end": "00:01"}
    needed = {"name": "?", "roads": "?", "shifts": [dummy]}
    settings = Settings.model_validate(needed | kept, context={"day": day})
    listed = raw["shifts"] if isinstance(raw.get("shifts"), list) else []
    ids = [entry["id"] for entry in listed if isinstance(_mapping(entry).get("id"), str)]
    shifts = tuple(ShiftIn.model_validate(dummy | {"id": name}) for name in ids if name)
    return settings.model_copy(update={"shifts": shifts, "roads": kept.get("roads", "")})


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _unique_shifts(settings: Settings, findings: Findings) -> None:
    ids = [shift.id for shift in settings.shifts]
    for at, shift in enumerate(ids):
        if shift in ids[:at]:
            where = Where(FILE, 0, f"shifts[{at + 1}].id")
            findings.add("E111", where, shift, first=f"shifts[{ids.index(shift) + 1}]")


_COSTS_IN_WORDS = {"fixed_per"}
"""Costs that are a word; all others are numbers."""


def _file_error(detail: ErrorDetails, raw: dict[str, Any], findings: Findings) -> None:
    """Turn one of pydantic's errors into a finding with a dotted place; lists count from 1."""
    place = [*detail["loc"], *([column] if (column := detail.get("ctx", {}).get("column")) else [])]
    if place[0] == "costs" and len(place) > 2:  # each kind that a cost may have is told by itself
        if (place[1] in _COSTS_IN_WORDS) == (place[2] == "float"):
            return
        del place[2:]
    dotted = "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in place)
    where = Where(FILE, 0, dotted.lstrip("."))
    key = str(place[-1])
    value = _value_at(raw, place)
    code: str = detail["type"]
    words: dict[str, Any] = dict(detail.get("ctx", {}))
    match code:
        case "extra_forbidden":
            known = _known_keys(detail["loc"][:-1])
            guess = suggest(key, known) if not findings.full("E104", where) else {}
            findings.add("E104", where, value, **guess)
        case "missing":
            findings.add("E105", where, example=_EXAMPLES.get(key, f"{key} = ..."))
        case _ if code.startswith("E"):
            findings.add(code, where, value, **words)
        case _:
            wanted = Note(*expected(detail))
            findings.add("E106", where, value, detail=wanted, expected=wanted)


def _value_at(raw: object, place: list[Any]) -> object:
    """The value at `place` of the raw settings, or an empty text."""
    for key in place:
        known = isinstance(raw, dict) and key in raw
        listed = isinstance(raw, list) and isinstance(key, int) and key < len(raw)
        if not known and not listed:
            return ""
        raw = raw[key]  # type: ignore[index]  # a dict or a list, as tested above
    return raw


def _known_keys(place: tuple[int | str, ...]) -> list[str]:
    """Keys of the table of `district.toml` at `place`."""
    tables: dict[str, type[BaseModel]] = {
        "shifts": ShiftIn, "weather": WeatherIn, "weather_days": WeatherDayIn,
        "overpass": OverpassIn, "tables": TableIn,
    }  # fmt: skip
    model = tables.get(str(place[0]), Settings) if place else Settings
    return list(model.model_fields)
