"""Flawed cells of workbooks of the old binary kind (.xls, .et): their reader shows them as empty.

Record numbers and layouts: Microsoft, [MS-XLS] 2.4, Excel Binary File Format.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import olefile

from scenarios.tables.sheet import Formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios.tables.flaws import Flaws

_BOF, _EOF, _BOUNDSHEET = 0x0809, 0x000A, 0x0085
_FORMULA, _BOOLERR = 0x0006, 0x0205
_STREAMS = ("Workbook", "Book")
"""What Excel 97 and Excel 95 call the part with the cells."""
_SPECIAL = 0xFFFF
"""Ends a formula's result that is no number: its first byte says which kind it is."""
_ERROR, _EMPTY = 2, 3
_ON_OPENING = 0x0002
"""Flag of a formula that its writer left to be reckoned when the file is opened."""
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A",
}  # fmt: skip


@dataclass(slots=True)
class _Cells:
    """Cells of one sheet by (row, column) from 0; `blank` are formulas with no result at all."""

    flaws: Flaws = field(default_factory=dict)
    blank: list[tuple[int, int]] = field(default_factory=list)
    reckoned: bool = False


def biff_flaws(raw: bytes) -> list[Flaws]:
    """Errors and formulas never reckoned of every sheet, in the order of the sheets.

    A formula may have an empty text as its result: it counts as never reckoned only where no
    formula of the workbook has any other result. Raises `OSError` and `struct.error` for bytes that
    are no workbook.
    """
    with olefile.OleFileIO(io.BytesIO(raw)) as parts:
        name = next((name for name in _STREAMS if parts.exists(name)), None)
        if name is None:
            return []
        held = parts.openstream(name).read()
    starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(held, 0)
              if kind == _BOUNDSHEET]  # fmt: skip
    sheets = [_cells(held, start) for start in starts]
    if not any(sheet.reckoned for sheet in sheets):
        for sheet in sheets:
            sheet.flaws.update((place, Formula("=")) for place in sheet.blank)
    return [sheet.flaws for sheet in sheets]


def _records(held: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Kinds and bodies of the records of one part of the stream; charts inside are passed over."""
    depth = 0
    while start + 4 <= len(held):
        kind, size = struct.unpack_from("<HH", held, start)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, held[start + 4 : start + 4 + size]
        start += 4 + size


def _cells(held: bytes, start: int) -> _Cells:
    found = _Cells()
    for kind, body in _records(held, start):
        if kind == _BOOLERR:
            row, column, _, code, is_error = struct.unpack_from("<HHHBB", body)
            if is_error:
                found.flaws[row, column] = _ERRORS.get(code, "#N/A")
        elif kind == _FORMULA:
            _formula(found, body)
    return found


def _formula(found: _Cells, body: bytes) -> None:
    row, column, _, result, flags = struct.unpack_from("<HHH8sH", body)
    special = struct.unpack_from("<H", result, 6)[0] == _SPECIAL
    if special and result[0] == _EMPTY:
        found.blank.append((row, column))
    elif special and result[0] == _ERROR:
        found.flaws[row, column] = _ERRORS.get(result[2], "#N/A")
        found.reckoned = True
    elif not special and flags & _ON_OPENING and not any(result):
        found.flaws[row, column] = Formula("=")
    else:
        found.reckoned = True
