"""Weather that stops an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.district import Weather
    from models.rules import RuleProfile, WeatherRule


def stopped_by(
    rules: RuleProfile, operation: str, weather: Weather, *, bridge: bool = False
) -> str:
    """What in the forecast stops the operation, or an empty text; values not given stop nothing."""
    for name in rules.operations[operation].weather:
        if cause := _cause(rules.weather[name], weather, bridge=bridge):
            return cause
    return ""


def _cause(rule: WeatherRule, weather: Weather, *, bridge: bool) -> str:
    """The first value of the forecast beyond the rule."""
    if rule.below_c is not None and weather.temperature_c is not None:
        limit = rule.below_c + (rule.bridge_margin_c if bridge else 0)
        if weather.temperature_c < limit:
            place = " on bridges" if bridge and weather.temperature_c >= rule.below_c else ""
            return f"{weather.temperature_c:g} °C, below {limit:g} °C{place}"
    if rule.rain_mm_from is not None and (weather.rain_mm or 0) >= max(rule.rain_mm_from, 1e-9):
        return f"rain {weather.rain_mm:g} mm, limit {rule.rain_mm_from:g} mm"
    if rule.wind_grade_from is not None and (weather.wind_grade or 0) >= rule.wind_grade_from:
        return f"wind grade {weather.wind_grade}, limit {rule.wind_grade_from}"
    return "snow" if rule.snow and weather.snow else ""
