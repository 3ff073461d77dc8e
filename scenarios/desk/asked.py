"""What the year's quotas ask of the day of a plan, for extra passes of its streets.

A plan's inputs carry it as it was when the plan was made (`asked.json`), so that the plan can be
judged where no ledger is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.district import Calendar
from models.horizon.week import AskedDocument, AskedWork
from scenarios.desk.calendar import read_record
from scenarios.desk.year.asked import asked_by_year

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from models.district import District
    from models.trade.rules import RuleProfile

ASKED = "asked.json"


def asked_on(folder: Path, day: date, district: District, rules: RuleProfile) -> dict[str, int]:
    """Metres of street work asked of the day, by operation: as the inputs of a plan say, or now.

    Raises `InputErrors` for inputs that cannot be read.
    """
    if (folder / ASKED).is_file():
        told = read_record(folder / ASKED, AskedDocument).asked
        return {one.operation: one.metres for one in told}
    return asked_by_year(folder, day, district, rules)


def asked_json(asked: Mapping[str, int]) -> bytes:
    """The document of what is asked, as the inputs of a plan carry it."""
    works = [AskedWork(operation=name, metres=metres) for name, metres in sorted(asked.items())]
    return AskedDocument(asked=works).model_dump_json(indent=1).encode()


def asked_of(district: District) -> Mapping[str, int]:
    """What is asked of the day that the district was read for."""
    return {} if district.calendar is None else district.calendar.asked_m


def with_asked(promised: Calendar | None, asked: Mapping[str, int], day: date) -> Calendar | None:
    """What a week promises for a day, and what the year asks of it; None: neither."""
    if not asked:
        return promised
    promised = promised or Calendar(begin=day, end=day, visits={})
    return replace(promised, asked_m=asked)
