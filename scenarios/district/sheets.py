"""Tables as they lie in a folder, filed under their columns.

Rows keep the number a spreadsheet shows. Title rows above the header, rows that begin with `#`
and empty rows are skipped, and so are totals and remarks below the rows, with a note.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from scenarios.district.grids import choose_sheet, table_named
from scenarios.district.words.cells import folded, narrow
from scenarios.district.words.coordinates import coordinate_pair
from scenarios.district.words.header import HEADER_ROWS, find_header
from scenarios.district.words.headings import (
    PAIRS,
    REQUIRED_TABLES,
    TABLES,
    USUAL_TABLES,
    columns_of,
    known_headings,
    nearest_column,
    pair_order,
    read_heading,
    required_columns,
)
from scenarios.district.words.messages import Where, suggest
from scenarios.tables.files import leads_out
from scenarios.tables.sheet import Across, Formula, Merged, SheetError
from scenarios.tables.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios.district.grids import Files, Source
    from scenarios.district.words.header import Header
    from scenarios.district.words.messages import Findings
    from scenarios.tables.sheet import Sheet

_ERROR_VALUES = re.compile(
    r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|BUSY!|FIELD!)|Err:\d{3}",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(本页|本表|全部|累计)?(合计|总计|小计|共计|总数|汇总|平均值?|均值)(?!站|点|处)|共\d+[个处座辆人条户]|"
    r"(grand|sub)?total\b|sum\b|subtotal\b|average\b|mean\b|[∑σ]"
)
_DIGIT = re.compile(r"\d")
_SUM = re.compile(r".{1,12}(合计|总计|小计|共计|汇总)[:]?")
_REMARK = re.compile(
    r"[※★]|第.{1,4}页|\(?[一二三四五六七八九十]{1,3}[)、.]|.{1,12}(片区|街道)$|"
    r"以上(数据|各|均|信息|为)|(数据|资料)来源|(数据|统计|信息)?截[至止]|"
    r"(注|备注|说明|附注|单位|更新(时间|日期)|单位负责人|notes?|"
    r"(填表|填报|制表|制作|审核|审批|统计|复核)[人员日期]*)\s*([:0-9]|$)"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row's number in the spreadsheet and its cells that are not empty, by column."""

    number: int
    cells: dict[str, str]


class Keys:
    """Cells of one column with the numbers of their rows."""

    __slots__ = ("numbers", "texts")

    def __init__(self) -> None:
        self.numbers, self.texts = array("q"), list[str]()

    def add(self, number: int, text: str) -> None:
        """Note a cell."""
        self.numbers.append(number)
        self.texts.append(text)


@dataclass(slots=True)
class Table:
    """A table read: `headings` by column as written; `broken` columns were reported already."""

    name: str
    file: str
    headings: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))
    """Rows to be read once; a large table never lies in memory whole."""
    count: int = 0
    """Rows read so far."""
    keys: dict[str, Keys] = field(default_factory=lambda: defaultdict(Keys))
    """Filled cells of the columns that no two rows may share."""
    failed: list[Row] = field(default_factory=list)
    """The first rows that are not valid."""
    faulty: bool = False
    """Some rows could not be filed."""
    projected: bool = False
    """Its places come from a map with a projection of its own and are WGS-84 already."""

    def heading(self, column: str) -> str:
        """The column's heading as the file writes it."""
        return self.headings.get(column, column)

    def where(self, row: int = 0, column: str = "") -> Where:
        """A place in the table, the column under its own heading."""
        return Where(self.file, row, self.heading(column))


def read_table(
    files: Files, source: Source, name: str, encoding: str | None, findings: Findings
) -> Table | None:
    """Rows of text of table `name`; None (and findings) if it cannot be read at all."""
    file = printable(source.path.name)
    if leads_out(source.path):
        findings.add("E214", Where(file))
        return None
    try:
        sheets = files.sheets(source.path, encoding, lambda cells: len(known_headings(cells, name)))
        sheets = [sheet for sheet in sheets if any(any(cells) for _, cells in sheet.rows())]
        if not sheets:
            _note_empty(Table(name, file), findings)
            return None
        sheet = choose_sheet(sheets, source, name, findings)
        return None if sheet is None else _table(sheet, name, file, findings)
    except SheetError as error:
        words = {"stem": name} | error.words
        findings.add(error.code, Where(file, error.row), encoding or "", **words)
        return None


def _table(sheet: Sheet, name: str, file: str, findings: Findings) -> Table | None:
    """Find the header, understand it, and file the cells under their columns."""
    header = find_header(sheet, name)
    if header is None:
        columns = ", ".join(required_columns(name) or columns_of(name))
        findings.add("E206", Where(file), rows=HEADER_ROWS, columns=columns)
        return None
    table = Table(name, file, projected=sheet.projected)
    table.rows = _rows(table, sheet, header, findings)
    return table


def _rows(table: Table, sheet: Sheet, header: Header, findings: Findings) -> Iterator[Row]:
    """The rows of the table, filed under their columns; findings about the header come first.

    A file that breaks off is told and ends the rows.
    """
    places = _places(table, header, sheet, findings)
    unread = _Unread(table, header, set(places.values()))
    width = len(header.texts)
    remarks = False
    try:
        for number, cells in sheet.rows():
            if number <= header.number or cells == header.texts:  # printed on every page
                continue
            if _skipped(table, number, cells, findings, after=remarks):
                remarks = remarks or findings.met("W223", table.file)
                continue
            if other := _another(table.name, cells):
                table.faulty = True
                findings.add("E215", Where(table.file, number), cells[0], other=other)
                return
            if len(cells) > width and any(cells[width:]):
                words = {"cells": len(cells), "columns": width}
                findings.add("E316", Where(table.file, number), cells[-1], **words)
                table.faulty = True
                continue
            unread.look(number, cells, findings)
            row = Row(number, {})
            for column, place in places.items():
                if place < len(cells) and cells[place]:
                    _file_cell(table, row, column, cells[place], findings)
            if row.cells:
                table.count += 1
                yield row
    except SheetError as error:
        table.faulty = True
        findings.add(error.code, Where(table.file, error.row), **error.words)
    if not table.count and not table.faulty and not table.broken:
        _note_empty(table, findings)


class _Unread:
    """Columns with cells and without a heading: told once each."""

    def __init__(self, table: Table, header: Header, read: set[int]) -> None:
        blank = {place for place, text in enumerate(header.texts) if not text}
        self.table, self.places = table, sorted(blank - read)

    def look(self, number: int, cells: list[str], findings: Findings) -> None:
        """Tell of the row's cells that stand under no heading."""
        for place in [at for at in self.places if at < len(cells) and cells[at]]:
            self.places.remove(place)
            findings.add("W221", Where(self.table.file, number), cells[place])


def _another(name: str, cells: list[str]) -> str:
    """The other table whose headings, or whose title, these cells are; empty for a row of ours."""
    first = next(cell for cell in cells if cell)
    if _DIGIT.search(first):
        return ""
    filled = [str(cell) for cell in cells if cell]
    if len(filled) == 1:
        other = table_named(first)
        return other if other in TABLES and other != name else ""
    if folded(first) not in _first_headings():
        return ""
    known = {table: len(known_headings(filled, table)) for table in TABLES}
    best = max(TABLES, key=lambda table: known[table])
    return best if known[best] > max(len(filled) // 2, 1) else ""


@cache
def _first_headings() -> frozenset[str]:
    """Names of the columns of all tables, folded."""
    return frozenset(
        folded(name)
        for table in TABLES
        for column, facts in columns_of(table).items()
        for name in (column, *facts["names"])
    )


def _skipped(
    table: Table, number: int, cells: list[str], findings: Findings, *, after: bool = False
) -> bool:
    """Whether the row is no row of the table: empty, a comment, a total or a remark.

    `after` a remark every row of one text is a remark.
    """
    first = next((cell for cell in cells if cell), "")
    if not first or (cells[0].startswith("#") and not _ERROR_VALUES.match(cells[0])):
        return True
    plain = folded(first)
    total, remark = _TOTAL.match(plain) or _SUM.fullmatch(plain), _REMARK.match(plain)
    across = [type(cell) for cell in cells].count(Across)
    if not total and not remark and not across and not after:
        return False
    own = [cell for cell in cells if cell and not isinstance(cell, Across)]
    if len(own) == 1 < across:
        findings.add("W223", Where(table.file, number), first)
        return True
    missing = len(own) < max(len(required_columns(table.name)), 2)
    if total and (missing or _few_texts(own)):
        findings.add("W222", Where(table.file, number), first)
        return True
    if missing and (len(own) <= 2 if remark else len(own) == 1 and after):
        findings.add("W223", Where(table.file, number), first)
        return True
    return False


def _few_texts(cells: list[str]) -> bool:
    """Whether all cells but the first are numbers, formulas or dashes, as in a row of sums."""
    return all(
        isinstance(cell, Formula) or re.fullmatch(r"[-+—/\d.,]+", narrow(cell))
        for cell in cells[1:]
    )


def _note_empty(table: Table, findings: Findings) -> None:
    """An error where rows are needed, a warning where they are usual, else nothing."""
    if table.name in USUAL_TABLES:
        findings.add("W205", Where(table.file))
    elif table.name in {*REQUIRED_TABLES, "lots", "people"}:
        findings.add("E210", Where(table.file))


def _file_cell(table: Table, row: Row, column: str, text: str, findings: Findings) -> None:
    if type(text) is str and column not in PAIRS and text[0] not in "#＃Ee":
        row.cells[column] = text
        return
    where = table.where(row.number, column)
    if isinstance(text, Formula):
        findings.add("E331", where, text)
        text = ""
    elif isinstance(text, Across):
        findings.add("E333", where, text)
        text = ""
    elif isinstance(text, Merged) and is_amount(table.name, column):
        findings.add("E332", where, text)
        text = ""
    elif _ERROR_VALUES.fullmatch(narrow(text)):
        findings.add("E315", where, text)
        text = ""
    if column in PAIRS:
        halves = coordinate_pair(text, lat_first=column == "latlon") if text else ("", "")
        if halves is None:
            findings.add("E302", table.where(row.number, "lon"), text)
        row.cells["lon"], row.cells["lat"] = halves or ("", "")
    else:
        row.cells[column] = str(text)


def is_amount(table: str, column: str) -> bool:
    """Whether rows add up in this column, so that one number for several may mean their sum."""
    return bool(columns_of(table).get(column, {}).get("amount"))


def _places(table: Table, header: Header, sheet: Sheet, findings: Findings) -> dict[str, int]:
    """Position of every column that can be used; findings about the header."""
    places: dict[str, int] = {}
    number, texts = header.number, _own_places(header.texts, sheet, table.name)
    for place, text in enumerate(texts):
        if not text or text.startswith("#"):
            continue
        heading = read_heading(text, table.name)
        if heading.column is None and sheet.cut:
            heading = read_heading(_uncut(text, table.name), table.name)
        column, where = heading.column or pair_order(text, table.name), Where(
            table.file, number, str(text)
        )  # fmt: skip
        if column is None:
            close = nearest_column(text, table.name)
            guess = [close] if close and close not in table.headings else []
            findings.add("W201", where, **suggest(close, guess))
        elif column in table.headings:
            if not isinstance(text, Across):
                findings.add("E208", where, others=f"{table.headings[column]}, {text}")
        elif heading.factor != 1:
            words = {"expected": column, "unit": heading.unit, "factor": f"{heading.factor:g}"}
            findings.add("E209", where, heading.unit, **words)
            table.headings[column] = text
            table.broken.add(column)
        else:
            for name in PAIRS.get(column, (column,)):
                table.headings[name] = text
            places[column] = place
            if heading.assumed:
                findings.add("W202", where, expected=column)
    for column in required_columns(table.name):
        if column not in table.headings:
            alias = columns_of(table.name)[column]["names"][0]
            findings.add("E207", Where(table.file, number, column), expected=column, alias=alias)
            table.broken.add(column)
    return places


def _own_places(texts: list[str], sheet: Sheet, name: str) -> list[str]:
    """The headings; a geometry's are left out where the attributes have a place, or none needs it.

    The place of a map is its last two columns.
    """
    if not sheet.placed:
        return texts
    *own, _, _ = texts
    known = known_headings(own, name)
    needless = "lon" not in columns_of(name) or {"lon", "lat"} <= known
    return [*own, "", ""] if needless else texts


def _uncut(text: str, name: str) -> str:
    """The only column whose name begins with a heading cut off after ten bytes, or the text."""
    if len(text.encode()) < 9 and len(text.encode("gbk", "replace")) < 9:
        return text
    begun: set[str] = set()
    for column, facts in columns_of(name).items():
        if any(folded(one).startswith(folded(text)) for one in (column, *facts["names"])):
            begun.add(column)
    return begun.pop() if len(begun) == 1 else text
