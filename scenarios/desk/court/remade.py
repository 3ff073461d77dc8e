"""Documents of a bureau against the district they were made from: all made again and compared.

Years, muck permits, rosters, manifests and reports of towns follow from tables, roads, ledger and
plans, but for the few decisions of a search that they tell; every other difference is a claim that
is not true. They lie below their district's folder (manifests and towns below their plan's), or are
judged with the district named.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from models.errors import HuanweiError, InputErrors
from models.roster import RosterDocument
from models.solution import Violation
from scenarios.desk.court.around import Around, no_document, read_json, text_of
from scenarios.desk.court.plans import compare_again
from scenarios.desk.court.siting import merge_again, relocation_again, site_again
from scenarios.desk.registers.manifests import manifests_of, sheets_document
from scenarios.desk.registers.muck import muck_day, muck_document
from scenarios.desk.registers.towns import town_report, towns_document
from scenarios.desk.roster import RosterOrder, read_desk
from scenarios.desk.roster_swap import roster_of, standby_of
from scenarios.desk.year.plan import YearOrder, plan_year
from solver.document.located import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from models.ids import DutyId
    from models.plan import PlanViolation
    from models.year.calendar import YearCalendar

FREE = frozenset({"created"})
"""Nobody can know anew when a document was made."""
LONG = 60
"""So many characters of a value are told (chosen: it fits a line)."""


def document_in(folder: Path) -> str | None:
    """The name of the document in a folder that is made again whole; None: there is none."""
    return next((name for name in REMADE if (folder / name).is_file()), None)


def judge_document_in(folder: Path, district: Path | None = None) -> list[PlanViolation]:
    """Everything in the folder's document that is not what its district makes of it.

    `district`: the folder it was made from (None: the nearest around it). Raises `InputErrors` for
    a document that cannot be read and for a district with mistakes, `HuanweiError` without either.
    """
    name = document_in(folder)
    if name is None:
        raise HuanweiError(
            f"{folder}: no document of {', '.join(REMADE)} in it.",
            zh=f"{folder}：其中没有 {'、'.join(REMADE)}。",
        )
    return untrue(name, read_json(folder / name), Around(folder, district))


def untrue(name: str, told: Any, around: Around) -> list[PlanViolation]:
    """Everything that is not true in a document of this name.

    Raises `InputErrors` for one that does not say what it was asked for.
    """
    right = json.loads(json.dumps(REMADE[name](told, around)))
    return plain(list(differences(name, told, right)))


def _year(told: Any, around: Around) -> Any:
    asked = text_of(told, "year.json", "today"), told.get("year")
    try:
        order = YearOrder(year=int(asked[1]), today=date.fromisoformat(asked[0]))
    except (TypeError, ValueError):
        raise InputErrors([no_document("year.json", "year", "no year · 没有年份")]) from None
    made: YearCalendar = around.once(asked, lambda: plan_year(around.district, order))
    return made.model_dump(mode="json")


def _muck(told: Any, around: Around) -> Any:
    try:
        day = date.fromisoformat(text_of(told, "muck.json", "date"))
    except ValueError:
        raise InputErrors([no_document("muck.json", "date", "no date · 没有日期")]) from None
    return around.once(day, lambda: muck_document(muck_day(around.district, day)))


def _manifests(told: Any, around: Around) -> Any:
    stream = text_of(told, "manifests.json", "stream")
    return around.once(
        stream, lambda: sheets_document(manifests_of(around.district, around.plan, stream))
    )


def _towns(told: Any, around: Around) -> Any:
    del told
    return around.once("", lambda: towns_document(town_report(around.district, around.plan)))


def _roster(told: Any, around: Around) -> Any:
    """The roster of the crews that are told: who works when is a decision, all else follows."""
    try:
        roster = RosterDocument.model_validate_json(json.dumps(told))
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        wrong = no_document("roster.json", place, "not its schema · 格式不符")
        raise InputErrors([wrong]) from None
    files, root = roster.sources, around.district
    order = RosterOrder(
        begin=roster.begin,
        days=len(roster.days),
        history=root / files.history if files.history else None,
        keep=root / files.keep if files.keep else None,
        leave=root / files.leave if files.leave else None,
        standby=standby_of(roster),
    )
    desk = around.once(order, lambda: read_desk(around.district, order))
    people = {one.id for one in desk.problem.drivers}
    crews: dict[DutyId, tuple[str, ...]] = {
        one.id: tuple(who for who in one.crew if who in people)
        for one in roster.duties
        if one.id in desk.work
    }
    return desk.document(roster_of(desk, crews, roster)).model_dump(mode="json")


def differences(place: str, told: Any, right: Any) -> Iterator[Violation]:
    """Every place where two JSON values differ, the deepest that can be named."""
    if isinstance(told, dict) and isinstance(right, dict):
        for key in dict.fromkeys([*right, *told]):
            if key not in FREE:
                yield from differences(f"{place} {key}", told.get(key), right.get(key))
    elif isinstance(told, list) and isinstance(right, list):
        for number, (one, other) in enumerate(zip_longest(told, right)):
            yield from differences(f"{place} {number + 1}", one, other)
    elif told != right or type(told) is not type(right):
        short = [
            text if len(text := json.dumps(one, ensure_ascii=False)) < LONG else f"{text[:LONG]}…"
            for one in (told, right)
        ]
        yield Violation(code="CLAIM", where=place, detail=f"written {short[0]}, right {short[1]}")


REMADE: dict[str, Callable[[Any, Around], Any]] = {
    "year.json": _year,
    "muck.json": _muck,
    "roster.json": _roster,
    "manifests.json": _manifests,
    "towns.json": _towns,
    "compare.json": compare_again,
    "merge.json": merge_again,
    "site.json": site_again,
    "relocation.json": relocation_again,
}
"""How the right document is made of one that is told, by the name of its file."""
