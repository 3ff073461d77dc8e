"""`huanwei init` and `huanwei check` as a person meets them."""

import shutil
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from api.commands import district as cli_district
from models.errors import InputErrors, NetworkError
from scenarios.district import check_district, new_folder, write_template
from scenarios.district.roads import download_name
from scenarios.district.words.headings import TABLES
from scenarios.district.words.messages import messages
from tests.district.cases import CASES
from tests.district.folders import grid_osm, replace, write_good
from tests.tasks.town import standard

DAY = date(2026, 3, 18)


def run(*arguments):
    app = typer.Typer()
    cli_district.register(app)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def grid(tmp_path):
    path = tmp_path / "some.osm"
    path.write_text(grid_osm(), encoding="utf-8")
    return path


def test_check_of_a_good_folder_says_so_in_either_language(tmp_path):
    good = write_good(tmp_path / "grid")
    for language, words in (("zh", "可以制定计划"), ("en", "A plan can be made")):
        result = run("check", good, "--date", "2026-03-18", "--lang", language)
        assert result.exit_code == 0
        assert words in result.output


def test_check_tells_the_figures_of_the_folder_in_words(tmp_path):
    good = write_good(tmp_path / "grid")
    result = run("check", good, "--date", "2026-03-18")
    for text in ("车辆 6 辆", "其他垃圾 0.84 吨/日", "设计能力合计 80 吨/日"):
        assert text in result.output.replace("\n", " ")
    assert set(TABLES) <= set(cli_district.FIGURES)
    for stream in standard().streams:
        assert stream not in cli_district.figure(f"demand_{stream}_t", 1, "zh")


def test_check_lists_every_problem_in_either_language(tmp_path):
    good = write_good(tmp_path / "grid")
    replace(good, "points.csv", "240", "约240")
    replace(good, "vehicles.csv", "sw_l,D1", "sw_l,D9")
    for language, words in (("zh", "2 处问题"), ("en", "2 problem")):
        result = run("check", good, "--date", "2026-03-18", "--lang", language)
        assert result.exit_code == 2
        for text in ("E302", "E402", "points.csv", "vehicles.csv", "约240", words):
            assert text in result.output


def test_check_without_a_date_takes_today(tmp_path):
    assert run("check", write_good(tmp_path / "grid")).exit_code == 0


def test_a_bad_date_is_told(tmp_path):
    result = run("check", write_good(tmp_path / "grid"), "--date", "18.3.2026")
    assert result.exit_code == 2


def test_brackets_in_values_are_shown_as_they_are(tmp_path):
    good = write_good(tmp_path / "grid")
    replace(good, "points.csv", "240", "[red]12[/red][/]")
    result = run("check", good, "--date", "2026-03-18")
    assert result.exit_code == 2
    assert "[red]12" in result.output
    assert "[/]" in result.output


def test_the_template_asks_for_roads_and_for_nothing_else(tmp_path):
    folder = tmp_path / "new"
    assert run("init", folder).exit_code == 0
    report = check_district(folder, DAY)
    assert [issue.code for issue in report.issues] == ["E501"]
    assert report.warnings == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new"]


def test_the_template_passes_once_roads_are_given(tmp_path, shared):
    folder = tmp_path / "new"
    write_template(folder)
    shutil.copy(shared / "osm" / "haimen_sanxing_roads.osm", folder / "roads.osm")
    report = check_district(folder, DAY)
    assert report.issues == ()
    # Dual carriageways leave the extract: nobody can drive to one side of them and back.
    assert [warning.code for warning in report.warnings] == ["W503"]


def test_the_template_is_laid_on_the_roads_given(tmp_path, grid):
    folder = tmp_path / "new"
    assert run("init", folder, "--roads", grid).exit_code == 0
    report = check_district(folder, DAY)
    assert (report.issues, report.warnings) == ((), ())
    assert (folder / "roads.osm").read_bytes() == grid.read_bytes()
    assert (folder / "points.csv").read_bytes().startswith(b"\xef\xbb\xbf#")


def test_the_template_may_name_a_place(tmp_path):
    folder = tmp_path / "new"
    assert run("init", folder, "--place", '南通市"海门区').exit_code == 0
    text = (folder / "district.toml").read_text(encoding="utf-8")
    assert 'roads = "place:南通市海门区"' in text


def test_roads_already_downloaded_are_used_without_a_network(tmp_path):
    good = write_good(tmp_path / "grid")
    replace(good, "district.toml", '"roads.osm"', '"place:方格镇"')
    shutil.copy(good / "roads.osm", tmp_path / "grid.osm")
    name = download_name("place:方格镇")
    write_pbf(good / "roads.osm", good / name)
    assert check_district(good, DAY).issues == ()


def write_pbf(source, target):
    import osmium  # noqa: PLC0415

    with osmium.SimpleWriter(str(target)) as writer:
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)


def test_an_empty_folder_is_filled(tmp_path):
    folder = tmp_path / "new"
    folder.mkdir()
    assert run("init", folder).exit_code == 0
    assert (folder / "district.toml").is_file()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    good = write_good(tmp_path / "grid")
    before = {path: path.read_bytes() for path in good.iterdir()}
    for more in ([], ["--demo"]):
        result = run("init", good, *more)
        assert result.exit_code == 2
        assert "E112" in result.output
    assert {path: path.read_bytes() for path in good.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["grid"]


def test_a_failure_leaves_nothing_behind(tmp_path):
    (tmp_path / "bad.osm").write_text("<osm", encoding="utf-8")
    result = run("init", tmp_path / "new", "--roads", tmp_path / "bad.osm")
    assert result.exit_code == 2
    assert "bad.osm" in result.output
    with pytest.raises(NetworkError):
        fail_halfway(tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.osm"]


def fail_halfway(folder):
    with new_folder(folder) as made:
        (made / "half").write_text("x", encoding="utf-8")
        raise NetworkError("cut off")


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputErrors) as caught, new_folder(tmp_path / "file" / "new"):
        pass
    assert caught.value.issues[0].code == "E113"


def test_every_code_has_both_languages_and_a_way_out():
    for code, texts in messages().items():
        assert set(texts) == {"en", "zh", "hint_en", "hint_zh"}, code
        assert all(texts.values()), code


def test_every_error_has_a_test_that_makes_it():
    made = {case.code for case in CASES} | {"E112", "E113"}  # test_a_folder_...
    made |= {"E299"}  # tests/tables/test_sizes.py
    made |= {"E803"}  # tests/tables/test_other_tables.py
    made |= {f"E52{last}" for last in range(1, 10)}  # tests/ledger/test_intake.py
    made |= {"E531", "E532", "E533"}  # tests/scenarios/test_year.py
    assert {code for code in messages() if code.startswith("E")} <= made
