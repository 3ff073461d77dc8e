"""A good tiny district: a 4 x 4 grid of streets 300 m apart, and all seven tables."""

import json
from pathlib import Path

LON0, LAT0 = 121.08, 31.97
STEP_LON, STEP_LAT = 0.003, 0.0027
SIZE = 4

DISTRICT = """\
name = "方格镇"
id = "grid"
roads = "roads.osm"
profile = "standard"

[[shifts]]
id = "early"
begin = "04:00"
end = "12:00"
meal = "07:00-09:00"

[[shifts]]
id = "night"
begin = "20:00"
end = "04:00+1"

[weather]
temperature_c = 12.5

[costs]
diesel_cny_l = 8
"""


def place(column: int, row: int) -> tuple[float, float]:
    """Corner of the grid (lon, lat)."""
    return round(LON0 + column * STEP_LON, 6), round(LAT0 + row * STEP_LAT, 6)


def grid_osm(highway: str = "tertiary", size: int = SIZE) -> str:
    """The grid as OSM XML; streets running east are 东路1..., north 北路1..."""
    nodes = [
        f'<node id="{1 + row * size + column}" lon="{place(column, row)[0]}" '
        f'lat="{place(column, row)[1]}"/>'
        for row in range(size)
        for column in range(size)
    ]
    ways = []
    for line in range(size):
        east = [1 + line * size + column for column in range(size)]
        north = [1 + row * size + line for row in range(size)]
        for way, name, refs in ((100, "东路", east), (200, "北路", north)):
            nds = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            tags = f'<tag k="highway" v="{highway}"/><tag k="name" v="{name}{line + 1}"/>'
            ways.append(f'<way id="{way + line}">{nds}{tags}</way>')
    body = "\n".join(nodes + ways)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n{body}\n</osm>\n'


def at(column: int, row: int) -> str:
    """Corner of the grid as two CSV cells."""
    lon, lat = place(column, row)
    return f"{lon},{lat}"


TABLES = {
    "facilities.csv": f"""\
id,name,kind,lon,lat,hours,streams,service_min,bays,design_t
D1,停车场,depot,{at(0, 0)},24h,,5,,
W1,取水点,water,{at(1, 0)},24h,,20,1,
T1,清扫物卸点,tip,{at(2, 0)},00:00-24:00,sweepings,10,1,
S1,中转站,station,{at(3, 3)},05:00-22:00,residual;kitchen,10,2,50
P1,焚烧厂,plant,{at(3, 0)},24h,residual,25,,
S2,二号站,station,{at(0, 3)},06:00-20:00,residual,10,1,30
""",
    "vehicles.csv": """\
id,plate,type,depot,shifts,operations,available,waste_kg,width_m
V1,苏F12345,sw_l,D1,early,sweep,yes,,
V2,苏F12346,fl_16,D1,early;night,flush,yes,,
V3,苏F12347,fog,D1,early,fog,yes,,
V4,苏F12348,lp,D1,early,sidewalk_wash,yes,,
V5,苏F12349,cp_8,D1,early,collect_residual,yes,7500,2.45
V6,苏F12350,kw_5,D1,early,collect_kitchen,yes,,
""",
    "points.csv": f"""\
id,name,kind,stream,lon,lat,demand_kg,service_min,hours,own_side
B1,一号房,room,residual,{at(1, 1)},240,5,06:30-09:00;18:00-20:30,no
B2,二号房,room,residual,{at(2, 1)},300,,,yes
B3,三号房,room,residual,{at(1, 2)},120,,,no
B4,四号房,room,residual,{at(2, 2)},180,,,no
B5,饭店,restaurant,kitchen,{at(0, 1)},90,3,09:30-11:30,no
B6,食堂,restaurant,kitchen,{at(3, 1)},200,4,09:30-11:30,no
""",
    "crews.csv": """\
id,name,licence,home_depot,skills,shifts,available,hours_month_h,overtime_month_h,last_end
C1,张三,B2,D1,,early,yes,80,4,12:00
C2,李四,B2,D1,,early;night,yes,96,0,2026-03-17 12:00
C3,王五,B2,D1,,early,yes,80,0,12:00
C4,赵六,B2,D1,,early,yes,80,0,12:00
C5,钱七,B2,D1,,early,yes,80,0,12:00
C6,孙八,A2,D1,,early,yes,80,0,04:00+1
""",
    "streets.csv": """\
way_id,name,buffer_m,cleaning_class,width_m,lanes,core,operator,exclude,include
100,,,I,14,4,yes,一队,,
,北路1,100,II,,,no,,fog,flush
""",
    "closures.csv": """\
way_id,name,begin,end,reason
,东路4,2026-03-10,2026-03-20,施工
""",
    "orders.csv": f"""\
id,operation,window,way_id,name,lon,lat,demand_kg,service_min
O1,flush,05:00-11:00,,东路2,,,,
O2,collect_residual,05:00-11:00,,,{at(1, 3)},500,15
""",
}


def write_good(folder: Path) -> Path:
    """Write the good district into `folder` (made if absent)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "district.toml").write_text(DISTRICT, encoding="utf-8")
    (folder / "roads.osm").write_text(grid_osm(), encoding="utf-8")
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def replace(folder: Path, file: str, old: str, new: str) -> None:
    """Change one piece of text of a file; it must be there."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, json.dumps(old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
