"""Where people live, from points and areas of a file; every bad row is told."""

import json
from pathlib import Path

import pytest

from models.errors import InputErrors
from scenarios.desk.siting.relocation_tables import read_census

SQUARE = [[120.0, 31.0], [120.004, 31.0], [120.004, 31.002], [120.0, 31.002], [120.0, 31.0]]


def feature(kind: str, coordinates: object, persons: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"persons": persons},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def write(path: Path, *features: object) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def test_people_of_an_area_are_spread_over_it(tmp_path):
    """381 m x 222 m: 8 x 4 places 50 m apart, all inside, in equal shares."""
    found = read_census(
        write(
            tmp_path / "people.geojson",
            feature("Polygon", [SQUARE], 3_200),
            feature("MultiPolygon", [[SQUARE]], 32),
            feature("Point", [121.0, 30.0], 7),
        )
    )
    assert len(found) == 32 + 32 + 1
    assert sum(persons for *_, persons in found) == pytest.approx(3_239)
    assert {round(persons) for *_, persons in found[:32]} == {100}
    assert all(120.0 < lon < 120.004 and 31.0 < lat < 31.002 for lon, lat, _ in found[:64])
    assert found[-1] == (121.0, 30.0, 7.0)


def test_every_bad_feature_is_told_at_once(tmp_path):
    path = write(
        tmp_path / "people.json",
        feature("Point", [120.0, 31.0], "many"),
        feature("LineString", [[120.0, 31.0], [120.1, 31.0]], 5),
        feature("Polygon", "nowhere", 5),
        7,
    )
    with pytest.raises(InputErrors) as found:
        read_census(path)
    assert [(one.code, one.row, one.column) for one in found.value.issues] == [
        ("E702", 1, "properties.persons"),
        ("E702", 2, "geometry"),
        ("E702", 3, "geometry"),
        ("E702", 4, "properties.persons"),
    ]


@pytest.mark.parametrize(("text", "code"), [("{", "E700"), ("[]", "E703"), (None, "E700")])
def test_a_file_that_is_no_map_of_people(tmp_path, text, code):
    path = tmp_path / "people.geojson"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(InputErrors, match=code):
        read_census(path)


def test_a_table_of_places(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("lon,lat,persons\n120,31,40\n120,x,\n", "utf-8")
    with pytest.raises(InputErrors) as found:
        read_census(path)
    assert [(one.code, one.row, one.column) for one in found.value.issues] == [
        ("E302", 3, "lat"),
        ("E301", 3, "persons"),
    ]
    path.write_text("lon,lat,persons\n120,31,40\n", "utf-8")
    assert read_census(path) == [(120.0, 31.0, 40.0)]
