"""A tiny district with two sweepers and a flusher: enough to hold rows of the ledger against."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VEHICLES = """id,plate,type,depot,shifts
V1,苏F11111,sw_l,D,day
V2,苏F22222,sw_l,D,day
F1,苏F33333,fl_16,D,day
"""
FACILITIES = """id,name,kind,lon,lat,hours
D,停车场,depot,121.0,32.0,24h
S01,五塘角站,station,121.0,32.0,24h
"""
CREWS = """id,name,licence
P1,王强,B2
"""
SETTINGS = """name = "小区"
roads = "roads.osm"
profile = "standard"
[[shifts]]
id = "day"
begin = "04:00"
end = "12:00"
"""


def write_district(folder: Path) -> Path:
    """The district's tables; it has no roads, which the ledger does not ask for."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"vehicles": VEHICLES, "facilities": FACILITIES, "crews": CREWS}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "district.toml").write_text(SETTINGS, encoding="utf-8")
    return folder
