"""A comparison planned for real on the tiny town."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from scenarios.demo import write_demo

RUNNER = CliRunner()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_more_waste_costs_more_and_the_journal_is_used_again(tmp_path: Path):
    town = tmp_path / "tiny"
    write_demo(town, size="tiny")
    edit = tmp_path / "more.toml"
    edit.write_text('name = "more"\n[[edits]]\ndo = "demand"\nfactor = 1.5\n', "utf-8")
    words = [
        "compare", str(town), str(edit), "--date", "2026-05-12", "--seeds", "2", "--iterations",
        "200", "--only", "collect_residual", "--out", str(tmp_path / "out"), "--workers", "1",
    ]  # fmt: skip
    done = RUNNER.invoke(app, words)
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "out" / "compare.json").read_text("utf-8"))
    more = found["scenarios"][1]["figures"]
    assert more["haul_cny"]["delta"] > 0
    assert more["people_300m"]["delta"] == 0
    journal = (tmp_path / "out" / "results.jsonl").read_text("utf-8")
    assert len(journal.splitlines()) == 4
    assert RUNNER.invoke(app, words).exit_code == 0
    assert (tmp_path / "out" / "results.jsonl").read_text("utf-8") == journal
