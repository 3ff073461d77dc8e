"""The files of a plan folder held against its document: what people read is what was judged."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from api.exports.folder import read_files
from api.words.i18n import word
from models.solution import Violation
from scenarios.tables.sheet import SheetError
from scenarios.tables.workbook import workbook_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.district import District
    from models.network import RoadNetwork
    from models.plan import Plan

LANGUAGES = ("zh", "en")


def other_files(
    folder: Path, plan: Plan, network: RoadNetwork, district: District
) -> list[Violation]:
    """Workbook, routes, tracks and sheets in `folder` that are not what `plan` makes: `FILE`.

    In the language in which fewest differ; files that are not there say nothing. Workbooks differ
    by a cell, not by the program that saved them.
    """
    found: list[Violation] = []
    for language in LANGUAGES:
        differing = list(_differing(folder, plan, network, district, language))
        found = differing if language == LANGUAGES[0] else min(found, differing, key=len)
        if not found:
            break
    return found


def _differing(
    folder: Path, plan: Plan, network: RoadNetwork, district: District, language: str
) -> Iterator[Violation]:
    for name, right in read_files(plan, network, district, language):
        path = folder / name
        if not path.is_file():
            continue
        told = path.read_bytes()
        if told != right and (cell := _place(name, told, right, language)) is not None:
            yield Violation(code="FILE", where=f"{name} {cell}".strip())


def _place(name: str, told: bytes, right: bytes, language: str) -> str | None:
    """Where two files differ: sheet and row of a workbook; None: the bytes alone do."""
    if not name.endswith(".xlsx"):
        return ""
    try:
        sheets, own = _sheets(told, language), _sheets(right, language)
    except SheetError:
        return ""
    for title in dict.fromkeys([*own, *sheets]):
        if title not in sheets or title not in own:
            return title
        rows = zip_longest(sheets[title], own[title])
        for number, (one, other) in enumerate(rows, start=1):
            if one != other:
                return f"{title} {number}"
    return None


def _sheets(raw: bytes, language: str) -> dict[str, list[list[str]]]:
    """Rows of text by sheet, without what the plan brings the year: the ledger knows that."""
    quota = word("ui", "quotas_title", language)
    return {
        sheet.title: [cells for _, cells in sheet.rows() if cells[:1] != [quota]]
        for sheet in workbook_sheets(raw)
    }
