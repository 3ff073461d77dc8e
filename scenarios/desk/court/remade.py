"""A year's calendar and a day's muck permits: what stands in the file against the district.

Both follow from the tables, the roads and the ledger alone, so that the whole document is made
again and every difference is a claim that is not true. They lie below their district folder, or
are judged with the folder named.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError, InputErrors, Issue, in_both, said
from models.solution import Violation
from models.year.calendar import YearCalendar
from scenarios.desk.calendar import read_record
from scenarios.desk.horizon.year import YearOrder, plan_year
from scenarios.desk.registers.muck import muck_day, muck_document
from solver.document.located import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from models.plan import PlanViolation

SETTINGS = "district.toml"
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
    told, right = REMADE[name](folder / name, district or district_around(folder))
    return plain(list(differences(name, told, right)))


def district_around(folder: Path) -> Path:
    """The nearest folder around this one that is a district's; raises `HuanweiError` without."""
    here = folder.resolve()
    found = next((one for one in (here, *here.parents) if (one / SETTINGS).is_file()), None)
    if found is None:
        raise HuanweiError(
            f"{folder}: lies in no district folder. Name the one it was made from: --district DIR.",
            zh=f"{folder}：不在任何辖区文件夹内。请指明其来源：--district 文件夹。",
        )
    return found


def _year(path: Path, district: Path) -> tuple[Any, Any]:
    told = read_record(path, YearCalendar)
    made = plan_year(district, YearOrder(year=told.year, today=told.today))
    return told.model_dump(mode="json"), made.model_dump(mode="json")


def _muck(path: Path, district: Path) -> tuple[Any, Any]:
    told = _json(path)
    day = _day(path, told)
    return told, json.loads(json.dumps(muck_document(muck_day(district, day))))


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise InputErrors([_unreadable(path, "", said(error))]) from None
    except (ValueError, RecursionError):
        raise InputErrors([_unreadable(path, "", "no JSON · 不是 JSON")]) from None


def _day(path: Path, told: Any) -> date:
    try:
        return date.fromisoformat(told["date"])
    except (TypeError, KeyError, ValueError):
        raise InputErrors([_unreadable(path, "date", "no date · 没有日期")]) from None


def _unreadable(path: Path, column: str, message: str) -> Issue:
    zh, en = in_both(message)
    return Issue(
        code="E601",
        file=path.name,
        column=column,
        message_en=f"no document of this kind: {en}",
        message_zh=f"不是此类文件：{zh}",
        hint_en="Judge a file as huanwei wrote it, or make it again.",
        hint_zh="请核查 huanwei 写出的原文件，或重新生成。",
    )


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


REMADE: dict[str, Callable[[Path, Path], tuple[Any, Any]]] = {
    "year.json": _year, "muck.json": _muck,
}  # fmt: skip
"""How a document is read and made again, by the name of its file."""
