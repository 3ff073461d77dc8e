"""Broken districts: each is the good one with a single change, and the finding it must give."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
import osmium

from solver.roads.crs import from_wgs84
from tests.district.folders import at, grid_osm, place, replace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Case:
    """`broken` changes the good folder; the finding stands in file, row, column with value."""

    name: str
    broken: Callable[[Path], None]
    code: str
    file: str
    row: int
    column: str
    value: str
    hint: str


def swap(file: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: replace(folder, file, old, new)


def write(file: str, content: str | bytes) -> Callable[[Path], None]:
    raw = content if isinstance(content, bytes) else content.encode()
    return lambda folder: (folder / file).write_bytes(raw) and None


def drop(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def cut_rows(file: str) -> Callable[[Path], None]:
    def cut(folder: Path) -> None:
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")

    return cut


def truncated_pbf(folder: Path) -> None:
    whole = folder / "whole.osm.pbf"
    with osmium.SimpleWriter(str(whole)) as writer:
        for item in osmium.FileProcessor(str(folder / "roads.osm")):
            writer.add(item)
    raw = whole.read_bytes()
    whole.unlink()
    (folder / "roads.osm.pbf").write_bytes(raw[: len(raw) * 2 // 3])
    replace(folder, "district.toml", "roads.osm", "roads.osm.pbf")


def bomb(folder: Path) -> None:
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {name} "{"&" + before + ";" * 1}{("&" + before + ";") * 9}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    text = grid_osm().replace("<osm", f"<!DOCTYPE osm [{entities}]>\n<osm").replace("东路1", "&i;")
    (folder / "roads.osm").write_text(text, encoding="utf-8")


def xlsx_bomb(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "kind", "lon", "lat"])
    book.save(folder / "plain.xlsx")
    with (
        zipfile.ZipFile(folder / "plain.xlsx") as plain,
        zipfile.ZipFile(folder / "facilities.xlsx", "w") as evil,
    ):
        for part in plain.namelist():
            raw = plain.read(part)
            if part.endswith("sheet1.xml"):
                raw = b'<!DOCTYPE a [<!ENTITY b "c">]>' + raw
            evil.writestr(part, raw)
    (folder / "plain.xlsx").unlink()
    (folder / "facilities.csv").unlink()


def book(file: str, edit: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> Callable:
    """The table as a workbook, its sheet changed by `edit`."""

    def made(folder: Path) -> None:
        book = openpyxl.Workbook()
        for line in (folder / file).read_text(encoding="utf-8").splitlines():
            book.active.append([cell or None for cell in line.split(",")])
        edit(book.active)
        book.save((folder / file).with_suffix(".xlsx"))
        (folder / file).unlink()

    return made


def two_sheets(folder: Path) -> None:
    made = openpyxl.Workbook()
    for sheet in (made.active, made.create_sheet("2025")):
        sheet.append(["id", "name", "licence"])
        sheet.append(["C1", "张三", "B2"])
    made.save(folder / "crews.xlsx")
    (folder / CREWS).unlink()


def linked(folder: Path) -> None:
    (folder / CREWS).rename(folder.parent / "people.csv")
    (folder / CREWS).symlink_to(folder.parent / "people.csv")


def two_copies(folder: Path) -> None:
    openpyxl.Workbook().save(folder / "vehicles.xlsx")


def no_depot(folder: Path) -> None:
    replace(folder, "facilities.csv", "D1,停车场,depot", "D1,停车场,water")


def nobody_drives(folder: Path) -> None:
    text = (folder / "vehicles.csv").read_text(encoding="utf-8").replace(",yes,", ",no,")
    (folder / "vehicles.csv").write_text(text, encoding="utf-8")


def no_vehicle_for(operation: str) -> Callable[[Path], None]:
    def cut(folder: Path) -> None:
        lines = (folder / "vehicles.csv").read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if operation not in line]
        (folder / "vehicles.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")

    return cut


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


def shifted(datum: str) -> Callable[[Path], None]:
    """Points as a phone map of another datum would give them."""

    def shift(folder: Path) -> None:
        for column, row in ((1, 1), (2, 1), (1, 2), (2, 2), (0, 1), (3, 1)):
            lon, lat = (float(axis[0]) for axis in from_wgs84(*place(column, row), datum))
            replace(folder, POINTS, at(column, row), f"{lon:.6f},{lat:.6f}")

    return shift


def narrow_roads(folder: Path) -> None:
    text = re.sub(r'(<tag k="highway")', r'<tag k="width" v="2.2"/>\1', grid_osm())
    (folder / "roads.osm").write_text(text, encoding="utf-8")
    replace(folder, "streets.csv", "I,14,4,", "I,,,")  # a width of the district would count


def all_closed(folder: Path) -> None:
    rows = [
        f",{name}{line},2026-03-10,2026-03-20," for name in ("东路", "北路") for line in range(1, 5)
    ]
    text = "\n".join(["way_id,name,begin,end,reason", *rows])
    (folder / "closures.csv").write_text(text, encoding="utf-8")


NO_SERVER = """\
overpass = { url = "http://127.0.0.1:9/api", nominatim = "http://127.0.0.1:9/" }
"""
TOML, SITES, CARS = "district.toml", "facilities.csv", "vehicles.csv"
POINTS, CREWS, STREETS = "points.csv", "crews.csv", "streets.csv"

SETTINGS = [
    Case("folder gone", gone, "E101", "grid", 0, "", "grid", "huanwei init"),
    Case("no settings", drop(TOML), "E102", TOML, 0, "", "", "template"),
    Case("not TOML", write(TOML, "name = 方格镇\n"), "E103", TOML, 0, "", "", "double quotes"),
    Case("unknown key", swap(TOML, "profile =", "profil ="), "E104", TOML, 0, "profil", "standard",
         "Did you mean profile?"),
    Case("unknown key in a shift", swap(TOML, "meal =", "lunch ="), "E104", TOML, 0,
         "shifts[1].lunch", "07:00-09:00", "begin, end"),
    Case("unknown cost", swap(TOML, "diesel_cny_l", "diesel_cny_t"), "E104", TOML, 0,
         "costs.diesel_cny_t", "8.0", "Did you mean diesel_cny_l?"),
    Case("cost below 0", swap(TOML, "diesel_cny_l = 8", "diesel_cny_l = -8"), "E106", TOML, 0,
         "costs.diesel_cny_l", "-8.0", "greater than or equal to 0"),
    Case("no name", swap(TOML, 'name = "方格镇"\n', ""), "E105", TOML, 0, "name", "", "name ="),
    Case("number as roads", swap(TOML, '"roads.osm"', "5"), "E106", TOML, 0, "roads", "5",
         "string"),
    Case("shift ends first", swap(TOML, '"04:00+1"', '"04:00"'), "E109", TOML, 0,
         "shifts[2].end", "04:00", "04:00+1"),
    Case("shift longer than a day", swap(TOML, '"04:00+1"', '"21:00+1"'), "E114", TOML, 0,
         "shifts[2].end", "21:00+1", "one day's work"),
    Case("meal outside the shift", swap(TOML, "07:00-09:00", "13:00-14:00"), "E115", TOML, 0,
         "shifts[1].meal", "13:00-14:00", "before it ends"),
    Case("shift without time", swap(TOML, '"12:00"', '"noon"'), "E306", TOML, 0, "shifts[1].end",
         "noon", "05:00-22:00"),
    Case("shift twice", swap(TOML, '"night"', '"early"'), "E111", TOML, 0, "shifts[2].id",
         "early", "own id"),
    Case("unknown datum", swap(TOML, "profile =", 'crs = "gcj03"\nprofile ='), "E110", TOML, 0,
         "crs", "gcj03", "gcj02"),
    Case("unknown profile", swap(TOML, '"standard"', '"strict"'), "E191", TOML, 0, "profile",
         "strict", "intensive"),
]  # fmt: skip

FILES = [
    Case("no facilities", drop(SITES), "E201", SITES, 0, "", "", "id, kind, lon, lat"),
    Case("table twice", two_copies, "E202", CARS, 0, "", "", "Keep one"),
    Case("Apple's table", lambda f: (f / CARS).rename(f / "vehicles.numbers") and None, "E203",
         "vehicles.numbers", 0, "", ".numbers", ".xlsx"),
    Case("not a workbook", lambda f: (f / CARS).rename(f / "vehicles.xlsx") and None, "E204",
         "vehicles.xlsx", 0, "", "", "save it again"),
    Case("not text", write(POINTS, b"id,name\xff\xff\x80\n"), "E205", POINTS, 0, "", "", "UTF-8"),
    Case("no header", write(CREWS, "C1,A,B2\nC2,B,B2\n"), "E206", CREWS, 0, "", "",
         "id, name, licence"),
    Case("column missing", swap(SITES, "id,name,kind,", "id,name,sort,"), "E207", SITES, 1, "kind",
         "", "类别"),
    Case("column twice", swap(CARS, "id,plate,", "id,编号,"), "E208", CARS, 1, "编号", "",
         "Delete or rename"),
    Case("wrong unit", swap(POINTS, "demand_kg", "demand_t"), "E209", POINTS, 1, "demand_t", "t",
         "demand_kg and multiply its values by 1000"),
    Case("wrong unit in Chinese", swap(SITES, "service_min", "服务时间(小时)"), "E209", SITES, 1,
         "服务时间(小时)", "小时", "multiply its values by 60"),
    Case("empty table", cut_rows(CARS), "E210", CARS, 0, "", "", "at least one row"),
    Case("empty file", write(SITES, ""), "E210", SITES, 0, "", "", "at least one row"),
    Case("far cell", book(POINTS, lambda sheet: sheet.__setitem__("XFD99999", 1)), "E212",
         "points.xlsx", 0, "", "", "Delete the rows"),
    Case("two sheets alike", two_sheets, "E213", "crews.xlsx", 0, "", "Sheet, 2025", "crews"),
    Case("another table below", swap(CREWS, "C6,", "\n车辆\nC6,"), "E215", CREWS, 8, "", "车辆",
         "sheet of its own"),
    Case("link out of the folder", linked, "E214", CREWS, 0, "", "", "Copy the file"),
    Case("XML bomb in a workbook", xlsx_bomb, "E211", "facilities.xlsx", 0, "", "",
         "new workbook"),
]  # fmt: skip

CELLS = [
    Case("empty cell", swap(SITES, "S1,中转站,station", "S1,中转站,"), "E301", SITES, 5, "kind", "",
         "Fill it in"),
    Case("text in a number", swap(POINTS, "240", "约240"), "E302", POINTS, 2, "demand_kg", "约240",
         "digits only"),
    Case("unit in a number", swap(POINTS, ",300,", ",0.3t,"), "E302", POINTS, 3, "demand_kg",
         "0.3t", "unit stands in the column name"),
    Case("negative number", swap(POINTS, "240", "-240"), "E303", POINTS, 2, "demand_kg", "-240",
         "sign and the unit"),
    Case("too large", swap(CARS, "2.45", "2450"), "E303", CARS, 6, "width_m", "2450", "unit"),
    Case("half a bay", swap(SITES, "20,1,", "20,1.5,"), "E304", SITES, 3, "bays", "1.5",
         "without decimals"),
    Case("unknown kind", swap(SITES, "W1,取水点,water", "W1,取水点,watter"), "E305", SITES, 3,
         "kind", "watter", "Did you mean water?"),
    Case("unknown stream", swap(POINTS, "饭店,restaurant,kitchen", "饭店,restaurant,泔水"), "E305",
         POINTS, 6, "stream", "泔水", "kitchen"),
    Case("unknown licence", swap(CREWS, "张三,B2", "张三,D1"), "E305", CREWS, 2, "licence", "D1",
         "B2"),
    Case("no time", swap(SITES, "05:00-22:00", "白天"), "E306", SITES, 5, "hours", "白天",
         "05:00-22:00"),
    Case("closes before it opens", swap(SITES, "05:00-22:00", "22:00-05:00"), "E307", SITES, 5,
         "hours", "22:00-05:00", "22:00-05:00+1"),
    Case("longer than a day", swap(SITES, "05:00-22:00", "05:00-06:00+1"), "E322", SITES, 5,
         "hours", "05:00-06:00+1", "24h"),
    Case("overlaps over midnight", swap(POINTS, "18:00-20:30", "20:00-07:00+1"), "E308", POINTS, 2,
         "hours", "06:30-09:00;20:00-07:00+1", "Join"),
    Case("windows overlap", swap(POINTS, "18:00-20:30", "08:00-20:30"), "E308", POINTS, 2,
         "hours", "06:30-09:00;08:00-20:30", "one window"),
    Case("no date", swap("closures.csv", "2026-03-20", "2026-02-30"), "E309", "closures.csv", 2,
         "end", "2026-02-30", "2026-03-18"),
    Case("ends before it begins", swap("closures.csv", "2026-03-20", "2026-03-01"), "E310",
         "closures.csv", 2, "end", "2026-03-01", "Swap"),
    Case("maybe", swap(CARS, "sweep,yes", "sweep,maybe"), "E311", CARS, 2, "available", "maybe",
         "yes/no"),
    Case("longitude of 1210", swap(POINTS, "121.083,31.9727", "1210.83,31.9727"), "E312", POINTS,
         2, "lon", "1210.83", "decimal degrees"),
    Case("swapped", swap(POINTS, "121.083,31.9727", "31.9727,121.083"), "E313", POINTS, 2,
         "lon, lat", "31.9727, 121.083", "Swap the columns"),
    Case("in the sea of Africa", swap(POINTS, "121.083,31.9727", "0,0"), "E314", POINTS, 2, "lon",
         "0", "digits"),
    Case("#N/A", swap(POINTS, "240", "#N/A"), "E315", POINTS, 2, "demand_kg", "#N/A", "formula"),
    Case("comma in a name", swap(CREWS, "张三", "张三,组长"), "E316", CREWS, 2, "", "12:00",
         "double quotes"),
    Case("no street", swap(STREETS, ",北路1,", ",,"), "E317", STREETS, 3, "way_id", "",
         "way id or the street's name"),
    Case("a dump patch without a deadline",
         write("orders.csv", "id,operation,window,name,demand_kg,begin,spread\n"
               "T1,collect_residual,08:00-18:00,东路1,9000,2026-03-16,yes\n"),
         "E323", "orders.csv", 2, "end", "", "equal shares"),
    Case("half a place", swap("orders.csv", ",,,121.083,31.9781", ",,,121.083,"), "E318",
         "orders.csv", 3, "lat", "", "both"),
    Case("capacity 0 of a station", swap(SITES, "10,2,50", "10,2,0"), "E319", SITES, 5,
         "design_t", "0", "status = closed"),
    Case("capacity 0 of a vehicle", swap(CARS, "7500", "0"), "E319", CARS, 6, "waste_kg", "0",
         "available = no"),
    Case("station without hours", swap(SITES, "05:00-22:00", ""), "E320", SITES, 5, "hours", "",
         "05:00-22:00"),
    Case("formula never reckoned", book(POINTS, lambda sheet: sheet.__setitem__("G2", "=100*2")),
         "E331", "points.xlsx", 2, "demand_kg", "=100*2", "paste the values"),
    Case("one amount for three", book(POINTS, lambda sheet: sheet.merge_cells("G2:G4")), "E332",
         "points.xlsx", 4, "demand_kg", "240", "own share"),
    Case("merged sideways", book(POINTS, lambda sheet: sheet.merge_cells("C2:D2")), "E333",
         "points.xlsx", 2, "stream", "room", "every column"),
    Case("still at work", swap(CREWS, "2026-03-17 12:00", "2026-03-19 12:00"), "E321", CREWS, 3,
         "last_end", "2026-03-19 12:00", "day before"),
]  # fmt: skip

REFERENCES = [
    Case("id twice", swap(CARS, "V2,", "v1,"), "E401", CARS, 3, "id", "v1", "its own id"),
    Case("plate twice", swap(CARS, "苏F12346", "苏F·12345"), "E401", CARS, 3, "plate",
         "苏F·12345", "its own plate"),
    Case("unknown depot", swap(CARS, "sw_l,D1", "sw_l,D2"), "E402", CARS, 2, "depot", "D2", "D1"),
    Case("home depot unknown", swap(CREWS, "B2,D1,", "B2,W1,"), "E402", CREWS, 2, "home_depot",
         "W1", "D1"),
    Case("unknown type", swap(CARS, "sw_l", "sw_xl"), "E403", CARS, 2, "type", "sw_xl",
         "Did you mean sw_l?"),
    Case("unknown shift", swap(CARS, "early;night", "early;nigth"), "E404", CARS, 3, "shifts",
         "nigth", "Did you mean night?"),
    Case("unknown operation", swap(CARS, ",sweep,", ",swep,"), "E405", CARS, 2, "operations",
         "swep", "Did you mean sweep?"),
    Case("unknown level", write("streets.csv", "name,level\n东路1,premum\n"), "E415",
         "streets.csv", 2, "level", "premum", "Did you mean premium?"),
    Case("a street's row ends before it begins",
         write("streets.csv", "name,begin,end\n东路1,2026-03-20,2026-03-10\n"), "E310",
         "streets.csv", 2, "end", "2026-03-10", "Swap"),
    Case("unknown operation of an order", swap("orders.csv", "O1,flush", "O1,plough"), "E405",
         "orders.csv", 2, "operation", "plough", "sweep"),
    Case("contract of no point", write("contracts.csv", "id,point,end\nC1,B77,2026-12-31\n"),
         "E541", "contracts.csv", 2, "point", "B77", "id of the point"),
    Case("muck permit to no site", write("permits.csv", "id,plate,lon,lat,disposal,material,"
         f"tonnes_t,hours,end\nZ1,苏F10001,{at(0, 1)},N8,soil,17,22:00-23:00,2026-12-31\n"),
         "E542", "permits.csv", 2, "disposal", "N8", "id of the disposal site"),
    Case("limits of no material", write("disposals.csv", f"id,lon,lat,limits\nN1,{at(3, 1)},69\n"),
         "E543", "disposals.csv", 2, "limits", "69", "soil:800"),
    Case("a zone of two corners", write("zones.csv", 'id,area\nZ1,"0,0;1,1"\n'),
         "E544", "zones.csv", 2, "area", "0,0;1,1", "three corners"),
    Case("no depot", no_depot, "E407", SITES, 0, "kind", "", "depot"),
    Case("no vehicle available", nobody_drives, "E408", CARS, 0, "available", "", "at least one"),
    Case("kitchen waste without truck", no_vehicle_for("collect_kitchen"), "E409", CARS, 0,
         "type", "collect_kitchen", "kw_5"),
    Case("sweepings without tip", swap(SITES, "24:00,sweepings", "24:00,hazardous"), "E410",
         SITES, 0, "kind", "sweep", "streams contain sweepings"),
    Case("no water", swap(SITES, "W1,取水点,water", "W1,取水点,charger"), "E411", SITES, 0, "kind",
         "flush", "kind water"),
    Case("sweeper that collects", swap(CARS, ",sweep,", ",collect_residual,"), "E413", CARS, 2,
         "operations", "collect_residual", "cp_8"),
]  # fmt: skip

ROADS = [
    Case("no roads", drop("roads.osm"), "E501", TOML, 0, "roads", "roads.osm", "OpenStreetMap"),
    Case("truncated PBF", truncated_pbf, "E502", "roads.osm.pbf", 0, "", "", "Download"),
    Case("not a road file", swap(TOML, "roads.osm", "points.csv"), "E502", POINTS, 0, "", "",
         "Download"),
    Case("XML bomb", bomb, "E502", "roads.osm", 0, "", "", "Download"),
    Case("no drivable street", write("roads.osm", grid_osm("steps")), "E503", "roads.osm", 0, "",
         "", "highway"),
    Case("empty map", write("roads.osm", "<osm version='0.6'></osm>"), "E503", "roads.osm", 0, "",
         "", "highway"),
    Case("place given offline", swap(TOML, '"roads.osm"', '"place:三星镇"\n' + NO_SERVER), "E504",
         TOML, 0, "roads", "place:三星镇", "Connect"),
    Case("box given offline", swap(TOML, '"roads.osm"', '"bbox:121.0,31.9,121.1,32.0"\n'
         + NO_SERVER), "E504", TOML, 0, "roads", "bbox:121.0,31.9,121.1,32.0", "[overpass] url"),
    Case("no box", swap(TOML, '"roads.osm"', '"bbox:121.1,31.9,121.0"'), "E507", TOML, 0, "roads",
         "bbox:121.1,31.9,121.0", "bbox:W,S,E,N"),
    Case("point off the map", swap(POINTS, "121.083,31.9727", "121.583,31.9727"), "E505", POINTS,
         2, "lon, lat", "121.583, 31.9727", "access_min"),
    Case("GCJ-02 declared WGS-84", shifted("gcj02"), "E506", POINTS, 0, "", "",
         '[tables.points] in district.toml: the median'),
    Case("BD-09 declared WGS-84", shifted("bd09"), "E506", POINTS, 0, "", "", 'crs = "bd09"'),
    Case("WGS-84 declared GCJ-02", swap(TOML, "profile =", 'crs = "gcj02"\nprofile ='), "E506",
         SITES, 0, "", "", 'crs = "wgs84"'),
    Case("wider than every road", narrow_roads, "E412", CARS, 6, "width_m", "2.45", "2.2 m"),
    Case("a country in words", swap(TOML, "profile =", 'country = "China"\nprofile ='), "E116",
         TOML, 0, "country", "China", "two letters"),
    Case("every street closed", all_closed, "E414", CARS, 2, "type", "sw_l", "closures"),
    Case("too heavy", write("roads.osm", grid_osm().replace(
        '<tag k="highway"', '<tag k="maxweight" v="10"/><tag k="highway"')), "E412", CARS, 3,
        "type", "fl_16", "tonnes"),
]  # fmt: skip

CASES = [*SETTINGS, *FILES, *CELLS, *REFERENCES, *ROADS]
