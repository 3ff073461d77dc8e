"""docs/errors.md and docs/district_folder.md cannot fall behind."""

import re
from pathlib import Path

import pytest

from scenarios.district.settings import (
    OverpassIn,
    Settings,
    ShiftIn,
    TableIn,
    WeatherDayIn,
)
from scenarios.district.words.headings import TABLES, columns_of
from scenarios.district.words.messages import messages
from solver.trade.profile import INVALID, UNREADABLE, UNSOURCED

DOCS = Path(__file__).resolve().parents[2] / "docs"
ERRORS = (DOCS / "errors.md").read_text(encoding="utf-8")
FOLDER = (DOCS / "district_folder.md").read_text(encoding="utf-8")


def shown(template: str) -> str:
    """A message as the index shows it."""
    return re.sub(r"\{\w+\}", "…", re.sub(r"\{(nearest|place)_\w\w\}", "", template))


@pytest.mark.parametrize("code", messages())
def test_the_index_says_what_the_program_says(code):
    row = next(line for line in ERRORS.splitlines() if line.startswith(f"| `{code}` |"))
    for text in messages()[code].values():
        assert shown(text).replace("|", "/") in row


def test_the_index_lists_no_code_that_is_gone():
    listed = re.findall(r"^\| `([EW][1-5]\d+|E803)` \|", ERRORS, re.MULTILINE)
    assert sorted(listed) == sorted([*messages(), UNREADABLE, INVALID, UNSOURCED])


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described(table):
    section = FOLDER.split(f"\n### {table}\n")[1].split("\n### ")[0].split("\n## ")[0]
    described = re.findall(r"^\| `(\w+)`", section, re.MULTILINE)
    assert described == list(columns_of(table))


@pytest.mark.parametrize("model", [Settings, ShiftIn, WeatherDayIn, OverpassIn, TableIn])
def test_every_setting_is_described(model):
    for name in model.model_fields:
        assert f"`{name}`" in FOLDER, name
