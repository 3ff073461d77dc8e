"""Who is away on a day by the ledger, for plans of days and of weeks.

A plan's inputs carry what the ledger said when it was made (`away.json`), so that it can be judged
where no ledger is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.district import Calendar
from models.history.events import Absence
from models.horizon.week import Away, AwayDocument
from scenarios.desk.calendar import away_of, horizon_files, read_horizon, read_record
from scenarios.ledger.append import holding
from scenarios.ledger.store import has_ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

AWAY = "away.json"


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


def away_on(folder: Path, day: date) -> list[Away] | None:
    """Who is away on a day: as the inputs of a plan say, else by the ledger; None: there is none.

    Raises `InputErrors` for inputs that cannot be read.
    """
    if (folder / AWAY).is_file():
        return read_record(folder / AWAY, AwayDocument).away
    if not has_ledger(folder, None):
        return None
    return absences(folder, [day])


def told_away(folder: Path) -> list[Away]:
    """Who is away by the weeks of a folder: inputs of a plan that say no more."""
    return [one for path in horizon_files(folder) for one in read_horizon(path).away]


def away_json(away: Iterable[Away]) -> bytes:
    """The document of who is away, as the inputs of a plan carry it."""
    return AwayDocument(away=list(away)).model_dump_json(indent=1).encode()


def with_away(promised: Calendar | None, away: Sequence[Away] | None, day: date) -> Calendar | None:
    """What a week promises for a day, with who is away by what is known since; None: neither.

    Who was away when the week was planned may be back by now. `away` None: nothing is known since.
    """
    if away is None or not (away or promised):
        return promised
    promised = promised or Calendar(begin=day, end=day, visits={})
    return replace(promised, away=away_of(away))
