"""Statutory holidays, and what they make of the price of work."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from holidays import country_holidays

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from models.trade.rules import Labour, RuleProfile


LOCALES = {"zh": "zh_CN", "en": "en_US"}
"""The calendar library's name of each language."""


def holiday_name(labour: Labour, day: date, language: str = "zh") -> str:
    """The statutory holiday `day` is, in Chinese (`zh`) or English (`en`); "" for all other days.

    The days of the profile's calendar and its own. Days off that only swap places with a weekend
    are none: work on them is paid as on a rest day.
    """
    if day in labour.more_holidays:
        return "法定节假日" if language == "zh" else "statutory holiday"
    return _calendar(labour.holiday_calendar, day.year, LOCALES[language]).get(day, "")


@cache
def _calendar(country: str, year: int, locale: str) -> Mapping[date, str]:
    """Statutory holidays of a year by their day, without swapped and postponed days off."""
    if not country:
        return {}
    days = country_holidays(country, years=year, observed=False, language=locale)
    swapped = days.tr(days.substituted_label).partition("%s")[0]
    return {day: name for day, name in days.items() if not name.startswith(swapped)}


def rules_on(rules: RuleProfile, day: date) -> RuleProfile:
    """The profile as it holds on `day`: on a statutory holiday all hours cost `holiday_factor`.

    Overtime of such a day is paid as the holiday, and more only where its own factor is higher.
    """
    labour, costs = rules.labour, rules.costs
    if not holiday_name(labour, day):
        return rules
    factor = labour.holiday_factor
    wages = {
        "driver_cny_h": costs.driver_cny_h * factor,
        "helper_cny_h": costs.helper_cny_h * factor,
    }
    overtime = {"overtime_factor": max(1.0, labour.overtime_factor / factor)}
    return rules.model_copy(
        update={
            "costs": costs.model_copy(update=wages),
            "labour": labour.model_copy(update=overtime),
        }
    )
