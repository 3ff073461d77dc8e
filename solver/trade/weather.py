"""Weather that stops an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.day import Note

if TYPE_CHECKING:
    from models.district import Weather
    from models.trade.rules import RuleProfile, WeatherRule


def stopped_by(
    rules: RuleProfile, operation: str, weather: Weather, *, bridge: bool = False
) -> Note | None:
    """What in the forecast stops the operation; values not given stop nothing."""
    for name in rules.operations[operation].weather:
        if cause := _cause(rules.weather[name], weather, bridge=bridge):
            return cause
    return None


def _cause(rule: WeatherRule, weather: Weather, *, bridge: bool) -> Note | None:
    """The first value of the forecast beyond the rule."""
    if rule.below_c is not None and weather.temperature_c is not None:
        limit = rule.below_c + (rule.bridge_margin_c if bridge else 0)
        if weather.temperature_c < limit:
            bridges = bridge and weather.temperature_c >= rule.below_c
            return Note(
                f"气温 {weather.temperature_c:g} °C，低于{'桥面' * bridges}限值 {limit:g} °C",
                f"{weather.temperature_c:g} °C, below {limit:g} °C{' on bridges' * bridges}",
            )
    if rule.rain_mm_from is not None and (weather.rain_mm or 0) >= max(rule.rain_mm_from, 1e-9):
        return Note(
            f"降雨 {weather.rain_mm:g} 毫米，限值 {rule.rain_mm_from:g} 毫米",
            f"rain {weather.rain_mm:g} mm, limit {rule.rain_mm_from:g} mm",
        )
    if rule.wind_grade_from is not None and (weather.wind_grade or 0) >= rule.wind_grade_from:
        return Note(
            f"风力 {weather.wind_grade} 级，限值 {rule.wind_grade_from} 级",
            f"wind grade {weather.wind_grade}, limit {rule.wind_grade_from}",
        )
    return Note("降雪", "snow") if rule.snow and weather.snow else None
