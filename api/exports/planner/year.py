"""A year's calendar as a page: plan against done, months, alarms; opens from disk, prints on A4."""

from __future__ import annotations

from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

from api.exports.planner.figures import HEIGHT, WIDTH, svg, ticks
from api.exports.planner.pages import environment, words
from api.words.i18n import section
from api.words.year import GAPS, alarm, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from models.year.calendar import QuotaYear, YearCalendar

LEFT, RIGHT, TOP, BOTTOM = 62, 14, 14, 28
"""Margins of a chart [px]."""
BARS = 190
"""Height of the chart of months [px]."""


def year_page(calendar: YearCalendar, language: str) -> str:
    """The calendar as a page in one language."""
    ui = words(language) | section("year", language)
    other = "en" if language == "zh" else "zh"
    quotas = [
        {
            "title": one.title.text(language),
            "sentences": list(sentences(one, calendar, language)),
            "alarm": alarm(one, language),
            "late": one.alarm is not None and one.alarm.level == "late",
            "lines": line_chart(one, calendar, ui),
            "bars": month_chart(one, ui),
            "months": one.months,
            "total": sum(month.days for month in one.months),
            "quota": one,
        }
        for one in calendar.quotas
    ]
    return (
        environment()
        .get_template("year.html.j2")
        .render(
            ui=ui,
            language=language,
            d={"district": calendar.district, "date": calendar.today},
            title=ui["title"].format(year=calendar.year),
            other=f"year.{other}.html",
            quotas=quotas,
            gap=GAPS[language],
            notes=[note.text(language) for note in calendar.notes],
            normals=calendar.normals,
            broken=len(calendar.violations),
        )
    )


def line_chart(quota: QuotaYear, calendar: YearCalendar, ui: dict[str, str]) -> Markup:
    """Trips added up over the year: as planned on 1 January, as done, and as planned now."""
    size = len(quota.days)
    before = sum(day.date < calendar.today for day in calendar.days)
    begun = list(accumulate((day.begun for day in quota.days), initial=0))
    done = list(accumulate((day.done for day in quota.days), initial=0))
    rest = list(
        accumulate((day.done + day.planned for day in quota.days[before:]), initial=done[before])
    )
    steps = ticks([0, max(quota.trips, begun[-1], rest[-1])])
    top = steps[-1]

    def at(day: int, trips: float) -> tuple[float, float]:
        wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + day / size * wide, HEIGHT - BOTTOM - trips / top * high

    parts = [_grid(at(0, step)[1], step) for step in steps]
    first = 0
    for month in quota.months:
        days = sum(f"{day.date:%Y-%m}" == month.span for day in calendar.days)
        x = at(first, 0)[0]
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        x = at(first + days // 2, 0)[0]
        parts.append(_tick(x, HEIGHT - 10, str(int(month.span[5:]))))
        first += days
    x, y = at(before, 0)[0], at(0, quota.trips)[1]
    parts += [
        f'<path class="quota" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>',
        f'<path class="today" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>',
        _line("begun", [at(n, trips) for n, trips in enumerate(begun)]),
        _line("rest", [at(before + n, trips) for n, trips in enumerate(rest)]),
        _line("done", [at(n, trips) for n, trips in enumerate(done[: before + 1])]),
    ]
    return svg(parts, f"{ui['chart_lines']}: {quota.title.zh} {quota.title.en}")


def month_chart(quota: QuotaYear, ui: dict[str, str]) -> Markup:
    """Trips by month: done and planned on each other, the plan of 1 January as a mark."""
    steps = ticks([0, *(max(one.done + one.planned, one.begun) for one in quota.months)])
    top, wide = steps[-1], (WIDTH - LEFT - RIGHT) / len(quota.months)

    def high(trips: float) -> float:
        return trips / top * (BARS - TOP - BOTTOM)

    floor = BARS - BOTTOM
    parts = [_grid(floor - high(step), step) for step in steps]
    for n, one in enumerate(quota.months):
        x = LEFT + n * wide
        for style, trips, under in (("b-done", one.done, 0), ("b-rest", one.planned, one.done)):
            if trips:
                y = floor - high(trips + under)
                parts.append(
                    f'<rect class="{style}" x="{x + wide * 0.2:.1f}" y="{y:.1f}" '
                    f'width="{wide * 0.6:.1f}" height="{high(trips):.1f}"/>'
                )
        y = floor - high(one.begun)
        parts.append(f'<path class="mark" d="M{x + wide * 0.1:.1f} {y:.1f}h{wide * 0.8:.1f}"/>')
        parts.append(_tick(x + wide / 2, BARS - 10, str(int(one.span[5:]))))
    return svg(parts, f"{ui['chart_months']}: {quota.title.zh} {quota.title.en}", BARS)


def _line(style: str, points: Sequence[tuple[float, float]]) -> str:
    """A line through points, those that lie on it left out."""
    kept = [
        point
        for n, point in enumerate(points)
        if n in {0, len(points) - 1} or not points[n - 1][1] == point[1] == points[n + 1][1]
    ]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in kept)
    return f'<path class="{style}" d="M{path}"/>'


def _grid(y: float, value: float) -> str:
    return (
        f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        f'<text class="tick end" x="{LEFT - 6}" y="{y + 4:.1f}">{value:,.0f}</text>'
    )


def _tick(x: float, y: float, text: str) -> str:
    return f'<text class="tick mid" x="{x:.1f}" y="{y}">{escape(text)}</text>'
