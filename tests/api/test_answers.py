"""`--json`, `-v`, lines of progress: what programs and logs read."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from rich.console import Console
from typer.testing import CliRunner

from api.commands.answers import plan_facts
from api.commands.app import app
from api.commands.options import PIPED_WIDTH, EngineName, Size
from api.commands.progress import PlainLines
from api.commands.whatif import table
from models.day import News, Note, PartProgress, Progress
from scenarios.demo.town import SIZES_M
from scenarios.desk.outages import COLUMNS
from solver.routing.door import ENGINES
from tests.api.handmade import tiny_network, walk_plan
from tests.district.folders import replace, write_good

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "command_line.md").read_text("utf-8")
SILENT = {
    "serve",
    "warm-up",
    "bench run",
    "bench compare",
    "bench curves",
    "bench networks",
    "bench suite",
    "bench page",
}
"""They print no answer but lines as they go, or write files."""


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


ALL = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", sorted(ALL.keys() - SILENT))
def test_every_command_that_answers_speaks_json_and_is_on_the_page(name: str):
    options = {option for one in ALL[name].params for option in one.opts}
    assert "--json" in options
    assert f"`{name}`" in PAGE
    assert name.startswith("bench") or "--verbose" in options


def answer(*words: object) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, json.loads(done.stdout)


def test_check_answers_with_issues_warnings_and_figures(tmp_path: Path):
    folder = write_good(tmp_path / "grid")
    code, found = answer("check", folder, "--date", "2026-03-18", "--json")
    assert (code, found["huanwei"], found["command"], found["fine"]) == (0, 1, "check", True)
    assert found["figures"]["vehicles"] == 6
    replace(folder, "points.csv", ",240,", ",many,")
    code, found = answer("check", folder, "--date", "2026-03-18", "--json")
    assert (code, found["fine"]) == (2, False)
    (issue,) = found["issues"]
    assert (issue["file"], issue["row"], issue["value"]) == ("points.csv", 2, "many")
    assert {"code", "column", "message_zh", "message_en", "hint_zh", "hint_en"} <= issue.keys()


def test_errors_are_a_document_too(tmp_path: Path):
    code, found = answer("plan", tmp_path / "nothing", "--iterations", "1", "--json")
    assert (code, found["command"]) == (2, "error")
    assert found["errors"][0]["code"] == "E101"
    code, found = answer("judge", tmp_path, "--json")
    assert (code, found["command"]) == (2, "error")
    code, found = answer("init", write_good(tmp_path / "used"), "--json")
    assert (code, len(found["errors"])) == (2, 1)


def test_init_says_where(tmp_path: Path):
    assert answer("init", tmp_path / "new", "--json")[1]["folder"] == str(tmp_path / "new")


def test_an_unknown_engine_is_refused_before_anything_is_read(tmp_path: Path):
    done = CliRunner().invoke(app, ["plan", str(tmp_path), "--engine", "magic"])
    assert done.exit_code == 2
    assert "ruin" in done.output


def test_a_plan_answers_with_what_the_page_says(tmp_path: Path):
    plan = walk_plan(tiny_network(tmp_path), routes=1, serves=2)
    found = plan_facts(plan, Path("plans/x"))
    row = next(line for line in PAGE.splitlines() if line.startswith("| `plan`, `demo`"))
    assert found.keys() == set(re.findall(r"`(\w+)`", row)) - {"plan", "demo", "json"}
    assert json.loads(json.dumps(found)) == found


def lines(news: list[News]) -> list[str]:
    out = io.StringIO()
    tell = PlainLines(Console(file=out, width=40), "en")
    for one in news:
        tell(one)
    return [line.partition("s  ")[2] for line in out.getvalue().splitlines()]


def test_a_log_has_a_line_per_stage_and_one_per_quarter_of_a_search():
    search = [
        News("search", share, "sweep", PartProgress(0, Progress(
            phase="search", used=share, seconds=1.0, cost=123_000_000, required_unserved=2)))
        for share in (0.0, 0.1, 0.2, 0.3, 0.6, 0.61, 1.0)
    ]  # fmt: skip
    told = lines([News("roads"), News("roads"), News("tasks", 0.1), News("tasks", 0.9), *search,
                  News("write")])  # fmt: skip
    assert [line.split()[0] for line in told] == ["Roads", "Tasks", *["Search"] * 4, "Files"]
    assert re.search(r"1,230 CNY .* 2$", told[2])
    assert "50 %" in told[4]
    assert "100 %" in told[5]


def test_every_day_of_a_week_is_told_anew():
    day = [News("roads"), News("write"), News("week", 0.5, title=Note("一日", "a day"))]
    told = lines([*day, *day])
    assert [line.split()[0] for line in told] == ["Roads", "Files", "Planned"] * 2


def test_compiling_has_a_line_of_its_own():
    compiling = PartProgress(0, Progress(phase="compile", used=0.0, seconds=100.0))
    begun = PartProgress(0, Progress(phase="search", used=0.0, seconds=0.0))
    told = lines([News("search", 0.0, "sweep", one) for one in (compiling, begun)])
    assert len(told) == 2
    assert "ompil" in told[0]


def test_words_of_options_are_those_of_the_solver():
    assert {one.value for one in EngineName} == set(ENGINES)
    assert {one.value for one in Size} == set(SIZES_M)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_of_what_ifs_is_whole_in_a_pipe(language: str):
    """Fifteen columns: at 80 signs they were cut to one or two letters each."""
    run: dict[str, object] = dict.fromkeys(COLUMNS, 12_345.6)
    run |= {"id": "station S07", "name": "第七转运站（城北）", "violations": 3, "kept_share": 0.875}
    run["codes"] = {"STATION_OVER": 2, "REST_BETWEEN": 1}
    document = {"district": "青塘区", "date": "2026-05-12", "columns": COLUMNS, "runs": [run] * 2}
    out = io.StringIO()
    Console(file=out, width=PIPED_WIDTH).print(table(document, language))
    shown = out.getvalue()
    assert "…" not in shown
    assert "STATION_OVER 2, REST_BETWEEN 1" in shown
    assert "第七转运站（城北）" in shown
