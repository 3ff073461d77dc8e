"""plan.xlsx: the plan as tables, one sheet each, with widths, frozen headers and formats."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from api.exports.difference import difference_sheets
from api.exports.streets import streets_text
from api.words.i18n import flat_kpis, kpi_label, title, way_out, word
from api.words.violations import amount, finding, law
from api.words.year import quota_sentence
from scenarios.tables.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.district import District
    from models.network import RoadNetwork
    from models.plan import Plan
    from scenarios.desk.horizon.quota_line import QuotaLine

Row = tuple[Any, ...]
FORMATS = {
    "_km": "#,##0.00", "_m": "#,##0", "_h": "0.00", "_min": "0.0", "_kg": "#,##0", "_l": "#,##0",
    "_t": "#,##0.00", "_cny": "#,##0.00", "_ratio": "0.00", "tonnes": "#,##0.00",
    "lon": "0.00000", "lat": "0.00000",
}  # fmt: skip
WIDE = {"streets": 60, "relaxation": 40, "detail": 40, "reason": 32, "work": 36, "indicator": 34,
        "crew": 20, "name": 26, "route": 22, "where": 24}  # fmt: skip
TIMES = frozenset({"depart", "return", "arrive", "leave", "t", "swap_end", "arrive_plant",
                   "leave_plant", "begin", "end", "swap_begin", "back"})  # fmt: skip
FONT = "Microsoft YaHei"
HEADER_FILL = PatternFill("solid", start_color="FF1F4E5F")
THIN = Border(bottom=Side(style="thin", color="FFD0D7DE"))


def plan_workbook(
    plan: Plan,
    network: RoadNetwork,
    district: District,
    language: str,
    quotas: Sequence[QuotaLine] = (),
) -> bytes:
    """All tables of the plan as an XLSX file; `quotas` are what it brings the year."""
    book = Workbook(write_only=True)
    book.properties.title = f"{plan.district} {plan.date}"
    book.properties.creator = "huanwei"
    book.properties.description = plan.attribution
    names = {site.id: site.name for site in district.sites}
    people = {driver.id: driver.name for driver in district.drivers}
    tables: dict[str, tuple[tuple[str, ...], Iterable[Row]]] = {
        "kpis": (("indicator", "value", "unit"), _kpis(plan, quotas, language)),
        "routes": (ROUTE_COLUMNS, _routes(plan, names, language)),
        "steps": (STEP_COLUMNS, _steps(plan, network, names, language)),
        "stations": (STATION_COLUMNS, _stations(plan, language)),
        "station_series": (("station", "t", "arrivals", "tonnes", "queue", "stock_t"),
                           _series(plan)),
        "roster": (("driver", "name", "work", "begin", "end", "duration_h", "overtime_h"),
                   _roster(plan)),
        "haul": (HAUL_COLUMNS, _haul(plan, names, people, language)),
        "tours": (TOUR_COLUMNS, _tours(plan, names, people, language)),
        "unserved": (("task", "operation", "name", "operator", "zone", "reason", "relaxation",
                      "lon", "lat"),
                     _unserved(plan, names, language)),
        "violations": (VIOLATION_COLUMNS, _violations(plan, language)),
        **difference_sheets(plan, language),
    }  # fmt: skip
    for key, (columns, rows) in tables.items():
        add_sheet(book, word("sheet", key, language), columns, rows, language)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add_sheet(
    book: Workbook, title: str, columns: tuple[str, ...], rows: Iterable[Row], language: str
) -> None:
    """A sheet of a write-only workbook with a header, a filter and formats by column."""
    plain = columns is STEP_COLUMNS
    add_table(
        book,
        title,
        [word("column", column, language) for column in columns],
        rows,
        formats=["" if plain else _format(column) for column in columns],
        widths=[WIDE.get(column, 19 if column in TIMES else 15) for column in columns],
    )


def add_table(
    book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Row], *,
    formats: Sequence[str] = (), widths: Sequence[int] = (),
) -> None:  # fmt: skip
    """A sheet under these headings; `formats` and `widths` of the columns (none: plain, 15)."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths or [15] * len(headings), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    header = []
    for heading in headings:
        cell = WriteOnlyCell(sheet, heading)
        cell.font = Font(name=FONT, bold=True, color="FFFFFFFF")
        cell.fill = HEADER_FILL
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        header.append(cell)
    sheet.append(header)
    count = 1
    forms = formats or [""] * len(headings)
    for row in rows:
        count += 1
        sheet.append([_cell(sheet, value, form) for value, form in zip(row, forms, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{count}"


def _cell(sheet: Any, value: Any, form: str) -> Any:
    """A plain value where no format is needed: cells with styles are slow and large."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, str):
        value = clean(value)  # a control character in the name of a street would lose the plan
        # Text that looks like a formula stays text: a name from a map must not run.
        form = "@" if value.startswith("=") else ""
    if not form:
        return value
    cell = WriteOnlyCell(sheet, value)
    if form == "@":
        cell.data_type = "s"
    cell.number_format = form
    return cell


def _format(column: str) -> str:
    return next((form for ending, form in FORMATS.items() if column.endswith(ending)), "")


def _kpis(plan: Plan, quotas: Sequence[QuotaLine], language: str) -> Iterator[Row]:
    for group, key, value, unit in flat_kpis(plan.kpis):
        label = " / ".join(kpi_label(part, language, plan.titles) for part in (*group, key))
        figure = value if isinstance(value, int | float) else str(value)
        yield label, figure, "" if unit in {"", "%"} else word("unit", unit, language)
    for quota in quotas:
        told = f"{quota_sentence(quota, language)} {quota.definition.text(language)}"
        yield word("ui", "quotas_title", language), told, ""
    for note in plan.notes:
        yield word("ui", "note", language), note.text(language), ""


ROUTE_COLUMNS = (
    "route", "vehicle", "vehicle_type", "operation", "shift", "depot", "crew", "crew_needed",
    "licence", "depart", "return", "duration_h", "overtime_h", "distance_km", "service_km",
    "deadhead_km", "trips", "cost_cny", "co2_kg", "engine",
)  # fmt: skip


def _routes(plan: Plan, names: dict[str, str], language: str) -> Iterator[Row]:
    for r in plan.routes:
        yield (
            r.id, r.vehicle,
            title(plan.titles, "vehicle_type", r.vehicle_type, language),
            title(plan.titles, "operation", r.operation, language),
            word("shift", r.shift, language),
            names.get(r.depot, r.depot), "、".join(r.crew), r.crew_needed, r.licence, r.depart,
            r.return_, r.duration_s / 3600, r.overtime_s / 3600, r.distance_m / 1000,
            r.service_m / 1000, r.deadhead_m / 1000, len(r.trips), r.cost_cny, r.co2_kg, r.engine,
        )  # fmt: skip


STEP_COLUMNS = (
    "route", "vehicle", "trip", "step", "kind", "arrive", "leave", "duration_min", "streets",
    "name", "operator", "zone", "distance_m", "load_kg", "water_l", "task", "facility",
)  # fmt: skip


def _steps(plan: Plan, network: RoadNetwork, names: dict[str, str], language: str) -> Iterator[Row]:
    for route in plan.routes:
        number = 0
        for trip_number, trip in enumerate(route.trips, start=1):
            for step in trip.steps:
                number += 1
                minutes = round((step.depart - step.arrive).total_seconds() / 60, 1)
                yield (
                    route.id, route.vehicle, trip_number, number,
                    word("kind", step.kind, language), step.arrive, step.depart, minutes,
                    streets_text(network, step, language), step.name, step.operator,
                    step.zone, step.distance_m, step.load_kg, step.water_l, step.task,
                    names.get(step.facility or "", step.facility),
                )  # fmt: skip


VIOLATION_COLUMNS = (
    "code", "law", "route", "vehicle", "where", "amount", "detail", "lon", "lat",
)  # fmt: skip
STATION_COLUMNS = (
    "id", "name", "design_t", "taken_t", "load_ratio", "alarm", "storage_t", "peak_ratio",
    "mean_wait_min", "max_wait_min",
)  # fmt: skip


def _stations(plan: Plan, language: str) -> Iterator[Row]:
    for s in plan.stations:
        yield (
            s.id, s.name, s.design_t, s.taken_t, s.load_ratio,
            word("alarm", s.alarm, language), s.storage_t, s.peak_ratio,
            s.mean_wait_s / 60, s.max_wait_s / 60,
        )  # fmt: skip


def _series(plan: Plan) -> Iterator[Row]:
    for station in plan.stations:
        for point in station.series:
            yield (
                station.name, point.t, point.arrivals, point.tonnes, point.queue, point.stock_t,
            )  # fmt: skip


HAUL_COLUMNS = (
    "id", "tour", "vehicle", "driver", "station", "plant", "stream", "tonnes", "swap_begin",
    "swap_end", "arrive_plant", "leave_plant", "back",
)  # fmt: skip


def _haul(
    plan: Plan, names: dict[str, str], people: dict[str, str], language: str
) -> Iterator[Row]:
    for h in plan.haul:
        yield (
            h.id, h.tour, h.vehicle, people.get(h.driver, h.driver),
            names.get(h.station, h.station), names.get(h.plant, h.plant),
            title(plan.titles, "stream", h.stream, language), h.tonnes, h.depart,
            h.swap_end, h.arrive_plant, h.leave_plant, h.return_,
        )  # fmt: skip


TOUR_COLUMNS = (
    "tour", "vehicle", "vehicle_type", "shift", "depot", "driver", "licence", "depart", "return",
    "duration_h", "runs", "tonnes", "distance_km", "cost_cny", "co2_kg",
)  # fmt: skip


def _tours(
    plan: Plan, names: dict[str, str], people: dict[str, str], language: str
) -> Iterator[Row]:
    for t in plan.tours:
        yield (
            t.id, t.vehicle, title(plan.titles, "vehicle_type", t.vehicle_type, language),
            word("shift", t.shift, language), names.get(t.depot, t.depot),
            "、".join(people.get(person, person) for person in t.crew), t.licence, t.depart,
            t.return_, (t.return_ - t.depart).total_seconds() / 3600,
            sum(run.tour == t.id for run in plan.haul), t.tonnes, t.distance_m / 1000,
            t.cost_cny, t.co2_kg,
        )  # fmt: skip


def _roster(plan: Plan) -> Iterator[Row]:
    for duty in plan.roster:
        hours = (duty.end - duty.begin).total_seconds() / 3600
        yield (
            duty.driver, duty.name, "、".join(duty.work), duty.begin, duty.end, hours,
            duty.overtime_s / 3600,
        )  # fmt: skip


def _unserved(plan: Plan, names: dict[str, str], language: str) -> Iterator[Row]:
    for task in plan.unserved:
        yield (
            task.task, title(plan.titles, "operation", task.operation, language),
            task.name, task.operator, task.zone,
            word("reason", task.reason, language), way_out(task, names, language, plan.titles),
            task.lon, task.lat,
        )  # fmt: skip


def _violations(plan: Plan, language: str) -> Iterator[Row]:
    for one in plan.violations:
        yield (
            one.code, law(one, language), one.route, one.vehicle, one.where, amount(one, language),
            finding(one.detail, language), one.lon, one.lat,
        )  # fmt: skip
