"""What a dispatcher hears after the plan was made: somebody is out, somebody is back, an order."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from scenarios.desk.today.rows import Rewritten, Rows, rewritten
from scenarios.district.settings import read_settings
from scenarios.district.words.messages import Findings
from solver.roads.crs import from_wgs84

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scenarios.desk.today.rows import Value

WHO = {"vehicles": ("id", "plate"), "crews": ("id", "name")}
"""Tables of those who can be out, and the columns people name them by."""
ORDERS = "orders"
_NUMBERED = re.compile(r"O([0-9]{1,9})", re.IGNORECASE)
_HEADINGS = ("id", "operation", "window", "way_id", "name", "lon", "lat", "demand_kg",
             "service_min", "begin", "end", "note")  # fmt: skip
"""Of an orders table that is begun here."""


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


def marked(folder: Path, day: date, name: str, *, available: bool) -> Rewritten:
    """The table in which a vehicle (id or plate) or a person (id or name) is out, or back again.

    It stays so until somebody says otherwise. Raises `HuanweiError` for one that is not there.
    """
    for table, columns in WHO.items():
        found = Rows.of(folder, day, table)
        if found is not None and (row := found.find(name, *columns)):
            told = {row: {"available": _yes_no(found, available=available)}}
            file, content, base = rewritten(folder, day, found, changed=told)
            id_ = found.rows[row].get("id", name)
            return Rewritten(id=id_, file=file, content=content, base=base)
    raise HuanweiError(
        f"There is no vehicle or person {name}. Give the id, the plate or the name.",
        zh=f"没有车辆或人员 {name}。请填写编号、车牌号或姓名。",
    )


def _yes_no(found: Rows, *, available: bool) -> str:
    """The word for it, in the tongue of the column."""
    said = "".join(cells.get("available", "") for cells in found.rows.values())
    english = said.isascii() and any(text.isascii() for text in found.grid.headings if text)
    return ("no", "yes")[available] if english else ("否", "是")[available]


def with_order(folder: Path, day: date, order: NewOrder) -> Rewritten:
    """The orders table with one more, of this day alone; it is begun where there is none.

    Raises `HuanweiError` for one without a street or place.
    """
    if not (order.street or order.way_id) and (order.lon is None or order.lat is None):
        raise HuanweiError(
            "The order names neither a street nor a place.", zh="工单没有写明道路或地点。"
        )
    found = Rows.of(folder, day, ORDERS)
    lon, lat = _placed(folder, day, order)
    told: dict[str, Value] = {
        "id": _next_id(found), "operation": order.operation, "window": order.window,
        "way_id": order.way_id and str(order.way_id), "name": order.street or None,
        "lon": lon, "lat": lat, "demand_kg": order.demand_kg or None,
        "service_min": order.service_min, "begin": day.isoformat(), "end": day.isoformat(),
        "note": order.note or None,
    }  # fmt: skip
    id_ = str(told["id"])
    if found is None:
        line = [str("" if told[column] is None else told[column]) for column in _HEADINGS]
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([_HEADINGS, line])
        content = text.getvalue().encode("utf-8-sig")
        return Rewritten(id=id_, file=f"{ORDERS}.csv", content=content, base="")
    file, content, base = rewritten(folder, day, found, added=[told])
    return Rewritten(id=id_, file=file, content=content, base=base)


def _placed(folder: Path, day: date, order: NewOrder) -> tuple[float | None, float | None]:
    """The place in the datum of the orders table [degrees]."""
    if order.lon is None or order.lat is None:
        return None, None
    settings = read_settings(folder, day, Findings())
    lon, lat = from_wgs84(order.lon, order.lat, settings.crs_of(ORDERS) if settings else "wgs84")
    return round(float(lon[0]), 6), round(float(lat[0]), 6)


def _next_id(found: Rows | None) -> str:
    """The first number behind those that were given."""
    ids = [cells.get("id", "") for cells in found.rows.values()] if found else []
    numbers = [int(match[1]) for one in ids if (match := _NUMBERED.fullmatch(one))]
    return f"O{max(numbers, default=0) + 1}"
