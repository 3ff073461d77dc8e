"""The files of a week beside its days' plans: what was decided, what came of it, and its page."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from rich.table import Table

from api.exports.planner.pages import environment
from api.words.i18n import section, title, word
from api.words.year import quota_sentence
from scenarios.desk.horizon.week import WEEK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from rich.console import Console

    from models.horizon.week import HorizonDocument, WeekDay, WeekDocument, WeekWork
    from models.plan import PlanTitles
    from scenarios.desk.horizon.quota_line import QuotaLine

PAGE = "week.html"


class StreetRow(NamedTuple):
    """A street or point of an operation: metres of work promised on each day (0: none)."""

    name: str
    level: str
    metres: tuple[int, ...]
    promised: tuple[bool, ...]


class OperationTable(NamedTuple):
    """The rows of one operation under its title."""

    title: str
    rows: tuple[StreetRow, ...]


class Figure(NamedTuple):
    """One operation over the week: service of each day [km], and how even and how empty it is."""

    title: str
    service_km: tuple[float, ...]
    uneven: str
    deadhead: str
    unserved: int


def horizon_json(told: HorizonDocument) -> bytes:
    """`horizon.json` as UTF-8, one record to a block."""
    return (told.model_dump_json(indent=1) + "\n").encode()


def week_files(
    made: WeekDocument, told: HorizonDocument, quotas: Sequence[QuotaLine], language: str
) -> Iterator[tuple[str, bytes]]:
    """`week.json` and the page: relative name, content; the page tells the quotas too."""
    yield WEEK_FILE, (made.model_dump_json(indent=1) + "\n").encode()
    yield PAGE, week_page(made, told, quotas, language)


def week_page(
    made: WeekDocument, told: HorizonDocument, quotas: Sequence[QuotaLine], language: str
) -> bytes:
    """A page with the days, the figures by operation, the quotas, and each street's days."""
    days = [told.begin + timedelta(n) for n in range(told.days)]
    page = environment().get_template("week.html.j2")
    stops = defaultdict(list)
    for one in told.stopped:
        name = title(told.titles, "operation", one.operation, language)
        stops[one.date].append(f"{name}: {one.cause.text(language)}")
    text = page.render(
        language=language,
        ui=section("ui", language),
        kpi=section("kpi", language),
        told=told,
        made=made,
        days=[(day, word("ui", f"weekday_{day.isoweekday()}", language)) for day in days],
        stops=stops,
        figures=list(week_figures(made.days, told.titles, language)),
        quotas=[(quota_sentence(one, language), one.definition.text(language)) for one in quotas],
        tables=list(_tables(told, days, language)),
    )
    return text.encode()


def week_figures(days: list[WeekDay], titles: PlanTitles, language: str) -> Iterator[Figure]:
    """Service by day, the day farthest from the mean, and deadhead per km of each operation."""
    names = dict.fromkeys(one.operation for day in days for one in day.operations)
    for name in names:
        own = [next((o for o in day.operations if o.operation == name), None) for day in days]
        service = tuple(one.service_km if one else 0.0 for one in own)
        dead = sum(one.deadhead_km for one in own if one)
        mean = sum(service) / len(service)
        yield Figure(
            title=title(titles, "operation", name, language),
            service_km=service,
            uneven=f"{max(abs(km - mean) for km in service) / mean:.0%}" if mean else "",
            deadhead=f"{dead / sum(service):.2f}" if mean else "",
            unserved=sum(one.unserved for one in own if one),
        )


def print_week(
    made: WeekDocument,
    told: HorizonDocument,
    language: str,
    out: Path,
    *,
    quotas: Sequence[QuotaLine],
    console: Console,
) -> None:
    """Print a week's days, its work by operation, its quotas, and where its page is."""
    days = Table(title=f"{told.district} {told.begin} {word('ui', 'week_title', language)}",
                 title_justify="left")  # fmt: skip
    days.add_column(word("ui", "week_day", language))
    for key in ("routes", "unserved", "cost_cny", "violations"):
        days.add_column(word("kpi", key, language), justify="right")
    for day in made.days:
        name = word("ui", f"weekday_{day.date.isoweekday()}", language)
        figures = (day.routes, day.unserved, f"{day.cost_cny:,.0f}", day.violations)
        days.add_row(f"{day.date} {name}", *map(str, figures))
    console.print(days)
    work = Table(title=word("ui", "week_work", language), title_justify="left")
    work.add_column(word("ui", "week_operation", language))
    for day in made.days:
        name = word("ui", f"weekday_{day.date.isoweekday()}", language)
        work.add_column(name, justify="right")
    for key in ("week_uneven", "week_deadhead"):
        work.add_column(word("ui", key, language), justify="right")
    for row in week_figures(made.days, told.titles, language):
        work.add_row(row.title, *map(str, row.service_km), row.uneven, row.deadhead)
    console.print(work)
    for quota in quotas:
        console.print(quota_sentence(quota, language), markup=False, highlight=False)
    console.print(f"{word('ui', 'folder', language)}: {out / PAGE}", markup=False,
                  highlight=False, soft_wrap=True)  # fmt: skip


def _tables(told: HorizonDocument, days: list[date], language: str) -> Iterator[OperationTable]:
    by_operation: dict[str, dict[tuple[str, str], list[WeekWork]]] = {}
    for work in told.works:
        rows = by_operation.setdefault(work.operation, {})
        rows.setdefault((work.name or work.thing, work.cleaning_class), []).append(work)
    for operation, rows in by_operation.items():
        yield OperationTable(
            title(told.titles, "operation", operation, language),
            tuple(
                StreetRow(
                    name,
                    level,
                    tuple(sum(one.work_m for one in works if day in one.visits) for day in days),
                    tuple(any(day in one.visits for one in works) for day in days),
                )
                for (name, level), works in sorted(rows.items(), key=lambda row: row[0])
            ),
        )
