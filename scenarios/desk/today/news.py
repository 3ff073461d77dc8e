"""What a dispatcher hears after the plan was made: somebody is out, somebody is back, an order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from models.errors import HuanweiError
from scenarios.desk.folder.grid import grid_of, tables_of
from scenarios.desk.folder.rows import NewRow, SetRow, Wishes, layout_of
from scenarios.district.words.cells import folded
from scenarios.tables.rewrite import LARGEST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

WHO = {"vehicles": ("id", "plate"), "crews": ("id", "name")}
"""Tables of those who can be out, and the columns people name them by."""
ORDERS = "orders"
_NUMBERED = re.compile(r"O([0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """Work of one day, on a street or at a place in WGS-84 [degrees].

    `window` is HH:MM-HH:MM, `demand_kg` the waste, `service_min` the minutes at a place.
    """

    operation: str
    window: str
    street: str = ""
    way_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    demand_kg: float = 0
    service_min: float = 10
    note: str = ""


class Heard(NamedTuple):
    """What becomes of a table, and the id of the row it is about."""

    id: str
    wishes: Wishes


class TableRow(NamedTuple):
    """A row by its number in the spreadsheet: its cells, and their texts by column."""

    number: int
    cells: list[str]
    texts: dict[str, str]


def rows_of(folder: Path, day: date, table: str) -> Iterator[TableRow]:
    """The rows of a table below its header; none where there is no such table.

    Raises `HuanweiError` for a file that cannot be read.
    """
    if table not in {one.table for one in tables_of(folder)}:
        return
    layout = layout_of(folder, day, table)
    for number, cells in grid_of(folder, day, table, skip=0, most=LARGEST_ROW).rows:
        if number > layout.header:
            texts = {
                column: cells[at].strip() for column, at in layout.places.items() if at < len(cells)
            }
            yield TableRow(number, cells, texts)


def marked(folder: Path, day: date, name: str, *, available: bool) -> Heard:
    """A vehicle (id or plate) or a person (id or name) is out, or back again.

    It stays so until somebody says otherwise. Raises `HuanweiError` for one that is not there.
    """
    wanted = folded(name)
    for table, columns in WHO.items():
        rows = list(rows_of(folder, day, table))
        for column in columns:
            for row in rows:
                if wanted and folded(row.texts.get(column, "")) == wanted:
                    told = {"available": _yes_no(folder, day, table, rows, available=available)}
                    put = [SetRow(row=row.number, seen=row.cells, values=told)]
                    return Heard(row.texts.get("id", name), Wishes(table=table, put=put))
    raise HuanweiError(
        f"There is no vehicle or person {name}. Give the id, the plate or the name.",
        zh=f"没有车辆或人员 {name}。请填写编号、车牌号或姓名。",
    )


def _yes_no(folder: Path, day: date, table: str, rows: list[TableRow], *, available: bool) -> str:
    """The word for it, in the tongue of the column."""
    said = "".join(row.texts.get("available", "") for row in rows)
    heads = "".join(layout_of(folder, day, table).heads)
    return ("no", "yes")[available] if f"{said}{heads}".isascii() else ("否", "是")[available]


def with_order(folder: Path, day: date, order: NewOrder) -> Heard:
    """One more order, of this day alone; raises `HuanweiError` for one without street or place."""
    at = None if order.lon is None or order.lat is None else (order.lon, order.lat)
    if not (order.street or order.way_id or at):
        raise HuanweiError(
            "The order names neither a street nor a place.", zh="工单没有写明道路或地点。"
        )
    ids = [row.texts.get("id", "") for row in rows_of(folder, day, ORDERS)]
    numbers = [int(match[1]) for one in ids if (match := _NUMBERED.fullmatch(one))]
    id_ = f"O{max(numbers, default=0) + 1}"
    told = {
        "id": id_, "operation": order.operation, "window": order.window,
        "way_id": str(order.way_id or ""), "name": order.street,
        "demand_kg": f"{order.demand_kg:g}", "service_min": f"{order.service_min:g}",
        "begin": day.isoformat(), "end": day.isoformat(), "note": order.note,
    }  # fmt: skip
    values = {column: text for column, text in told.items() if text}
    return Heard(id_, Wishes(table=ORDERS, added=[NewRow(values=values, at=at)]))
