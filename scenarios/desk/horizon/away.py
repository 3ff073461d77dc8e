"""Which work of a week stops because all its vehicles are away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.record import PlanText
from scenarios.desk.calendar import those_there
from solver.trade.vehicles import fleet

if TYPE_CHECKING:
    from datetime import date

    from models.district import District
    from models.trade.rules import RuleProfile

NOBODY = PlanText(zh="车辆全部停用", en="all its vehicles are away")
"""Why an operation does not come on a day on which each of its vehicles is away."""


def idle(rules: RuleProfile, district: District, day: date) -> set[str]:
    """Operations that have vehicles, but on `day` each of them is away by the week's calendar."""
    promised = district.calendar
    if promised is None or not promised.away:
        return set()
    usual = replace(
        district,
        vehicles=tuple(
            one if promised.present("vehicle", one.id, day) else replace(one, available=True)
            for one in district.vehicles
        ),
    )
    able = {name for truck in fleet(those_there(district, day), rules) for name in truck.operations}
    return {name for truck in fleet(usual, rules) for name in truck.operations} - able
