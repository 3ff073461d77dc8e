"""A year's calendar in words: how far each quota is, and what is in danger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.words.i18n import word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from models.year.calendar import QuotaYear, YearCalendar, YearDay
    from scenarios.desk.horizon.quota_line import QuotaLine


GAPS = {"zh": "", "en": " "}
"""What stands between two sentences."""


def sentences(quota: QuotaYear, calendar: YearCalendar, language: str) -> Iterator[str]:
    """The quota in sentences: what counts, what is done, what is planned, until when to begin."""
    keys = ["asked", "stands", "ahead" if quota.arrears <= 0 else "behind"]
    if quota.owed and quota.alarm is None and quota.begin_by is not None:
        keys.append("begin_by")
    if not quota.owed:
        keys.append("met")
    for key in keys:
        yield word("year", key, language).format(
            title=quota.title.text(language), trips=f"{quota.trips:,}", year=calendar.year,
            definition=quota.definition.text(language), done=f"{quota.done:,}",
            today=calendar.today, owed=f"{quota.owed:,}", planned=f"{quota.planned:,}",
            arrears=f"{abs(quota.arrears):,}", begin_by=quota.begin_by,
            capacity=f"{quota.capacity:,}",
        )  # fmt: skip


def quota_sentence(line: QuotaLine, language: str) -> str:
    """What the plan of a day, or the plans of several, bring a quota of the year."""
    key = "line_short" if line.short else "line"
    told = word("year", key if line.days == 1 else f"week_{key}", language).format(
        title=line.title.text(language), year=line.year, days=line.days, asked=f"{line.asked:,}",
        done=f"{line.done:,}", owed=f"{line.owed:,}", planned=line.planned, trips=line.trips,
        short=line.short,
    )  # fmt: skip
    if not (line.short and line.offer):
        return told
    return f"{told}{GAPS[language]}{word('year', 'line_offer', language)}"


def alarm(quota: QuotaYear, language: str) -> str:
    """The alarm in a sentence, or an empty text."""
    one = quota.alarm
    if one is None:
        return ""
    key = f"alarm_{one.level}" if one.days else "alarm_over"
    return word("year", key, language).format(
        title=quota.title.text(language), since=one.since, short=f"{one.short:,}", days=one.days,
        trips=one.trips_a_day, needed=one.vehicles_a_day, vehicles=one.vehicles,
        kept=f"{quota.reserve:,}",
    )  # fmt: skip


def weather(day: YearDay, language: str) -> str:
    """The weather of a day in a few words, with where it is from."""
    if not day.weather:
        return ""
    parts = [
        "" if day.low_c is None else f"{day.low_c:g} °C",
        f"{word('year', 'rain', language)} {day.rain_mm:g} mm" if day.rain_mm else "",
        f"{word('year', 'wind', language)} {day.wind_grade}" if day.wind_grade else "",
        word("year", "snow", language) if day.snow else "",
        word("year", "alert", language) if day.alert else "",
    ]
    origin = word("year", day.weather, language)
    return f"{' '.join(filter(None, parts))} ({origin})".strip()


def weekday(day: date, language: str) -> str:
    """The day of the week, short."""
    return word("year", f"day_{day.isoweekday()}", language)
