"""The ledger as a workbook: one sheet a table, in the headings that an import reads."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import Workbook

from api.exports.xlsx import add_table
from api.words.i18n import word
from scenarios.district.words.headings import columns_of
from scenarios.ledger.outtake import heading

if TYPE_CHECKING:
    from scenarios.ledger.outtake import Cell


def ledger_workbook(tables: dict[str, list[dict[str, Cell]]], language: str) -> bytes:
    """All tables as an XLSX file."""
    book = Workbook(write_only=True)
    for name, rows in tables.items():
        columns = list(columns_of(name))
        titles = [heading(name, column, language) for column in columns]
        lines = (tuple(row.get(column) for column in columns) for row in rows)
        add_table(book, word("ledger", name, language), titles, lines)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
