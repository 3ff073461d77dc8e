"""Printable route sheets: turn by turn, A4, one page set per route, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.exports.overview import overview_svg
from api.exports.streets import SheetLine, trip_lines
from api.words.i18n import LANGUAGES, clock_text, section, title, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from api.exports.geometry import Ground
    from models.district import District
    from models.plan import Plan, PlanRoute

ARROWS = {"straight": "↑", "right": "→", "left": "←", "u_turn": "↩"}
FACILITY_KINDS = frozenset({"tip", "refill", "charge"})
PAGE_CHARS = 8_000_000
"""A page of many sheets holds so many characters at most (chosen: twice all sheets of the demo; of
a city's day they would be a hundred million)."""


class Row(NamedTuple):
    """One printed line; all texts final."""

    style: str
    time: str
    action: str
    arrow: str
    text: str
    distance: str
    total: str
    load: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TripTable:
    """The rows of one trip under their title."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything the template prints about one route."""

    route: PlanRoute
    depart: str
    end: str
    facts: tuple[tuple[str, str], ...]
    totals: tuple[tuple[str, str], ...]
    trips: tuple[TripTable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What people call the sites, vehicles (plates) and people of a district, by id."""

    sites: dict[str, str]
    plates: dict[str, str]
    people: dict[str, str]

    @classmethod
    def of(cls, district: District) -> Called:
        """Of all of a district."""
        return cls(
            sites={site.id: site.name for site in district.sites},
            plates={vehicle.id: vehicle.plate for vehicle in district.vehicles},
            people={driver.id: driver.name for driver in district.drivers},
        )


@cache
def templates() -> Environment:
    """The page templates of api/web, with escaping on."""
    return Environment(
        loader=PackageLoader("api", "web"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def route_sheets(
    plan: Plan, ground: Ground, district: District, names: dict[str, str], language: str
) -> Iterator[tuple[str, bytes]]:
    """(name below sheets/, page) of every route and of `all`, other languages in a subfolder."""
    article = templates().get_template("route.html.j2")
    called = Called.of(district)
    pictures = [overview_svg(route, ground, district) for route in plan.routes]
    lines = [
        [trip_lines(ground.network, trip, called.sites, route.depot) for trip in route.trips]
        for route in plan.routes
    ]
    for lang in LANGUAGES:
        ui = section("ui", lang)
        articles = {}
        for route, picture, told in zip(plan.routes, pictures, lines, strict=True):
            sheet = build_sheet(plan, route, told, called, lang)
            articles[names[route.id]] = Markup(
                article.render(plan=plan, sheet=sheet, picture=picture, ui=ui)
            )
        yield from pages(plan, articles, ("all", "route_sheet", "all_routes"), lang, language)


def pages(
    plan: Plan, articles: dict[str, Markup], whole: tuple[str, str, str], lang: str, language: str
) -> Iterator[tuple[str, bytes]]:
    """(name below sheets/, page) of every article in `lang`, and of all of them together.

    `whole` is the name of the page of all, and the words of the title and of the link to it. Where
    all are too much for one page, they follow each other on several, which that page lists. Pages
    in other languages than the plan's `language` lie in a subfolder; each page links to its others.
    """
    page, ui = templates().get_template("sheet.html.j2"), section("ui", lang)
    folders = {other: "" if other == language else f"{other}/" for other in LANGUAGES}
    up = "../" if folders[lang] else ""
    others = [(other, up + folders[other]) for other in LANGUAGES if other != lang]
    name_of_all, title, all_of = whole
    parts = {name: [one] for name, one in articles.items()}
    volumes = {f"_{name_of_all}-{n}": own for n, own in enumerate(_volumes(articles), start=1)}
    if len(volumes) > 1:
        parts |= {name: [articles[one] for one in own] for name, own in volumes.items()}
        contents = templates().get_template("sheet_contents.html.j2")
        parts[name_of_all] = [Markup(contents.render(volumes=volumes, title=ui[all_of]))]
    else:
        parts[name_of_all] = [*articles.values()]
    for name, part in parts.items():
        text = page.render(
            plan=plan, articles=part, ui=ui, language=lang, name=name, others=others,
            title=ui[title], whole=name_of_all, all_of=ui[all_of],
        )  # fmt: skip
        yield f"{folders[lang]}{name}", text.encode()


def _volumes(articles: dict[str, Markup]) -> list[list[str]]:
    """Names of articles in their order, as many together as a page may hold."""
    volumes: list[list[str]] = [[]]
    room = PAGE_CHARS
    for name, article in articles.items():
        if volumes[-1] and len(article) > room:
            volumes.append([])
            room = PAGE_CHARS
        volumes[-1].append(name)
        room -= len(article)
    return volumes


def build_sheet(
    plan: Plan,
    route: PlanRoute,
    lines: Sequence[Sequence[SheetLine]],
    called: Called,
    language: str,
) -> Sheet:
    """The sheet of one route, of the lines of its trips."""
    plate = called.plates.get(route.vehicle, "")
    ui, column = section("ui", language), section("column", language)
    crew = ", ".join(called.people.get(person, person) for person in route.crew)
    needed = ui["people_needed"].format(route.crew_needed)
    facts = (
        (column["vehicle"], f"{route.vehicle} {plate}".strip()),
        (column["vehicle_type"], title(plan.titles, "vehicle_type", route.vehicle_type, language)),
        (column["operation"], title(plan.titles, "operation", route.operation, language)),
        (column["shift"], word("shift", route.shift, language)),
        (column["depot"], called.sites.get(route.depot, route.depot)),
        (column["crew"], f"{crew or ui['not_assigned']} ({needed})"),
    )
    return Sheet(
        route=route, depart=clock_text(plan.date, route.depart, language),
        end=clock_text(plan.date, route.return_, language), facts=facts,
        totals=_totals(route, language),
        trips=tuple(_trips(plan.date, lines, language)),
    )  # fmt: skip


def _totals(route: PlanRoute, language: str) -> tuple[tuple[str, str], ...]:
    ui, kpi = section("ui", language), section("kpi", language)
    unit = section("unit", language)
    waste = sum(trip.load_kg for trip in route.trips)
    water = sum(trip.water_l for trip in route.trips)
    rows = [
        (kpi["total_km"], f"{route.distance_m / 1000:.1f} {unit['km']}"),
        (kpi["service_km"], f"{route.service_m / 1000:.1f} {unit['km']}"),
        (kpi["deadhead_km"], f"{route.deadhead_m / 1000:.1f} {unit['km']}"),
        (ui["time"], f"{route.duration_s / 3600:.1f} {unit['h']}"),
    ]
    if waste:
        rows.append((ui["load"], f"{waste:,} {unit['kg']}"))
    if water:
        rows.append((ui["water"], f"{water:,} {unit['l']}"))
    return tuple(rows)


def _trips(day: date, lines: Sequence[Sequence[SheetLine]], language: str) -> Iterator[TripTable]:
    driven, last_load = 0, (0, 0)
    for number, trip in enumerate(lines, start=1):
        rows = []
        for line in trip:
            driven += line.distance_m
            load = (line.load_kg, line.water_l)
            rows.append(_row(day, line, driven, changed=load != last_load, language=language))
            last_load = load
        yield TripTable(
            title=word("ui", "trip_n", language).format(number), rows=tuple(rows)
        )  # fmt: skip


def _row(day: date, line: SheetLine, driven: int, *, changed: bool, language: str) -> Row:
    """A printed line: arrow and street for driving, name and span of time for a stop."""
    begin = clock_text(day, line.begin, language)
    action = word("kind", line.kind, language)
    style = "facility" if line.kind in FACILITY_KINDS else line.kind
    if line.street is not None:
        turn = word("turn", line.turn or "none", language)
        arrow = ARROWS.get(line.turn, "")
        gap = "" if language == "zh" else " "
        text = f"{turn}{gap}{line.street.text(language)}"
        if line.operator:
            text += f" · {line.operator}"
    else:
        arrow, text = "", _stop_text(line, language)
        if line.kind not in {"start", "end"} and line.duration_s:
            text += f"  {begin}-{clock_text(day, line.end, language)}"
    return Row(
        style=style, time=begin, action=action, arrow=arrow, text=text,
        distance=_metres(line.distance_m), total=f"{driven / 1000:.1f}" if line.distance_m else "",
        load=_load(line, language) if changed and line.kind != "drive" else "",
    )  # fmt: skip


def _stop_text(line: SheetLine, language: str) -> str:
    match line.kind:
        case "break":
            return word("ui", "break_text", language)
        case "wait":
            return word("ui", "wait_text", language)
        case "drive":
            gap = "" if language == "zh" else " "
            return f"{word('ui', 'drive_to', language)}{gap}{line.name}"
        case _:
            return line.name


def _load(line: SheetLine, language: str) -> str:
    parts = []
    if line.load_kg:
        parts.append(f"{line.load_kg:,} {word('unit', 'kg', language)}")
    if line.water_l:
        parts.append(f"{line.water_l:,} {word('unit', 'l', language)}")
    return " / ".join(parts) or "0"


def _metres(distance: int) -> str:
    if not distance:
        return ""
    return f"{distance} m" if distance < 1000 else f"{distance / 1000:.1f} km"
