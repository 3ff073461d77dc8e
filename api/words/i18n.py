"""Words for people, in simplified Chinese ("zh") and English ("en"); the table is i18n.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple, cast, get_args

from models.units import clock

TitleKind = Literal["operation", "vehicle_type", "stream"]
"""What a plan's rule profile gives titles to."""

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from models.plan import PlanTitles, PlanUnserved

LANGUAGES = ("zh", "en")
PERCENT_ENDINGS = ("_share", "_rate", "_ratio")
UNIT_ENDINGS = ("km", "m2", "m3", "min", "cny", "kg", "m", "h", "s", "t", "l")
SHIPPED_TITLES = {"operation": "operations", "vehicle_type": "vehicles", "stream": "streams"}
"""Sections whose words are titles of the standard rule profile, and its table of each."""
JOINED = {"zh": "；", "en": "; "}
NEXT_DAY = {"zh": "次日 ", "en": "+1 "}


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """The whole table: section, key, [zh, en]; titles of the rule profile as shipped."""
    text = files("api.words").joinpath("i18n.toml").read_text(encoding="utf-8")
    table = cast("dict[str, dict[str, list[str]]]", tomllib.loads(text))
    text = files("solver.trade").joinpath("profiles/standard.toml").read_text(encoding="utf-8")
    shipped = tomllib.loads(text)
    for name, own in SHIPPED_TITLES.items():
        titles = {key: [one["title_zh"], one["title_en"]] for key, one in shipped[own].items()}
        table[name] = titles | table.get(name, {})
    return table


def word(section: str, key: str, language: str) -> str:
    """The word of `key`; a key the table does not know is returned as it is."""
    pair = words()[section].get(key)
    return pair[LANGUAGES.index(language)] if pair else key


def title(titles: PlanTitles, kind: TitleKind, key: str, language: str) -> str:
    """What people call an operation, vehicle type or stream: as the plan's rule profile says."""
    pair = getattr(titles, kind).get(key)
    return pair[LANGUAGES.index(language)] if pair else word(kind, key, language)


def section(name: str, language: str) -> dict[str, str]:
    """All words of a section in one language."""
    column = LANGUAGES.index(language)
    return {key: pair[column] for key, pair in words()[name].items()}


def seconds(day: date, moment: datetime) -> int:
    """Seconds after midnight of `day`, on the clock of `moment`; negative the day before."""
    days = (moment.date() - day).days
    return days * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second


def clock_text(day: date, moment: datetime, language: str) -> str:
    """HH:MM as a dispatcher writes it, with a mark when it is the next day."""
    text, _, days = clock(seconds(day, moment)).partition("+")
    return (NEXT_DAY[language] if days else "") + text


def kpi_unit(key: str) -> str:
    """Unit code in the ending of a KPI's name ("service_km" -> "km"); "%" for shares, or ""."""
    if key.endswith(PERCENT_ENDINGS):
        return "%"
    ending = key.rsplit("_", 1)[-1]
    return ending if "_" in key and ending in UNIT_ENDINGS else ""


def kpi_text(value: object, unit: str, language: str) -> str:
    """A KPI's value with its unit, for a person."""
    match value:
        case bool() | str():
            return str(value)
        case int() | float() if unit == "%":
            return f"{100 * value:.1f} %"
        case int():
            text = f"{value:,}"
        case float():
            text = f"{value:,.1f}"
        case _:
            return "—"
    return f"{text} {word('unit', unit, language)}" if unit else text


def kpi_label(key: str, language: str, titles: PlanTitles | None = None) -> str:
    """Name of a KPI or of a row in a group of KPIs; unknown keys are shown readably."""
    for kind in get_args(TitleKind):
        if titles is not None and key in getattr(titles, kind):
            return title(titles, kind, key, language)
    for name in ("kpi", "operation", "reason", "stream", "vehicle_type"):
        if key in words()[name]:
            return word(name, key, language)
    return key.replace("_", " ")


def way_out(task: PlanUnserved, names: Mapping[str, str], language: str, titles: PlanTitles) -> str:
    """What would serve a task left out, or what stands in its way; `names` are those of sites."""
    cause, least = task.relaxation.text(language), task.least
    if least is None:
        return cause
    told = word("relaxation", least.kind, language).format(
        what=names.get(least.id) or title(titles, "vehicle_type", least.id, language),
        shift=word("shift", least.shift, language),
        amount=f"{least.amount:,}",
        until=least.until,
        serves=least.serves,
    )
    return f"{cause}{JOINED[language]}{told}" if cause else told


class Kpi(NamedTuple):
    """One key figure; `group` are the keys it stands under, outermost first."""

    group: tuple[str, ...]
    key: str
    value: object
    unit: str


def flat_kpis(
    kpis: Mapping[str, object], group: tuple[str, ...] = (), unit: str = ""
) -> Iterator[Kpi]:
    """All figures of a plan in order, groups opened; a group's unit holds for its members."""
    for key, value in kpis.items():
        own = kpi_unit(key) or unit
        if isinstance(value, dict):
            yield from flat_kpis(value, (*group, key), own)
        else:
            yield Kpi(group, key, value, own)
