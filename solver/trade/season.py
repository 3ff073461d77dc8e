"""Seasons: cadences that hold for a part of the year instead of the usual ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from models.trade.rules import RuleProfile
    from models.trade.work import Operation, Season


def rules_in_season(rules: RuleProfile, day: date) -> RuleProfile:
    """The profile with the cadences of the day's seasons; of two in force the later named rules."""
    operations = {name: _in_season(one, day) for name, one in rules.operations.items()}
    if all(operations[name] is one for name, one in rules.operations.items()):
        return rules
    return rules.model_copy(update={"operations": operations})


def holds_on(season: Season, day: date) -> bool:
    """Whether the season covers the day; one that ends before it begins spans New Year."""
    today = day.month, day.day
    if season.begin <= season.end:
        return season.begin <= today <= season.end
    return today >= season.begin or today <= season.end


def _in_season(operation: Operation, day: date) -> Operation:
    """The operation with the cadences of its seasons in force."""
    changes: dict[str, object] = {}
    for season in operation.seasons.values():
        if not holds_on(season, day):
            continue
        if operation.street is not None and season.classes:
            classes = operation.street.classes | season.classes
            changes["street"] = operation.street.model_copy(update={"classes": classes})
        if operation.points is not None and season.visits is not None:
            changes["points"] = operation.points.model_copy(update={"visits": season.visits})
        operation = operation.model_copy(update=changes)
    return operation
