"""Rows of the demo bureau to files as a bureau's Excel would write them (CSV, UTF-8 with BOM)."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Cell = str | int | float
COLUMNS: dict[str, tuple[str, ...]] = {
    "facilities": (
        "id", "name", "kind", "lon", "lat", "hours", "streams", "spare_for", "service_min", "bays",
        "access_min", "access_km", "design_t", "press_t_h", "storage_t", "box_t", "boxes",
        "daily_quota_t", "gate_fee_cny_t", "clear_daily", "technology", "status", "land_m2", "note",
    ),
    "vehicles": ("id", "plate", "type", "depot", "shifts", "operations", "available", "note"),
    "points": (
        "id", "name", "kind", "stream", "lon", "lat", "demand_kg", "service_min", "hours",
        "own_side", "town", "supervisor",
    ),
    "crews": (
        "id", "name", "licence", "home_depot", "skills", "shifts", "available", "hours_month_h",
        "overtime_month_h", "last_end", "nights_run", "days_run",
    ),
    "streets": (
        "way_id", "name", "buffer_m", "cleaning_class", "width_m", "lanes", "core", "operator",
        "exclude", "include", "note",
    ),
    "contracts": ("id", "point", "company", "begin", "end", "bins", "bin_l", "note"),
    "permits": (
        "id", "company", "plate", "site", "lon", "lat", "disposal", "material", "tonnes_t", "hours",
        "active_safety", "begin", "end", "note",
    ),
    "disposals": ("id", "name", "lon", "lat", "limits", "note"),
    "closures": ("way_id", "name", "begin", "end", "reason"),
    "orders": (
        "id", "operation", "window", "way_id", "name", "lon", "lat", "demand_kg", "service_min",
        "begin", "end", "spread", "note",
    ),
    "quotas": (
        "year", "operation", "vehicle_type", "trips", "counts", "per_km", "per_vehicle",
        "reserve_percent", "buffer_days", "season", "alert_weight", "weekend_weight",
        "holiday_weight", "extra", "note",
    ),
    "climate": (
        "month", "low_c", "swing_c", "rain_days", "snow_days", "wind_days", "alert_days", "source",
    ),
}  # fmt: skip


REGISTERS = frozenset({"contracts", "permits", "disposals"})
"""Tables of the full demo alone."""


@dataclass(slots=True)
class Tables:
    """Rows by table; a column that a row does not name stays empty."""

    rows: dict[str, list[dict[str, Cell]]] = field(
        default_factory=lambda: {name: [] for name in COLUMNS}
    )

    def add(self, table: str, row: Mapping[str, Cell]) -> None:
        """Append a row. Raises `KeyError` on a column the table does not have."""
        if unknown := sorted(set(row) - set(COLUMNS[table])):
            raise KeyError(f"{table} has no column {unknown}")
        self.rows[table].append(dict(row))

    def write(self, folder: Path) -> None:
        """One CSV per table; a register that nobody keeps is no file."""
        for name, rows in self.rows.items():
            if name in REGISTERS and not rows:
                continue
            path = folder / f"{name}.csv"
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[name], restval="", lineterminator="\r\n")
                writer.writeheader()
                writer.writerows(rows)
