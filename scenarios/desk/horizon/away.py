"""Who is away on the days of a week, by the ledger, and which work stops for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.history.events import Absence
from models.horizon.week import Away
from models.record import PlanText
from scenarios.desk.calendar import those_there
from scenarios.ledger.append import holding
from scenarios.ledger.store import has_ledger, open_ledger
from solver.trade.vehicles import fleet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from models.district import District
    from models.trade.rules import RuleProfile

NOBODY = PlanText(zh="车辆全部停用", en="all its vehicles are away")
"""Why an operation does not come on a day on which each of its vehicles is away."""


def absences(folder: Path, days: Sequence[date], address: str | None = None) -> list[Away]:
    """Vehicles and drivers that the folder's ledger says are away on some of `days`.

    `days` follow each other; spans are cut to them. Sites that are shut are closures of the folder.
    """
    if not has_ledger(folder, address):
        return []
    with open_ledger(folder, address) as ledger, ledger.reading() as connection:
        found = {
            (one.kind, one.what, max(one.begin, days[0]), min(one.end, days[-1]))
            for one in holding(connection, Absence, days[0], days[-1])
            if isinstance(one, Absence) and one.kind != "site"
        }
    return [
        Away.model_validate({"kind": kind, "what": what, "begin": begin, "end": end})
        for kind, what, begin, end in sorted(found)
    ]


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
