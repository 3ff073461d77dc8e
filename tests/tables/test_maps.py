"""Tables in the formats of maps are read, and those that are not read are told with a way out."""

import json
import warnings
import zipfile
from datetime import date

import numpy as np
import pytest
import shapely
from pyogrio.raw import write

from scenarios.district import check_district, read_district
from solver.roads.crs import from_wgs84
from tests.district.folders import write_good
from tests.tables.books import rows_of

DAY = date(2026, 3, 18)
CHINESE = [
    "编号",
    "名称",
    "类别",
    "垃圾类别",
    "经度",
    "纬度",
    "垃圾量",
    "服务时间",
    "收运时间",
    "仅本侧",
]


def features(heads=None, numbers=True):
    """The points as attributes without their place, and their places."""
    head, *rows = rows_of("points")
    names = heads or head
    for row in rows:
        cells = {
            name: float(text) if numbers and name == "demand_kg" else text
            for name, text in zip(names, row, strict=True)
            if name not in {names[4], names[5]}
        }
        yield cells, (float(row[4]), float(row[5]))


def geojson(rows):
    found = [
        {"type": "Feature", "properties": cells,
         "geometry": {"type": "Point", "coordinates": [*place, 3.5]}}
        for cells, place in rows
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": found})


def write_layer(path, heads=None, crs="EPSG:4326", **options):
    rows = list(features(heads, numbers=False))
    x, y = np.array([place for _, place in rows]).T
    if crs != "EPSG:4326":
        x, y = from_wgs84(x, y, crs.lower())
    shapes = shapely.to_wkb(shapely.points(np.column_stack([x, y])))
    columns = [np.array([cells[name] for cells, _ in rows], dtype=object) for name in rows[0][0]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a Shapefile cuts headings off, and says so
        write(path, geometry=shapes, field_data=columns, fields=list(rows[0][0]), crs=crs,
              geometry_type="Point", **options)  # fmt: skip


def same_points(good, other):
    one, two = (read_district(path, DAY).points for path in (good, other))
    assert len(one) == len(two) == 6
    for a, b in zip(one, two, strict=True):
        assert (a.lon, a.lat) == pytest.approx((b.lon, b.lat), abs=2e-6)
        for column in ("id", "name", "kind", "stream", "demand_kg", "service_s", "windows"):
            assert getattr(a, column) == getattr(b, column)
    assert {w.code for w in check_district(other, DAY).warnings} <= {"W202"}  # no unit


@pytest.mark.parametrize("file", ["points.geojson", "收集点.json", "点位.GeoJSON"])
@pytest.mark.parametrize("heads", [None, CHINESE], ids=["English", "Chinese"])
def test_geojson(good, other, file, heads):
    (other / file).write_text(geojson(features(heads)), encoding="utf-8")
    same_points(good, other)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4549"])
@pytest.mark.parametrize("layer", ["points", "收集点", "layer1"])
def test_a_geopackage_in_degrees_or_metres(good, other, crs, layer):
    write_layer(other / "points.gpkg", crs=crs, layer=layer, driver="GPKG")
    same_points(good, other)


def test_a_geopackage_may_hold_a_table_under_another_name(good, other):
    write_layer(other / "辖区.gpkg", layer="收集点", driver="GPKG")
    same_points(good, other)


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
@pytest.mark.parametrize("cpg", [True, False], ids=["cpg", "no cpg"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4549"])
def test_a_shapefile_with_chinese_headings(good, other, encoding, cpg, crs):
    write_layer(other / "points.shp", CHINESE, crs, encoding=encoding, driver="ESRI Shapefile")
    if not cpg:
        (other / "points.cpg").unlink()
    same_points(good, other)


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
@pytest.mark.parametrize("stated", ["ISO-8859-1", "UTF-8", "GBK", "936", "OEM", ""])
def test_the_bytes_of_a_shapefile_say_more_than_its_cpg(good, other, encoding, stated):
    write_layer(other / "points.shp", CHINESE, encoding=encoding, driver="ESRI Shapefile")
    (other / "points.cpg").write_text(stated, "ascii")
    same_points(good, other)


def test_a_shapefile_in_capitals_brings_no_strays(good, other):
    write_layer(other / "points.shp", CHINESE, encoding="GBK", driver="ESRI Shapefile")
    for path in list(other.glob("points.*")):
        path.rename(other / path.name.upper())
    same_points(good, other)


def odd(**first):
    """The points as GeoJSON; the first one with another geometry."""
    document = json.loads(geojson(features()))
    document["features"][0]["geometry"] = first
    return document


TWO = [[121.083, 31.9727], [121.09, 31.98]]
ODD = {
    "two points": (odd(type="MultiPoint", coordinates=TWO), "E302", "MultiPoint"),
    "line": (odd(type="LineString", coordinates=TWO), "E302", "LineString"),
    "collection": (odd(type="GeometryCollection", geometries=[]), "E302", "GeometryCollection"),
    "none": (json.loads(geojson(features())), "E301", ""),
}
ODD["none"][0]["features"][0]["geometry"] = None


@pytest.mark.parametrize("kind", ODD)
def test_a_feature_without_one_place_is_told_by_its_row(other, kind):
    document, code, value = ODD[kind]
    (other / "points.geojson").write_text(json.dumps(document), encoding="utf-8")
    found = check_district(other, DAY).issues
    assert [(i.code, i.row, i.column, i.value) for i in found] == [
        (code, 2, column, value) for column in ("lon", "lat")
    ]


def test_one_point_in_a_set_and_hours_in_a_list(good, other):
    document = odd(type="MultiPoint", coordinates=TWO[:1])
    hours = document["features"][0]["properties"]["hours"]
    document["features"][0]["properties"]["hours"] = hours.split(";")
    (other / "points.geojson").write_text(json.dumps(document), encoding="utf-8")
    same_points(good, other)


@pytest.mark.parametrize(
    ("name", "code"),
    [("urn:ogc:def:crs:OGC:1.3:CRS84", None), ("EPSG:4490", None), ("EPSG:999999", "E204"),
     ("gcj02", "E204")],
)  # fmt: skip
def test_a_geojson_that_names_its_system(good, other, name, code):
    document = json.loads(geojson(features()))
    document["crs"] = {"type": "name", "properties": {"name": name}}
    text = json.dumps(dict(sorted(document.items())))  # crs first, as programs write it
    (other / "points.geojson").write_text(text, encoding="utf-8")
    if code is None:
        same_points(good, other)
    else:
        (issue,) = check_district(other, DAY).issues
        assert issue.code == code
        assert "坐标系" in issue.message_zh


def test_a_shapefile_without_its_index_says_which_file_is_missing(other):
    write_layer(other / "points.shp", CHINESE, driver="ESRI Shapefile")
    (other / "points.shx").unlink()
    (issue,) = check_district(other, DAY).issues
    assert "points.shx" in issue.message_en
    assert "缺少" in issue.message_zh


def test_a_shapefile_cuts_its_headings_off(good, other):
    write_layer(other / "points.shp", driver="ESRI Shapefile")
    dbf = (other / "points.dbf").read_bytes()
    assert b"service_mi" in dbf
    assert b"service_min" not in dbf
    same_points(good, other)


def kml(rows, wrap="{}"):
    marks = "".join(
        "<Placemark>" + (f"<name>{cells['名称']}</name>" if "名称" in cells else "")
        + "<ExtendedData>"
        + "".join(f'<Data name="{name}"><value>{text}</value></Data>'
                  for name, text in cells.items() if name != "名称")
        + f"</ExtendedData><Point><coordinates>{place[0]},{place[1]},0</coordinates></Point>"
        "</Placemark>"
        for cells, place in rows
    )  # fmt: skip
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>点位</name>{wrap.format(marks)}</Document></kml>"
    )


@pytest.mark.parametrize("heads", [None, CHINESE], ids=["English", "Chinese"])
@pytest.mark.parametrize("wrap", ["{}", "<Folder><name>收集点</name>{}</Folder>"])
@pytest.mark.parametrize("suffix", ["kml", "kmz"])
def test_placemarks_with_data(good, other, heads, wrap, suffix):
    text = kml(features(heads, numbers=False), wrap)
    if suffix == "kml":
        (other / "points.kml").write_text(text, encoding="utf-8")
    else:
        with zipfile.ZipFile(other / "points.kmz", "w") as parts:
            parts.writestr("doc.kml", text)
    same_points(good, other)


@pytest.mark.parametrize("coding", ["GBK", "gb2312", "UTF-16"])
@pytest.mark.parametrize("gap", ["", " ", "\n"])
def test_a_kml_in_an_encoding_of_china_and_with_blanks(good, other, coding, gap):
    marks = "".join(
        "<Placemark><ExtendedData>"
        + "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in cells.items())
        + f"</ExtendedData><Point><coordinates>{gap}{x},{gap}{y}{gap}</coordinates></Point>"
        "</Placemark>"
        for cells, (x, y) in features()
    )
    text = f'<?xml version="1.0" encoding="{coding}"?><kml><Document>{marks}</Document></kml>'
    (other / "points.kml").write_bytes(text.encode(coding))
    same_points(good, other)


def test_of_several_documents_in_a_kmz_doc_kml_counts(good, other):
    cells, (x, y) = next(iter(features()))
    data = "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in cells.items())
    mark = f"<Placemark><ExtendedData>{data}</ExtendedData><Point><coordinates>{x},{y}"
    with zipfile.ZipFile(other / "points.kmz", "w") as parts:
        parts.writestr("a.kml", "<kml/>")
        parts.writestr("doc.kml", f"<kml>{mark}</coordinates></Point></Placemark></kml>")
    assert [point.id for point in read_district(other, DAY).points] == ["B1"]


def test_an_area_stands_for_a_point_inside(good):
    (good / "facilities.csv").write_text(
        "\n".join(line for line in (good / "facilities.csv").read_text("utf-8").splitlines()),
        encoding="utf-8",
    )
    site = read_district(good, DAY).sites[0]
    ring = [[site.lon - 1e-4, site.lat - 1e-4], [site.lon + 1e-4, site.lat - 1e-4],
            [site.lon + 1e-4, site.lat + 1e-4], [site.lon - 1e-4, site.lat + 1e-4]]  # fmt: skip
    area = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    rows = [
        {"type": "Feature", "properties": {"id": "B1", "stream": "residual", "demand_kg": 5},
         "geometry": area}
    ]  # fmt: skip
    (good / "points.csv").unlink()
    (good / "points.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8"
    )
    (point,) = read_district(good, DAY).points
    assert (point.lon, point.lat) == pytest.approx((site.lon, site.lat), abs=1e-4)


def test_streets_of_a_map_need_no_place(good, tmp_path):
    other = write_good(tmp_path / "other")
    (other / "streets.csv").unlink()
    line = {"type": "LineString", "coordinates": [[121.08, 31.97], [121.09, 31.97]]}
    rows = [
        {"type": "Feature", "geometry": line,
         "properties": {"way_id": 100, "cleaning_class": "I", "width_m": 14.0, "lanes": 4,
                        "core": "yes", "operator": "一队"}},
        {"type": "Feature", "geometry": None,
         "properties": {"name": "北路1", "buffer_m": 100, "cleaning_class": "II", "core": "no",
                        "exclude": "fog", "include": "flush"}},
    ]  # fmt: skip
    (other / "道路.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8"
    )
    assert read_district(good, DAY).streets == read_district(other, DAY).streets


def test_a_place_in_the_attributes_comes_first(good, other):
    """A table exported to a map keeps its columns lon and lat, in the datum of the table."""
    rows = [(cells | {"lon": place[0], "lat": place[1]}, (0, 0)) for cells, place in features()]
    (other / "points.geojson").write_text(geojson(rows), encoding="utf-8")
    same_points(good, other)


@pytest.mark.parametrize(
    "suffix",
    [".gpx", ".dxf", ".dwg", ".numbers", ".pdf", ".docx", ".mdb", ".gml", ".csv.gz", ".shx",
     ".fods", ".topojson", ".xlsx.zip"],
)  # fmt: skip
@pytest.mark.parametrize("stem", ["points", "收集点", "vehicles"])
def test_a_table_in_a_format_not_read_is_an_error_with_a_way_out(other, stem, suffix):
    (other / f"{stem}{suffix}").write_bytes(b"x")
    if stem == "vehicles":
        (other / "vehicles.csv").unlink()
    issues = check_district(other, DAY).issues
    assert [(i.code, i.file) for i in issues if i.code != "E405"] == [("E203", f"{stem}{suffix}")]
    assert "GeoJSON" in issues[0].hint_en


@pytest.mark.parametrize(
    "name", ["points.bak", "points.png", "points.gpx", "point.csv", "点位2.kml"]
)
def test_a_stray_file_called_like_a_table_is_warned_of(good, name):
    (good / name).write_bytes(b"x")
    report = check_district(good, DAY)
    assert report.issues == ()
    assert [(w.code, w.file) for w in report.warnings] == [("W203", name)]


@pytest.mark.parametrize(
    "name", ["readme.txt", "map.png", "notes.pdf", "roads.json", ".points.swp"]
)
def test_other_files_are_no_business_of_ours(good, name):
    (good / name).write_bytes(b"x")
    assert check_district(good, DAY).warnings == ()


@pytest.mark.parametrize(
    ("file", "raw"),
    [("points.geojson", b"{"), ("points.geojson", b""), ("points.gpkg", b"x" * 99),
     ("points.shp", b""), ("points.kml", b"<kml><Document>"), ("points.kml", b""),
     ("points.kmz", b"PK\x03\x04"), ("points.json", b'{"a": 1}'), ("points.xlsx", b"PK\x03\x04"),
     ("points.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600), ("points.ods", b""),
     ("points.xlsb", b"PK"), ("points.kml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><kml>&b;</kml>")],
)  # fmt: skip
def test_a_broken_file_is_one_clear_error(other, file, raw):
    (other / file).write_bytes(raw)
    (issue,) = check_district(other, DAY).issues
    assert (issue.file, issue.code) in {(file, "E204"), (file, "E211"), (file, "E206")}
