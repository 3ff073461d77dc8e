"""TOML of a stranger: one clear line, quickly, whatever it contains."""

import os
import time
from datetime import date

import pytest

from models.errors import InputErrors
from models.toml_text import MAX_DEPTH, TomlError, parse_toml
from scenarios.district import check_district
from scenarios.edits.read import read_scenario
from solver.trade.profile import load_profile
from tests.district.folders import DISTRICT, write_good

DAY = date(2026, 3, 18)
MONSTERS = {
    "brackets": "a = " + "[" * 100_000,
    "closed brackets": "a = " + "[" * 5_000 + "]" * 5_000,
    "inline tables": "a = " + "{b = " * 3_000 + "1" + "}" * 3_000,
    "dotted key": ".".join(["a"] * 20_000) + " = 1",
    "dotted heading": "[" + ".".join(["a"] * 20_000) + "]",
    "dotted with blanks": " . ".join(["a"] * 20_000) + " = 1",
    "digits": "a = " + "9" * 5_000,
    "hex digits": "a = 0x" + "f" * 5_000,
    "keys": "".join(f"a{n} = 1\n" for n in range(300_000)),
    "tables": "".join(f"[a{n}]\n" for n in range(300_000)),
    "size": "# " + "x" * 3_000_000,
    "no such date": "a = 2026-02-30",
    "unclosed": 'a = """' + "x" * 100_000,
    "nothing but quotes": '"' * 100_001,
}


@pytest.mark.parametrize("name", MONSTERS)
def test_settings_that_are_no_settings_are_one_finding(tmp_path, name):
    good = write_good(tmp_path / "grid")
    (good / "district.toml").write_text(DISTRICT + "\n" + MONSTERS[name], encoding="utf-8")
    begin = time.process_time()
    issues = [i for i in check_district(good, DAY).issues if i.file == "district.toml"]
    assert [i.code for i in issues] == ["E103"]
    assert len(issues[0].text("en")) < 300
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("name", MONSTERS)
def test_rule_profiles_and_scenarios_are_looked_at_too(tmp_path, name):
    (tmp_path / "own.toml").write_text(MONSTERS[name], encoding="utf-8")
    for read in (
        lambda: load_profile("own.toml", tmp_path),
        lambda: read_scenario(tmp_path / "own.toml"),
    ):
        with pytest.raises(InputErrors):
            read()


def test_what_people_write_is_read():
    nested = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    text = f"a = \"{'[' * 999}\" # {'{' * 999}\nb = {nested}\nc.d.e = 0xff\nf = '''\n[[[\n'''\n"
    table = parse_toml(text)
    assert table["c"] == {"d": {"e": 255}}
    with pytest.raises(TomlError):
        parse_toml("a = ")


@pytest.mark.parametrize(
    "file", ["points.csv", "district.toml", "roads.osm", "辖区.xlsx", "points.kml"]
)
def test_a_pipe_is_not_waited_for(tmp_path, file):
    good = write_good(tmp_path / "grid")
    if file == "points.kml":
        (good / "points.csv").unlink()
    (good / file).unlink(missing_ok=True)
    os.mkfifo(good / file)
    report = check_district(good, DAY)
    told = [i.code for i in (*report.issues, *report.warnings)]
    assert set(told) & {"E204", "E102", "E501", "W203"}


@pytest.mark.parametrize("file", ["points.csv", "points.xlsx", "points.geojson", "district.toml"])
def test_a_device_or_folder_is_no_table(tmp_path, file):
    good = write_good(tmp_path / "grid")
    (good / "points.csv").unlink()
    (good / file).unlink(missing_ok=True)
    (good / file).symlink_to("/dev/zero")
    assert {i.code for i in check_district(good, DAY).issues} == {
        "E102" if file == "district.toml" else "E214"
    }
    (good / file).unlink()
    (good / file).mkdir()
    assert {i.code for i in check_district(good, DAY).issues} == {
        "E102" if file == "district.toml" else "E204"
    }


def test_a_name_that_is_no_text_is_written_out(tmp_path):
    good = write_good(tmp_path / "grid")
    odd = os.fsencode(good) + b"/\xff\xfe.csv"
    os.close(os.open(odd, os.O_CREAT | os.O_WRONLY))
    (warning,) = check_district(good, DAY).warnings
    assert warning.text("zh").encode("utf-8")
    assert "\\xff" in warning.file
