"""Every kind of broken folder: exit code 2, and where, what and the way out; never a traceback."""

from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from api.commands import district as cli_district
from models.errors import InputErrors
from scenarios.district import check_district, read_district
from tests.district.cases import CASES
from tests.district.folders import replace, write_good

DAY = date(2026, 3, 18)


@pytest.fixture
def good(tmp_path):
    return write_good(tmp_path / "grid")


def run(*arguments):
    app = typer.Typer()
    cli_district.register(app)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_folder_is_told_where_and_how_to_mend_it(case, good):
    case.broken(good)
    report = check_district(good, DAY)
    found = [issue for issue in report.issues if issue.code == case.code]
    places = [(i.file.rsplit("/", 1)[-1], i.row, i.column, i.value) for i in found]
    place = (case.file, case.row, case.column, case.value)
    assert place in places, [issue.text("en") for issue in report.issues]
    issue = found[places.index(place)]
    assert case.hint in issue.hint_en + issue.hint_zh
    assert issue.message_zh
    assert issue.hint_zh
    assert "{" not in issue.text("zh") + issue.text("en")
    result = run("check", good, "--date", "2026-03-18")
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert case.code in result.output
    assert "Traceback" not in result.output


def test_the_reader_raises_everything_at_once(good):
    for case in CASES:
        if case.name in TOGETHER:
            case.broken(good)
    with pytest.raises(InputErrors) as caught:
        read_district(good, DAY)
    listed = {(i.code, i.file, i.row, i.column, i.value) for i in caught.value.issues}
    wanted = {
        (case.code, case.file, case.row, case.column, case.value)
        for case in CASES
        if case.name in TOGETHER
    }
    assert len(wanted) == len(TOGETHER)
    assert wanted <= listed
    result = run("check", good, "--date", "2026-03-18", "--lang", "en")
    assert result.exit_code == 2
    assert all(code in result.output for code, *_ in wanted)


TOGETHER = {
    "unknown key", "shift ends first", "wrong unit in Chinese", "unknown kind", "half a bay",
    "closes before it opens", "capacity 0 of a vehicle", "unknown depot", "unknown shift",
    "text in a number", "swapped", "unknown stream", "unknown licence", "still at work",
    "ends before it begins", "no street", "half a place", "plate twice",
}  # fmt: skip


def test_one_change_gives_few_findings(good):
    """A single fault does not drown in others that follow from it."""
    replace(good, "points.csv", "demand_kg", "demand_t")
    assert [issue.code for issue in check_district(good, DAY).issues] == ["E209"]
    replace(good, "points.csv", "demand_t", "weightage")
    assert [issue.code for issue in check_district(good, DAY).issues] == ["E207"]
